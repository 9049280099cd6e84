"""The numbers of a measurement as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from processing.measuring.methods import STAGES

METHODS = (
    "ours: analyzer and clusterer of the site; live: a third of the photos sorted, the rest assigned, 20 at a time.\n"
    "a: full size, upsampled once, DBSCAN by cosine 0.06. b: thumbnail of 1,080 px height, upsampled once, HDBSCAN."
)
Row = dict[str, Any]


def table(result: dict[str, Any]) -> str:
    """Write the numbers as text.

    Args:
        result: what `report.measure` returns.

    Returns:
        What was measured and how, then one table for each part.
    """
    parts = [
        _head(result),
        *(_titled(title, write(result[key])) for key, title, write in PARTS if result[key]),
    ]
    return "\n\n".join(parts)


def _head(result: dict[str, Any]) -> str:
    machine, settings = result["machine"], result["settings"]
    where = f"{machine['cores']} cores, {machine['processor']}" + (machine["gpu"] and f", {machine['gpu']}")
    versions = f"Python {machine['python']}, torch {machine['torch']}, scikit-learn {machine['scikit-learn']}"
    about = f"one process, one thread; {versions}; search: {machine['face_search']}"
    lines = [f"Faces, {machine['date']}: {where}; {about}.", METHODS]
    if settings["data"] == "packaged samples":
        lines.append(
            "Measured with the few packaged samples only: too few for conclusions. Give --data FOLDER for more."
        )
    if settings["quick"]:
        lines.append("Quick: fewer rooms, orders and repeats, and a smaller photo.")
    if result["skipped"]:
        lines.append(f"{len(result['skipped'])} files could not be read and were left out.")
    return "\n".join(lines)


def _titled(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, *lines])


def _sorting_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield (
        f"{'room':<16}{'method':<7}{'faces':>6}{'known':>6}{'missed':>7}  {'pairs P':>7}{'R':>6}{'F':>6}"
        f"  {'BCubed P':>8}{'R':>6}{'F':>6}  {'same photo':>10}{'order':>6}{'arrival':>8}{'groups':>8}"
    )
    for row in rows:
        pairs = f"{row['pair_precision']:>7.3f}{row['pair_recall']:>6.3f}{row['pair_f']:>6.3f}"
        cubed = f"{row['bcubed_precision']:>8.3f}{row['bcubed_recall']:>6.3f}{row['bcubed_f']:>6.3f}"
        order = f"{row['order']:>6.3f}" + (
            "       -" if row["arrival"] is None else f"{row['arrival']:>8.3f}"
        )
        groups = f"{row['groups_right']}/{row['groups']}" if row["groups"] else ""
        yield (
            f"{row['room']:<16}{row['method']:<7}{row['faces']:>6.0f}{row['truths']:>6.0f}{row['missed']:>7}"
            f"  {pairs}  {cubed}  {row['same_photo']:>10}{order}{groups:>8}"
        ).rstrip()


def _seconds_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield f"{'room':<16}{'method':<7}{'photos':>7}{'decode':>9}{'detect':>9}{'describe':>9}{'sort':>9}"
    for row in rows:
        if "photos" in row:
            stages = "".join(f"{row['seconds'][stage]:>9.2f}" for stage in (*STAGES, "sort"))
            yield f"{row['room']:<16}{row['method']:<7}{row['photos']:>7}{stages}"


def _finding_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield (
        f"{'folder':<16}{'method':<7}{'photos':>7}{'40 px':>9}{'recall':>8}{'marked':>9}{'boxes':>7}{'precision':>10}"
        f"{'decode':>9}{'detect':>9}"
    )
    for row in rows:
        large, marked = f"{row['large_found']}/{row['large']}", f"{row['marked_found']}/{row['marked']}"
        yield (
            f"{row['folder']:<16}{row['method']:<7}{row['photos']:>7}{large:>9}{row['large_recall']:>8.3f}{marked:>9}"
            f"{row['boxes']:>7}{row['precision']:>10.3f}{row['seconds']['decode']:>9.2f}{row['seconds']['detect']:>9.2f}"
        )


def _speed_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield (
        f"{'method':<7}{'Mpixels':>8}{'faces':>6}{'decode':>9}{'detect':>9}{'describe':>9}"
        f"{'detect and describe':>22}{'with decoding':>15}"
    )
    for row in rows:
        stages = "".join(f"{row['seconds'][stage]:>9.3f}" for stage in STAGES)
        times, whole = f"{row['times_ours']:.1f} x ours", f"{row['times_ours_with_decode']:.1f} x ours"
        yield f"{row['method']:<7}{row['megapixels']:>8.1f}{row['faces']:>6}{stages}{times:>22}{whole:>15}"


def _memory_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield f"{'room':<16}{'method':<7}{'confirmed':>10}{'changed':>9}{'named':>7}{'lost':>6}"
    for row in rows:
        yield (
            f"{row['room']:<16}{row['method']:<7}{row['confirmed']:>10}{row['changed']:>9}{row['named']:>7}{row['lost']:>6}"
        )


def _scale_lines(rows: Sequence[Row]) -> Iterable[str]:
    yield f"{'what':<12}{'method':<7}{'faces':>9}{'people':>8}{'seconds':>9}{'MB more':>9}  result"
    for row in rows:
        result = f"{row['right']} of 5 right" if "right" in row else ""
        if "bcubed_f" in row:
            result = (
                f"BCubed P {row['bcubed_precision']:.3f} R {row['bcubed_recall']:.3f} F {row['bcubed_f']:.3f}, "
                f"{row['same_photo']} pairs of one photo"
            )
        yield (
            f"{row['what']:<12}{row['method']:<7}{row['faces']:>9}{row['people']:>8}{row['seconds']:>9.2f}{row['memory_mb']:>9.0f}  {result}"
        ).rstrip()


PARTS = (
    ("sorting", "Sorting into people (a missed face is alone; order, arrival: BCubed F of another order, of three portions, against this)", _sorting_lines),
    ("sorting", "Seconds for all photos of a folder", _seconds_lines),
    ("finding", "Finding marked faces (of at least 40 px; all; boxes drawn)", _finding_lines),
    ("speed", "Speed: one photo with three faces, seconds, median", _speed_lines),
    ("memory", "Memory: what adding photos does to confirmed faces and named people", _memory_lines),
    ("scale", "Scale: invented descriptors", _scale_lines),
)  # fmt: skip
