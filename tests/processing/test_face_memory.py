"""Whatever people say about faces outlives the machine's next look, and the photo itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from albums import housekeeping, own_data
from albums.models import Analysis, Face, FaceMemory, Job, Person, Photo, Refusal
from albums.services import faces as face_services
from albums.services import people, photos
from processing import people_store, store, tasks
from processing.errors import UnreadableImage
from tests import samples
from tests.processing import invented
from tests.processing.findings import analyzed, face_at

pytestmark = pytest.mark.django_db
DATA = samples.jpeg(seed=77)
SLOTS = (0, 1, 2)  # a machine finds a face in each hundred pixels; the fourth is drawn


def found(shift: int = 0, *, side: int = 40, slots=SLOTS):
    """Faces where they were, or a little aside, or in larger boxes around the same middle."""
    grown = (side - 40) // 2
    return [face_at(100 * slot + 50 + shift - grown, slot, y=60 - grown, side=side) for slot in slots]


@pytest.fixture
def photo(add_photo) -> Photo:
    photo = add_photo(data=DATA)
    store.save(photo, analyzed(faces=found()))
    return photo


@pytest.fixture
def anna(room) -> Person:
    return Person.objects.create(room=room, name="Anna")


class Words:
    """The things that people can say about the faces of a photo."""

    def __init__(self, alice, room, photo, anna):
        self.alice, self.room, self.photo, self.anna = alice, room, photo, anna
        self.first, self.second, _ = Face.objects.filter(photo=photo).order_by("x")

    def group(self) -> Person:
        """The machine's own group, with the first face in it."""
        person = Person.objects.create(room=self.room)
        Face.objects.filter(pk=self.first.pk).update(person=person)
        return person

    def confirm(self):
        people.confirm_faces(user=self.alice, person=self.anna, face_ids=[self.first.pk])

    def refuse(self):
        Face.objects.filter(pk=self.first.pk).update(person=self.anna)
        people.refuse_faces(user=self.alice, person=self.anna, face_ids=[self.first.pk])

    def name(self):
        people.name_person(user=self.alice, person=self.group(), name="Ben")

    def merge(self):
        people.merge_people(user=self.alice, into=self.anna, others=[self.group()])

    def merge_later(self):
        """Whom it was confirmed for is merged into somebody else afterwards."""
        ben = Person.objects.create(room=self.room, name="Ben")
        people.confirm_faces(user=self.alice, person=ben, face_ids=[self.first.pk])
        people.merge_people(user=self.alice, into=self.anna, others=[ben])

    def split(self):
        Face.objects.update(person=self.anna)
        people.move_faces(user=self.alice, room=self.room, face_ids=[self.first.pk], to=None)

    def hide(self):
        people.hide_person(user=self.alice, person=self.group(), is_hidden=True)

    def dismiss(self):
        face_services.dismiss(user=self.alice, room=self.room, face_ids=[self.second.pk])

    def draw(self):
        face_services.draw(
            user=self.alice, photo=self.photo, x=350, y=60, width=40, height=40, person=self.anna
        )


WORDS = ("confirm", "refuse", "name", "merge", "merge_later", "split", "hide", "dismiss", "draw")


@pytest.fixture(params=WORDS)
def said(request, alice, room, photo, anna):
    photo.refresh_from_db()
    getattr(Words(alice, room, photo, anna), request.param)()
    before = what_is_said(room)
    assert before["faces"]
    return before


