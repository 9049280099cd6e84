"""Fits the model of sharpness (processing/quality.py): `python scripts/fit_sharpness.py --data FOLDER`.

Half of the photos below the folder (by the checksum of their names) are blurred on purpose at several strengths and measured;
a logistic regression tells the sharp from the blurred ones. Prints the numbers for processing/quality.py; the other half is
what `manage.py benchmark organize --only blur` measures with.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

BOKEH_WEIGHT = 2.0  # somebody sharp before a soft background is the error that hurts most
PENALTY = 0.1  # inverse strength; strong, so that correlated ratios do not fight


def main() -> None:
    """Measure, fit, print."""
    import cv2
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    from processing.analyzers.sharpness import edges_of
    from processing.measuring import blurring

    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rows, truths, kinds = [], [], []
    for path in blurring.photos_of(options.data):
        if not blurring.is_tuned_on(path):
            continue
        for version in blurring.versions(path, options.seed, masks=options.data / "masks/masks"):
            edges = edges_of(version.pixels)
            if edges is not None:
                rows.append(edges.as_dict())
                truths.append(version.is_sharp)
                kinds.append(version.kind)
    names = [name for name in rows[0] if name != "across"]  # helps nothing, and motion should not
    values = np.array([[row[name] for name in names] for row in rows])
    is_sharp = np.array(truths)
    weights = np.where(is_sharp, (~is_sharp).sum() / is_sharp.sum(), 1.0)
    weights *= np.where([kind.startswith("bokeh") for kind in kinds], BOKEH_WEIGHT, 1.0)
    means, deviations = values.mean(axis=0), values.std(axis=0)
    model = LogisticRegression(C=PENALTY, max_iter=5000)
    model.fit((values - means) / deviations, is_sharp, sample_weight=weights)
    slopes = model.coef_[0] / deviations
    bias = float(model.intercept_[0] - (slopes * means).sum())
    print(f"# {len(rows)} versions of {sum(kind == 'sharp' for kind in kinds)} photos")
    print("WEIGHTS = {")
    for name, slope in zip(names, slopes, strict=True):
        print(f'    "{name}": {slope:.3f},')
    print(f"}}\nBIAS = {bias:.3f}")


if __name__ == "__main__":
    main()
