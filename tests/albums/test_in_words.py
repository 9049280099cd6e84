"""Lists, quotes and sizes as the reader's language writes them."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils.translation import override

from albums.commas import with_commas
from albums.views.chips import either


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "Anna, Ben, or Cleo"), ("de", "Anna, Ben oder Cleo"), ("es", "Anna, Ben o Cleo"), ("ar", "Anna أو Ben أو Cleo")],
)  # fmt: skip
def test_names_are_listed_as_the_language_does(language, expected):
    with override(language):
        assert either(["Anna", "Ben", "Cleo"]) == expected
        assert either([]) == ""
        assert either(["Anna"]) == "Anna"


@pytest.mark.parametrize(("language", "expected"), [("fr", "Rome, Italy"), ("ar", "Rome، Italy")])
def test_the_comma_is_that_of_the_script(language, expected):
    with override(language):
        assert with_commas(["Rome", "Italy"]) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("fr", "11,8\xa0Mo"), ("de", "11,8\xa0MB"), ("en", "11.8\xa0MB")]
)
def test_sizes_have_the_units_that_people_know(language, expected):
    with override(language):
        assert Template("{{ size|filesizeformat }}").render(Context({"size": 12345678})) == expected
