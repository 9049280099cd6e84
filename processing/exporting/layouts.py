"""Which folder of a zip each photo lies in: flat, by person, day, place, event, tag or uploader.

Pure: what is known about the photos goes in, names come out; the same photos in the same order always give the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from processing.exporting.choices import Layout
from processing.exporting.names import ArcNames

NOTHING = {
    Layout.PERSON: "Without known people",
    Layout.DAY: "Without a date",
    Layout.PLACE: "Without a place",
    Layout.EVENT: "Without an event",
    Layout.TAG: "Without a tag",
    Layout.UPLOADER: "Without an uploader",
}


@dataclass(frozen=True, slots=True)
class Group:
    """A folder's content: photos with the same key belong together, whatever it is called.

    Attributes:
        key: equal for photos of one folder, e.g. a row's id; two people called Anna have two keys and get two folders.
        path: what the folder is called, one text for each level: ("Italy", "Rome").
        rank: folders stand in this order, then in that of their names.
    """

    key: object
    path: tuple[str, ...]
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One photo on its way into a zip.

    Attributes:
        key: any key; the answer is given by it.
        filename: what the file is to be called; made safe and unique here.
        groups: the folders that it belongs in, by the layout that was asked for; empty: it belongs in none of them.
    """

    key: int
    filename: str
    groups: tuple[Group, ...] = ()


def day_group(day: date) -> Group:
    """The folder of a day: "2026-06-20 Saturday", in the order of time."""
    return Group(day, (f"{day:%Y-%m-%d} {day:%A}",), day.toordinal())


def place_group(country: str, region: str, city: str) -> Group | None:
    """The folder of a place: "Italy/Rome"; None if nothing is known of it."""
    path = tuple(dict.fromkeys(part for part in (country, city or region) if part))
    return Group(path, path) if path else None


def event_group(key: object, number: int, label: str) -> Group:
    """The folder of an event, with its number first so that folders stand in the order of time: "03 Saturday evening"."""
    return Group(key, (f"{number:02d} {label}",), number)


def paths(items: Sequence[Item], layout: Layout, names: ArcNames | None = None) -> list[tuple[int, str]]:
    """Say which photo lies where.

    Args:
        items: in the order in which they shall stand inside their folders.
        layout: how the zip is divided; with FLAT the groups are not looked at.
        names: what is taken already; a new one by default.

    Returns:
        Key and path, once for each folder that a photo is in.
    """
    names = names or ArcNames()
    if layout is Layout.FLAT:
        return [(item.key, names.file(item.filename)) for item in items]
    folders: dict[object, tuple[Group | None, list[Item]]] = {}
    for item in items:
        for group in _once(item.groups) or (None,):
            folders.setdefault(group.key if group else None, (group, []))[1].append(item)
    made = dict(_folders([group for group, _ in folders.values() if group], names))
    ordered = sorted(folders.items(), key=lambda pair: _place(pair[1][0]))
    found = []
    for key, (group, inside) in ordered:
        folder = made[key] if group else names.folder(NOTHING[layout])
        found += [(item.key, names.file(item.filename, folder)) for item in inside]
    return found


def _once(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    return tuple({group.key: group for group in groups}.values())


def _place(group: Group | None) -> tuple[bool, int, tuple[str, ...], str]:
    """Where a folder stands; photos that belong nowhere come last."""
    if group is None:
        return (True, 0, (), "")
    return (False, group.rank, tuple(part.casefold() for part in group.path), str(group.key))


def _folders(groups: list[Group], names: ArcNames) -> Iterator[tuple[object, str]]:
    """Key and path of each folder; upper levels are shared by groups that write them alike."""
    parents: dict[tuple[str, ...], str] = {(): ""}
    for group in sorted(groups, key=_place):
        for depth in range(1, len(group.path)):
            upper = group.path[:depth]
            if upper not in parents:
                parents[upper] = names.folder(upper[-1], parents[upper[:-1]])
        folder = names.folder(group.path[-1], parents[group.path[:-1]])
        parents.setdefault(group.path, folder)
        yield group.key, folder
