"""Trains the network of people (processing/person_network.py) on photos with masks; the same command gives the same network.

The encoder is frozen, so each photo is looked at once in each of `VERSIONS` variations (cut, turned, mirrored, recolored, with
people of other photos put into it); the decoder learns from what the encoder saw. Photos whose name's hash says so are never
trained on (`is_left_out`).

Source: Milletari et al., V-Net, 3DV 2016 (the loss of Dice); Tarvainen and Valpola, NeurIPS 2017 (the average of the weights).
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from processing.person_network import CHANNELS, STRIDE, Decoder, Encoder, to_input
from processing.person_variations import Sample, load_coco, load_samples, varied

SIDE_PX = 320
VERSIONS, ROUNDS, BATCH = 10, 8, 8
RATE, DECAY, KEPT = 2e-3, 1e-2, 0.995
EDGE_WEIGHT = 2.0  # an edge counts so many times more
SEED = 6
LEFT_OUT_EVERY = 4
__all__ = ["Plan", "is_left_out", "recipe", "train"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train.

    Attributes:
        side_px: of the squares that the encoder sees.
        versions: variations of each photo.
        rounds: how often each of them is seen.
        minutes: then it stops after the round, to be gone on with; 0: never.
        coco: a folder of COCO's photos, with and without people, to learn from as well.
    """

    side_px: int = SIDE_PX
    versions: int = VERSIONS
    rounds: int = ROUNDS
    minutes: float = 0.0
    coco: Path | None = None


def trained_on(folder: Path, plan: Plan) -> list[Sample]:
    """The photos that are not left out."""
    samples = load_samples(folder) + (load_coco(plan.coco) if plan.coco else [])
    return [one for one in samples if not is_left_out(one.stem)]


def _quiet(line: str) -> None:
    """Nobody wants to know."""


def recipe(plan: Plan, folder: Path) -> dict[str, Any]:
    """How a network came to be, for the file beside it."""
    return {
        "label": "People",
        "command": "manage.py train_mask FOLDER --work FOLDER" + (" --coco FOLDER" if plan.coco else ""),
        "data": "Human-Segmentation-Dataset: photos of people with masks; no licence is stated for them, none of them is passed on"
        + ("; COCO 2017: photos with their marks (CC BY 4.0)" if plan.coco else ""),
        "licence": "that of Photoroom for the network; none is stated for the photos that it learned from",
        "built_on": "the layers of EfficientNet-Lite0 (Apache-2.0), as they are",
        "photos": len(trained_on(folder, plan)),
        "left_out": f"one in {LEFT_OUT_EVERY}, by the hash of the name",
        "seed": SEED,
        "side_px": plan.side_px,
        "versions": plan.versions,
        "rounds": plan.rounds,
    }


def is_left_out(stem: str) -> bool:
    """Whether a photo of this name is for measuring only: one in four, by the hash of its name."""
    return int(hashlib.sha256(stem.encode()).hexdigest(), 16) % LEFT_OUT_EVERY == 0


