"""A folder in, a zip and a report out."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from processing.organizing import Options, OrganizeError, organize
from tests.processing.slow_tasks import obey
from tests.samples import any_photos, face_photos, jpeg

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "photos"
    made.mkdir()
    return made


def options(folder: Path, **changes) -> Options:
    places = {"zip_path": folder.parent / "out.zip", "report_path": folder.parent / "out.json"}
    return Options(folder, **{**places, "workers": 1, "seconds_per_file": 20.0, **changes})


def report_of(chosen: Options) -> dict:
    return json.loads(chosen.report_path.read_text("utf-8"))


def errors_of(chosen: Options) -> dict[str, str | None]:
    return {photo["file"]: photo["error"] for photo in report_of(chosen)["photos"]}


@pytest.fixture(scope="module")
def party(tmp_path_factory) -> Options:
    """Real faces, a copy, a photo without people, and files that are no photos, organized by the command."""
    folder = tmp_path_factory.mktemp("party") / "photos"
    (folder / "Joe's").mkdir(parents=True)
    for path, person in face_photos():
        shutil.copy(path, folder / ("Joe's" if person == "Joe" else ".") / path.name)
    shutil.copy(face_photos()[0][0], folder / "Joe's" / "OBAMA.JPG")
    shutil.copy(any_photos()[1], folder / "cat.png")
    (folder / "dated.jpg").write_bytes(
        jpeg(64, 48, taken_at="2026:06:20 18:03:11", offset="+02:00", orientation=6)
    )
    (folder / "notes.jpg").write_text("These are notes.")
    (folder / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    chosen = options(folder, zip_path=folder / "out.zip", report_path=folder / "out.json")
    call_command("organize", folder, zip=chosen.zip_path, report=chosen.report_path, workers=2, verbosity=0)
    return chosen


def test_the_report_names_every_file_once_and_none_of_the_outputs(party):
    assert [photo["file"] for photo in report_of(party)["photos"]] == [
        ".DS_Store", "Joe's/OBAMA.JPG", "Joe's/biden.jpg", "cat.png", "dated.jpg", "notes.jpg",
        "obama.jpg", "obama2.jpg", "obama3.jpg",
    ]  # fmt: skip


def test_the_report_has_the_form_that_is_promised(party):
    report = report_of(party)
    assert list(report) == ["version", "photos", "people", "seconds"]
    assert report["version"] == 1
    for photo in report["photos"]:
        assert list(photo) == [
            "file",
            "error",
            "width",
            "height",
            "taken_at",
            "latitude",
            "longitude",
            "faces",
        ]
        for face in photo["faces"]:
            assert list(face) == ["box", "score", "person"]
            assert all(isinstance(number, int) for number in face["box"])
    for person in report["people"]:
        assert list(person) == ["id", "photos", "faces", "cover"]
        assert list(person["cover"]) == ["file", "box"]
    assert {"total", "faces"} <= set(report["seconds"])


def test_the_people_are_right(party):
    report = report_of(party)
    people = {photo["file"]: [face["person"] for face in photo["faces"]] for photo in report["photos"]}
    assert people["obama.jpg"] == people["obama2.jpg"] == people["obama3.jpg"] == [1]
    # biden.jpg is the first file of the samples, so its copy is Joe too, though its name says otherwise.
    assert people["Joe's/biden.jpg"] == people["Joe's/OBAMA.JPG"] == [2]
    assert people["cat.png"] == []
    assert [(one["id"], one["photos"], one["faces"]) for one in report["people"]] == [(1, 3, 3), (2, 2, 2)]
    assert report["people"][0]["cover"]["file"].startswith("obama")


def test_facts_are_in_the_report_and_sizes_are_as_displayed(party):
    photo = next(photo for photo in report_of(party)["photos"] if photo["file"] == "dated.jpg")
    assert (photo["width"], photo["height"]) == (48, 64)
    assert photo["taken_at"] == "2026-06-20T18:03:11+02:00"


def test_what_is_no_photo_has_an_error_and_nothing_else(party):
    for photo in report_of(party)["photos"]:
        if photo["file"] in ("notes.jpg", ".DS_Store"):
            assert photo["error"].endswith(".")
            assert (photo["width"], photo["taken_at"], photo["faces"]) == (None, None, [])
        else:
            assert photo["error"] is None


def test_the_zip_has_a_folder_for_each_person_and_one_for_the_rest(party):
    with zipfile.ZipFile(party.zip_path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "Person 01 (3 photos)/obama.jpg", "Person 01 (3 photos)/obama2.jpg", "Person 01 (3 photos)/obama3.jpg",
            "Person 02 (2 photos)/OBAMA.JPG", "Person 02 (2 photos)/biden.jpg",
            "Without known people (2 photos)/cat.png", "Without known people (2 photos)/dated.jpg",
        ]  # fmt: skip
        assert all(information.compress_type == zipfile.ZIP_STORED for information in archive.infolist())
        original = (party.folder / "obama.jpg").read_bytes()
        assert archive.read("Person 01 (3 photos)/obama.jpg") == original


def test_a_second_run_gives_the_same_report_but_for_the_seconds(party):
    again = options(party.folder, zip_path=party.zip_path, report_path=party.folder.parent / "again.json")
    shutil.move(party.report_path, party.folder.parent / "first.json")
    organize(again)
    first = json.loads((party.folder.parent / "first.json").read_text("utf-8"))
    shutil.move(party.folder.parent / "first.json", party.report_path)
    second = report_of(again)
    assert [first.pop("seconds"), second.pop("seconds")]
    assert first == second


def test_a_file_that_crashes_hangs_or_eats_memory_costs_only_itself(folder):
    for word in ("good", "crash", "hang", "memory", "bug", "unreadable", "killed", "well"):
        (folder / word).write_text(word)
    chosen = options(folder, workers=2, seconds_per_file=3.0)
    summary = organize(chosen, task=obey)
    errors = errors_of(chosen)
    assert (errors["good"], errors["well"]) == (None, None)
    assert "crash" in errors["crash"]
    assert "more than 3 seconds" in errors["hang"]
    assert "memory" in errors["memory"]
    assert "memory" in errors["killed"]
    assert "fault in this program" in errors["bug"]
    assert errors["unreadable"] == "This is no picture."
    assert (summary.photos, summary.errors) == (2, 6)


def test_names_that_only_differ_by_case_or_folder_do_not_collide_in_the_zip(folder):
    for name in ("a/photo.jpg", "b/PHOTO.JPG", "c/photo.jpg"):
        (folder / name).parent.mkdir()
        (folder / name).write_text(name)
    chosen = options(folder)
    organize(chosen, task=obey)
    with zipfile.ZipFile(chosen.zip_path) as archive:
        assert sorted(archive.namelist()) == [
            "Without known people (3 photos)/PHOTO (2).JPG", "Without known people (3 photos)/photo (3).jpg",
            "Without known people (3 photos)/photo.jpg",
        ]  # fmt: skip


def test_odd_names_and_links_are_all_in_the_report(folder):
    (folder / "a:b?.jpg").write_text("one")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.jpg")).write_text("two")
    (folder / "loop").symlink_to(folder)
    (folder / "nowhere").symlink_to(folder / "gone")
    (folder / "link.jpg").symlink_to(folder / "a:b?.jpg")
    os.mkfifo(folder / "pipe")
    chosen = options(folder)
    organize(chosen, task=obey)
    errors = errors_of(chosen)
    assert errors["a:b?.jpg"] is None
    assert errors["caf\udce9.jpg"] is None
    assert errors["link.jpg"] is None
    assert "link to a folder" in errors["loop"]
    assert "can't be opened" in errors["nowhere"]
    assert "no ordinary file" in errors["pipe"]
    with zipfile.ZipFile(chosen.zip_path) as archive:
        assert {Path(name).name for name in archive.namelist()} == {"a_b_.jpg", "caf_.jpg", "link.jpg"}


def test_leftovers_of_a_killed_run_are_no_photos(folder):
    (folder / "good").write_text("good")
    (folder / ".out.zip.77.part").write_text("half")
    chosen = options(folder, zip_path=folder / "out.zip")
    organize(chosen, task=obey)
    assert list(errors_of(chosen)) == ["good"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"folder": Path("missing")}, "does not exist"),
        ({"folder": Path("file")}, "is a file"),
        ({"folder": Path("empty")}, "holds no files"),
        ({"zip_path": Path("missing/out.zip")}, "--zip"),
        ({"report_path": Path("missing/out.json")}, "--report"),
        ({"zip_path": Path("empty")}, "something else"),
        ({"zip_path": Path("file")}, "something else"),
        ({"report_path": Path("out.zip")}, "two different names"),
    ],
)
def test_what_can_not_work_is_one_sentence_and_nothing_is_written(
    changes, words, folder, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (folder / "good").write_text("good")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("precious")
    before = sorted(tmp_path.rglob("*"))
    settings = {"folder": folder, "zip_path": Path("out.zip"), "report_path": Path("out.json"), **changes}
    with pytest.raises(CommandError, match=words) as caught:
        call_command(
            "organize",
            settings["folder"],
            zip=settings["zip_path"],
            report=settings["report_path"],
            verbosity=0,
        )
    assert str(caught.value).endswith(".")
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "file").read_text() == "precious"


def test_a_photo_that_vanishes_leaves_no_half_written_zip(folder):
    (folder / "good").write_text("good")
    chosen = options(folder)
    with pytest.raises(OrganizeError, match="can't be read any more"):
        organize(chosen, lambda done, total: (folder / "good").unlink() if done == total else None, task=obey)
    assert sorted(folder.parent.iterdir()) == [folder]


def wait_until(is_so: Callable[[], bool], seconds: float = 30.0) -> bool:
    """Look again and again until something is so, or the time is over."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        os.sched_yield()
    return is_so()


def children_of(parent: int) -> list[int]:
    """The processes that a process has started and that still run."""
    return [int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux to see the children")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_the_command_leaves_nothing_behind(number, folder):
    for at in range(200):
        (folder / f"{at}.jpg").write_bytes(jpeg(640, 480, seed=at))
    arguments = [
        "organize",
        str(folder),
        "--zip",
        str(folder.parent / "o.zip"),
        "--report",
        str(folder.parent / "o.json"),
    ]
    command = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", *arguments, "--workers", "2"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert wait_until(
        lambda: len(children_of(command.pid)) >= 3
    )  # two workers and multiprocessing's own helper
    children = children_of(command.pid)
    command.send_signal(number)
    _, complaint = command.communicate(timeout=60)
    assert command.returncode == 130
    assert b"Stopped. Nothing was written." in complaint
    assert sorted(folder.parent.iterdir()) == [folder]
    assert wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))
