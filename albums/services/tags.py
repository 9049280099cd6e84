"""Words on photos: put on, agreed to, removed; words of a room's own. What somebody decided is never changed by a machine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from accounts.models import User
from albums.batches import id_batches
from albums.errors import AlbumError, Conflict
from albums.models import PhotoChange, PhotoTag, Room, Tag
from albums.models.tags import TagKind, TagState
from albums.permissions import Action, require
from albums.services.chosen import present_ids
from albums.services.names import clean_name
from albums.services.photo_history import recorded
from albums.tag_words import stored_word

LONGEST_WORD = 60
MOST_WORDS = 500  # of a room's own
OF_SITE = gettext_lazy(
    "“{tag}” belongs to the whole site. You can remove it from photos; only an administrator can change the word."
)


@dataclass(frozen=True)
class Tagged:
    """What came of tagging: the word, how many photos it changed, and what can be undone (None if nothing changed)."""

    tag: Tag
    count: int
    change: PhotoChange | None


@transaction.atomic
def make(*, user: User, room: Room, name: str, is_of_site: bool = False) -> tuple[Tag, bool]:
    """A word of the room, or the one that it has already; whether it is new. Only staff makes words of the whole site."""
    require(user, Action.EDIT_PHOTOS, room)
    if is_of_site and not user.is_staff:
        raise AlbumError(gettext("Only an administrator can make a tag for the whole site."))
    name = stored_word(clean_name(name, what=gettext("The tag"), max_length=LONGEST_WORD))
    Room.objects.select_for_update(no_key=True).get(pk=room.pk)
    known = Tag.objects.known_in(room.pk).filter(key=name.casefold()).order_by("room").first()
    if known is not None:
        return known, False
    if not is_of_site and room.own_tags.count() >= MOST_WORDS:
        raise AlbumError(
            gettext("A room can have at most %(most_words)s tags of its own. Delete one that nobody needs.")
            % {"most_words": MOST_WORDS}
        )
    owner = None if is_of_site else room
    made = Tag.objects.create(room=owner, key=name.casefold(), name=name, kind=TagKind.OWN, created_by=user)
    return made, True


def own(user: User, room: Room, tag: Tag) -> None:
    """Refuse to change words that are not this room's own."""
    require(user, Action.EDIT_PHOTOS, room)
    if tag.room_id != room.pk:
        raise AlbumError(OF_SITE.format(tag=tag.word))


@transaction.atomic
def rename(*, user: User, room: Room, tag: Tag, name: str) -> PhotoChange | None:
    """Call a room's own tag otherwise; None if it is called so already."""
    own(user, room, tag)
    name = stored_word(clean_name(name, what=gettext("The tag"), max_length=LONGEST_WORD))
    if name == tag.name:
        return None
    if Tag.objects.known_in(room.pk).filter(key=name.casefold()).exclude(pk=tag.pk).exists():
        raise Conflict(
            gettext(
                "There is a tag “%(name)s” already. Choose another word, or tag the photos with that one."
            )
            % {"name": name}
        )
    with recorded(user=user, room=room, kind="tags", words=[tag.pk]) as draft:
        draft.summary = f"“{tag.name}” is called “{name}” now"
        Tag.objects.filter(pk=tag.pk).update(name=name, key=name.casefold())
    tag.refresh_from_db()
    return draft.made


@transaction.atomic
def delete(*, user: User, room: Room, tag: Tag) -> PhotoChange:
    """Take a room's own tag away, from all photos too."""
    own(user, room, tag)
    photos = list(PhotoTag.objects.filter(tag=tag).values_list("photo", flat=True))
    with recorded(user=user, room=room, kind="tags", photos=photos, words=[tag.pk], has_tags=True) as draft:
        draft.summary = f"The tag “{tag.name}” was deleted"
        Tag.objects.filter(pk=tag.pk).delete()
    return draft.made


@transaction.atomic
def put_on(*, user: User, room: Room, photo_ids: Collection[int], name: str) -> Tagged:
    """Tag photos with a word, made where the room does not know it yet."""
    tag, _ = make(user=user, room=room, name=name)
    return decide(user=user, room=room, tag=tag, photo_ids=photo_ids, is_right=True)


