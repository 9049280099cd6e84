"""Trains the little network that tells upright photos from turned ones: `python -m processing.uprightness_training FOLDER ...`.

Every photo of the folders has to be upright once its EXIF turn is applied; the wrong answers are its three other turns. Each is
looked at whole and in three random parts, some of them mirrored or slightly askew. The features come from EfficientNet-Lite0 as
it is; what is fitted is a projection on their main directions and one weight for each of them, above and below zero, at each
of 4 x 4 places: a conditional logit over the four turns (McFadden, 1974), convex, so that it has one best answer. One fifth of the photos
at a time is left out for measuring; photos of one family or scene stay together.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import imaging, uprightness
from processing.errors import ProcessingError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

SEED, FOLDS, VIEWS = 1, 5, 4
DIRECTIONS = 64
PENALTY = 0.008
MOST_OF_A_FOLDER = 220
ENDINGS = (".jpg", ".jpeg", ".png")


def main(arguments: Sequence[str] | None = None) -> None:
    """Look at the photos, measure on those left out, fit on all, write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, default=uprightness.FILE)
    parser.add_argument(
        "--features", type=Path, help="keep what was seen in this file (.npz), or take it from there"
    )
    chosen = parser.parse_args(arguments)
    names, seen = look_at_all(chosen.folders, chosen.features)
    folds = [_fold(name) for name in names]
    measured = measure(seen, folds)
    sys.stdout.write(json.dumps(measured, indent=2) + "\n")
    write(fit(seen, sharpness=measured["sharpness"]), chosen.to, chosen.folders, len(names), measured)


