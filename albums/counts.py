"""Numbers kept on rows so that no page counts: here is where they are made right again."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count

from albums.models import Face, Person


def recount_people(people: Collection[int]) -> None:
    """Set photo_count of these people, and a cover where none was chosen or the old one has gone."""
    counts = dict(
        Face.objects.present()
        .filter(person__in=people)
        .order_by()
        .values_list("person")
        .annotate(n=Count("photo", distinct=True))
    )
    covers = best_covers(people)
    changed = []
    for person in Person.objects.filter(pk__in=people).select_related("cover"):
        count = counts.get(person.pk, 0)
        keeps_cover = person.is_cover_chosen and person.cover and person.cover.person_id == person.pk
        cover_id = person.cover_id if keeps_cover else covers.get(person.pk)
        if (person.photo_count, person.cover_id) != (count, cover_id):
            person.photo_count, person.cover_id = count, cover_id
            changed.append(person)
    Person.objects.bulk_update(changed, ["photo_count", "cover"], batch_size=200)


def best_covers(people: Collection[int]) -> dict[int, int]:
    """The face that shows each of these people best: good quality first, then frontal, then large and sharp."""
    rows = Face.objects.present().filter(person__in=people).exclude(crop="")
    best: dict[int, tuple[tuple[bool, bool, float], int]] = {}
    for pk, person, quality, pose, width, sharpness in rows.values_list(
        "pk", "person", "quality", "pose", "width", "sharpness"
    ):
        rank = (quality == "A", pose == 0, min(width, 400) * max(sharpness, 0.1))
        if person not in best or rank > best[person][0]:
            best[person] = (rank, pk)
    return {person: pk for person, (_, pk) in best.items()}
