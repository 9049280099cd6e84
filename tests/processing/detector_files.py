"""Files of torchvision's detectors that nobody has trained, named as fetched ones are."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch

from processing import weights

MAKERS = {
    "fasterrcnn_mobilenet_v3_large_fpn": "fasterrcnn_mobilenet_v3_large_fpn",
    "ssdlite320_mobilenet_v3_large_coco": "ssdlite320_mobilenet_v3_large",
}


def whole(start: str, **settings: Any) -> Any:
    """The network as torchvision makes it, with the same random weights each time; of some things it is quite sure."""
    weights.provide_torchvision()
    from torchvision.models import detection

    torch.manual_seed(2)
    network = getattr(detection, MAKERS[start])(weights=None, weights_backbone=None, **settings).eval()
    for (
        name,
        layer,
    ) in network.named_modules():  # as they begin, deep networks of this kind see nothing but gray
        if isinstance(layer, torch.nn.Conv2d | torch.nn.Linear) and not name.endswith("bbox_pred"):
            torch.nn.init.kaiming_normal_(layer.weight)
    return network


def write(folder: Path, start: str) -> str:
    """Write such weights; answer the file's name, which ends in its hash.

    torchvision's published Faster R-CNN has frozen norms, which count no batches: nor has this file.
    """
    state = whole(start).state_dict()
    if start.startswith("fasterrcnn"):
        state = {name: value for name, value in state.items() if not name.endswith("num_batches_tracked")}
    path = folder / "new.pth"
    torch.save(state, path)
    name = f"{start}-{hashlib.sha256(path.read_bytes()).hexdigest()[:8]}.pth"
    path.rename(folder / name)
    return name
