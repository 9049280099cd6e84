"""How well and how fast photos are edited: the frame of `manage.py benchmark editing`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processing.errors import ProcessingError
from processing.measuring import edit_cost
from processing.measuring.order_report import machine
from processing.measuring.order_tables import Table
from processing.measuring.truths import DataError

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What to measure: `data` is the folder of folders of photos, `parts` by name (all if empty), `megapixels` of the photos,
    `operations` by name (all if empty)."""

    data: Path | None = None
    parts: tuple[str, ...] = ()
    megapixels: tuple[float, ...] = edit_cost.MEGAPIXELS
    operations: tuple[str, ...] = ()


def measure(settings: Settings, progress: Progress = lambda line: None) -> dict[str, Any]:
    """Measure every part.

    Args:
        settings: what to measure.
        progress: told what is being done.

    Returns:
        JSON-serializable: `machine`, `data`, `parts` (tables by part), `skipped` (a sentence by part), `seconds` (by part).
    """
    result: dict[str, Any] = {
        "machine": machine(),
        "data": str(settings.data or "packaged samples"),
        "parts": {},
        "skipped": {},
        "seconds": {},
    }
    for name, part in PARTS.items():
        if settings.parts and name not in settings.parts:
            continue
        began = time.perf_counter()
        progress(f"{name} ...")
        try:
            result["parts"][name] = part(settings, progress).as_json()
        except (ProcessingError, ImportError) as error:
            result["skipped"][name] = str(error)
        result["seconds"][name] = round(time.perf_counter() - began, 1)
    return result


def text(result: dict[str, Any]) -> str:
    """Write the numbers as tables.

    Args:
        result: what `measure` returns.
    """
    about = result["machine"]
    head = (
        f"Editing, {about['date']}: {about['cores']} cores, load {about['load']} at the start; Python {about['python']}. "
        f"Data: {result['data']}."
    )
    parts = [head]
    for table in result["parts"].values():
        columns = tuple(table["rows"][0]) if table["rows"] else ()
        rows = [tuple(row.values()) for row in table["rows"]]
        parts.append("\n".join(Table(table["title"], columns, rows, table["note"]).lines()))
    parts += [f"{name}: skipped. {why}" for name, why in result["skipped"].items()]
    return "\n\n".join(parts)


def _exact(settings: Settings, progress: Progress) -> Table:
    return edit_cost.exactness()


def _operations(settings: Settings, progress: Progress) -> Table:
    return edit_cost.operations(settings.megapixels, settings.operations, progress)


def _masks(settings: Settings, progress: Progress) -> Table:
    """IoU of the mask on photos that training left out."""
    from processing.measuring import masks

    found = []
    sets = {"masks": masks.left_out, "coco": masks.coco}
    for name, measure_set in sets.items():
        report = measure_set(_folder(settings, name))
        seconds = sum(score.seconds for score in report.scores) / max(1, len(report.scores))
        found.append((name, len(report.scores), report.mean, report.median, report.rough_mean, seconds))
    columns = ("photos of", "count", "mean IoU", "median", "network alone", "seconds each")
    return Table("Mask of people, on photos left out of training", columns, list(found))


def _low_light(settings: Settings, progress: Progress) -> Table:
    from processing.measuring import low_light

    rows = low_light.means(low_light.measure(_folder(settings, "lowlight")))
    columns = tuple(rows[0]) if rows else ()
    return Table("Low light, beside gamma and CLAHE", columns, [tuple(row.values()) for row in rows])


def _styles(settings: Settings, progress: Progress) -> Table:
    from processing.measuring import styles

    sizes = [(round((size * 1.5e6) ** 0.5), round((size * 1e6 / 1.5) ** 0.5)) for size in settings.megapixels]
    rows = styles.measure_styles(sizes, ("0.5",))
    columns = tuple(rows[0]) if rows else ()
    return Table("Painting a photo", columns, [tuple(row.values()) for row in rows])


def _folder(settings: Settings, name: str) -> Path:
    folder = settings.data / name if settings.data else None
    if folder is None or not folder.is_dir():
        raise DataError(
            f"There are no photos to measure this on. Name the folder that holds {name}/ with --data."
        )
    return folder


PARTS: dict[str, Callable[[Settings, Progress], Table]] = {
    "exact": _exact,
    "operations": _operations,
    "masks": _masks,
    "low_light": _low_light,
    "styles": _styles,
}