def look_at_all(folders: Sequence[Path], kept: Path | None = None) -> tuple[list[str], NDArray[np.float16]]:
    """See every photo in every view and turn.

    Args:
        folders: of photos, looked through to their ends; of large ones every so-many-th is taken.
        kept: a file with what was seen before, or to be.

    Returns:
        Folder and name of each photo; float16 of shape (n, VIEWS, 4, 16, 432), the first turn is the upright one.
    """
    import numpy as np

    if kept is not None and kept.is_file():
        with np.load(kept) as file:
            return file["names"].tolist(), file["seen"]
    chance = random.Random(SEED)  # noqa: S311 - no secret
    names, seen = [], []
    for path in _files(folders):
        try:
            image = imaging.open_picture(path, 512).image
        except ProcessingError:
            continue
        turned = np.concatenate([uprightness.views(view) for view in _views(image, chance)])
        seen.append(uprightness.features(turned).reshape(VIEWS, 4, uprightness.CELLS, -1).astype(np.float16))
        names.append(f"{path.parent.name}/{path.name}")
    if kept is not None:
        np.savez(kept, names=np.array(names), seen=np.stack(seen))
    return names, np.stack(seen)


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
        yield from found[:: -(-len(found) // MOST_OF_A_FOLDER) or 1]


def _views(image: Image.Image, chance: random.Random) -> Iterator[Image.Image]:
    """The photo, and parts of it."""
    from PIL import ImageOps
    from PIL.Image import Resampling

    yield image
    shorter = min(image.size)
    for number in range(1, VIEWS):
        side = max(1, int(shorter * chance.uniform(0.6, 1)))
        left, top = chance.randint(0, image.width - side), chance.randint(0, image.height - side)
        part = image.crop((left, top, left + side, top + side))
        part = part.rotate(chance.gauss(0, 2), resample=Resampling.BILINEAR)
        yield part if number == 2 else ImageOps.mirror(part)


def _fold(name: str) -> int:
    """Photos whose names begin alike up to a dash or a digit after letters are of one family, person or scene."""
    folder, file = name.split("/", 1)
    scene = file.split("-")[0] if "-" in file else file
    return int(hashlib.sha256(f"{folder}/{scene}".encode()).hexdigest(), 16) % FOLDS


def measure(seen: NDArray[np.float16], folds: Sequence[int]) -> dict[str, Any]:
    """Fit without each fold and ask about it.

    Args:
        seen: as `look_at_all` gives it.
        folds: of each photo.

    Returns:
        For photos left out, whole: `right`, the share whose best turn is the right one; `sharpness`, which makes its scores as sure as
        they should be; and with the usual share of upright photos before: of photos on their side or head `turned_found`, the
        share proposed rightly, `turned_wrong` to a wrong turn; of upright photos `upright_wrong`, the share that would be
        proposed to be turned; `precision` of proposals where 6 % of the photos are turned.
    """
    import numpy as np

    scores = np.zeros((len(seen), 4))
    of = np.array(folds)
    for fold in sorted(set(folds)):
        state = fit(seen[of != fold])
        scores[of == fold] = _scored(seen[of == fold][:, 0], state)
    sharpness = min(
        np.arange(0.4, 2.01, 0.1), key=lambda s: float(-np.log(_chances(scores * s)[:, 0]).mean())
    )
    found = wrong = 0
    for turn in (
        1,
        2,
        3,
    ):  # the same photo, stored turned: the scores are those of its turns, from another one on
        answers = [uprightness.judge(np.roll(row * sharpness, turn)) for row in scores]
        found += sum(answer.is_sure and answer.quarters == turn for answer in answers)
        wrong += sum(answer.is_sure and answer.quarters not in (0, turn) for answer in answers)
    upright = [uprightness.judge(row * sharpness) for row in scores]
    false = sum(answer.is_sure and answer.quarters != 0 for answer in upright)
    count = len(seen)
    share = 1 - uprightness.USUALLY_UPRIGHT
    right = share * found / (3 * count)
    all_proposed = right + share * wrong / (3 * count) + (1 - share) * false / count
    return {
        "photos_left_out": count,
        "right": round(float((scores.argmax(1) == 0).mean()), 4),
        "sharpness": round(float(sharpness), 1),
        "turned_found": round(found / (3 * count), 4),
        "turned_wrong": round(wrong / (3 * count), 4),
        "upright_wrong": round(false / count, 4),
        "precision": round(right / max(all_proposed, 1e-9), 4),
    }


def _chances(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    powers = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(powers / powers.sum(1, keepdims=True))


def _scored(maps: NDArray[np.float16], state: dict[str, NDArray[np.float32]]) -> NDArray[np.float64]:
    """Scores of float16 (n, 4, 16, 432): (n, 4)."""
    import numpy as np

    mixed = uprightness.split(maps.astype(np.float32) @ state["mix"] + state["shift"])
    return np.asarray(mixed.reshape(*maps.shape[:2], -1) @ state["out"], np.float64)


def fit(seen: NDArray[np.float16], sharpness: float = 1.0) -> dict[str, NDArray[np.float32]]:
    """Fit the network.

    Args:
        seen: as `look_at_all` gives it.
        sharpness: by which the scores are multiplied.

    Returns:
        `mix`, `shift` and `out` as `uprightness.head` describes them.
    """
    import numpy as np
    import torch

    torch.set_num_threads(1)
    upright = seen[:, 0, 0].reshape(-1, uprightness.CHANNELS).astype(np.float32)
    mean, deviation = upright.mean(0), upright.std(0) + 1e-3
    values, vectors = np.linalg.eigh(np.cov(((upright - mean) / deviation).T))
    order = np.argsort(-values)[:DIRECTIONS]
    mix = (vectors[:, order] / np.sqrt(values[order]) / deviation[:, None]).astype(np.float32)
    shift = -(mean @ mix)
    groups = np.concatenate(
        [
            uprightness.split(seen[:, view].astype(np.float32) @ mix + shift).reshape(len(seen), 4, -1)
            for view in range(seen.shape[1])
        ]
    )
    inputs = torch.from_numpy(groups)
    weights = torch.zeros(inputs.shape[-1], requires_grad=True)
    descent = torch.optim.LBFGS([weights], max_iter=40, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        descent.zero_grad()
        cost = -torch.log_softmax(inputs @ weights, 1)[:, 0].mean() + PENALTY * (weights**2).sum()
        cost.backward()
        return cost

    descent.step(loss)
    return {"mix": mix, "shift": shift, "out": weights.detach().numpy() * np.float32(sharpness)}


def write(
    state: dict[str, NDArray[np.float32]],
    to: Path,
    folders: Sequence[Path],
    photos: int,
    measured: dict[str, Any],
) -> None:
    """Write the network, float16, and beside it how it was made."""
    import torch

    to.parent.mkdir(parents=True, exist_ok=True)
    torch.save({name: torch.from_numpy(value).half() for name, value in state.items()}, to)
    recipe = {
        "label": "Photos that lie on their side",
        "command": "python -m processing.uprightness_training FOLDER ...",
        "data": f"{photos} upright photos of the folders {', '.join(folder.name for folder in folders)}; none of them is passed on",
        "licence": "that of Photoroom for the network; the photos that it learned from have those of their sources",
        "built_on": "two layers of EfficientNet-Lite0 (Apache-2.0), as they are",
        "photos": photos,
        "left_out": f"one fifth at a time, {FOLDS} times; the network that is kept was fitted on all",
        "seed": SEED,
        "side_px": uprightness.SIDE_PX,
        "views": VIEWS,
        "rounds": 40,
        "bytes": to.stat().st_size,
        "sha256": hashlib.sha256(to.read_bytes()).hexdigest(),
        "measured": measured,
    }
    to.with_suffix(".json").write_text(json.dumps(recipe, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
