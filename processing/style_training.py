"""Trains a style network on one picture: photos keep their content, the painting gives its texture and colors.

What is alike is decided by the first layers of EfficientNet-Lite0 (processing/image_network.py), frozen: content is alike where
its deeper maps are, texture where the products of its channels, averaged over the picture, are. Both are compared as shares of what
is wanted, so that one set of weights serves every painting. This module imports torch: import it inside a function.

Source: Gatys, Ecker and Bethge, Image style transfer using convolutional neural networks, CVPR 2016 (the matrices are Gram's);
Johnson et al., ECCV 2016 (the training); Kingma and Ba, Adam, ICLR 2015. The weights of the losses are of our own trials.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from processing.errors import ProcessingError
from processing.style_network import StyleNetwork
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    from processing.style_lessons import Settings

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
KEPT_PX = 384  # shorter side of the photos that are held in memory
MOST_PHOTOS = 600
NO_PHOTOS = _("There are no photos in this folder that can be read. Choose a folder with JPEG or PNG files.")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a training is: rounds done, the losses now, the network as it is."""

    done: int
    rounds: int
    content: float
    style: float
    network: StyleNetwork


class Eye(nn.Module):
    """The maps of EfficientNet-Lite0 by which pictures are compared, from fine to coarse."""

    def __init__(self) -> None:
        super().__init__()
        from processing.image_network import efficientnet_lite

        layers = list(efficientnet_lite("cpu").body.children())
        self.stem = nn.Sequential(*layers[:2])
        self.blocks = nn.ModuleList(layers[2:8])
        self.float().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]

    def forward(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """Make the maps: of the stem, then inside of each block where it is widest, then behind the last."""
        values = self.stem((pictures - 127 / 255) / (128 / 255))
        seen = [values]
        block: Any
        for block in self.blocks:
            inner = values
            steps = list(block.steps)
            for step in steps[:-1]:
                inner = step(inner)
            seen.append(inner)
            made = steps[-1](inner)
            values = made + values if block.is_added else made
        return [*seen, values]


@cache
def eye() -> Eye:
    """The eye, frozen, once per process."""
    return Eye().eval().requires_grad_(False)


CONTENT_MAPS = (3, -1)  # at a quarter and an eighth of the size


def train(
    painting: NDArray[np.uint8],
    photos: Sequence[NDArray[np.uint8]],
    settings: Settings,
    *,
    start: StyleNetwork | None = None,
    on_round: Callable[[Progress], None] = lambda progress: None,
    seconds: float = math.inf,
) -> tuple[StyleNetwork, dict[str, Any]]:
    """Train a network.

    Args:
        painting: uint8 of shape (h, w, 3).
        photos: uint8 of shape (h, w, 3), any sizes of 32 pixels and more.
        settings: how.
        start: begin with a copy of these weights: a network that can paint already learns another painting in a third of the rounds.
        on_round: called after each round.
        seconds: when to stop at the latest; the rate of learning falls in time.

    Returns:
        The network in evaluation mode, and what belongs into its recipe: settings, rounds done, losses. The same seed gives the
        same weights on the same machine.

    Raises:
        ProcessingError: there are no photos.
    """
    if not photos:
        raise ProcessingError(NO_PHOTOS)
    torch.manual_seed(settings.seed)
    chance = np.random.default_rng(settings.seed)
    network = StyleNetwork()
    if start is not None:
        network.load_state_dict(start.state_dict())
    network.train().requires_grad_(True)
    wanted = grams_of(painting, settings.painting_px)
    optimizer = torch.optim.Adam(network.parameters(), settings.rate)
    began, losses, done = time.monotonic(), {"content": 0.0, "style": 0.0}, 0
    while done < settings.rounds and time.monotonic() - began < seconds:
        done += 1
        share = max(done / settings.rounds, (time.monotonic() - began) / seconds)
        for group in optimizer.param_groups:
            group["lr"] = settings.rate * (0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * min(1.0, share))))
        cuts = as_tensor(
            [
                _cut(photos[int(chance.integers(len(photos)))], settings.side_px, chance)
                for _ in range(settings.batch)
            ]
        )
        parts = _losses(network, cuts, wanted)
        whole = sum(getattr(settings, name) * part for name, part in parts.items())
        optimizer.zero_grad()
        torch.as_tensor(whole).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        for name, before in losses.items():
            now = float(parts[name].detach())
            losses[name] = now if done == 1 else 0.9 * before + 0.1 * now
        on_round(Progress(done, settings.rounds, losses["content"], losses["style"], network))
    told = {
        **asdict(settings),
        "rounds": done,
        "stopped_by": "rounds" if done == settings.rounds else "time",
        "losses": {k: round(v, 4) for k, v in losses.items()},
    }
    return network.eval().requires_grad_(False), told


