"""A bad value stops the start with one sentence that names its variable."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

BAD = [
    ("PHOTOROOM_PORT", "abc"),
    ("PHOTOROOM_PORT", "0"),
    ("PHOTOROOM_WORKERS", "-1"),
    ("PHOTOROOM_DEBUG", "maybe"),
    ("PHOTOROOM_BEHIND_PROXY", "perhaps"),
    ("PHOTOROOM_PROXY_COUNT", "-1"),
    ("PHOTOROOM_PUBLIC_URL", "photos.example.org"),
    ("PHOTOROOM_PUBLIC_URL", "http://["),
    ("PHOTOROOM_TIME_ZONE", "Mars"),
    ("PHOTOROOM_TIME_ZONE", "../../etc/passwd"),
    ("PHOTOROOM_LANGUAGE", "xx"),
    ("PHOTOROOM_DATABASE_URL", "nonsense"),
    ("PHOTOROOM_DATABASE_URL", "foo://x/y"),
    ("PHOTOROOM_DATABASE_URL", "mysql://a@b/c"),
    ("PHOTOROOM_DATABASE_URL", "postgres://a@b:port/c"),
    ("PHOTOROOM_REDIS_URL", "localhost:6379"),
    ("PHOTOROOM_X_ACCEL_PREFIX", "protected"),
    ("PHOTOROOM_EMAIL_URL", "foo"),
    ("PHOTOROOM_EMAIL_URL", "foo://bar"),
    ("PHOTOROOM_EMAIL_VERIFICATION", "foo"),
    ("PHOTOROOM_LOG_LEVEL", "loud"),
    ("PHOTOROOM_NOMINATIM_URL", "nominatim.example.org"),
    ("PHOTOROOM_MAP_TILES_URL", "https://tiles.example.org/"),
    ("PHOTOROOM_MAP_TILES_URL", "javascript:{z}{x}{y}"),
    ("PHOTOROOM_MAP_TILES_URL", "http://[/{z}/{x}/{y}"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_told_in_one_sentence(name, value, tmp_path, monkeypatch, recwarn):
    monkeypatch.setenv("PHOTOROOM_DATA", str(tmp_path))
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as caught:
        runpy.run_path(str(Path(settings.BASE_DIR) / "photoroom/settings.py"))
    sentence = str(caught.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert not recwarn.list


def test_manage_tells_the_sentence_and_nothing_else(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "up", "prepare"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "photoroom.settings",
            "PHOTOROOM_DATA": str(tmp_path),
            "PHOTOROOM_TIME_ZONE": "Mars",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "PHOTOROOM_TIME_ZONE must be a time zone such as Europe/Berlin, not 'Mars'.\n"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://tiles.example.org/{z}/{x}/{y}.png", "https://tiles.example.org"),
        ("https://{s}.tiles.example.org:8080/{z}/{x}/{y}.png?key=1", "https://*.tiles.example.org:8080"),
    ],
)
def test_pages_may_load_tiles_from_the_server_that_is_set_and_from_no_other(url, host, tmp_path, monkeypatch):
    monkeypatch.setenv("PHOTOROOM_DATA", str(tmp_path))
    monkeypatch.setenv("PHOTOROOM_MAP_TILES_URL", url)
    found = runpy.run_path(str(Path(settings.BASE_DIR) / "photoroom/settings.py"))
    assert found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"] == ["'self'", "data:", "blob:", host]
