"""How well blurred photos are told from sharp ones, beside the plain variance of the Laplacian."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processing import quality
from processing.analyzers.sharpness import edges_of
from processing.measuring import blurring, order_report, truths
from processing.measuring.order_tables import Cell, Table

LEAST_PHOTOS = 4


@dataclass(frozen=True, slots=True)
class Measured:
    """One version of a photo, judged."""

    kind: str
    is_sharp: bool
    sharpness: float
    plain: float
    quality: str


def measure(folder: Path | None, seed: int) -> list[Table]:
    """Blur sharp photos on purpose and judge all versions.

    Args:
        folder: folder of folders of photos (as in blurring.FOLDERS); None for the packaged samples. Photos that the model
            was fitted to are left out.
        seed: of noise and directions.

    Raises:
        DataError: there are too few photos.
    """
    photos = blurring.photos_of(folder) if folder else order_report.sample_photos()
    chosen = [path for path in photos if not blurring.is_tuned_on(path)] if folder else photos
    if len(chosen) < LEAST_PHOTOS:
        raise truths.DataError("There are too few photos of at least 480 px to measure blur with.")
    masks = folder / "masks/masks" if folder else None
    rows = [
        judged(version) for path in chosen for version in blurring.versions(path, seed + 1000, masks=masks)
    ]
    tables = [
        detection(rows, len(chosen)),
        by_kind(rows),
    ]
    real = real_photos(folder) if folder else []
    return [*tables, Table("Photos that were really blurred", ("photo", "sharpness", "quality"), real)] if real else tables  # fmt: skip


def judged(version: blurring.Version) -> Measured:
    """Judge one version in both ways."""
    sharpness, verdict = judge(version.pixels)
    return Measured(version.kind, version.is_sharp, sharpness, plain_laplacian(version.pixels), verdict)


def judge(pixels: Any) -> tuple[float, str]:
    """Sharpness and verdict of RGB pixels, without faces."""
    edges = edges_of(pixels)
    data = edges.as_dict() if edges else {}
    verdict = quality.judge(data)
    return (0.5, "soft") if verdict.sharpness is None else (verdict.sharpness, verdict.quality)


def plain_laplacian(pixels: Any) -> float:
    """Variance of the Laplacian of the gray picture, as tutorials have it."""
    import cv2

    return float(cv2.Laplacian(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.CV_64F).var())


def detection(rows: Sequence[Measured], photos: int) -> Table:
    """AUC, best balanced accuracy and, for ours, that of the verdict "blurred"."""
    plain = [row for row in rows if not row.kind.startswith("bokeh")]
    truth = [row.is_sharp for row in plain]
    found = [row.quality != "blurred" for row in plain]
    verdict = (share(found, truth, is_true=True) + 1 - share(found, truth, is_true=False)) / 2
    ours, laplacian = [row.sharpness for row in plain], [row.plain for row in plain]
    cells = [
        ("ours", auc(ours, truth), best_accuracy(ours, truth), verdict),
        ("variance of Laplacian", auc(laplacian, truth), best_accuracy(laplacian, truth), None),
    ]
    title = f"Blur: {photos} sharp photos and {len(truth) - sum(truth)} blurred versions of them"
    note = "Balanced accuracy at the best threshold, and of what is called blurred."
    return Table(title, ("measure", "AUC", "balanced accuracy", "called blurred"), list(cells), note)


def by_kind(rows: Sequence[Measured]) -> Table:
    """What each kind of version was called."""
    table = Table(
        "What they are called", ("kind", "versions", "sharp", "soft", "blurred", "AUC", "AUC, Laplacian")
    )
    sharp = [row for row in rows if row.kind == "sharp"]
    for kind in dict.fromkeys(row.kind for row in rows):
        these = [row for row in rows if row.kind == kind]
        called = [
            sum(row.quality == name for row in these) / len(these) for name in ("sharp", "soft", "blurred")
        ]
        truth = [True] * len(sharp) + [False] * len(these)
        both = [*sharp, *these]
        is_blur = not these[0].is_sharp
        areas = [
            auc([getattr(row, name) for row in both], truth) if is_blur else None
            for name in ("sharpness", "plain")
        ]
        table.rows.append((kind, len(these), *called, *areas))
    return table


def real_photos(folder: Path) -> list[tuple[Cell, ...]]:
    """Photos that were taken sharp (S), out of focus (F) and with motion (M), and one at several strengths."""
    from processing import imaging

    found: list[tuple[Cell, ...]] = []
    for path in sorted([*folder.glob("blur_real/*.[jJ]*"), *folder.glob("blur_levels/*.jpg")]):
        import numpy as np

        value, verdict = judge(np.asarray(imaging.open_picture(path, 2048).image))
        found.append((path.stem, value, verdict))
    return found


def auc(values: Sequence[float], truth: Sequence[bool]) -> float:
    """Area under the ROC curve."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, values))


def best_accuracy(values: Sequence[float], truth: Sequence[bool]) -> float:
    """The best mean of both rates of success over all thresholds."""
    from sklearn.metrics import roc_curve

    wrong, right, _ = roc_curve(truth, values)
    return float(((right + 1 - wrong) / 2).max())


def share(found: Sequence[bool], truth: Sequence[bool], *, is_true: bool) -> float:
    """Share of those that are `is_true` which were found."""
    chosen = [one for one, real in zip(found, truth, strict=True) if real == is_true]
    return sum(chosen) / max(1, len(chosen))
