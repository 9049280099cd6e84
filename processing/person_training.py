"""Trains the network of people (processing/person_network.py) on photos with masks; the same command gives the same network.

Every photo is seen once a round, each time in another variation (cut, turned, mirrored, recolored, with people of other photos
put into it). The decoder learns, and of the encoder only how loud each filter is: its filters stay those of EfficientNet-Lite0.
Photos whose name's hash says so are never trained on (`is_left_out`).

Source: Milletari et al., V-Net, 3DV 2016 (the loss of Dice); Frankle et al., Training BatchNorm and Only BatchNorm, ICLR 2021
(filters that stay, loudness that learns); Tarvainen and Valpola, NeurIPS 2017 (the average of the weights).
"""

from __future__ import annotations

import hashlib
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

from processing.person_network import STRIDE, Decoder, Encoder, to_input
from processing.person_variations import Mask, Photo, Sample, load_coco, load_samples, varied

SIDE_PX = 320
ROUNDS, BATCH = 60, 8
RATE, DECAY, KEPT = 2e-3, 1e-2, 0.995
EDGE_WEIGHT = 2.0  # an edge counts so many times more
SEED = 6
LEFT_OUT_EVERY = 4
__all__ = ["Plan", "State", "is_left_out", "recipe", "train"]
State = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train.

    Attributes:
        side_px: of the squares that the network sees.
        rounds: how often each photo is seen, every time in another variation.
        minutes: then it stops after the round, to be gone on with; 0: never.
        coco: a folder of COCO's photos, with and without people, to learn from as well.
    """

    side_px: int = SIDE_PX
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
        "built_on": "the filters of EfficientNet-Lite0 (Apache-2.0), as they are",
        "photos": len(trained_on(folder, plan)),
        "left_out": f"one in {LEFT_OUT_EVERY}, by the hash of the name",
        "seed": SEED,
        "side_px": plan.side_px,
        "rounds": plan.rounds,
    }


def is_left_out(stem: str) -> bool:
    """Whether a photo of this name is for measuring only: one in four, by the hash of its name."""
    return int(hashlib.sha256(stem.encode()).hexdigest(), 16) % LEFT_OUT_EVERY == 0


def train(folder: Path, work: Path, plan: Plan, say: Callable[[str], None] = _quiet) -> State | None:
    """Train a network.

    Args:
        folder: has `photos/` and `masks/` with the same stems; white is a person.
        work: a folder for where the training stands; going on with it gives the same network as doing it in one go.
        plan: how.
        say: told how it goes.

    Returns:
        The averaged weights, for `person_network.made_of`; None: `minutes` are over, call again.

    Raises:
        ValueError: the folder has no pair of photo and mask.
    """
    started = time.monotonic()
    torch.set_num_threads(1)  # with two, the last digits would depend on the machine
    samples = trained_on(folder, plan)
    if not samples:
        raise ValueError(f"{folder} has no photos/NAME.jpg with masks/NAME.png")
    work.mkdir(parents=True, exist_ok=True)
    learner = _Learner(-(-len(samples) // BATCH) * plan.rounds)
    done = learner.restore(work / "state.pt")
    for number in range(done, plan.rounds):
        if plan.minutes and (time.monotonic() - started) / 60 > plan.minutes:
            return None
        loss = learner.round(_batches(samples, number, plan.side_px), number)
        learner.keep(work / "state.pt", number + 1)
        say(f"round {number + 1} of {plan.rounds}: loss {loss:.4f}")
    return learner.average


def _batches(
    samples: Sequence[Sample], number: int, side_px: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Every photo in a variation of its own, while the batch before is learned from."""
    order = np.random.default_rng(SEED + number).permutation(len(samples))
    parts = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]

    def make(part: NDArray[np.int64]) -> list[tuple[Photo, Mask]]:
        return [varied(samples, int(one), SEED + number * len(samples) + int(one), side_px) for one in part]

    with ThreadPoolExecutor(1) as worker:
        coming = worker.submit(make, parts[0])
        for following in [*parts[1:], None]:
            made = coming.result()
            if following is not None:
                coming = worker.submit(make, following)
            photos = to_input(np.stack([photo for photo, _mask in made]))
            masks = torch.from_numpy(np.stack([_smaller(mask) for _photo, mask in made]))
            yield photos.contiguous(memory_format=torch.channels_last), masks.float()[:, None]


class _Learner:
    """A network on its way, and the average of it that is kept."""

    def __init__(self, steps: int) -> None:
        torch.manual_seed(SEED)
        self.encoder, self.decoder = Encoder(), Decoder()
        loudness = self.encoder.loosen()
        self.average = {name: value.clone() for name, value in self._state().items()}
        self.optimizer = torch.optim.AdamW(
            [
                {"params": list(self.decoder.parameters()), "weight_decay": DECAY},
                {"params": loudness, "weight_decay": 0.0},
            ],
            lr=RATE,
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, RATE, total_steps=steps + 1, pct_start=0.1
        )

    def round(self, batches: Iterator[tuple[torch.Tensor, torch.Tensor]], number: int) -> float:
        self.decoder.train()
        torch.manual_seed(SEED + number)
        learning = [one for group in self.optimizer.param_groups for one in group["params"]]
        losses = []
        for photos, masks in batches:
            loss = loss_of(self.decoder(self.encoder(photos)), masks)
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            self.optimizer.step()
            self.schedule.step()
            self._average()
            losses.append(loss.item())
        return float(np.mean(losses))

    def keep(self, path: Path, done: int) -> None:
        part = path.with_suffix(".part")
        state = {
            "encoder": self.encoder.state_dict(),
            "decoder": self.decoder.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "done": done,
        }
        torch.save(state, part)
        part.replace(path)

    def restore(self, path: Path) -> int:
        if not path.exists():
            return 0
        state: dict[str, Any] = torch.load(path, weights_only=True)
        self.encoder.load_state_dict(state["encoder"])
        self.decoder.load_state_dict(state["decoder"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.average = state["average"]
        return int(state["done"])

    def _state(self) -> State:
        decoder = {f"decoder.{name}": value for name, value in self.decoder.state_dict().items()}
        return {**self.encoder.tuning(), **decoder}

    def _average(self) -> None:
        steps = int(self.schedule.last_epoch)
        kept = min(KEPT, steps / (steps + 10))
        with torch.no_grad():
            now = self._state()
            for name, value in self.average.items():
                if value.is_floating_point():
                    value.lerp_(now[name], 1 - kept)
                else:
                    value.copy_(now[name])


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
