"""Numbers kept on rows so that no page counts: here is where they are made right again."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Max, Min

from albums.batches import id_batches
from albums.models import Event, Face, Person, Photo


def recount_people(people: Collection[int]) -> None:
    """Set photo_count of these people, and a cover where none was chosen or the old one has gone."""
    for batch in id_batches(people):
        _recount(batch)


def _recount(people: Collection[int]) -> None:
    counts = dict(
        Face.objects.in_albums()
        .filter(person__in=people)
        .order_by()
        .values_list("person")
        .annotate(n=Count("photo", distinct=True))
    )
    covers = best_covers(people)
    changed = []
    for person in Person.objects.filter(pk__in=people).select_related("cover__photo"):
        count = counts.get(person.pk, 0)
        is_chosen = person.is_cover_chosen and is_shown(person.cover, person)
        cover_id = person.cover_id if is_chosen else covers.get(person.pk)
        if (person.photo_count, person.cover_id, person.is_cover_chosen) != (count, cover_id, is_chosen):
            person.photo_count, person.cover_id, person.is_cover_chosen = count, cover_id, is_chosen
            changed.append(person)
    Person.objects.bulk_update(changed, ["photo_count", "cover", "is_cover_chosen"], batch_size=200)


def is_shown(face: Face | None, person: Person) -> bool:
    """Whether it is a face of this person, on a photo that is in albums."""
    return face is not None and face.person_id == person.pk and face.photo.is_in_albums


def best_covers(people: Collection[int]) -> dict[int, int]:
    """The face that shows each of these people best: good quality first, then frontal, then large and sharp."""
    rows = Face.objects.in_albums().filter(person__in=people).exclude(crop="")
    best: dict[int, tuple[tuple[bool, bool, float], int]] = {}
    for pk, person, quality, pose, width, sharpness in rows.values_list(
        "pk", "person", "quality", "pose", "width", "sharpness"
    ):
        rank = (quality == "A", pose == 0, min(width, 400) * max(sharpness, 0.1))
        if person not in best or rank > best[person][0]:
            best[person] = (rank, pk)
    return {person: pk for person, (_, pk) in best.items()}


def recount_events(events: Collection[int]) -> None:
    """Set photo_count, start and end of these events; one without photos keeps the time that it had."""
    for batch in id_batches(events):
        _recount_events(batch)


def _recount_events(events: Collection[int]) -> None:
    photos = Photo.objects.in_albums().filter(event__in=events).order_by().values_list("event")
    found = {
        event: row
        for event, *row in photos.annotate(n=Count("pk"), first=Min("sort_at"), last=Max("sort_at"))
    }
    changed = []
    for event in Event.objects.filter(pk__in=events):
        count, first, last = found.get(event.pk) or (0, event.starts_at, event.ends_at)
        if (event.photo_count, event.starts_at, event.ends_at) != (count, first, last):
            event.photo_count, event.starts_at, event.ends_at = count, first, last
            changed.append(event)
    Event.objects.bulk_update(changed, ["photo_count", "starts_at", "ends_at"], batch_size=200)
