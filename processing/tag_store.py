"""EDGE: what analyzers see on photos, as rows of tags; what people said about a tag stays."""

from __future__ import annotations

from collections.abc import Iterable

from albums.models import Photo, PhotoTag, Tag
from albums.models.tags import TagState
from processing.contracts import TagFinding
from processing.pipeline import Analyzed

UNDECIDED = (TagState.MACHINE, TagState.PROPOSED)


def save_tags(photo: Photo, analyzed: Analyzed) -> None:
    """Write what the analyzers see; what they do not see any more goes, unless somebody agreed to it."""
    seen = [findings.tags for findings in analyzed.findings.values() if findings.tags is not None]
    if not seen:
        return
    found = {tag.name.casefold(): tag for tags in seen for tag in tags}
    tags = tags_of_site(found.values())
    rows = [row_of(photo, tags[key], tag) for key, tag in found.items()]
    old = PhotoTag.objects.filter(photo=photo, tag__room=None, state__in=UNDECIDED).exclude(tag__kind="own")
    old.exclude(tag__in=[tag.pk for tag in tags.values()]).delete()
    decided = set(
        PhotoTag.objects.filter(photo=photo).exclude(state__in=UNDECIDED).values_list("tag_id", flat=True)
    )
    PhotoTag.objects.bulk_create(
        [row for row in rows if row.tag_id not in decided],
        update_conflicts=True,
        unique_fields=["photo", "tag"],
        update_fields=["score", "state", "box"],
    )


def row_of(photo: Photo, tag: Tag, found: TagFinding) -> PhotoTag:
    region = found.region
    return PhotoTag(
        photo=photo,
        room_id=photo.room_id,
        tag=tag,
        score=found.score,
        state=TagState.MACHINE if found.is_sure else TagState.PROPOSED,
        box=[region.x, region.y, region.width, region.height] if region else None,
    )


def tags_of_site(found: Iterable[TagFinding]) -> dict[str, Tag]:
    """The site's tags of these names, made where they are missing; by their keys."""
    wanted = {tag.name.casefold(): tag for tag in found}
    tags = {tag.key: tag for tag in Tag.objects.filter(room=None, key__in=wanted)}
    missing = [Tag(key=key, name=tag.name, kind=tag.kind) for key, tag in wanted.items() if key not in tags]
    if missing:
        Tag.objects.bulk_create(missing, ignore_conflicts=True)  # two workers may see the first beach at once
        tags = {tag.key: tag for tag in Tag.objects.filter(room=None, key__in=wanted)}
    return tags
