"""Measure how well faces are recognised after labelling, how fast labels teach, and how well "Find me" finds.

Usage: PYTHONPATH=. python scripts/measure_labelling.py FOLDER [--cache FILE.npz] [--prior] [--each FOLDER ...]

FOLDER holds photos of one known person each and labels.csv. Only the half of the people that nothing was tuned on is used;
`--prior` uses the other half and prints the constants of `processing/recognition.py`. `--each` names small labelled folders:
each face is searched for among all others. `manage.py benchmark faces` measures none of this. docs/recognition.md has the results.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from processing import face_search
from processing.measuring import labelling, searching


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--prior", action="store_true")
    parser.add_argument("--each", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    samples = labelling.read_samples(options.folder, options.cache)
    if options.prior:
        print(*labelling.fit_prior(labelling.half_of(samples, 0)))
        return
    print_recognition(labelling.half_of(samples, 1))
    print_search(labelling.half_of(samples, 1), (15, 40))
    print_search(samples, (110,))
    for folder in options.each:
        print(folder.name, asdict(searching.measure_each(labelling.read_samples(folder))))
    print_teaching(labelling.half_of(samples, 1))


def print_recognition(samples: Sequence[labelling.Sample]) -> None:
    """Print precision and recall at some probabilities, and whether the probabilities are true."""
    for method in labelling.METHODS:
        for labels in labelling.LABELS:
            rooms = 3 if method == "perceptron" else 8
            outcome = labelling.measure_labelling(samples, method, labels=labels, rooms=rooms)
            pairs = ((line, *outcome.at(line)) for line in labelling.LINES)
            at = "  ".join(f"{line}: {precision:.3f} / {recall:.3f}" for line, precision, recall in pairs)
            print(f"{method}, {labels} labels, {outcome.wanted} faces, precision / recall at {at}")
    for labels in labelling.LABELS[1:]:
        outcome = labelling.measure_labelling(samples, labels=labels)
        bins = "  ".join(f"{mean:.2f}: {right:.2f} ({count})" for mean, right, count in outcome.reliability())
        print(f"{labels} labels: Brier {outcome.brier:.4f}, probability: right (faces) {bins}")


def print_search(samples: Sequence[labelling.Sample], sizes: Sequence[int]) -> None:
    """Print what "Find me" finds, beside a comparison face by face."""
    searches: dict[str, searching.Search] = {
        "groups": face_search.search,
        "face by face": searching.search_nearest,
    }
    for name, search in searches.items():
        for people in sizes:
            outcome = asdict(searching.measure_search(samples, people=people, rooms=4, search=search))
            print(
                f"{name}, {people} people:", "  ".join(f"{key} {value:.3f}" for key, value in outcome.items())
            )


def print_teaching(samples: Sequence[labelling.Sample]) -> None:
    """Print how much of a room is right after each batch of labels, by the order in which faces are asked about."""
    for order in ("ours", "unsure", "chance"):
        curves = [labelling.teach(samples, order, seed=seed, batches=16) for seed in range(4)]
        print(order, " ".join(f"{share:.3f}" for share in np.mean(curves, axis=0)))


if __name__ == "__main__":
    main()
