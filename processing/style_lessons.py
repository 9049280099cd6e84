"""From a picture to a style that can be chosen: reads the pictures, trains, writes a preview as it goes, then network and recipe.

`manage.py train_style` is this module on the command line.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from processing import styles
from processing.errors import ProcessingError
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from processing.style_network import StyleNetwork
    from processing.style_training import Progress

SAY_EVERY_SECONDS, SHOW_EVERY_SECONDS = 5, 30
PREVIEW_PX, PAINTING_PX = 480, 2048
SAMPLES = (
    "the sample photos of scikit-learn (china.jpg by danielbuechele, flower.jpg by vultilion, CC BY 2.0)"
)
BAD_NAME = _("The name of a style has 1 to 40 small letters, digits, - and _. Give it with --name.")
TAKEN = _("There is a style of this name already. Give another --name, or --replace to train it anew.")
NO_TORCH = _("Styles need the library torch, which is not on this machine.")


@dataclass(frozen=True, slots=True)
class Settings:
    """How to train.

    Attributes:
        rounds: steps of the training.
        batch: photos in a step.
        side_px: of the square that is cut out of each photo.
        painting_px: longer side to which the painting is brought: larger means larger strokes.
        content, style, smooth: weights of the three losses.
        rate: of learning, at its height.
        seed: of the first weights, of photos and their cuts.
    """

    rounds: int = 400
    batch: int = 2
    side_px: int = 224
    painting_px: int = 512
    content: float = 1.0
    style: float = 3.0
    smooth: float = 2.0
    rate: float = 2e-3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learned.

    Attributes:
        painting: the file of the picture.
        settings: how to train.
        name, label: what recipes and people call it; made of the file's name where empty.
        photos: folders to practise on; none: two samples.
        minutes: when to stop at the latest; 0: never.
        start: the style to begin with, or "none".
        source, licence, command: kept in the style's recipe.
        into: the folder to write to; None: where styles of this machine lie.
        is_replacing: it may take the place of a style of this name.
    """

    painting: Path
    settings: Settings = Settings()
    name: str = ""
    label: str = ""
    photos: tuple[Path, ...] = ()
    minutes: float = 0
    start: str = "wave"
    source: str = ""
    licence: str = ""
    into: Path | None = None
    is_replacing: bool = False
    command: str = ""


def teach(lesson: Lesson, say: Callable[[str], None] = lambda line: None) -> styles.Style:
    """Train a style and put it where it is found.

    Args:
        lesson: what from and how.
        say: told lines of progress.

    Returns:
        The style.

    Raises:
        ProcessingError: a picture can't be read, there are no photos, the name is bad or taken, torch is missing.
    """
    name = lesson.name or re.sub(r"[^a-z0-9]+", "-", lesson.painting.stem.lower()).strip("-")[:40]
    place = lesson.into or styles.folder()
    _check_name(name, place, lesson)
    try:
        from processing import style_training as training
    except ImportError as error:
        raise ProcessingError(NO_TORCH) from error
    painting = read_painting(lesson.painting)
    photos = [photo for folder in lesson.photos for photo in training.read_photos(folder)] or _samples(lesson)
    start = None if lesson.start == "none" else styles.load(lesson.start)
    reporter = _Reporter(photos[:3], place / f"{name}.preview.png", say)
    began = time.monotonic()
    network, told = training.train(
        painting,
        photos,
        lesson.settings,
        start=start,
        on_round=reporter,
        seconds=lesson.minutes * 60 or math.inf,
    )
    recipe = {
        "label": lesson.label or name.replace("-", " ").replace("_", " ").capitalize(),
        "painting": {
            "file": lesson.painting.name,
            "source": lesson.source or "not said",
            "licence": lesson.licence or "not said",
            "size": [painting.shape[1], painting.shape[0]],
        },
        "photos": {"count": len(photos), "from": [str(folder) for folder in lesson.photos] or SAMPLES},
        "started_from": lesson.start,
        "training": told,
        "seconds": round(time.monotonic() - began),
        "command": lesson.command,
    }
    path = styles.save(network, place, name, recipe)
    reporter.show(network)
    say(f"The preview is {reporter.path}.")
    return styles.Style(name, str(recipe["label"]), path, recipe)


def _check_name(name: str, place: Path, lesson: Lesson) -> None:
    if not styles.NAME.fullmatch(name):
        raise ProcessingError(BAD_NAME)
    is_ours = (styles.OURS / f"{name}.json").exists() and place == styles.folder()
    if is_ours or ((place / f"{name}.json").exists() and not lesson.is_replacing):
        raise ProcessingError(TAKEN)


def read_painting(path: Path) -> NDArray[np.uint8]:
    """The painting, upright and of at most 2,048 pixels."""
    import numpy as np

    from processing.imaging import open_picture

    return np.array(open_picture(path, PAINTING_PX).image, np.uint8)


def _samples(lesson: Lesson) -> list[NDArray[np.uint8]]:
    """The two photos that come with scikit-learn, which this project needs anyway; none where folders were given."""
    if lesson.photos:
        return []
    import sklearn.datasets

    from processing import style_training

    return style_training.read_photos(Path(sklearn.datasets.__file__).parent / "images")


class _Reporter:
    """Says how far the training is, and shows what it has learned on three photos, now and then."""

    def __init__(self, photos: list[NDArray[np.uint8]], path: Path, say: Callable[[str], None]) -> None:
        self.path = path
        self._photos = [_small(photo) for photo in photos]
        self._say = say
        self._began = self._said = self._shown = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._said >= SAY_EVERY_SECONDS or progress.done in (1, progress.rounds):
            self._said = now
            rest = (now - self._began) / progress.done * (progress.rounds - progress.done)
            self._say(
                f"Round {progress.done} of {progress.rounds}: photo {progress.content:.3f}, "
                f"painting {progress.style:.4f}; {rest:.0f} seconds to go"
            )
        if now - self._shown >= SHOW_EVERY_SECONDS:
            self.show(progress.network)
            self._shown = time.monotonic()

    def show(self, network: StyleNetwork) -> None:
        """Write the preview: photos above, what the network makes of them below."""
        import numpy as np
        from PIL import Image

        from processing.style_network import paint

        height = min(photo.shape[0] for photo in self._photos)
        above = np.concatenate([photo[:height] for photo in self._photos], 1)
        below = np.concatenate([paint(network, photo)[:height] for photo in self._photos], 1)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.concatenate([above, below])).save(self.path)


def _small(photo: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    height = round(photo.shape[0] * PREVIEW_PX / photo.shape[1])
    size = (PREVIEW_PX, max(1, height))
    return np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)
