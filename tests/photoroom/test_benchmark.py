from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from albums.models import Photo, Room
from photoroom.benchmarks import measure_zip

pytestmark = pytest.mark.django_db


def test_the_benchmark_measures_pages_and_zip_and_leaves_nothing(tmp_path, capsys):
    call_command("benchmark", photos=30, zip_mb=2, json=tmp_path / "numbers.json")
    lines = json.loads((tmp_path / "numbers.json").read_text())
    assert {line["what"] for line in lines} >= {"room page", "API photos", "zip"}
    assert all(line["milliseconds"] > 0 and line["ratio"] > 0 for line in lines)
    assert not any(line["detail"].startswith("0 queries") for line in lines)
    assert "room page" in capsys.readouterr().out
    assert not Room.objects.exists()
    assert not Photo.objects.exists()


def test_the_zip_that_is_measured_holds_all_its_bytes(tmp_path):
    (line,) = measure_zip(2, members=10)
    assert line.detail.startswith("2 MB")
