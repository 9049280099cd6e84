"""Tells whether a photo lies on its side or stands on its head, from what a network trained on ImageNet sees on it.

The middle of the photo is looked at in all four turns, small. A little network of our own says of each how much it looks like a photo
that stands upright: where sky, ground, faces, walls and furniture are, not which way they point. Where the four of them do not
differ clearly nothing is said: there are photos, of food or of the floor, that have no right way up.

Source: own; the network and what it reaches on photos left out are in networks/uprightness.json, made by
`python -m processing.uprightness_training FOLDER`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing.errors import ModelUnavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

FILE = Path(__file__).parent / "networks" / "uprightness.pt"
SIDE_PX = 128
FINE_LAYER, COARSE_LAYER = 12, 17  # of EfficientNet-Lite0: strides 16 and 32
CELLS = 16  # 4 x 4 places
CHANNELS = 432  # 112 and 320
USUALLY_UPRIGHT = 0.94  # of the photos of a room; the other three turns share the rest
LEAST_CONFIDENCE = 0.98
UNSEEN = (
    "What this photo shows can't be told, because a model or its library is missing on this machine. "
    "Ask its keeper to install the packages of requirements.txt again."
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What would make a photo upright.

    Attributes:
        quarters: turns to the right, 0 to 3.
        confidence: how likely it is that this is the right one, 0 to 1, knowing that most photos are upright.
    """

    quarters: int
    confidence: float

    @property
    def is_sure(self) -> bool:
        return self.confidence >= LEAST_CONFIDENCE


def find_turn(image: Image.Image) -> Turn:
    """Find out how a photo would have to be turned.

    Args:
        image: mode RGB, any size.

    Raises:
        ModelUnavailable: torch or a model is missing or damaged.
    """
    return judge(scores_of(image))


def judge(scores: Sequence[float] | NDArray[np.float64]) -> Turn:
    """Weigh how upright the photo looks in each turn.

    Args:
        scores: for 0 to 3 quarters to the right: logarithms of likelihoods, up to a constant.

    Returns:
        The likeliest turn. Bayes: most photos are upright before anything was seen.
    """
    import numpy as np

    before = np.full(4, (1 - USUALLY_UPRIGHT) / 3)
    before[0] = USUALLY_UPRIGHT
    after = np.asarray(scores, np.float64) + np.log(before)
    chances = np.exp(after - after.max())
    chances /= chances.sum()
    best = int(chances.argmax())
    return Turn(best, round(float(chances[best]), 4))


def scores_of(image: Image.Image) -> NDArray[np.float64]:
    """Say how upright a photo looks after 0, 1, 2 and 3 quarter turns to the right.

    Args:
        image: mode RGB, any size; its middle square is looked at.

    Returns:
        float64 of shape (4,).

    Raises:
        ModelUnavailable: as above.
    """
    import numpy as np

    state = head()
    mixed = split(features(views(image)) @ state["mix"] + state["shift"])
    return np.asarray(mixed.reshape(4, -1) @ state["out"], np.float64)


def split(mixed: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is above zero, then what is below it, as positive numbers: twice as many channels in the last direction."""
    import numpy as np

    return np.maximum(np.concatenate([mixed, -mixed], axis=-1), 0)


def views(image: Image.Image) -> NDArray[np.uint8]:
    """Cut the middle square out of a photo, small, in four turns to the right: uint8 of shape (4, side, side, 3)."""
    import numpy as np

    from processing.image_network import middle

    pixels = np.array(middle(image, SIDE_PX, 1.0))
    return np.stack([np.rot90(pixels, -quarters) for quarters in range(4)])


def features(photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    """See what is where.

    Args:
        photos: uint8 of shape (n, SIDE_PX, SIDE_PX, 3), RGB.

    Returns:
        float32 of shape (n, 16, 432): at 4 x 4 places, row by row, what two layers of EfficientNet-Lite0 see.

    Raises:
        ModelUnavailable: as above.
    """
    import numpy as np
    import torch

    layers = _layers()
    where = next(layers.parameters()).device
    with torch.inference_mode():
        values = torch.from_numpy(np.ascontiguousarray(photos)).to(where).permute(0, 3, 1, 2)
        values = values.float().sub(127).div(128)
        fine = values
        for number, layer in enumerate(layers):
            values = layer(values)
            if number == FINE_LAYER:
                fine = torch.nn.functional.avg_pool2d(values, 2)
        maps = torch.cat([fine, values], 1)
        return np.asarray(maps.flatten(2).transpose(1, 2).contiguous().cpu().numpy())


@cache
def _layers() -> Any:
    from processing import weights

    try:
        from processing.image_network import efficientnet_lite

        network = weights.image_network()
        if network.name != "efficientnet-lite0":
            network = efficientnet_lite("cpu")
    except (ImportError, OSError, RuntimeError, KeyError) as error:
        raise ModelUnavailable(UNSEEN) from error
    return network.body[: COARSE_LAYER + 1]  # type: ignore[index]


@cache
def head() -> dict[str, NDArray[np.float32]]:
    """Load our own part: `mix` (432, k), `shift` (k,), `out` (16 x 2 k,), float32.

    Raises:
        ModelUnavailable: the file is missing or damaged.
    """
    import pickle

    try:
        import torch

        state = torch.load(FILE, map_location="cpu", weights_only=True)
        found = {name: state[name].float().numpy() for name in ("mix", "shift", "out")}
    except (
        ImportError,
        OSError,
        RuntimeError,
        KeyError,
        AttributeError,
        EOFError,
        pickle.UnpicklingError,
    ) as error:
        raise ModelUnavailable(UNSEEN) from error
    if found["mix"].shape[0] != CHANNELS or found["out"].shape != (2 * CELLS * found["mix"].shape[1],):
        raise ModelUnavailable(UNSEEN)
    return found


def reset() -> None:
    """Forget what was loaded, for tests."""
    head.cache_clear()
    _layers.cache_clear()