@transaction.atomic
def decide(*, user: User, room: Room, tag: Tag, photo_ids: Collection[int], is_right: bool) -> Tagged:
    """Say that a word is right for photos, or wrong; on photos that do not have it, it is put on or kept away."""
    require(user, Action.EDIT_PHOTOS, room)
    if tag.room_id not in (None, room.pk):
        raise AlbumError(gettext("This tag is not one of this room."))
    photos = present_ids(room, photo_ids)
    state = TagState.ACCEPTED if is_right else TagState.REFUSED
    decided: set[int] = set()
    for batch in id_batches(photos):
        rows = PhotoTag.objects.filter(photo__in=batch, tag=tag)
        decided |= set(rows.filter(state=state).values_list("photo", flat=True))
    changed = [pk for pk in photos if pk not in decided]
    if not changed:
        return Tagged(tag, 0, None)
    with recorded(user=user, room=room, kind="tags", photos=changed, has_tags=True) as draft:
        draft.summary = _summary(tag, len(changed), is_right=is_right)
        _set(room, [(photo, tag.pk) for photo in changed], state, user)
    return Tagged(tag, len(changed), draft.made)


def remove_by_name(*, user: User, room: Room, photo_ids: Collection[int], name: str) -> Tagged:
    """Take a word off photos that have it."""
    require(user, Action.EDIT_PHOTOS, room)
    key = stored_word(clean_name(name, what=gettext("The tag"), max_length=LONGEST_WORD)).casefold()
    tag = Tag.objects.known_in(room.pk).filter(key=key).first()
    if tag is None:
        raise AlbumError(gettext("No photo in this room has the tag “%(name)s”.") % {"name": name.strip()})
    photos: list[int] = []
    for batch in id_batches(present_ids(room, photo_ids)):
        having = PhotoTag.objects.filter(room=room, tag=tag, photo__in=batch).shown()
        photos += having.values_list("photo", flat=True)
    if not photos:
        return Tagged(tag, 0, None)
    return decide(user=user, room=room, tag=tag, photo_ids=photos, is_right=False)


@transaction.atomic
def answer(
    *, user: User, room: Room, right: Collection[int] = (), wrong: Collection[int] = ()
) -> PhotoChange | None:
    """Decide about what machines found or proposed, by ids of PhotoTag; what somebody has decided meanwhile stays."""
    require(user, Action.EDIT_PHOTOS, room)
    rows: dict[int, tuple[int, int]] = {}
    for batch in id_batches({*right, *wrong}):
        found = PhotoTag.objects.filter(room=room, pk__in=batch, state__in=("proposed", "machine"))
        rows.update((pk, (photo, tag)) for pk, photo, tag in found.values_list("pk", "photo", "tag"))
    yes, no = [rows[pk] for pk in right if pk in rows], [rows[pk] for pk in wrong if pk in rows]
    if not yes and not no:
        return None
    photos = {photo for photo, _ in (*yes, *no)}
    with recorded(user=user, room=room, kind="tags", photos=photos, has_tags=True) as draft:
        draft.summary = _review_summary(yes, no)
        _set(room, yes, TagState.ACCEPTED, user)
        _set(room, no, TagState.REFUSED, user)
    return draft.made


def _set(room: Room, pairs: Collection[tuple[int, int]], state: TagState, user: User) -> None:
    """Write a decision; a score that a machine gave is kept, as undoing brings it back."""
    now = timezone.now()
    rows = [
        PhotoTag(photo_id=photo, room=room, tag_id=tag, state=state, score=1.0, by=user, decided_at=now)
        for photo, tag in pairs
    ]
    PhotoTag.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["photo", "tag"],
        update_fields=["state", "by", "decided_at"],
    )


def _summary(tag: Tag, count: int, *, is_right: bool) -> str:
    photos = "1 photo" if count == 1 else f"{count:,} photos"
    return f"{photos} tagged “{tag.name}”" if is_right else f"“{tag.name}” removed from {photos}"


def _review_summary(yes: list[tuple[int, int]], no: list[tuple[int, int]]) -> str:
    tags = {tag for _, tag in (*yes, *no)}
    word = f"“{Tag.objects.get(pk=tags.pop()).name}”" if len(tags) == 1 else "Tags"
    said = [f"right for {len(yes):,}" if yes else "", f"wrong for {len(no):,}" if no else ""]
    text = " and ".join(part for part in said if part)
    return f"{word} {text} photo{'' if len(yes) + len(no) == 1 else 's'}"
