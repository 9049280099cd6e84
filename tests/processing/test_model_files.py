"""The list of model files, and the command that shows it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from processing import fetched_models, model_fetching, model_files
from processing.errors import ModelUnavailable


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv(fetched_models.FOLDER_VARIABLE, str(tmp_path))
    return tmp_path


def test_what_comes_with_the_project_is_here_and_intact():
    for one in model_files.known():
        if one.place != model_files.FETCHED:
            assert one.is_here, one.name
            assert one.is_intact, one.name
            assert one.path.stat().st_size == one.size, one.name
            assert one.licence, one.name


def test_names_are_unique():
    names = [one.name for one in model_files.known()]
    assert len(set(names)) == len(names)


def test_nothing_is_fetched_at_first_and_the_page_is_told_what_would_be_better():
    made = model_files.improvements()
    assert [one.model for one in made] == ["resnet50", "fasterrcnn-mobilenet", "deeplabv3-resnet50"]
    assert all(one.sentence.endswith(".") for one in made)


def test_what_was_fetched_needs_no_improvement(folder):
    (folder / fetched_models.PEOPLE[0]).write_bytes(b"")
    assert [one.model for one in model_files.improvements()] == ["resnet50", "fasterrcnn-mobilenet"]


def test_with_the_smaller_detector_the_better_one_would_still_be_better(folder):
    (folder / fetched_models.DETECTORS[1]).write_bytes(b"")
    assert "fasterrcnn-mobilenet" in [one.model for one in model_files.improvements()]
    (folder / fetched_models.DETECTORS[0]).write_bytes(b"")
    assert [one.model for one in model_files.improvements()] == ["resnet50", "deeplabv3-resnet50"]


def test_a_damaged_file_is_seen_and_never_loaded(folder):
    (folder / fetched_models.PEOPLE[0]).write_bytes(b"not what its name says")
    one = next(one for one in model_files.fetchable() if one.name == "deeplabv3-resnet50")
    assert one.is_here
    assert one.is_intact is False
    with pytest.raises(ModelUnavailable, match=r"is damaged or is another file"):
        fetched_models.load(fetched_models.PEOPLE[0])


def test_our_own_without_a_hash_is_unchecked(folder, monkeypatch):
    (folder / "seen.json").write_text("{}")
    (folder / "seen.pt").write_bytes(b"x")
    monkeypatch.setattr(model_files, "OURS", folder)
    one = next(one for one in model_files.known() if one.name == "seen")
    assert one.is_here
    assert one.is_intact is None


def test_a_recipe_that_is_none_is_passed_over(folder, monkeypatch):
    (folder / "a.json").write_text("{")
    (folder / "b.json").write_text("[]")
    monkeypatch.setattr(model_files, "OURS", folder)
    assert not [one for one in model_files.known() if one.place == model_files.OUR_OWN]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("models", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_table():
    table = run()
    assert "efficientnet-lite0" in table
    assert "not fetched" in table
    assert "manage.py models fetch resnet50" in table


def test_the_command_prints_json():
    rows = json.loads(run("--json"))
    assert {row["name"] for row in rows} == {one.name for one in model_files.known()}
    assert all(row["is_intact"] is not False for row in rows)


def test_the_command_says_what_can_be_fetched():
    with pytest.raises(CommandError, match=r"everything can't be fetched. These can: resnet50, "):
        run("fetch", "everything")
    with pytest.raises(CommandError, match=r"Say what to fetch"):
        run("fetch")


def test_the_command_shows_the_sentence_of_a_failure(monkeypatch):
    def fail(*_args: object) -> None:
        raise model_fetching.FetchFailed("No.")

    monkeypatch.setattr("processing.management.commands.models.fetch", fail)
    with pytest.raises(CommandError, match=r"No."):
        run("fetch", "resnet50")


def test_the_beginning_of_a_hash_is_what_torchvision_publishes():
    for one in model_files.fetchable():
        assert one.sha256 == fetched_models.hash_in(one.source)
        assert len(one.sha256) == 8
