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
    from processing.mmod_network import MmodNetwork

THREADS_VARIABLE = "PHOTOROOM_TORCH_THREADS"
SEARCH_VARIABLE = "PHOTOROOM_FACE_SEARCH"
SEARCH_MODES = ("fast", "balanced", "thorough")
# How the saved HOG detector begins its scanner's limits: at most 1000 or 1 levels of the pyramid, of 64 x 64 px and more.
ALL_LEVELS, ONE_LEVEL = b"\x02\xe8\x03\x01\x40\x01\x40", b"\x01\x01\x01\x40\x01\x40"
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
        from processing.face_network import FaceNetwork, read_tensors
    except ImportError as error:
        raise ModelUnavailable(UNAVAILABLE) from error
    try:
        return FaceNetwork(read_tensors(location.read_bytes())).to(device())
    except (OSError, ValueError) as error:
        raise ModelUnavailable(UNAVAILABLE) from error


@cache
def mmod_network() -> MmodNetwork:
    """Load dlib's convolutional face detector as a torch module.

    Raises:
        ModelUnavailable: torch or the model file is missing or damaged.
    """
    face_recognition_api()
    try:
        import face_recognition_models

        from processing.mmod_network import MmodNetwork

        location = Path(face_recognition_models.cnn_face_detector_model_location())
        return MmodNetwork(location.read_bytes()).to(device())
    except (ImportError, OSError, ValueError) as error:
        raise ModelUnavailable(UNAVAILABLE) from error


@cache
def device() -> str:
    """Choose where the networks run: "cuda" where torch sees a card of NVIDIA, else "cpu" on the allowed threads."""
    import torch

    torch.set_num_threads(max(1, int(os.environ.get(THREADS_VARIABLE, "1"))))
    return "cuda" if torch.cuda.is_available() else "cpu"


@cache
def level_detector() -> Any:
    """Load dlib's HOG detector so that it searches one scale only: faces of about 60 to 95 px.

    Its own pyramid shrinks by 5/6 each time; the caller takes larger steps. Source: dlib/image_processing/
    scan_fhog_pyramid.h; the number of levels is part of the saved detector.

    Raises:
        ModelUnavailable: as above, or dlib saves the detector in another way.
    """
    import dlib

    (saved,) = face_detector().__getstate__()
    if saved.count(ALL_LEVELS) != 1:
        raise ModelUnavailable(UNAVAILABLE)
    detector = dlib.fhog_object_detector.__new__(dlib.fhog_object_detector)
    detector.__setstate__((saved.replace(ALL_LEVELS, ONE_LEVEL),))
    return detector


def search_mode() -> str:
    """Read how hard to look for faces: PHOTOROOM_FACE_SEARCH.

    Returns:
        "fast", "balanced" (the default) or "thorough".

    Raises:
        ModelUnavailable: it is something else.
    """
    mode = os.environ.get(SEARCH_VARIABLE) or "balanced"
    if mode not in SEARCH_MODES:
        raise ModelUnavailable(f"{SEARCH_VARIABLE} must be one of {', '.join(SEARCH_MODES)}, not {mode!r}.")
    return mode


def warm_up() -> None:
    """Load every model now, so that the first photo does not wait for it.

    Raises:
        ModelUnavailable: as above.
    """
    search_mode()
    level_detector()
    mmod_network()
    face_network()


def reset() -> None:
    """Forget what was loaded, for tests."""
    for loader in (face_network, mmod_network, level_detector, device):
        loader.cache_clear()
    face_recognition_api.cache_clear()


def _provide_pkg_resources() -> None:
    """Stand in for the one function that face_recognition_models takes from pkg_resources (gone since setuptools 82)."""
    if "pkg_resources" in sys.modules or importlib.util.find_spec("pkg_resources") is not None:
        return
    module = types.ModuleType("pkg_resources")
    module.resource_filename = lambda package, name: str(files(package).joinpath(name))  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = module
