"""The face models: where they are, and loaders that run once per process.

All weights come inside the package face_recognition_models (public domain / CC0, see its README); nothing is downloaded.
This is the only module that imports face_recognition: that import quits the process when pkg_resources is missing, and it
tells Pillow to accept truncated pictures; both are mended here.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import types
import warnings
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing.errors import ModelUnavailable

if TYPE_CHECKING:
    from processing.face_network import FaceNetwork

THREADS_VARIABLE = "PHOTOROOM_TORCH_THREADS"
UNAVAILABLE = (
    "Faces can't be looked for, because a model or its library is missing on this machine. "
    "Ask its keeper to install the packages of requirements.txt again."
)


@cache
def face_recognition_api() -> Any:
    """Import face_recognition.api safely.

    Returns:
        The module, with dlib's detector and predictors loaded.

    Raises:
        ModelUnavailable: the package, dlib or a model file is missing.
    """
    from PIL import ImageFile

    # Without its models face_recognition ends the process, with exit code 0.
    if importlib.util.find_spec("face_recognition_models") is None:
        raise ModelUnavailable(UNAVAILABLE)
    _provide_pkg_resources()
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="pkg_resources is deprecated")
            import face_recognition.api
    except (ImportError, RuntimeError, OSError) as error:
        raise ModelUnavailable(UNAVAILABLE) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    return face_recognition.api


def face_detector() -> Any:
    """Load dlib's HOG detector of frontal faces; not thread-safe, one per process.

    Raises:
        ModelUnavailable: as above.
    """
    return face_recognition_api().face_detector


def landmark_predictor() -> Any:
    """Load dlib's predictor of five landmarks: the corners of the eyes and the base of the nose.

    Raises:
        ModelUnavailable: as above.
    """
    return face_recognition_api().pose_predictor_5_point


@cache
def face_network() -> FaceNetwork:
    """Load dlib's face descriptor network as a torch module: 10 times faster than dlib's own without BLAS.

    Returns:
        The network in evaluation mode. It uses as many threads as PHOTOROOM_TORCH_THREADS says, 1 by default.

    Raises:
        ModelUnavailable: torch or the model file is missing or damaged.
    """
    location = Path(face_recognition_api().face_recognition_model)
    try:
        import torch

        from processing.face_network import FaceNetwork, read_tensors
    except ImportError as error:
        raise ModelUnavailable(UNAVAILABLE) from error
    torch.set_num_threads(max(1, int(os.environ.get(THREADS_VARIABLE, "1"))))
    try:
        return FaceNetwork(read_tensors(location.read_bytes()))
    except (OSError, ValueError) as error:
        raise ModelUnavailable(UNAVAILABLE) from error


def warm_up() -> None:
    """Load every model now, so that the first photo does not wait for it.

    Raises:
        ModelUnavailable: as above.
    """
    face_detector()
    face_network()


def reset() -> None:
    """Forget what was loaded, for tests."""
    face_network.cache_clear()
    face_recognition_api.cache_clear()


def _provide_pkg_resources() -> None:
    """Stand in for the one function that face_recognition_models takes from pkg_resources (gone since setuptools 82)."""
    if "pkg_resources" in sys.modules or importlib.util.find_spec("pkg_resources") is not None:
        return
    module = types.ModuleType("pkg_resources")
    module.resource_filename = lambda package, name: str(files(package).joinpath(name))  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = module
