"""Measuring faces: metrics by hand, truths as they are written, rooms, baselines, and what adding photos does."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from processing.contracts import FaceFinding, Findings, KnownFace, Region
from processing.measuring import finding, memory, methods, metrics, rooms, scale, sorting, speed, truths
from processing.measuring.baselines import FullSize, Thumbnail
from processing.measuring.methods import Look, Ours, SeenFace
from processing.measuring.rooms import Room, Truth
from processing.measuring.truths import LabelledFolder, LabelledPhoto, MarkedPhoto
from tests import samples

NOTHING = {"decode": 0.0, "detect": 0.0, "describe": 0.0}


def seen(x: int, looks_like: float = 0, width: int = 10) -> SeenFace:
    """A face at x whose descriptor says whom it looks like: faces of one number are the same, others far apart."""
    descriptor = np.zeros(128, np.float32)
    descriptor[int(looks_like)] = 1
    return SeenFace(Region(x, 0, width, width), descriptor)


def look(*faces: SeenFace) -> Look:
    return Look(100, 10, faces, NOTHING)


def invented(person: int, at: int) -> np.ndarray:
    """A descriptor of one invented person; all are far apart."""
    return seen(0, person).descriptor + np.random.default_rng(at).normal(size=128).astype(np.float32) * 0.02


def known(descriptors: Sequence[Sequence[float]]) -> list[KnownFace]:
    """Faces on a photo each."""
    return [KnownFace(at, at, np.array(one, np.float32), "A") for at, one in enumerate(descriptors)]


def folder(*people: str) -> LabelledFolder:
    """A folder with one photo for each name; names of one photo are separated by a semicolon."""
    photos = [LabelledPhoto(Path(f"{at}.jpg"), tuple(names.split(";"))) for at, names in enumerate(people)]
    return LabelledFolder("folder", tuple(photos))


class ByLook:
    """Sorts faces by the largest number of their descriptor; the faces in `alone` stay alone."""

    name = "by look"

    def __init__(self, alone: Sequence[int] = ()) -> None:
        self.alone = set(alone)

    def look(self, path: Path) -> Look:
        raise NotImplementedError

    def sort(self, faces: Sequence[KnownFace]) -> list[int]:
        return [
            -1 - at if face.id in self.alone else int(face.descriptor.argmax())
            for at, face in enumerate(faces)
        ]


class ByArrival:
    """Puts the first half of the faces into one person and the rest into another, whoever they are."""

    name = "by arrival"

    def look(self, path: Path) -> Look:
        raise NotImplementedError

    def sort(self, faces: Sequence[KnownFace]) -> list[int]:
        return [int(at >= len(faces) / 2) for at in range(len(faces))]


# Metrics. Three faces are together, of which two belong together; the fourth belongs to the third.
LABELS, TRUTH = [1, 1, 1, 2], ["a", "a", "b", "b"]


def test_pairwise_counts_pairs():
    score = metrics.pairwise(LABELS, TRUTH)
    assert score.precision == pytest.approx(1 / 3)
    assert score.recall == pytest.approx(1 / 2)
    assert score.f == pytest.approx(0.4)


def test_bcubed_is_the_mean_over_faces():
    score = metrics.bcubed(LABELS, TRUTH)
    assert score.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert score.recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert score.f == pytest.approx(2 * (2 / 3) * (3 / 4) / (2 / 3 + 3 / 4))


@pytest.mark.parametrize("measure", [metrics.pairwise, metrics.bcubed])
def test_other_names_for_the_right_people_are_right(measure):
    assert measure([7, 7, 3], ["a", "a", "b"]) == metrics.Score(1.0, 1.0)


@pytest.mark.parametrize("measure", [metrics.pairwise, metrics.bcubed])
def test_no_faces_are_no_error(measure):
    assert measure([], []).f == 1.0


def test_everybody_alone_is_precise_and_finds_no_pair():
    assert metrics.pairwise([1, 2], ["a", "a"]) == metrics.Score(1.0, 0.0)
    assert metrics.pairwise([1, 2], ["a", "a"]).f == 0.0


def test_different_lengths_are_refused():
    with pytest.raises(ValueError, match="shorter"):
        metrics.bcubed([1, 2], ["a"])


def test_three_faces_of_one_photo_in_one_person_are_three_pairs():
    assert metrics.same_photo_pairs([1, 1, 1, 2, 1], [5, 5, 5, 5, 6]) == 3


# Truths.
def test_labels_name_one_person_or_several(tmp_path):
    (tmp_path / "labels.csv").write_text("file,people\na.jpg,ann\nb.jpg,ann; bob\n")
    (read,) = truths.read_labelled(tmp_path)
    assert [photo.people for photo in read.photos] == [("ann",), ("ann", "bob")]
    assert read.photos[0].path == tmp_path / "a.jpg"


def test_folders_in_a_folder_are_read_and_limited(tmp_path):
    for name in ("one", "two", "without"):
        (tmp_path / name).mkdir()
    (tmp_path / "one/labels.csv").write_text("file,person\na.jpg,ann\nb.jpg,bob\n")
    (tmp_path / "two/Family1-Dad2.jpg").touch()
    (tmp_path / "two/group.jpg").touch()
    (tmp_path / "without/picture.jpg").touch()
    read = truths.read_labelled(tmp_path, limit=1)
    assert [(one.name, one.photos[0].people) for one in read] == [
        ("one", ("ann",)),
        ("two", ("Family1-Dad",)),
    ]
    assert [len(one.photos) for one in read] == [1, 1]


def test_files_without_a_name_stay_in_the_folder(tmp_path):
    for name in ("Family1-Dad1.jpg", "group.jpg", "readme.txt"):
        (tmp_path / name).touch()
    (read,) = truths.read_labelled(tmp_path)
    assert [photo.people for photo in read.photos] == [("Family1-Dad",), ()]


def test_annotations_name_people_and_mark_noses(tmp_path):
    (tmp_path / "a.jpg").touch()
    marks = {"nose_points_xy_at_full_resolution": {"a.jpg": [[3, 4]]}, "identity_by_file": {"a.jpg": "A"}}
    (tmp_path / "annotations.json").write_text(json.dumps(marks))
    assert truths.read_labelled(tmp_path)[0].photos[0].people == ("A",)
    assert truths.read_marked(tmp_path)[0].photos == (MarkedPhoto(tmp_path / "a.jpg", noses=((3, 4),)),)


def test_boxes_of_dlib_are_read_without_those_to_be_ignored(tmp_path):
    (tmp_path / "boxes.xml").write_text(
        "<dataset><images><image file='a.jpg'><box top='1' left='2' width='3' height='4'/>"
        "<box top='9' left='9' width='9' height='9' ignore='1'/></image></images></dataset>"
    )
    (read,) = truths.read_marked(tmp_path)
    assert read.photos[0].boxes == (Region(2, 1, 3, 4),)


@pytest.mark.parametrize(
    ("file", "content", "read"),
    [
        ("labels.csv", "name\nann\n", truths.read_labelled),
        ("boxes.xml", "<images><image file='a.jpg'><box top='1'/></image></images>", truths.read_marked),
        ("boxes.xml", "no xml", truths.read_marked),
        ("annotations.json", "{", truths.read_marked),
    ],
)
def test_a_truth_that_makes_no_sense_is_refused_with_its_name(tmp_path, file, content, read):
    (tmp_path / file).write_text(content)
    with pytest.raises(truths.DataError, match=file):
        read(tmp_path)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(truths.DataError, match="There is no folder"):
        truths.read_labelled(tmp_path / "nowhere")


# Rooms.
def test_the_main_face_is_the_one_nearest_to_the_middle():
    assert rooms.nearest_to_middle(look(seen(0), seen(40), seen(80))) == 1
    assert rooms.nearest_to_middle(look()) is None


def test_a_room_as_it_is_holds_all_faces_and_knows_the_main_ones():
    room = rooms.as_it_is(folder("ann", "ann;bob", "bob"), [look(seen(0), seen(45)), look(seen(5)), look()])
    assert [face.photo for face in room.faces] == [0, 0, 1]
    assert room.truths == (Truth("ann", 0, 1), Truth("bob", 2, None))
    assert room.groups == {1: frozenset({"ann", "bob"})}


def test_a_drawn_room_has_friends_strangers_and_nobody_twice_on_a_photo():
    friends, strangers = [f"friend {n}" for n in range(6)], [f"stranger {n}" for n in range(20)]
    drawn = rooms.draw(folder(*friends * 5, *strangers), count=4, seed=1)
    shown = Counter(person for person, _, _ in drawn)
    assert sorted(shown.values()) == [1] * 6 + [5] * 4  # 30 % of 20 faces are 6 strangers
    assert max(Counter((person, photo) for person, _, photo in drawn).values()) == 1
    assert max(Counter(photo for _, _, photo in drawn).values()) <= rooms.MAX_FACES


def test_the_same_seed_draws_the_same_room():
    people = folder(*["ann", "bob", "eve"] * 4)
    assert rooms.draw(people, 2, seed=3) == rooms.draw(people, 2, seed=3) != rooms.draw(people, 2, seed=4)


def test_too_few_people_make_no_room():
    assert rooms.draw(folder("ann", "ann", "ann", "ann", "bob"), 40, seed=0) == []


def test_a_missed_face_is_a_truth_without_a_face():
    room = rooms.as_drawn([("ann", 0, 1), ("bob", 1, 1)], [look(), look(seen(0))])
    assert room.truths == (Truth("ann", 1, None), Truth("bob", 1, 0))
    assert [face.photo for face in room.faces] == [1]


def test_a_shuffled_room_holds_the_same_faces_on_the_same_photos():
    room = rooms.as_it_is(folder("a", "b", "c"), [look(seen(0), seen(50)), look(seen(0)), look(seen(0))])
    mixed, order = rooms.shuffled(room, seed=2)
    assert order != sorted(order)
    assert [face.id for face in mixed] == [0, 1, 2, 3]
    assert all(one.descriptor is room.faces[at].descriptor for one, at in zip(mixed, order, strict=True))
    together = {frozenset((order.index(0), order.index(1)))}
    assert {
        frozenset((a.id, b.id)) for a in mixed for b in mixed if a.id < b.id and a.photo == b.photo
    } == together


def test_files_that_one_method_cannot_read_are_skipped_for_all(tmp_path):
    class Reader(ByLook):
        def look(self, path: Path) -> Look:
            if path.name == "bad.jpg":
                raise OSError
            return look(seen(0))

    said: list[str] = []
    looker = rooms.Looker([Reader()], said.append)
    bad, good = tmp_path / "bad.jpg", tmp_path / "good.jpg"
    assert [bool(one) for one in looker.look([bad, good, bad], "photos")] == [False, True, False]
    assert looker.skipped == [bad]
    assert said == ["photos: 3 of 3 photos looked at"]


# Sorting.
def test_a_missed_face_counts_as_alone():
    room = rooms.as_it_is(folder("ann", "ann", "ann"), [look(seen(0)), look(seen(0)), look()])
    row = sorting.measure_room(room, ByLook(), shuffles=1)
    assert row["missed"] == 1
    assert row["pair_precision"] == 1.0
    assert row["pair_recall"] == pytest.approx(1 / 3)
    assert row["bcubed_recall"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3) / 3)


def test_violations_count_over_all_faces_also_those_that_nobody_named():
    room = rooms.as_it_is(folder("ann"), [look(seen(0), seen(45), seen(90))])
    assert sorting.measure_room(room, ByLook(), shuffles=0)["same_photo"] == 3


def test_order_dependence_is_seen():
    room = rooms.as_it_is(folder(*"abcdef"), [look(seen(0, at)) for at in range(6)])
    assert sorting.measure_room(room, ByLook(), shuffles=3)["order"] == 1.0
    assert sorting.measure_room(room, ByArrival(), shuffles=3)["order"] < 1.0


def test_a_group_photo_is_right_when_exactly_its_people_are_found():
    people = folder("ann", "bob", *["ann;bob"] * 4)
    right = (
        look(seen(0, 1), seen(30, 2)),
        look(seen(0, 1), seen(30, 2), seen(60, 7)),
    )  # 7: nobody knows whose it is
    wrong = look(seen(0, 1), seen(30, 3)), look(seen(0, 1), seen(30, 2), seen(60, 2))
    row = sorting.measure_room(
        rooms.as_it_is(people, [look(seen(0, 1)), look(seen(0, 2)), *right, *wrong]), ByLook(), shuffles=0
    )
    assert (row["groups"], row["groups_right"]) == (4, 2)


def test_drawn_rooms_are_averaged_and_errors_added_up():
    people = folder(*["ann", "bob"] * 4, "eve")
    looks = {"by look": [look(seen(0, at % 2)) for at in range(8)] + [look(seen(0, 5))]}
    (row,) = sorting.measure_drawn(people, looks, [ByLook(alone=[0])], people=2, seeds=2, shuffles=0)
    assert row["room"] == "2 rooms of 2"
    assert row["faces"] == 9
    assert row["pair_precision"] == 1.0
    assert 0.5 < row["pair_recall"] < 1.0


# Ours.
def test_ours_gives_faces_without_a_person_labels_of_their_own():
    faces = known(np.eye(4, 128))
    assert methods.labelled({0: 7, 1: None, 2: -1, 3: None}, faces) == [7, -3, -1, -5]


def test_ours_splits_the_analyzers_time_and_leaves_it_as_it_was(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(samples.jpeg(80, 60))

    def detect(image: object) -> list[int]:
        return [1]

    def analyze(picture: object) -> Findings:
        analyzer.detect(picture)
        face = FaceFinding(Region(1, 2, 3, 4), 1.0, np.zeros(128, np.float32), 2.0, 0, "B")
        return Findings(faces=[face])

    ours = Ours()
    ours.analyzer = analyzer = SimpleNamespace(side_px=40, detect=detect, analyze=analyze)
    ours.searchers = [analyzer]
    seen_by_us = ours.look(path)
    assert (seen_by_us.width, seen_by_us.height) == (80, 60)
    assert [(face.region, face.quality) for face in seen_by_us.faces] == [(Region(1, 2, 3, 4), "B")]
    assert all(seen_by_us.seconds[stage] > 0 for stage in methods.STAGES)
    assert analyzer.detect is detect


def test_faces_that_arrive_later_join_the_people_who_are_there_or_are_new():
    people = [at % 3 for at in range(60)] + [3] * 30  # the last one is on the later photos only
    faces = [KnownFace(at, at, invented(person, at), "A") for at, person in enumerate(people)]
    assert metrics.bcubed(methods.Live(Ours()).sort(faces), people).f == 1.0


def test_new_people_get_numbers_that_nobody_had():
    assert methods.numbered({1: -1, 2: -2, 3: 4, 4: None}, {9: 7, 8: None}) == {1: 8, 2: 9, 3: 4, 4: None}
    assert methods.numbered({1: -1}, {}) == {1: 1}


# Baselines.
@pytest.mark.parametrize("method", [FullSize(), Thumbnail()])
def test_a_tiny_room_is_no_trouble_for_a_baseline(method):
    assert method.sort([]) == []
    assert len(method.sort(known(np.eye(1, 128)))) == 1


def test_baseline_a_joins_what_is_connected():
    angles = (0.0, 0.3, 0.6, 2.0)  # cosine distance 0.045 from each to the next, 0.175 over two
    faces = known([[np.cos(angle), np.sin(angle)] for angle in angles])
    assert FullSize().sort(faces) == [0, 0, 0, 1]


def test_noise_of_baseline_b_stays_alone():
    places = [0, 0.01, 0.02, 10, 10.01, 10.02, 100, 500]
    labels = Thumbnail().sort(known([[place] * 128 for place in places]))
    assert len(set(labels[:3])) == len(set(labels[3:6])) == 1
    assert len(set(labels)) == 4


def test_baselines_see_photos_upright_and_give_boxes_at_full_size(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(samples.jpeg(2200, 100, orientation=6))
    for method in (FullSize(), Thumbnail()):
        found = method.look(path)
        assert (found.width, found.height, found.faces) == (100, 2200, ())


def test_baseline_b_takes_what_a_measured_where_both_see_the_same_pixels(tmp_path):
    small, high = tmp_path / "small.jpg", tmp_path / "high.jpg"
    small.write_bytes(samples.jpeg(90, 90))
    high.write_bytes(samples.jpeg(20, 1100))
    full_size = FullSize()
    thumbnail = Thumbnail(full_size)
    for path, is_shared in ((small, True), (high, False)):
        first, second = full_size.look(path), thumbnail.look(path)
        assert (first.seconds["detect"] == second.seconds["detect"]) is is_shared


def test_both_baselines_find_and_describe_a_real_face(tmp_path):
    path, _ = samples.face_photos()[0]
    from PIL import Image

    high = tmp_path / "high.jpg"
    Image.open(path).convert("RGB").resize((594, 1350)).save(high)
    (first,), (second,) = FullSize().look(high).faces, Thumbnail().look(high).faces
    assert first.region.overlap(second.region) > 0.6
    assert np.linalg.norm(first.descriptor - second.descriptor) < 0.4


# Finding.
def test_each_marked_face_gets_the_best_box_and_each_box_is_used_once():
    photo = MarkedPhoto(Path("a.jpg"), boxes=(Region(0, 0, 10, 10), Region(100, 0, 10, 10)))
    boxes = [Region(2, 0, 10, 10), Region(1, 0, 10, 10), Region(50, 50, 10, 10)]
    assert finding.match(photo, boxes) == {0: 1}


def test_a_nose_is_found_by_a_box_that_holds_it():
    photo = MarkedPhoto(Path("a.jpg"), noses=((5, 5), (30, 5)))
    assert finding.match(photo, [Region(0, 0, 11, 11), Region(33, 0, 10, 10)]) == {0: 0}


def test_small_faces_need_not_be_found_and_are_no_error(tmp_path):
    marked = truths.MarkedFolder(
        "groups", (MarkedPhoto(tmp_path / "a.jpg", boxes=(Region(0, 0, 50, 50), Region(80, 0, 20, 20))),)
    )

    class Finder(ByLook):
        def look(self, path: Path) -> Look:
            boxes = (Region(80, 0, 20, 20), Region(300, 0, 20, 20))
            return look(*(replace(seen(0), region=box) for box in boxes))

    (row,) = finding.measure_finding(marked, rooms.Looker([Finder()], lambda line: None))
    assert (row["large"], row["large_found"], row["marked"], row["marked_found"]) == (1, 0, 2, 1)
    assert row["precision"] == 0.5


def test_a_nose_is_as_wide_as_the_widest_box_around_it():
    photo = MarkedPhoto(Path("a.jpg"), noses=((5, 5), (105, 5), (500, 5)))
    drawn = {"one": look(seen(0, width=10), seen(100, width=20)), "two": look(seen(90, width=60))}
    assert finding._large(photo, drawn) == {1, 2}


# Speed.
def test_the_photo_for_the_speed_has_the_size_that_was_asked_for(tmp_path):
    portrait = tmp_path / "portrait.jpg"
    portrait.write_bytes(samples.jpeg(60, 90))
    speed.make_photo([speed.Portrait(portrait, Region(20, 20, 20, 20))], tmp_path / "photo.jpg", (400, 300))
    from PIL import Image

    assert Image.open(tmp_path / "photo.jpg").size == (400, 300)


def test_portraits_are_large_and_of_different_people(tmp_path):
    paths = []
    for name, side in (("small", 50), ("large", 90), ("twin", 80), ("other", 60), ("empty", 99)):
        paths.append(tmp_path / f"{name}.jpg")
        paths[-1].write_bytes(samples.jpeg(side, side))

    class Finder(ByLook):
        def look(self, path: Path) -> Look:
            return look() if path.stem == "empty" else look(seen(0))

    people = ["ann", "bob", "bob", "eve", "joe"]
    chosen = speed.choose_portraits(list(zip(paths, people, strict=True)), Finder())
    assert [one.path.stem for one in chosen] == ["large", "other", "small"]


# Memory.
def room_of(*people: str) -> Room:
    """A room with one face on each photo, all recognizable."""
    looks = [look(seen(0, sorted(set(people)).index(person))) for person in people]
    return rooms.as_it_is(folder(*people), looks)


def test_nothing_changes_for_a_method_that_is_always_right():
    room = room_of(*["ann", "bob"] * 6)
    (row,) = memory.measure_memory([room], [ByLook()])
    assert row["confirmed"] > 8
    assert row["named"] >= 4
    assert (row["changed"], row["lost"]) == (0, 0)


def test_people_who_are_put_together_later_cost_a_name_and_its_faces():
    class MergesLater(ByLook):
        def sort(self, faces: Sequence[KnownFace]) -> list[int]:
            return super().sort(faces) if len(faces) < 5 else [0] * len(faces)

    (row,) = memory.measure_memory([room_of(*["ann", "bob"] * 6)], [MergesLater()])
    assert row["lost"] > 0
    assert row["changed"] > 0


def test_our_clusterer_keeps_what_people_confirmed():
    faces, persons = scale.invent(240, seed=2)
    facts = tuple(
        Truth(str(person), face.photo, face.id) for face, person in zip(faces, persons, strict=True)
    )
    (row,) = memory.measure_memory([Room(tuple(faces), facts, {})], [Ours()])
    assert row["confirmed"] > 50
    assert (row["changed"], row["lost"]) == (0, 0)


def test_a_room_that_arrives_in_portions_ends_as_the_same_people():
    faces, _ = scale.invent(150, seed=3)
    at_once = Ours().sort(faces)
    assert metrics.bcubed(
        memory.arrive(Room(tuple(faces), (), {}), Ours(), seed=1), at_once
    ).f == pytest.approx(1.0)


def test_the_portions_grow_to_the_whole_room():
    room = room_of(*"abcdefg")
    first, second, third = memory.portions(room)
    assert first < second < third == set(range(7))


# Scale.
def test_invented_faces_are_as_far_apart_as_real_ones():
    faces, persons = scale.invent(600)
    descriptors = np.stack([face.descriptor for face in faces])
    apart = np.linalg.norm(descriptors[:, None] - descriptors, axis=2)
    same = persons[:, None] == persons
    assert np.median(apart[same & ~np.eye(600, dtype=bool)]) == pytest.approx(0.41, abs=0.03)
    assert np.median(apart[~same]) == pytest.approx(0.80, abs=0.03)
    assert descriptors.shape == (600, 128)


def test_invented_people_are_once_on_a_photo():
    faces, persons = scale.invent(500)
    assert metrics.same_photo_pairs(persons.tolist(), [face.photo for face in faces]) == 0
    assert 1 <= max(Counter(face.photo for face in faces).values()) <= scale.MAX_FACES


def test_an_invented_room_is_clustered_and_judged():
    row = scale.measure_cluster(300, Ours())
    assert row["faces"] == 300
    assert row["bcubed_f"] > 0.9
    assert row["same_photo"] == 0


def test_a_photo_is_assigned_to_an_invented_room():
    chosen, assigned = scale.measure_assign(300, Ours())
    assert (chosen["what"], assigned["what"]) == ("exemplars", "assign 5")
    assert assigned["right"] >= 4
