"""A folder in, a zip and a report out."""

import io
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

from processing.organizing import Choice, Layout, Options, OrganizeError, organize
from processing.organizing.archive import write_zip
from processing.organizing.report import Report
from tests.processing.slow_tasks import obey
from tests.samples import any_photos, face_photos, jpeg

ROOT = Path(__file__).resolve().parents[2]


ORDER_KEYS = (
    "time_source", "sharpness", "quality", "exposure", "place", "place_inferred", "event", "duplicate_group",
    "similar_group", "best", "tags", "categories", "phash",
)  # fmt: skip


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
    assert list(report) == ["version", "photos", "people", "events", "seconds"]
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
            *ORDER_KEYS,
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


@pytest.fixture(scope="module")
def trip(tmp_path_factory) -> tuple[Options, Report]:
    """Two days, two places, a copy that is smaller, one in a messenger's quality, and a photo without any date."""
    folder = tmp_path_factory.mktemp("trip") / "photos"
    folder.mkdir()
    photos = any_photos()
    rome = {"taken_at": "2026:06:20 18:03:11", "position": (41.8892, 12.4709)}
    retold(photos[0], folder / "IMG_1.jpg", **rome)
    retold(photos[0], folder / "IMG-20260621-WA0001.jpg", side_px=200, quality=60)
    retold(photos[1], folder / "IMG_2.jpg", taken_at="2026:06:20 18:05:40")
    retold(photos[2], folder / "IMG_3.jpg", taken_at="2026:06:22 09:00:00", position=(52.5163, 13.3777))
    shutil.copy(folder / "IMG_3.jpg", folder / "IMG_3 copy.jpg")
    chosen = options(folder, workers=1)
    kept: list[Report] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "processing.organizing.run.write_zip", lambda stream, report, choice: kept.append(report)
        )
        organize(chosen)
    return chosen, kept[0]


def retold(source: Path, target: Path, *, taken_at="", position=None, side_px=640, quality=90) -> None:
    """Write a sample again, as a camera would have written it."""
    from PIL import Image

    with Image.open(source) as opened:
        image = opened.convert("RGB")
    image.thumbnail((side_px, side_px))
    exif = Image.Exif()
    if taken_at:
        exif.get_ifd(0x8769)[0x9003] = taken_at
        exif[0x0110] = "Test camera"
    if position:
        gps = exif.get_ifd(0x8825)
        for at, (value, sides) in enumerate(zip(position, ("NS", "EW"), strict=True)):
            gps[2 * at + 1] = sides[value < 0]
            gps[2 * at + 2] = (abs(value), 0.0, 0.0)
    image.save(target, quality=quality, exif=exif)


def photos_of(trip: tuple[Options, Report]) -> dict[str, dict]:
    return {photo["file"]: photo for photo in report_of(trip[0])["photos"]}


def test_places_times_and_events_are_in_the_report(trip):
    photos = photos_of(trip)
    assert photos["IMG_1.jpg"]["place"]["city"] == "Rome"
    assert photos["IMG_1.jpg"]["taken_at"] == "2026-06-20T18:03:11+02:00"  # on the clock of Rome
    assert photos["IMG_3.jpg"]["place"]["country"] == "Germany"
    near = photos["IMG_2.jpg"]
    assert (near["place"]["city"], near["place_inferred"]) == ("Rome", True)
    assert photos["IMG_1.jpg"]["event"] == near["event"] != photos["IMG_3.jpg"]["event"]
    assert photos["IMG-20260621-WA0001.jpg"]["time_source"] == "filename"
    events = report_of(trip[0])["events"]
    assert [event["id"] for event in events] == [1, 2, 3]
    assert "Rome" in events[0]["name"]


def test_copies_are_grouped_and_the_larger_one_is_the_best(trip):
    photos = photos_of(trip)
    large, small = photos["IMG_1.jpg"], photos["IMG-20260621-WA0001.jpg"]
    assert large["duplicate_group"] == small["duplicate_group"] is not None
    assert (large["best"], small["best"]) == (True, False)
    twins = photos["IMG_3.jpg"], photos["IMG_3 copy.jpg"]
    assert twins[0]["duplicate_group"] == twins[1]["duplicate_group"] != large["duplicate_group"]
    assert sorted(photo["best"] for photo in twins) == [False, True]
    assert photos["IMG_2.jpg"]["duplicate_group"] is None
    assert len(photos["IMG_2.jpg"]["phash"]) == 64


def test_tags_are_most_certain_first_and_categories_are_among_them(trip):
    for photo in photos_of(trip).values():
        scores = [tag["score"] for tag in photo["tags"]]
        assert scores == sorted(scores, reverse=True)
        assert set(photo["categories"]) <= {tag["name"] for tag in photo["tags"]}
    assert any(photo["tags"] for photo in photos_of(trip).values())


def zipped(trip: tuple[Options, Report], **choice) -> zipfile.ZipFile:
    """The trip's zip with other options; it is looked at once."""
    stream = io.BytesIO()
    write_zip(stream, trip[1], Choice(**choice))
    return zipfile.ZipFile(stream)


def test_the_zip_by_place_without_copies(trip):
    with zipped(trip, layout=Layout.PLACE, drop=frozenset({"duplicates"})) as archive:
        assert [name.rsplit("/", 1)[0] for name in archive.namelist()] == [
            "Germany/Berlin",
            "Italy/Rome",
            "Italy/Rome",
        ]


def test_the_zip_by_day_with_what_is_known_written_in(trip, tmp_path):
    if shutil.which("exiftool") is None:
        pytest.skip("exiftool is not installed")
    with zipped(trip, layout=Layout.DAY, only_best=True, writes_metadata=True) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[0] == "2026-06-20 Saturday/IMG_1.jpg"
        archive.extractall(tmp_path / "out")
    command = ["exiftool", "-json", "-XMP:all", str(tmp_path / "out/2026-06-20 Saturday/IMG_1.jpg")]
    said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[0]
    assert (said["City"], said["Country"]) == ("Rome", "Italy")


@pytest.mark.parametrize(
    ("option", "sentence"),
    [({"drop": "everything"}, "only blurred and duplicates"), ({"time_zone": "Mars/Base"}, "no time zone")],
)
def test_options_that_mean_nothing_are_refused(folder, option, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command(
            "organize",
            str(folder),
            "--zip=a.zip",
            "--report=a.json",
            *[f"--{k.replace('_', '-')}={v}" for k, v in option.items()],
        )


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
