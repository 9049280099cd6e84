"""Measure what a photo costs with each of the detectors of things, weights that nobody has trained in their place.

Usage: OMP_NUM_THREADS=1 PYTHONPATH=. python scripts/measure_objects.py FOLDER

Printed for each: processor seconds of one thread per photo (the median; making the photo small enough included, decoding not), and
how much memory the process needed more at its peak. Random weights propose as many regions as they are allowed to, so trained ones
cost no more. Nothing is said about what they find.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from processing import fetched_models, imaging, weights

SIDES_PX = dict(zip(fetched_models.DETECTORS, (1024, 640), strict=True))  # as analyzers/objects.py asks for
DECODED_PX = 2048


def main() -> None:
    """Measure each detector in a process of its own: the peak of memory is one of a process."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", choices=fetched_models.DETECTORS)
    options = parser.parse_args()
    if options.only:
        measure(options.only, options.folder)
        return
    for name in fetched_models.DETECTORS:
        subprocess.run([sys.executable, __file__, str(options.folder), "--only", name], check=True)


def measure(name: str, folder: Path) -> None:
    """Look at every photo of a folder once, after one that is not counted."""
    device = weights.device()
    weights.provide_torchvision()
    from torchvision.models import detection

    from processing.object_network import detector

    make = (
        detection.fasterrcnn_mobilenet_v3_large_fpn
        if name.startswith("fasterrcnn")
        else detection.ssdlite320_mobilenet_v3_large
    )
    network = detector(name, make(weights=None, weights_backbone=None).state_dict(), device)
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    pictures = [imaging.open_picture(path, DECODED_PX) for path in paths]
    network.find(imaging.reduced(pictures[0], SIDES_PX[name]).image)
    seconds: list[float] = []
    before = 0.0
    for picture in pictures:
        before = before or resident_mb()
        started = time.process_time()
        network.find(imaging.reduced(picture, SIDES_PX[name]).image)
        seconds.append(time.process_time() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{network.name}: {statistics.median(seconds):.3f} s a photo ({min(seconds):.3f} to {max(seconds):.3f}), "
        f"{len(seconds)} photos; {peak - before:.0f} MB more at the peak, {peak:.0f} in all"
    )


def resident_mb() -> float:
    """What this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)


if __name__ == "__main__":
    main()