def train(folder: Path, work: Path, plan: Plan, say: Callable[[str], None] = _quiet) -> Decoder | None:
    """Train a decoder.

    Args:
        folder: has `photos/` and `masks/` with the same stems; white is a person.
        work: a folder for what the encoder saw (0.6 MB per variation) and for where the training stands; going on with it gives
            the same network as doing it in one go.
        plan: how.
        say: told how it goes.

    Returns:
        The averaged decoder; None: `minutes` are over, call again.

    Raises:
        ValueError: the folder has no pair of photo and mask.
    """
    started = time.monotonic()
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # more are slower for maps as small as these
    samples = trained_on(folder, plan)
    if not samples:
        raise ValueError(f"{folder} has no photos/NAME.jpg with masks/NAME.png")
    work.mkdir(parents=True, exist_ok=True)
    store = _Store(work, len(samples), plan)
    if not store.fill(samples, started):
        return None
    learner = _Learner(len(store.masks) // BATCH * plan.rounds)
    done = learner.restore(work / "state.pt")
    for number in range(done, plan.rounds):
        if plan.minutes and (time.monotonic() - started) / 60 > plan.minutes:
            return None
        loss = learner.round(store, number)
        say(f"round {number + 1} of {plan.rounds}: loss {loss:.4f}")
        learner.keep(work / "state.pt", number + 1)
    return learner.average


class _Store:
    """What the encoder saw of every variation, in files as large as needed, so that memory stays small."""

    def __init__(self, work: Path, count: int, plan: Plan) -> None:
        self.plan, self.work = plan, work
        total, side = count * plan.versions, plan.side_px
        self.maps = [
            _array(work / f"maps{level}.npy", (total, channels, side >> (level + 2), side >> (level + 2)))
            for level, channels in enumerate(CHANNELS)
        ]
        self.masks = _array(work / "masks.npy", (total, side // STRIDE, side // STRIDE))
        self.done = _array(work / "done.npy", (total,))

    def fill(self, samples: Sequence[Sample], started: float) -> bool:
        """Look at every variation that was not looked at yet; answer whether all are done."""
        encoder = Encoder()
        missing = np.flatnonzero(np.asarray(self.done) == 0)
        parts = [missing[first : first + BATCH] for first in range(0, len(missing), BATCH)]

        def look(numbers: NDArray[np.int64]) -> bool:
            if self.plan.minutes and (time.monotonic() - started) / 60 > self.plan.minutes:
                return False
            made = [
                varied(samples, int(number) % len(samples), SEED + int(number), self.plan.side_px)
                for number in numbers
            ]
            with torch.inference_mode():
                seen = encoder(to_input(np.stack([photo for photo, _mask in made])))
            for store, one in zip(self.maps, seen, strict=True):
                store[numbers] = one.half().numpy()
            self.masks[numbers] = [_smaller(mask) for _photo, mask in made]
            self.done[numbers] = 1
            return True

        with ThreadPoolExecutor(os.cpu_count()) as workers:
            return all(workers.map(look, parts))

    def batches(self, seed: int) -> Iterator[tuple[list[torch.Tensor], torch.Tensor]]:
        order = np.random.default_rng(seed).permutation(len(self.masks))
        for first in range(0, len(order) - BATCH + 1, BATCH):
            numbers = np.sort(order[first : first + BATCH])
            maps = [torch.from_numpy(store[numbers]).float() for store in self.maps]
            yield maps, torch.from_numpy(self.masks[numbers]).float()[:, None]


class _Learner:
    """A decoder on its way, and the average of it that is kept."""

    def __init__(self, steps: int) -> None:
        self.decoder, self.average = Decoder(), Decoder()
        self.average.load_state_dict(self.decoder.state_dict())
        self.optimizer = torch.optim.AdamW(self.decoder.parameters(), lr=RATE, weight_decay=DECAY)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, RATE, total_steps=steps + 1, pct_start=0.1
        )

    def round(self, store: _Store, number: int) -> float:
        self.decoder.train()
        torch.manual_seed(SEED + number)
        losses = []
        for maps, masks in store.batches(SEED + number):
            with torch.autocast("cpu", torch.bfloat16):
                logits = self.decoder([one.to(memory_format=torch.channels_last) for one in maps])
            loss = loss_of(logits.float(), masks)
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.decoder.parameters(), 1.0)
            self.optimizer.step()
            self.schedule.step()
            self._average()
            losses.append(loss.item())
        return float(np.mean(losses))

    def _average(self) -> None:
        steps = int(self.schedule.last_epoch)
        kept = min(KEPT, steps / (steps + 10))
        with torch.no_grad():
            now = self.decoder.state_dict()
            for name, value in self.average.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(now[name], 1 - kept)
                else:
                    value.copy_(now[name])
        self.average.eval()

    def keep(self, path: Path, done: int) -> None:
        part = path.with_suffix(".part")
        parts: dict[str, Any] = {name: getattr(self, name).state_dict() for name in _PARTS}
        torch.save({**parts, "done": done}, part)
        part.replace(path)

    def restore(self, path: Path) -> int:
        if not path.exists():
            return 0
        state = torch.load(path, weights_only=True)
        for name in _PARTS:
            getattr(self, name).load_state_dict(state[name])
        return int(state["done"])


_PARTS = ("decoder", "average", "optimizer", "schedule")


def loss_of(logits: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Cross entropy, edges counted more, and the loss of Dice.

    Args:
        logits, masks: (n, 1, h, w); masks are 0 to 1.
    """
    edges = (functional.max_pool2d(masks, 5, 1, 2) + functional.max_pool2d(-masks, 5, 1, 2)).clamp(0, 1)
    entropy = functional.binary_cross_entropy_with_logits(logits, masks, 1 + EDGE_WEIGHT * edges)
    found = torch.sigmoid(logits)
    both, either = (found * masks).sum((1, 2, 3)), (found + masks).sum((1, 2, 3))
    dice = 1 - (2 * both + 20) / (either + 20)
    return entropy + dice.mean()


def _smaller(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = mask.shape
    made: NDArray[np.float32] = mask.reshape(height // STRIDE, STRIDE, width // STRIDE, STRIDE).mean((1, 3))
    return made


def _array(path: Path, shape: tuple[int, ...]) -> Any:
    """A file of float16 that is used like an array; begun with zeros, gone on with if it is there."""
    if path.exists():
        found = np.load(path, mmap_mode="r+")
        if found.shape == shape:
            return found
        del found
        path.unlink()
    return np.lib.format.open_memmap(path, "w+", np.float16, shape)
