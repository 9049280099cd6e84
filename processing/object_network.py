"""torchvision's detectors of objects, where one was fetched: which things a photo shows, and where.

This module imports torch: import it inside a function, and get the network from `weights.object_network`.

Source: torchvision.models.detection, weights COCO_V1; Howard et al., Searching for MobileNetV3, ICCV 2019 (SSDLite); Ren et al.,
Faster R-CNN, NeurIPS 2015.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from processing import torchvision_operators
from processing.object_words import Seen

if TYPE_CHECKING:
    from PIL import Image

LEAST_SCORE = 0.3  # what is less certain is not even thought about
# Regions that Faster R-CNN looks at closely. As trained it takes 1,000 of 1,000 a level, which costs three times as much; the few
# surest are the large things that a photo is about. torchvision's own small version takes 150.
REGIONS, REGIONS_A_LEVEL = 150, 300


class ObjectNetwork:
    """A detector with one way of looking.

    Args:
        name: as findings show it.
        module: takes a list of photos (3, h, w), 0 to 1, and answers boxes, labels and scores of each.
        device: as torch calls it.
    """

    def __init__(self, name: str, module: nn.Module, device: str) -> None:
        self.name, self._device = name, device
        fused = _fused(module.eval()).requires_grad_(False)
        self._module = fused.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]

    def find(self, image: Image.Image) -> list[Seen]:
        """Find things on a photo.

        Args:
            image: mode RGB, any size; the network scales it.

        Returns:
            The most certain first; boxes in pixels of `image`.
        """
        pixels = torch.from_numpy(np.array(image)).to(self._device).permute(2, 0, 1).float() / 255
        with torch.inference_mode():
            found = self._module([pixels])[0]
        order = torch.argsort(found["scores"], descending=True, stable=True)
        boxes, labels, scores = (found[key][order].cpu().tolist() for key in ("boxes", "labels", "scores"))
        return [
            Seen(label, score, (box[0], box[1], box[2], box[3]))
            for box, label, score in zip(boxes, labels, scores, strict=True)
        ]


def detector(name: str, state: dict[str, Any], device: str) -> ObjectNetwork:
    """Make a detector of its weights (`weights.object_network`).

    Args:
        name: of the file; it says which of the two.
        state: tensors by name.
        device: as torch calls it.

    Raises:
        ImportError, RuntimeError: torchvision is missing, or the weights are of another network.
    """
    from torchvision.models import detection

    torchvision_operators.announce()
    module: nn.Module
    if name.startswith("fasterrcnn"):
        title = "fasterrcnn-mobilenet"
        module = detection.fasterrcnn_mobilenet_v3_large_fpn(
            weights=None,
            weights_backbone=None,
            box_score_thresh=LEAST_SCORE,
            rpn_pre_nms_top_n_test=REGIONS_A_LEVEL,
            rpn_post_nms_top_n_test=REGIONS,
        )
    else:
        title = "ssdlite-mobilenet"
        module = detection.ssdlite320_mobilenet_v3_large(
            weights=None, weights_backbone=None, score_thresh=LEAST_SCORE
        )
    module.load_state_dict(state)
    return ObjectNetwork(title, module, device)


def _fused(module: nn.Module) -> nn.Module:
    """Fold each batch norm into the convolution before it: the same answers, sooner."""
    for block in module.modules():
        if isinstance(block, nn.Sequential) and len(block) > 1:
            first, second = block[0], block[1]
            if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                block[0], block[1] = fuse_conv_bn_eval(first, second), nn.Identity()
    return module
