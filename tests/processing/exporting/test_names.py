"""Names inside the zip: no collisions on any system, nothing forbidden, nothing outside the folder."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processing.exporting.names import MAX_COMPONENT_BYTES, ArcNames


def files(*wanted: str) -> list[str]:
    names = ArcNames()
    return [names.file(name) for name in wanted]


def test_an_ordinary_name_stays_as_it_is() -> None:
    assert files("IMG_1.jpg", "Ĉe la lago (3).HEIC", "日本 🎉.png", "no suffix") == [
        "IMG_1.jpg",
        "Ĉe la lago (3).HEIC",
        "日本 🎉.png",
        "no suffix",
    ]


def test_the_second_of_a_name_gets_a_number_before_the_suffix() -> None:
    assert files("IMG_1.jpg", "IMG_1.jpg", "IMG_1.jpg") == ["IMG_1.jpg", "IMG_1 (2).jpg", "IMG_1 (3).jpg"]


def test_a_number_that_somebody_else_already_wrote_is_passed_over() -> None:
    assert files("a (2).jpg", "a.jpg", "a.jpg", "a (2).jpg") == [
        "a (2).jpg",
        "a.jpg",
        "a (3).jpg",
        "a (2) (2).jpg",
    ]


def test_names_that_windows_and_macos_take_for_the_same_differ() -> None:
    assert files("IMG.JPG", "img.jpg") == ["IMG.JPG", "img (2).jpg"]
    assert files("STRASSE.jpg", "straße.jpg") == ["STRASSE.jpg", "straße (2).jpg"]
    composed, decomposed = "caf\u00e9.jpg", "cafe\u0301.jpg"
    assert files(composed, decomposed) == [composed, "caf\u00e9 (2).jpg"]


def test_the_same_name_in_two_folders_needs_no_number() -> None:
    names = ArcNames()
    anna, ben = names.folder("Anna"), names.folder("Ben")
    assert [names.file("a.jpg", anna), names.file("a.jpg", ben)] == ["Anna/a.jpg", "Ben/a.jpg"]


def test_two_people_of_one_name_get_two_folders() -> None:
    names = ArcNames()
    assert [names.folder("Anna"), names.folder("anna"), names.folder("Mr. J")] == [
        "Anna",
        "anna (2)",
        "Mr. J",
    ]


def test_a_file_never_has_the_path_of_a_folder() -> None:
    names = ArcNames()
    assert names.folder("Anna") == "Anna"
    assert names.file("anna") == "anna (2)"


def test_folders_nest() -> None:
    names = ArcNames()
    assert names.folder("20 June", names.folder("2026")) == "2026/20 June"


@pytest.mark.parametrize(
    ("wanted", "given_name"),
    [
        ("../../etc/passwd", "passwd"),
        ("..", "photo"),
        ("../", "photo"),
        (".", "photo"),
        ("", "photo"),
        ("   ", "photo"),
        ("/", "photo"),
        ("C:\\fakepath\\x.jpg", "x.jpg"),
        ("/abs/x.jpg", "x.jpg"),
        (".htaccess", "_htaccess"),
        ("...jpg", "_jpg"),
        ('a<b>c:d"e|f?g*h.jpg', "a_b_c_d_e_f_g_h.jpg"),
        ("a\0b\nc\x7f.jpg", "a_b_c_.jpg"),
        ("photo\u202egpj.exe", "photo_gpj.exe"),
        ("half\ud800.jpg", "half_.jpg"),
        ("trailing. . ", "trailing"),
        (" lead.jpg", "lead.jpg"),
        ("CON", "_CON"),
        ("con.jpg", "_con.jpg"),
        ("Lpt1.tar.gz", "_Lpt1.tar.gz"),
        ("COM¹", "_COM¹"),
        ("NUL .txt", "_NUL .txt"),
        ("CONNY.jpg", "CONNY.jpg"),
        ("com10.jpg", "com10.jpg"),
    ],
)
def test_what_some_system_cannot_hold_is_replaced(wanted: str, given_name: str) -> None:
    assert files(wanted) == [given_name]


def test_slashes_in_a_persons_name_make_no_folders() -> None:
    assert ArcNames().folder("Anna/../Ben\\Cem") == "Anna_.._Ben_Cem"


def test_a_long_name_is_cut_and_keeps_its_suffix() -> None:
    long, longer = files("日" * 300 + ".jpeg", "日" * 301 + ".jpeg")
    assert long == "日" * 48 + ".jpeg"
    assert longer == "日" * 48 + " (2).jpeg"


def test_fifty_thousand_photos_of_one_name_are_named_at_once() -> None:
    names = files(*["image.jpg"] * 50_000)
    assert names[-1] == "image (50000).jpg"
    assert len(set(names)) == 50_000


hostile = st.text(
    st.sampled_from("aA.ß\u0301éSs()2 /\\:*\0\u202e\ud800CONcon¹") | st.characters(), max_size=12
)


@given(st.lists(st.tuples(hostile, hostile), max_size=25))
def test_whatever_is_wanted_the_paths_are_safe_and_differ(wanted: list[tuple[str, str]]) -> None:
    def give() -> list[str]:
        names = ArcNames()
        return [names.file(file, names.folder(folder) if folder else "") for folder, file in wanted]

    paths = give()
    assert paths == give()
    alike = {unicodedata.normalize("NFC", path).casefold() for path in paths}
    assert len(alike) == len(paths)
    for path in paths:
        assert not PurePosixPath(path).is_absolute()
        assert PureWindowsPath(path).parts == PurePosixPath(path).parts
        for component in path.split("/"):
            assert component not in ("", ".", "..")
            assert component == component.strip(" ").rstrip(".")
            assert len(component.encode()) <= MAX_COMPONENT_BYTES + len(" (25)")
            assert not PureWindowsPath(component).is_reserved()
