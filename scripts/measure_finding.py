"""Measure how many faces are found, in which time, by the usual way and by each setting of PHOTOROOM_FACE_SEARCH.

Usage: OMP_NUM_THREADS=1 PYTHONPATH=. python scripts/measure_finding.py FOLDER [FOLDER ...] [--side 1600] [--least 40]

The truth is what MMOD finds on the doubled photo with all of its pyramid, together with what the usual way finds there with a
score above 0.3: look at the photos with --show FOLDER, which writes every face that one of them misses or adds. Printed for
each way: processor seconds of one thread, faces found of those as wide as --least, boxes that are no such face.
`manage.py benchmark faces` compares one setting with the baselines, on marked photos.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from processing import face_finding, imaging, weights
from processing.detections import Detection, overlap, without_doubles
from processing.errors import ProcessingError

SAME = 0.35
LONGEST_PX = 2400  # of the doubled photo


def main() -> None:
    """Search every photo in every way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--side", type=int, default=1600)
    parser.add_argument("--least", type=int, default=40)
    parser.add_argument("--show", type=Path)
    options = parser.parse_args()
    weights.warm_up()
    totals = {name: np.zeros(4) for name in ways()}
    photos = faces = 0
    for path, image in pictures(options.folders, options.side):
        found = {name: timed(way, image) for name, way in ways().items()}
        truth = reference(image, found["usual, RGB"][0])
        counted = [one for one in truth if one.width >= options.least]
        photos, faces = photos + 1, faces + len(counted)
        for name, (boxes, seconds) in found.items():
            hits = sum(is_in(one, boxes) for one in counted)
            wrong = [one for one in boxes if not is_in(one, truth)]
            totals[name] += seconds, hits, len(wrong), len(boxes)
            if options.show:
                show(image, wrong, options.show / f"wrong-{name}-{path.stem}".replace(",", ""))
                missed = [one for one in counted if not is_in(one, boxes)]
                show(image, missed, options.show / f"missed-{name}-{path.stem}".replace(",", ""))
    print(f"{photos} photos, {faces} faces of {options.least} px or more")
    for name, total in totals.items():
        print("| {} | {:.1f} s | {:.0f} | {:.0f} of {:.0f} |".format(name, *total))


def pictures(folders: list[Path], side: int) -> Iterator[tuple[Path, Image.Image]]:
    """Decode what can be decoded."""
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        try:
            yield path, imaging.open_picture(path, side).image
        except ProcessingError:
            continue


def ways() -> dict[str, Callable[[Image.Image], list[Detection]]]:
    """The usual way (face_recognition.face_locations, upsampled once) on color and gray, and ours."""

    def ours(name: str) -> Callable[[Image.Image], list[Detection]]:
        return lambda image: face_finding.find(image, face_finding.SEARCHES[name])

    usual: dict[str, Callable[[Image.Image], list[Detection]]] = {
        "usual, RGB": hog,
        "usual, gray": lambda image: hog(image.convert("L")),
    }
    return usual | {name: ours(name) for name in face_finding.SEARCHES}


def hog(image: Image.Image) -> list[Detection]:
    """Search as face_recognition.face_locations does."""
    results = weights.face_detector().run(np.asarray(image), 1, 0.0)
    return [
        Detection(box.left(), box.top(), box.width(), box.height(), score, pose)
        for box, score, pose in zip(*results, strict=True)
    ]


def timed(way: Callable[[Image.Image], list[Detection]], image: Image.Image) -> tuple[list[Detection], float]:
    """Search and count the processor's seconds."""
    started = time.process_time()
    found = way(image)
    return found, time.process_time() - started


def reference(image: Image.Image, usual: list[Detection]) -> list[Detection]:
    """The faces that are there, as far as the best detector at hand sees them."""
    scale, scales = min(2.0, LONGEST_PX / max(image.size)), []
    while min(image.size) * scale >= face_finding.WINDOW_PX:
        scales.append(scale)
        scale *= 5 / 6
    sure = [one for one in usual if one.score > face_finding.SURE_SCORE]
    return without_doubles(weights.mmod_network().find(image, scales) + sure)


def is_in(one: Detection, others: list[Detection]) -> bool:
    """Say whether a face is among others."""
    return any(overlap(one, other) >= SAME for other in others)


def show(image: Image.Image, boxes: list[Detection], stem: Path) -> None:
    """Write crops to look at."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for index, one in enumerate(boxes):
        half = one.width
        x, y = one.left + one.width / 2, one.top + one.height / 2
        crop = image.crop((round(x - half), round(y - half), round(x + half), round(y + half)))
        crop.resize((200, 200)).save(f"{stem}-{index}-{one.score:.2f}.png")


if __name__ == "__main__":
    main()
