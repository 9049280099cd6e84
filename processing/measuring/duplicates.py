"""How well copies of photos are found, and bursts kept apart from them: `manage.py benchmark organize`, part duplicates.

For each way to copy, a room of photos and their copies is put in order; every pair of two photos that ends up in one group is
right or wrong. Beside it stands the usual way: imagehash's pHash of 256 bits alone, within 20 bits.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from processing import imaging
from processing.analyzers import phash
from processing.clusterers import duplicates
from processing.contracts import KnownPhoto
from processing.errors import UnreadableImage
from processing.measuring import copies, order_report, truths
from processing.measuring.order_tables import Cell, Table

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

# Folder, which of its photos, sorted by name, the limits of same_shot.py and copy_search.py were chosen without.
HELD_OUT: tuple[tuple[str, slice], ...] = (
    ("coco", slice(1, None, 2)),
    ("masks/photos", slice(1, None, 4)),
    ("families", slice(1, None, 3)),
    ("party", slice(None)),
)
LEAST_SIDE_PX = 300
LEAST_PHOTOS = 4
BITS = 20
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
Pairs = set[tuple[int, int]]


@dataclass(slots=True)
class Count:
    """Pairs of one way to copy: how many there are, how many were found, and pairs that were called copies and are none."""

    pairs: int = 0
    found: int = 0
    wrong: int = 0
    plain_found: int = 0
    plain_wrong: int = 0

    def add(self, other: Count) -> None:
        self.pairs += other.pairs
        self.found += other.found
        self.wrong += other.wrong
        self.plain_found += other.plain_found
        self.plain_wrong += other.plain_wrong

    def cells(self) -> tuple[Cell, ...]:
        return (
            self.pairs,
            share(self.found, self.pairs),
            share(self.found, self.found + self.wrong),
            share(self.plain_found, self.pairs),
            share(self.plain_found, self.plain_found + self.plain_wrong),
        )


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def measure(folder: Path | None, seed: int) -> list[Table]:
    """Copy photos, put them in order, count.

    Args:
        folder: folder of folders of photos (HELD_OUT; `duplicates_ukbench` and `blur_real` too, if they are there); None for
            the packaged samples.
        seed: of crops and noise.

    Raises:
        DataError: there are too few photos.
    """
    paths = held_out(folder) if folder else order_report.sample_photos()
    images = [image for path in paths if (image := opened(path)) is not None]
    if len(images) < LEAST_PHOTOS:
        raise truths.DataError(
            f"There are too few photos of at least {LEAST_SIDE_PX} px to measure duplicates with."
        )
    return [*copy_tables(images, seed), burst_table(images, seed), *(real_tables(folder) if folder else [])]


SAME_SHOT = {"obama-720p.jpg"}  # the portrait of obama.jpg with black bars, seen by eye


def held_out(folder: Path) -> list[Path]:
    """The photos that nothing was tuned on; the same file or shot under two names once, else it would count as a mistake."""
    found: dict[str, Path] = {}
    for name, chosen in HELD_OUT:
        files = sorted(path for path in (folder / name).glob("*") if path.suffix.lower() in SUFFIXES)
        for path in files[chosen]:
            if path.name in SAME_SHOT:
                continue
            found.setdefault(hashlib.sha256(path.read_bytes()).hexdigest(), path)
    return list(found.values())


def opened(path: Path) -> Image.Image | None:
    """The photo as people see it; None where it is too small or can't be read."""
    try:
        image = imaging.open_picture(path, 2048).image
    except UnreadableImage:
        return None
    return image if min(image.size) >= LEAST_SIDE_PX * 2 / 3 and max(image.size) >= LEAST_SIDE_PX else None


def known(key: int, data: bytes) -> KnownPhoto:
    """A file as the clusterer gets it, without any metadata: only the pixels may tell."""
    picture = imaging.open_picture(io.BytesIO(data), phash.side_px)
    found = phash.analyze(picture)
    return KnownPhoto(
        id=key,
        taken_at=NO_DATE,
        is_time_known=False,
        width=picture.width,
        height=picture.height,
        size_bytes=len(data),
        format="JPEG",
        arrays=found.arrays,
    )


