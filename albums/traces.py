"""Where else people and their faces stand written: recorded changes, prepared zips, links, notices. Forgotten with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from albums.models import Child, Download, Notification, Person, PersonChange, Room, ShareLink
from albums.models.talk import NoticeKind
from processing.exporting.choices import Layout, Metadata
from processing.exporting.names import safe_component

ABOUT_FACES = (NoticeKind.NEW_PHOTOS_OF_YOU, NoticeKind.ALBUM_READY)


def forget_people(
    room: Room,
    *,
    people: Collection[int],
    faces: Collection[int] = (),
    user: User | None = None,
    child: Child | None = None,
) -> None:
    """Take these people and faces out of whatever would name them, or bring them back; call it while they are still there.

    Where it is a user who withdraws, for themselves or for a child, their own zips and links of that album go, too.
    """
    names = set(Person.objects.filter(pk__in=people).exclude(name="").values_list("name", flat=True))
    _forget_changes(room, {str(pk) for pk in people}, {str(pk) for pk in faces}, names)
    _forget_downloads(room, names)
    _end_links(room, {str(pk) for pk in people}, names)
    if user is not None:
        forget_album_of(room, user, child, names)


def forget_album_of(room: Room, user: User, child: Child | None, names: Collection[str] = ()) -> None:
    """Somebody's own zips and links of their album, or of a child's, and what they were told about it."""
    album = safe_component(str(child or user), fallback="photos")
    _delete_downloads(Download.objects.filter(room=room, user=user, title__iendswith=f"- {album}"))
    theirs = ShareLink.objects.filter(room=room, created_by=user)
    wanted = f"child={child.pk}" if child else "mine=1"
    _end([link for link in theirs.exclude(query="") if wanted in link.query.split("&")], names)
    Notification.objects.filter(room=room, user=user, kind__in=ABOUT_FACES).delete()


def _forget_changes(room: Room, people: set[str], faces: set[str], names: Collection[str]) -> None:
    """Nothing of these can be undone any more; of what else changed with them, the rest still can."""
    gone = []
    for change in PersonChange.objects.filter(room=room).only("before", "after", "summary").iterator(200):
        touches = any(_cut(state, people, faces) for state in (change.before, change.after))
        is_named = any(name in change.summary for name in names)
        if is_named or not (change.after["people"] or change.after["faces"]):
            gone.append(change.pk)
        elif touches:
            change.save(update_fields=["before", "after"])
    PersonChange.objects.filter(pk__in=gone).delete()


def _cut(state: dict[str, Any], people: set[str], faces: set[str]) -> bool:
    """Take people and faces out of a recorded state; whether any were there."""
    rows = state["people"]
    found = (people & rows.keys()) | (faces & state["faces"].keys())
    for key in people:
        rows.pop(key, None)
    for row in rows.values():
        if str(row.get("merged_into_id")) in people:
            row["merged_into_id"] = None
        if str(row.get("cover_id")) in faces:
            row["cover_id"] = None
    for key in faces:
        state["faces"].pop(key, None)
        state["refusals"].pop(key, None)
    theirs = {key for key, face in state["faces"].items() if str(face[0]) in people}
    for key in theirs:
        del state["faces"][key]
    refused = state["refusals"]
    for key, keys in list(refused.items()):
        refused[key] = [pk for pk in keys if str(pk) not in people]
    return bool(found or theirs)


def _forget_downloads(room: Room, names: Collection[str]) -> None:
    """Zips that name people in folders, files or their title; whoever wants one asks for it again."""
    downloads = Download.objects.filter(room=room)
    telling = Q(options__layout=Layout.PERSON.value)
    telling |= Q(options__metadata__in=[Metadata.WRITE.value, Metadata.SIDECAR.value])
    telling |= Q(options__has_index=True)
    for name in names:
        telling |= Q(title__icontains=name)
    _delete_downloads(downloads.filter(telling))


def _delete_downloads(downloads: QuerySet[Download]) -> None:
    for download in downloads.defer("entries"):
        download.delete()


def _end_links(room: Room, people: set[str], names: Collection[str]) -> None:
    """Links to an album of somebody who is not known any more."""
    links = ShareLink.objects.filter(room=room).exclude(query="")
    _end(
        [link for link in links if set(re.findall(r"\d+", link.query)) & people and "person" in link.query],
        names,
    )


def _end(links: Iterable[ShareLink], names: Collection[str]) -> None:
    """For good: an album without a search shows nothing, and can't be opened again."""
    for link in links:
        link.revoked_at = link.revoked_at or timezone.now()
        link.query = ""
        link.title = link.room.name if any(name in link.title for name in names) else link.title
        link.save(update_fields=["revoked_at", "query", "title"])
        _delete_downloads(link.downloads.all())
