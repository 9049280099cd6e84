"""How well and how fast photos are put in order: the frame of `manage.py benchmark organize`.

A part is a module beside this one that offers

    def measure(folder: Path | None, seed: int) -> list[Table]        # Table: processing/measuring/order_tables.py

`folder` is what --data names (the folder that holds `coco/`, `masks/`, `blur_real/`, ...; each part takes the subfolders that
it knows), or None: then the part measures on what packages bring (`sample_photos()` below) or says that it can't. Numbers
depend on `folder` and `seed` alone. A part that lacks its data raises `truths.DataError` with a sentence: it is printed
and the next part runs. A part is named in PARTS and nowhere else; one whose file is not there is skipped in the same way.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processing.errors import ProcessingError
from processing.measuring.order_tables import Table

# Name as the command takes it, module, what it measures.
PARTS: tuple[tuple[str, str, str], ...] = (
    ("duplicates", "duplicates", "copies of photos, by transformation"),
    ("blur", "blur", "blurred photos"),
    ("best", "best_shots", "the best of look-alikes"),
    ("places", "places", "names of places"),
    ("tags", "tags", "what is on photos"),
    ("speed", "order_speed", "photos per second and memory"),
)
SAMPLES = Path(__file__).resolve().parents[2] / ".cache/samples"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What to measure: `parts` by name, all if empty; `data` None for what packages bring."""

    data: Path | None = None
    parts: tuple[str, ...] = ()
    seed: int = 0


def sample_photos() -> list[Path]:
    """The photos that scripts/fetch_samples.py fetched from packages, if it did: faces and everyday pictures."""
    return sorted(path for name in ("faces", "pictures") for path in (SAMPLES / name).glob("*") if path.is_file())  # fmt: skip


def measure(settings: Settings, progress: Progress) -> dict[str, Any]:
    """Measure every part, on one thread.

    Args:
        settings: what to measure.
        progress: told what is being done.

    Returns:
        JSON-serializable: `machine`, `settings`, `parts` (tables by part), `skipped` (a sentence by part), `seconds` (by part),
        `peak_mb` (the most memory that the process had held after each part).
    """
    from threadpoolctl import threadpool_limits

    result: dict[str, Any] = {
        "machine": machine(),
        "settings": {"data": str(settings.data or "packaged samples"), "seed": settings.seed},
        "parts": {},
        "skipped": {},
        "seconds": {},
        "peak_mb": {},
    }
    with threadpool_limits(1):
        for name, module, what in PARTS:
            if settings.parts and name not in settings.parts:
                continue
            progress(f"{name}: {what}")
            started = time.perf_counter()
            try:
                tables = measure_part(module, settings)
            except ProcessingError as error:
                result["skipped"][name] = str(error)
                progress(f"{name}: skipped. {error}")
                continue
            result["parts"][name] = [table.as_json() for table in tables]
            result["seconds"][name] = round(time.perf_counter() - started, 1)
            result["peak_mb"][name] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)
    return result


def measure_part(module: str, settings: Settings) -> Sequence[Table]:
    """Run one part.

    Raises:
        ProcessingError: its data, a model or the part itself is missing.
    """
    name = f"processing.measuring.{module}"
    if importlib.util.find_spec(name) is None:
        raise ProcessingError(f"There is no {name.replace('.', '/')}.py to measure with.")
    tables: Sequence[Table] = importlib.import_module(name).measure(settings.data, settings.seed)
    return tables


def machine() -> dict[str, Any]:
    """Where it was measured."""
    import platform

    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }


def text(result: dict[str, Any]) -> str:
    """Write the numbers as tables.

    Args:
        result: what `measure` returns.
    """
    about = result["machine"]
    head = (
        f"Photos in order, {about['date']}: {about['cores']} cores, load {about['load']} at the start, one thread; Python "
        f"{about['python']}. Data: {result['settings']['data']}, seed {result['settings']['seed']}."
    )
    parts = [head]
    for name, tables in result["parts"].items():
        took = f"[{name}: {result['seconds'][name]} s, at most {result['peak_mb'][name]} MB]"
        for table in tables:
            columns = tuple(table["rows"][0]) if table["rows"] else ()
            rows = [tuple(row.values()) for row in table["rows"]]
            parts.append("\n".join(Table(table["title"], columns, rows, table["note"]).lines()))
        parts.append(took)
    parts += [f"{name}: skipped. {why}" for name, why in result["skipped"].items()]
    return "\n\n".join(parts)
