"""Weights that somebody has fetched for better results: files in one folder, named as torchvision names them.

The name ends in the beginning of the file's SHA-256 ("resnet50-11ad3fa6.pth"), so a damaged or foreign file is known before
it is opened; then only tensors are read from it, never code.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from processing.errors import ModelUnavailable

FOLDER_VARIABLE, DATA_VARIABLE = "PHOTOROOM_MODELS", "PHOTOROOM_DATA"
RESNET50 = "resnet50-11ad3fa6.pth"  # torchvision.models.ResNet50_Weights.IMAGENET1K_V2
# What finds people, the best first: torchvision's DeepLabV3, COCO_WITH_VOC_LABELS_V1.
PEOPLE = ("deeplabv3_resnet50_coco-cd0a2569.pth", "deeplabv3_mobilenet_v3_large-fc3c493d.pth")
# What finds objects, the best first: torchvision's detectors, COCO_V1.
DETECTORS = (
    "fasterrcnn_mobilenet_v3_large_fpn-fb6a3cc7.pth",
    "ssdlite320_mobilenet_v3_large_coco-a79551df.pth",
)
READ_BYTES = 1 << 20
REFUSED = (
    "The model file {name} is damaged or is another file than its name says, so it is not used. "
    "Ask the keeper of this machine to fetch it again, or to remove it from the folder of models."
)


def folder() -> Path:
    """Where fetched weights lie: PHOTOROOM_MODELS, else "models" in the data folder."""
    given = os.environ.get(FOLDER_VARIABLE)
    if given:
        return Path(given).expanduser()
    data = os.environ.get(DATA_VARIABLE) or Path(__file__).resolve().parent.parent / "var"
    return Path(data).expanduser() / "models"


def is_fetched(name: str) -> bool:
    """Whether a file of this name is there; nothing is read."""
    return (folder() / name).is_file()


def first_of(names: Iterable[str]) -> str | None:
    """The first of these files that is there; None: none is. Nothing is read."""
    return next((name for name in names if is_fetched(name)), None)


def is_intact(name: str) -> bool:
    """Whether a file's bytes have the hash that its name says; all of it is read."""
    try:
        return sha256_of(folder() / name).startswith(hash_in(name))
    except OSError:
        return False


def load(name: str) -> dict[str, Any]:
    """Read a fetched file.

    Args:
        name: of the file, "something-12345678.pth".

    Returns:
        Tensors by name, on the CPU.

    Raises:
        ModelUnavailable: it is not there, has not the hash that its name says, or holds something else than tensors.
    """
    import pickle

    import torch

    path = folder() / name
    try:
        if not sha256_of(path).startswith(hash_in(name)):
            raise ModelUnavailable(REFUSED.format(name=name))
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, KeyError, ValueError, pickle.UnpicklingError) as error:
        raise ModelUnavailable(REFUSED.format(name=name)) from error
    if not isinstance(state, dict):
        raise ModelUnavailable(REFUSED.format(name=name))
    return dict(state)


def hash_in(name: str) -> str:
    """The beginning of the SHA-256 that a file's name ends in, in hex; at least 8 digits.

    Raises:
        ValueError: the name has none.
    """
    digits = Path(name).stem.rpartition("-")[2].lower()
    if len(digits) < 8 or not set(digits) <= set("0123456789abcdef"):
        raise ValueError(f"{name} does not end in a hash")
    return digits


def sha256_of(path: Path) -> str:
    """Compute a file's SHA-256 in hex, in constant memory."""
    made = hashlib.sha256()
    with path.open("rb") as stream:
        while part := stream.read(READ_BYTES):
            made.update(part)
    return made.hexdigest()