def what_is_said(room) -> dict:
    """What people said in the room, face by face (by its place on the photo), and of whom."""
    refused = {pk: set() for pk in room.faces.values_list("pk", flat=True)}
    for face, person in Refusal.objects.values_list("face", "person"):
        refused[face].add(person)
    faces = {}
    for face in room.faces.filter(photo__deleted_at=None):
        if face.is_fixed or face.is_drawn or face.is_dismissed or refused[face.pk]:
            place = (face.x + face.width // 2) // 100
            person = face.person_id if face.is_fixed else None
            faces[place] = (person, face.assignment, face.is_drawn, face.is_dismissed, refused[face.pk])
    columns = ("pk", "name", "is_hidden", "merged_into")
    return {
        "faces": faces,
        "people": sorted(room.people.exclude(name="", is_hidden=False).values_list(*columns)),
    }


def delete_for_good(alice, room, photo) -> None:
    photos.trash_photos(user=alice, room=room, photo_ids=[photo.pk])
    Photo.objects.update(deleted_at=timezone.now() - timedelta(days=400))
    assert housekeeping.empty_trash() == 1


@pytest.mark.parametrize("faces", [found(6), found(side=76), []], ids=["aside", "larger", "not at all"])
def test_what_people_said_outlives_a_newer_detector(room, photo, said, faces):
    store.save(photo, analyzed(faces=faces))
    assert what_is_said(room) == said


def test_what_people_said_outlives_a_sort_of_everything(room, photo, said):
    people_store.sort_all(room)
    room.refresh_from_db()
    people_store.sort_all(room)
    assert what_is_said(room) == said


def test_what_people_said_outlives_the_trash(alice, room, photo, said, add_photo):
    photos.trash_photos(user=alice, room=room, photo_ids=[photo.pk])
    housekeeping.empty_trash()
    again = add_photo(data=DATA)
    assert again == photo
    store.save(again, analyzed(faces=found()))
    assert what_is_said(room) == said


@pytest.mark.parametrize(
    "faces", [found(), found(6), found(side=76), []], ids=["same", "aside", "larger", "none"]
)
def test_what_people_said_outlives_the_deletion_of_the_photo(alice, room, photo, said, add_photo, faces):
    delete_for_good(alice, room, photo)
    assert not Face.objects.exists()
    again = add_photo(data=DATA)
    assert again.pk != photo.pk
    store.save(again, analyzed(faces=faces))
    assert what_is_said(room) == said
    assert not FaceMemory.objects.exists()


def test_no_descriptor_is_remembered_and_nothing_that_nobody_spoke_about(alice, room, photo, anna):
    Words(alice, room, photo, anna).confirm()
    delete_for_good(alice, room, photo)
    memory = FaceMemory.objects.get()
    assert (memory.sha256, memory.person, memory.assignment) == (photo.sha256, anna, "confirmed")
    assert "descriptor" not in {field.name for field in FaceMemory._meta.get_fields()}


def test_a_memory_follows_a_merge_made_while_the_photo_was_gone(alice, room, photo, anna, add_photo):
    Words(alice, room, photo, anna).confirm()
    delete_for_good(alice, room, photo)
    ben = Person.objects.create(room=room, name="Ben")
    people.merge_people(user=alice, into=ben, others=[anna])
    store.save(add_photo(data=DATA), analyzed(faces=found()))
    ben.refresh_from_db()
    assert (ben.faces.count(), ben.photo_count) == (1, 1)


def test_the_photos_of_a_deleted_account_are_remembered_like_others(room, bob, anna, add_photo):
    photo = add_photo(bob, data=DATA)
    store.save(photo, analyzed(faces=found()))
    Face.objects.filter(x=50).update(person=anna, assignment="confirmed")
    own_data.let_go(user=bob, with_photos=True)
    assert not Photo.objects.filter(pk=photo.pk).exists()
    store.save(add_photo(data=DATA), analyzed(faces=found()))
    assert anna.faces.get().x == 50


def test_a_person_keeps_the_name_without_any_photo(alice, room, photo, anna):
    Words(alice, room, photo, anna).confirm()
    delete_for_good(alice, room, photo)
    anna.refresh_from_db()
    assert (anna.name, anna.photo_count) == ("Anna", 0)


def test_memories_of_another_room_are_not_touched(alice, room, photo, anna):
    from albums.services.rooms import create_room

    Words(alice, room, photo, anna).confirm()
    delete_for_good(alice, room, photo)
    other = create_room(owner=alice, name="Another party")
    copy = Photo.objects.create(
        room=other, filename="a.jpg", format="JPEG", content_type="image/jpeg", original="a.jpg",
        sha256=photo.sha256, crc32=0, size_bytes=1,
    )  # fmt: skip
    store.save(copy, analyzed(faces=found()))
    assert not other.faces.filter(person__isnull=False).exists()
    assert FaceMemory.objects.count() == 1


def test_a_photo_that_comes_back_before_an_analyzer_can_look_waits_with_its_memories(
    alice, room, photo, anna, add_photo
):
    Words(alice, room, photo, anna).confirm()
    delete_for_good(alice, room, photo)
    again = add_photo(data=DATA)
    store.save(again, analyzed(faces=None, findings={}, errors={"faces": "The face model is missing."}))
    assert FaceMemory.objects.count() == 1


def test_a_face_that_comes_back_and_that_nobody_finds_is_described_again(
    alice, room, photo, anna, add_photo, monkeypatch
):
    Words(alice, room, photo, anna).draw()
    delete_for_good(alice, room, photo)
    again = add_photo(data=DATA)
    monkeypatch.setattr(store, "analyze_file", lambda *_, **__: analyzed(faces=found()))
    tasks.analyze_photo(Job.objects.get(kind="analyze", photo=again).pk)
    assert Job.objects.filter(kind="describe", photo=again, state="queued").exists()


def test_a_detector_that_finds_a_drawn_face_fills_it(alice, room, photo, anna):
    Words(alice, room, photo, anna).draw()
    store.save(photo, analyzed(faces=found(slots=(*SLOTS, 3))))
    face = Face.objects.get(is_drawn=True)
    assert (face.person, face.quality, len(face.descriptor)) == (anna, "A", 512)
    assert Face.objects.count() == 4


def test_a_face_is_sorted_again_when_its_descriptor_changes_and_only_then(photo):
    Face.objects.update(is_sorted=True)
    store.save(photo, analyzed(faces=found(6)))
    assert Face.objects.filter(is_sorted=True).count() == 3
    store.save(photo, analyzed(faces=[face_at(50, 9, y=60), *found(slots=(1, 2))]))
    assert Face.objects.filter(is_sorted=True).count() == 2


class TestDrawn:
    @pytest.fixture
    def drawn(self, alice, room, photo) -> Face:
        photo.refresh_from_db()
        face, _ = face_services.draw(user=alice, photo=photo, x=340, y=60, width=40, height=40)
        return face

    @pytest.fixture
    def describes(self, monkeypatch):
        def describe(picture, region):
            finding = face_at(region.x, 5).finding
            finding.region = region
            return finding

        monkeypatch.setattr(store, "describe_region", describe)

    def test_a_drawn_face_is_described_and_gets_its_crop(self, photo, drawn, describes):
        assert store.describe_drawn(photo.pk)
        drawn.refresh_from_db()
        assert (len(drawn.descriptor), drawn.is_drawn, drawn.is_sorted) == (512, True, False)
        assert drawn.crop.read()[:2] == b"\xff\xd8"
        assert not store.describe_drawn(photo.pk)

    def test_a_box_that_is_taken_back_meanwhile_stays_away(self, photo, drawn, monkeypatch, settings):
        def describe(picture, region):
            Face.objects.filter(pk=drawn.pk).delete()
            return face_at(region.x).finding

        monkeypatch.setattr(store, "describe_region", describe)
        assert not store.describe_drawn(photo.pk)
        assert not Face.objects.filter(pk=drawn.pk).exists()

    def test_who_it_is_is_kept_when_that_was_said_meanwhile(self, photo, drawn, anna, monkeypatch):
        def describe(picture, region):
            Face.objects.filter(pk=drawn.pk).update(person=anna, assignment="confirmed")
            return face_at(region.x).finding

        monkeypatch.setattr(store, "describe_region", describe)
        store.describe_drawn(photo.pk)
        anna.refresh_from_db()
        assert (anna.faces.get(), anna.photo_count, anna.cover) == (drawn, 1, drawn)

    def test_a_photo_that_cannot_be_read_any_more_stays_a_good_photo(self, photo, drawn, monkeypatch):
        def fail(*_, **__):
            raise UnreadableImage("The picture is damaged.")

        monkeypatch.setattr(store, "open_picture", fail)
        job = Job.objects.get(kind="describe")
        tasks.describe_photo(job.pk)
        job.refresh_from_db()
        assert (job.state, job.failure) == ("failed", "The picture is damaged.")
        assert Photo.objects.get(pk=photo.pk).state == "ready"
        assert (Face.objects.get(pk=drawn.pk).quality, bytes(Face.objects.get(pk=drawn.pk).descriptor)) == (
            "C",
            b"",
        )

    def test_a_small_drawn_face_is_looked_at_in_a_large_picture(self, photo, monkeypatch):
        sides = []
        monkeypatch.setattr(store, "open_picture", lambda _, side_px, **__: sides.append(side_px))
        photo.width, photo.height = 6000, 4000
        for side in (1000, 300, 20):
            store.open_for_faces(photo, None, [Face(width=side, height=side)])
        assert sides == [1600, 3000, 6000]


def test_a_real_face_that_was_drawn_is_sorted_to_its_person(alice, room, add_photo):
    (first, _), *rest = [(path, person) for path, person in samples.face_photos() if person == "Barack"]
    for path, _ in rest:
        store.analyze(add_photo(data=path.read_bytes(), name=path.name).pk)
    photo = add_photo(data=first.read_bytes(), name=first.name)
    store.analyze(photo.pk)
    face = photo.faces.get()
    box = {"x": face.x, "y": face.y, "width": face.width, "height": face.height}
    face.delete()
    photo.refresh_from_db()
    drawn, _ = face_services.draw(user=alice, photo=photo, **box)
    assert store.describe_drawn(photo.pk)
    people_store.group_faces(room.pk)
    drawn.refresh_from_db()
    assert drawn.person.photo_count == 3


def test_faces_that_a_newer_version_describes_anew_are_found_again_by_the_real_clusterer(
    room, add_photo, anna
):
    """A newer analyzer: other boxes, other descriptors; named people stay who they are."""
    photo_rows = [add_photo(data=samples.jpeg(seed=100 + at)) for at in range(4)]

    def look(shift: int, take: int) -> None:
        for at, photo in enumerate(photo_rows):
            finding = face_at(50 + shift, at)
            finding.finding.descriptor = invented.descriptors(1, 8)[at + take]
            store.save(photo, analyzed(faces=[finding]))
        people_store.group_faces(room.pk)

    look(0, 0)
    Face.objects.update(person=anna, assignment="named")
    Analysis.objects.update(version=0)
    look(8, 4)
    assert set(Face.objects.values_list("person", "is_sorted")) == {(anna.pk, True)}
