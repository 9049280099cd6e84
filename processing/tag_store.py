"""EDGE: what analyzers see on photos, as rows of tags; what people said about a tag stays."""

from __future__ import annotations

import itertools
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q

from albums.models import Face, Photo, PhotoTag, Tag
from albums.models.tags import TagState
from processing import categories
from processing.contracts import Region, TagFinding
from processing.pipeline import Analyzed

UNDECIDED = (TagState.MACHINE, TagState.PROPOSED)
BATCH = 500


def save_tags(photo: Photo, analyzed: Analyzed) -> None:
    """Write what the analyzers see; what they do not see any more goes, unless somebody has decided about it.

    Four queries for a new photo. A row that somebody decides about meanwhile is left as it is, but for where the thing is. Where an
    analyzer has failed nothing goes: it might have been the one that saw it.
    """
    seen = [findings.tags for findings in analyzed.findings.values() if findings.tags is not None]
    if not seen:
        return
    found = {tag.name.casefold(): tag for tag in categories.merged(itertools.chain(*seen))}
    words = words_for(photo.room_id, found.values())
    wanted = {words[key].pk: row_of(photo, words[key], tag) for key, tag in found.items()}
    rows = {row.tag_id: row for row in PhotoTag.objects.filter(photo=photo).select_related("tag")}
    gone = [row.pk for row in rows.values() if is_forgotten(row) and row.tag_id not in wanted]
    if gone and not analyzed.errors:
        PhotoTag.objects.filter(pk__in=gone, state__in=UNDECIDED).delete()
    for tag_id, row in wanted.items():
        old = rows.get(tag_id)
        if old is None:
            continue
        if (old.score, old.state) != (row.score, row.state):
            PhotoTag.objects.filter(pk=old.pk, state__in=UNDECIDED).update(score=row.score, state=row.state)
        if old.boxes != row.boxes and (row.boxes or not analyzed.errors):
            PhotoTag.objects.filter(pk=old.pk).update(boxes=row.boxes)
    PhotoTag.objects.bulk_create(
        [row for tag_id, row in wanted.items() if tag_id not in rows], ignore_conflicts=True
    )


def is_forgotten(row: PhotoTag) -> bool:
    """Whether a row goes when no analyzer sees it any more: not what people taught, said, or what faces say."""
    is_ours = row.tag.room_id is None and row.tag.kind != "own" and row.tag.key not in categories.PEOPLE_WORDS
    return is_ours and row.state in UNDECIDED


def row_of(photo: Photo, tag: Tag, found: TagFinding) -> PhotoTag:
    return PhotoTag(
        photo=photo,
        room_id=photo.room_id,
        tag=tag,
        score=found.score,
        state=TagState.MACHINE if found.is_sure else TagState.PROPOSED,
        boxes=[[one.x, one.y, one.width, one.height] for one in found.regions] or None,
    )


def words_for(room_id: uuid.UUID, found: Iterable[TagFinding]) -> dict[str, Tag]:
    """The tags of these names by their keys: the room's own where it has one of that name, else the site's, made if missing."""
    wanted = {tag.name.casefold(): tag for tag in found}
    tags = _known(room_id, wanted)
    missing = [Tag(key=key, name=tag.name, kind=tag.kind) for key, tag in wanted.items() if key not in tags]
    if missing:
        Tag.objects.bulk_create(missing, ignore_conflicts=True)  # two workers may see the first beach at once
        tags = _known(room_id, wanted)
    return tags


def _known(room_id: uuid.UUID, keys: Iterable[str]) -> dict[str, Tag]:
    tags = list(Tag.objects.known_in(room_id).filter(key__in=list(keys)))
    return {tag.key: tag for tag in sorted(tags, key=lambda tag: tag.room_id is not None)}


def save_people_tags(photo_ids: Collection[int]) -> None:
    """Have portrait, couple and group follow the faces that photos have now; what people said about them stays.

    Five queries for up to 500 photos.
    """
    ordered = sorted(photo_ids)
    for start in range(0, len(ordered), BATCH):
        _save_people_tags(ordered[start : start + BATCH])


def _save_people_tags(photo_ids: Collection[int]) -> None:
    photos = Photo.objects.filter(pk__in=photo_ids).only("pk", "room_id", "width", "height")
    faces: dict[int, list[Region]] = defaultdict(list)
    counted = Q(quality__in=("A", "B")) | Q(is_drawn=True) | Q(assignment__in=("named", "confirmed"))
    rows = Face.objects.filter(counted, photo__in=photo_ids, is_dismissed=False).order_by("pk")
    for photo, *box in rows.values_list("photo", "x", "y", "width", "height"):
        faces[photo].append(Region(*box))
    named = {
        photo: {
            tag.name: tag
            for tag in categories.name_people(faces.get(photo.pk, ()), photo.width, photo.height)
        }
        for photo in photos
    }
    words = _people_words({photo.room_id for photo in photos}, is_needed=any(named.values()))
    if not words:
        return
    having: dict[int, list[PhotoTag]] = defaultdict(list)
    for row in PhotoTag.objects.filter(photo__in=photo_ids, tag__in=words.values()).select_related("tag"):
        having[row.photo_id].append(row)
    gone: list[int] = []
    made: list[PhotoTag] = []
    for photo, found in named.items():
        old = having[photo.pk]
        gone += [row.pk for row in old if row.state in UNDECIDED and row.tag.key not in found]
        if any(row.state == TagState.ACCEPTED for row in old):
            continue  # somebody knows better
        have = {row.tag.key for row in old}
        made += [
            row_of(photo, words.get((photo.room_id, name)) or words[None, name], tag)
            for name, tag in found.items()
            if name not in have
        ]
    PhotoTag.objects.filter(pk__in=gone, state__in=UNDECIDED).delete()
    PhotoTag.objects.bulk_create(made, ignore_conflicts=True)


def _people_words(
    rooms: Collection[uuid.UUID], *, is_needed: bool
) -> dict[tuple[uuid.UUID | None, str], Tag]:
    """The tags by room and word: the site's, made if needed, and those that rooms had made for themselves before."""
    known = Tag.objects.filter(Q(room=None) | Q(room__in=rooms), key__in=categories.PEOPLE_WORDS)
    words = {(tag.room_id, tag.key): tag for tag in known}
    missing = [name for name in categories.PEOPLE_WORDS if (None, name) not in words]
    if is_needed and missing:
        made = [Tag(key=name, name=name, kind=categories.CATEGORY) for name in missing]
        Tag.objects.bulk_create(made, ignore_conflicts=True)
        words = {(tag.room_id, tag.key): tag for tag in known.all()}
    return words
