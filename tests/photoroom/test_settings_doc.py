"""docs/settings.md lists every variable, with the default that it really has."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
SOURCE = (ROOT / "photoroom/settings.py").read_text()
ROWS = re.findall(
    r"^\| `(PHOTOROOM_[A-Z0-9_]+)` \|\s*(.*?)\s*\|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE
)
# `env.int("NAME", default=5)` and `positive("NAME", 5)`: the defaults that are written out
WRITTEN = re.compile(r'\(\s*"(PHOTOROOM_[A-Z0-9_]+)",\s*(?:default=)?(?:"([^"]*)"|(\d+)|(True|False))\s*\)')


def test_every_variable_is_documented_once():
    assert sorted(name for name, _ in ROWS) == sorted(set(re.findall(r'"(PHOTOROOM_[A-Z0-9_]+)"', SOURCE)))


def test_the_documented_defaults_are_the_real_ones():
    written = {name: text or number or flag.lower() for name, text, number, flag in WRITTEN.findall(SOURCE)}
    documented = {name: default.strip("`") for name, default in ROWS}
    told_in_words = {"PHOTOROOM_SECRET_KEY", "PHOTOROOM_S3_ENDPOINT"}
    assert len(written) > 20
    assert {name: documented[name] for name in written.keys() - told_in_words} == {
        name: default for name, default in written.items() if name not in told_in_words
    }