def _losses(
    network: StyleNetwork, photos: torch.Tensor, wanted: Sequence[torch.Tensor]
) -> dict[str, torch.Tensor]:
    with torch.autocast("cpu", torch.bfloat16, enabled=_is_fast_at_bfloat16()):
        painted = network(photos)
        seen = [maps.float() for maps in eye()(painted)]
        with torch.no_grad():
            true = [maps.float() for maps in eye()(photos)]
    across = (painted[:, :, :, 1:] - painted[:, :, :, :-1]) ** 2
    down = (painted[:, :, 1:] - painted[:, :, :-1]) ** 2
    return {
        "content": content_loss(seen, true),
        "style": style_loss(seen, wanted),
        "smooth": across.mean() + down.mean(),
    }


def content_loss(seen: Sequence[torch.Tensor], true: Sequence[torch.Tensor]) -> torch.Tensor:
    """How far maps are from those of the photos, as a share of how much those vary."""
    parts = [((seen[at] - true[at]) ** 2).mean() / true[at].var().clamp_min(1e-6) for at in CONTENT_MAPS]
    return torch.stack(parts).mean()


def style_loss(seen: Sequence[torch.Tensor], wanted: Sequence[torch.Tensor]) -> torch.Tensor:
    """How far Gram matrices are from those of the painting, as a share of their size."""
    parts = [
        ((gram(maps) - aim) ** 2).sum((1, 2)).mean() / (aim**2).sum()
        for maps, aim in zip(seen, wanted, strict=True)
    ]
    return torch.stack(parts).mean()


def grams_of(painting: NDArray[np.uint8], painting_px: int) -> list[torch.Tensor]:
    """The Gram matrices of a painting whose longer side is brought to some pixels."""
    with torch.no_grad():
        return [gram(maps) for maps in eye()(as_tensor([_scaled(painting, painting_px)]))]


def gram(maps: torch.Tensor) -> torch.Tensor:
    """Compute the products of all pairs of channels, averaged over the picture.

    Args:
        maps: float32 of shape (n, c, h, w).

    Returns:
        float32 of shape (n, c, c).

    Source: Gatys et al., see above.
    """
    flat = maps.float().flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def _is_fast_at_bfloat16() -> bool:
    """Whether this processor multiplies matrices of bfloat16 (AMX): then a round takes about half as long."""
    ask = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(ask and ask())


def read_photos(folder: Path) -> list[NDArray[np.uint8]]:
    """Read the photos of a folder and of those below it, small; what can't be read is passed over.

    Returns:
        uint8 of shape (h, w, 3) each, in the order of their paths, at most `MOST_PHOTOS`.
    """
    from PIL import Image

    from processing.imaging import open_picture

    made: list[NDArray[np.uint8]] = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES):
        if len(made) == MOST_PHOTOS:
            break
        try:
            photo = open_picture(path, KEPT_PX * 2).image
        except ProcessingError:
            continue
        ratio = KEPT_PX / min(photo.size)
        size = (max(32, round(photo.width * ratio)), max(32, round(photo.height * ratio)))
        made.append(np.array(photo.resize(size, Image.Resampling.LANCZOS), np.uint8))
    return made


def _cut(photo: NDArray[np.uint8], side_px: int, chance: np.random.Generator) -> NDArray[np.uint8]:
    """A square out of a photo at a random size, mirrored every second time."""
    import cv2

    height, width = photo.shape[:2]
    side = int(min(height, width) * chance.uniform(0.6, 1.0))
    top, left = chance.integers(height - side + 1), chance.integers(width - side + 1)
    square = photo[top : top + side, left : left + side]
    if chance.random() < 0.5:
        square = square[:, ::-1]
    made: Any = cv2.resize(np.ascontiguousarray(square), (side_px, side_px), interpolation=cv2.INTER_AREA)
    return np.asarray(made, np.uint8)


def _scaled(picture: NDArray[np.uint8], longer_px: int) -> NDArray[np.uint8]:
    import cv2

    ratio = longer_px / max(picture.shape[:2])
    size = (max(32, round(picture.shape[1] * ratio)), max(32, round(picture.shape[0] * ratio)))
    way = cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC
    made: Any = cv2.resize(picture, size, interpolation=way)
    return np.asarray(made, np.uint8)


def as_tensor(pictures: Sequence[NDArray[np.uint8]]) -> torch.Tensor:
    """Pictures of one size as float32 (n, 3, h, w), 0 to 1."""
    return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).copy()).float().div_(255)