def copy_tables(images: Sequence[Image.Image], seed: int) -> list[Table]:
    """One row for each way to copy, and one for each group of ways."""
    originals = [known(at, copies.encoded(image, 95)) for at, image in enumerate(images)]
    rows: list[tuple[Cell, ...]] = []
    groups: dict[str, Count] = {}
    for copy in copies.copies():
        made = [
            known(
                len(images) + at,
                copies.encoded(copy.make(image, generator(seed, at, copy.name)), copy.quality),
            )
            for at, image in enumerate(images)
        ]
        count = counted(originals, made)
        rows.append((copy.name, copy.group, *count.cells()))
        groups.setdefault(copy.group, Count()).add(count)
    columns = ("pairs", "recall", "precision", "pHash recall", "pHash precision")
    note = (
        f"{len(images)} photos that nothing was tuned on; pHash: imagehash, 256 bits, at most {BITS} apart."
    )
    return [
        Table(
            "Copies of photos, by group", ("copies", *columns), [(name, *one.cells()) for name, one in groups.items()], note
        ),
        Table("Copies of photos, by transformation", ("copy", "group", *columns), rows),
    ]  # fmt: skip


def burst_table(images: Sequence[Image.Image], seed: int) -> Table:
    """How many pairs of two shots of one scene are called copies."""
    rows: list[tuple[Cell, ...]] = []
    total = Count()
    for name, motion in copies.BURSTS:
        shots = [copies.burst(image, generator(seed, at, name), motion) for at, image in enumerate(images)]
        first = [known(at, copies.encoded(one, 92)) for at, (one, _) in enumerate(shots)]
        second = [known(len(images) + at, copies.encoded(other, 92)) for at, (_, other) in enumerate(shots)]
        count = counted(first, second)
        rows.append(
            (name, count.pairs, share(count.found, count.pairs), share(count.plain_found, count.pairs))
        )
        total.add(count)
    rows.append(("all", total.pairs, share(total.found, total.pairs), share(total.plain_found, total.pairs)))
    return Table(
        "Bursts: two shots of one scene called copies",
        ("burst", "pairs", "called copies", "pHash"),
        rows,
        "Without any metadata, which keeps most real bursts apart by itself.",
    )


def generator(seed: int, at: int, name: str) -> np.random.Generator:
    import numpy as np

    return np.random.default_rng((seed, at, zlib.crc32(name.encode())))


def counted(originals: Sequence[KnownPhoto], made: Sequence[KnownPhoto]) -> Count:
    """Put originals and copies in order together, in both ways."""
    photos = [*originals, *made]
    right = {(one.id, other.id) for one, other in zip(originals, made, strict=True)}
    ours, plain = pairs_of([found.ids for found in duplicates.cluster(photos)]), plain_pairs(photos)
    return Count(len(right), len(ours & right), len(ours - right), len(plain & right), len(plain - right))


def pairs_of(sets: Collection[Collection[int]]) -> Pairs:
    return {(one, other) for ids in sets for one in ids for other in ids if one < other}


def plain_pairs(photos: Sequence[KnownPhoto]) -> Pairs:
    """Pairs of which the perceptual hashes differ in few bits."""
    import numpy as np

    hashes = np.stack([photo.arrays["phash"] for photo in photos])
    bits = np.bitwise_count(hashes[:, None] ^ hashes[None]).sum(axis=2)
    near = np.argwhere(bits <= BITS).tolist()
    return {(photos[row].id, photos[column].id) for row, column in near if row < column}


def real_tables(folder: Path) -> list[Table]:
    """Files that other people copied, and real second shots of a scene."""
    tables = []
    copied = real_pairs(folder / "duplicates_ukbench", named_after)
    if copied:
        title = "Copies that others made (duplicates_ukbench): those with one photo's name"
        tables.append(Table(title, ("photos", "found", "wrong"), copied))
    shots = real_pairs(folder / "blur_real", lambda path: path.stem)
    if shots:
        title = "Second shots of a scene, sharp, unfocused and shaken (blur_real): none is a copy"
        tables.append(Table(title, ("photos", "found", "wrong"), shots))
    return tables


def named_after(path: Path) -> str:
    """The number of the photo that a file of duplicates_ukbench was made from."""
    if path.stem == "alpha_channel_image":  # the same photo under another name
        return "ukbench00120"
    number = re.search(r"ukbench\d+", path.stem)
    return number[0] if number else path.stem


def real_pairs(folder: Path, source: Callable[[Path], str]) -> list[tuple[Cell, ...]]:
    """Photos in a folder, right pairs as "found of all", wrong pairs."""
    paths = sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES)
    photos, sources = [], {}
    for key, path in enumerate(paths):
        try:
            photos.append(known(key, path.read_bytes()))
        except UnreadableImage:
            continue
        sources[key] = source(path)
    if len(photos) < 2:
        return []
    right = {(a, b) for a in sources for b in sources if a < b and sources[a] == sources[b]}
    ours = pairs_of([found.ids for found in duplicates.cluster(photos)])
    return [(len(photos), f"{len(ours & right)} of {len(right)}", len(ours - right))]
