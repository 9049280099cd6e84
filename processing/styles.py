"""Which styles there are: networks of ours in networks/styles/, and those that somebody trained, in the folder of models.

A style is two files of one name: NAME.pt (tensors as float16) and NAME.json (its recipe: what it was trained with, from which
picture under which licence, and the SHA-256 of the network). Plain Python; `load` imports torch.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from processing import fetched_models
from processing.errors import ModelUnavailable
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    from processing.style_network import StyleNetwork

FORMAT = 1
OURS = Path(__file__).resolve().parent / "networks" / "styles"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
LARGEST_BYTES = 4 << 20
LABELS = {
    "wave": _("The Great Wave"),
    "scream": _("The Scream"),
    "shipwreck": _("The Shipwreck"),
    "auvers": _("Village street in Auvers"),
    "composition": _("Composition VIII"),
    "summertime": _("Summertime"),
}
MISSING = _("This style is not on this machine any more. Choose another one.")
REFUSED = _(
    "The file of this style is damaged or is another one than its recipe says, so it is not used. Train it again, "
    "or choose another style."
)


@dataclass(frozen=True, slots=True)
class Style:
    """A style that can be chosen.

    Attributes:
        name: as recipes of photos call it.
        label: what people call it; English for ours, as its maker wrote it for others.
        path: of the network.
        recipe: how it came to be.
    """

    name: str
    label: str
    path: Path
    recipe: dict[str, Any]


def folder() -> Path:
    """Where styles lie that were trained on this machine."""
    return fetched_models.folder() / "styles"


def found() -> dict[str, Style]:
    """Find the styles that there are now.

    Returns:
        Style by name: ours first, then those that were trained here; nobody's can take the name of one of ours.
    """
    styles: dict[str, Style] = {}
    for place in (OURS, folder()):
        for path in sorted(place.glob("*.json")):
            try:
                recipe = _recipe(path, path.stat().st_mtime_ns)
            except FileNotFoundError:  # just being replaced
                continue
            if recipe is None or path.stem in styles or not path.with_suffix(".pt").is_file():
                continue
            label = LABELS.get(path.stem) or recipe["label"]
            styles[path.stem] = Style(path.stem, label, path.with_suffix(".pt"), recipe)
    order = [*LABELS, *styles]
    return dict(sorted(styles.items(), key=lambda item: order.index(item[0])))


def load(name: str) -> StyleNetwork:
    """Load the network of a style, once per process and file.

    Raises:
        ModelUnavailable: there is no such style, its file is damaged or holds something else, or torch is missing.
    """
    style = found().get(name)
    if style is None:
        raise ModelUnavailable(MISSING)
    return _loaded(style.path, style.recipe["sha256"])


def read(path: Path, sha256: str) -> StyleNetwork:
    """Read a network's file, of which nothing but tensors is taken.

    Args:
        path: of the file.
        sha256: what it must be.

    Returns:
        The network in evaluation mode, in float32.

    Raises:
        ModelUnavailable: it is damaged or holds something else, or torch is missing.
    """
    import pickle

    try:
        import torch

        from processing.style_network import StyleNetwork
    except ImportError as error:
        raise ModelUnavailable(_("Styles need the library torch, which is not on this machine.")) from error
    try:
        if path.stat().st_size > LARGEST_BYTES or fetched_models.sha256_of(path) != sha256:
            raise ModelUnavailable(REFUSED)
        state = torch.load(path, map_location="cpu", weights_only=True)
        network = StyleNetwork()
        network.load_state_dict({key: value.float() for key, value in state.items()})
    except (OSError, RuntimeError, EOFError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise ModelUnavailable(REFUSED) from error
    except pickle.UnpicklingError as error:
        raise ModelUnavailable(REFUSED) from error
    return network.eval().requires_grad_(False)


def save(network: StyleNetwork, place: Path, name: str, recipe: dict[str, Any]) -> Path:
    """Write a network as float16 and its recipe beside it; whoever looks meanwhile finds both or neither.

    Args:
        network: trained.
        place: the folder, made if it is missing.
        name: of the style.
        recipe: `label` and how it was trained; format, size and SHA-256 are added.

    Returns:
        The network's path.
    """
    import torch

    place.mkdir(parents=True, exist_ok=True)
    path, described = place / f"{name}.pt", place / f"{name}.json"
    half = place / f".{name}.pt.part"
    torch.save({key: value.half() for key, value in network.state_dict().items()}, half)
    described.unlink(missing_ok=True)
    half.replace(path)
    whole = {
        "format": FORMAT,
        **recipe,
        "bytes": path.stat().st_size,
        "parameters": sum(value.numel() for value in network.parameters()),
        "sha256": fetched_models.sha256_of(path),
    }
    half.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    half.replace(described)
    return path


def reset() -> None:
    """Forget what was loaded, for tests."""
    _loaded.cache_clear()
    _recipe.cache_clear()


@cache
def _loaded(path: Path, sha256: str) -> StyleNetwork:
    return read(path, sha256)


@lru_cache(maxsize=256)
def _recipe(path: Path, _changed: int) -> dict[str, Any] | None:
    """A recipe, if it is one."""
    try:
        recipe = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(recipe, dict) or recipe.get("format") != FORMAT or not NAME.fullmatch(path.stem):
        return None
    is_text = all(isinstance(recipe.get(key), str) and recipe[key] for key in ("label", "sha256"))
    return recipe if is_text else None
