"""The words of a room with how many photos carry them, and those of single photos."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Abs, Coalesce

from albums.models import Photo, PhotoTag, Room, Tag
from albums.models.tags import TagKind, TagState

PERCENT = 0.5  # what is as likely right as wrong


@dataclass(frozen=True)
class Word:
    """A tag as a room uses it.

    Attributes:
        count: photos in albums that carry it.
        open_count: photos for which it is only proposed.
    """

    tag: Tag
    count: int
    open_count: int = 0
    cover: Photo | None = None


def words_of(room: Room, *, kinds: Collection[str] = ()) -> list[Word]:
    """The words of a room, most used first: its own ones all, others where a photo carries them."""
    counts = counts_of(room, (TagState.MACHINE, TagState.ACCEPTED))
    proposed = counts_of(room, (TagState.PROPOSED,))
    tags = Tag.objects.known_in(room.pk)
    if kinds:
        tags = tags.filter(kind__in=kinds)
    words = [
        Word(tag, counts.get(tag.pk, 0), proposed.get(tag.pk, 0))
        for tag in tags
        if counts.get(tag.pk) or (tag.kind == TagKind.OWN and (tag.room_id or proposed.get(tag.pk)))
    ]
    return sorted(words, key=lambda word: (-word.count, word.tag.key))


def counts_of(room: Room, states: Sequence[str], among: QuerySet[PhotoTag] | None = None) -> dict[int, int]:
    """Photos in albums by tag. Those that are in none are counted by themselves: they are few, and no join is needed."""
    rows = (PhotoTag.objects.all() if among is None else among).filter(state__in=states)
    counts = _count(rows.filter(room=room))
    hidden = Photo.objects.filter(room=room).apart().values("pk")
    # without the room, so that the words of these few photos are looked up and not all of the room's
    for tag, count in _count(rows.filter(photo__in=hidden)).items():
        counts[tag] -= count
    return counts


def _count(rows: QuerySet[PhotoTag]) -> dict[int, int]:
    return dict(rows.order_by().values_list("tag").annotate(n=Count("pk")))


def with_covers(room: Room, words: Sequence[Word]) -> list[Word]:
    """The words with the photo that shows each best, in three queries: what somebody accepted, else what is most certain."""
    best = PhotoTag.objects.filter(
        room=room, tag=OuterRef("pk"), photo__deleted_at=None, photo__left_out=""
    ).order_by("-score", "pk")
    # Each state by itself: their index then ends with the score, and nothing has to be sorted.
    accepted, found = (
        Subquery(best.filter(state=state).values("photo")[:1])
        for state in (TagState.ACCEPTED, TagState.MACHINE)
    )
    tags = Tag.objects.filter(pk__in=[word.tag.pk for word in words if word.count])
    covers = dict(tags.annotate(cover=Coalesce(accepted, found)).values_list("pk", "cover"))
    photos = Photo.objects.with_files().in_bulk([pk for pk in covers.values() if pk])
    return [
        Word(word.tag, word.count, word.open_count, photos.get(covers.get(word.tag.pk) or 0))
        for word in words
    ]


def count_to_review(room: Room, tag: Tag | None = None) -> int:
    """How many `to_review` has, without looking at every photo."""
    among = None if tag is None else PhotoTag.objects.filter(tag=tag)
    return sum(counts_of(room, (TagState.MACHINE, TagState.PROPOSED), among).values())


def to_review(room: Room, tag: Tag | None = None) -> QuerySet[PhotoTag]:
    """What nobody has decided about yet, least certain first: `doubt` is 0 for what is as likely right as wrong."""
    rows = PhotoTag.objects.filter(room=room).open()
    if tag is not None:
        rows = rows.filter(tag=tag)
    return rows.annotate(doubt=Abs(F("score") - PERCENT)).order_by("doubt", "pk")


def tags_of(photo: Photo) -> list[PhotoTag]:
    """The words of a photo: own and decided ones first, then the most certain; then what is only proposed."""
    rows = list(photo.photo_tags.exclude(state=TagState.REFUSED).select_related("tag"))
    return sorted(rows, key=_place)


def _place(row: PhotoTag) -> tuple[bool, bool, float, str]:
    is_proposed = row.state == TagState.PROPOSED
    return (is_proposed, row.state != TagState.ACCEPTED, -row.score, row.tag.key)
