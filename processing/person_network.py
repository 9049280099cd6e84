"""Our own network that tells people from what is around them: layers of EfficientNet-Lite0, frozen, and a small decoder.

The decoder's weights are processing/networks/person_mask.pt (float16), with their recipe beside them; `manage.py train_mask`
makes them. This module imports torch: import it inside a function, and get the network from processing.person_mask.

Source: Ronneberger et al., U-Net, MICCAI 2015 (skip connections); Tan and Le, EfficientNet, ICML 2019.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from processing.image_network import efficientnet_lite
from processing.person_mask import OURS

# After these layers of the body the strides are 4, 8, 16 and 32; then so many channels.
TAPS = (4, 6, 12, 17)
CHANNELS = (24, 40, 112, 320)
WIDTHS = (24, 48, 88, 128)  # of the decoder, per stride
MEAN, DEVIATION = 127.0, 128.0  # of the pixels that EfficientNet-Lite was trained on
STRIDE = 4  # of the answer
IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
DEEPLAB_PX = (520,)  # as it was trained
LOOKS_PX = (256, 384)  # squared: the pixels of each look


class PersonLooker(Protocol):
    """A network that finds people."""

    looks_px: tuple[int, ...]

    def look(self, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Find people on photos (n, h, w, 3), the sides multiples of 32: logits (n, h', w'), above 0 is a person."""
        ...


class Encoder(nn.Module):
    """The layers of EfficientNet-Lite0 up to stride 32, frozen, with an answer per stride."""

    def __init__(self, device: str = "cpu") -> None:
        super().__init__()
        body: Any = efficientnet_lite(device).body
        self.layers = nn.ModuleList(list(body)[: TAPS[-1] + 1])

    def forward(self, values: torch.Tensor) -> list[torch.Tensor]:
        """Answer the maps of strides 4, 8, 16 and 32 of (n, 3, h, w)."""
        maps = []
        for number, layer in enumerate(self.layers):
            values = layer(values)
            if number in TAPS:
                maps.append(values)
        return maps


class _Mix(nn.Module):
    """Brings the coarser map up to a finer one, beside it, and mixes both."""

    def __init__(self, coarse: int, fine: int, width: int) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(coarse, width, 1)
        self.mix = _convolution(width + fine, width, 3)

    def forward(self, coarse: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
        wide = functional.interpolate(
            self.narrow(coarse), size=fine.shape[2:], mode="bilinear", align_corners=False
        )
        made: torch.Tensor = self.mix(torch.cat([wide, fine], 1))
        return made


class Decoder(nn.Module):
    """From the encoder's maps to a number per pixel of stride 4: above 0 is a person."""

    def __init__(self) -> None:
        super().__init__()
        # The maps are of very different size; a fixed scale per channel, found in the training, makes them alike.
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for channels in CHANNELS)
        self.deep = nn.Sequential(
            _convolution(CHANNELS[-1], WIDTHS[-1], 1), _convolution(WIDTHS[-1], WIDTHS[-1], 3)
        )
        self.whole = nn.Linear(WIDTHS[-1], WIDTHS[-1])  # what the photo as a whole says
        self.drop = nn.Dropout2d(0.1)
        self.mixes = nn.ModuleList(
            _Mix(WIDTHS[level + 1], CHANNELS[level], WIDTHS[level]) for level in (2, 1, 0)
        )
        self.last = nn.Conv2d(WIDTHS[0], 1, 3, padding=1)

    def forward(self, maps: list[torch.Tensor]) -> torch.Tensor:
        """Answer (n, 1, h / 4, w / 4)."""
        maps = [norm(one) for norm, one in zip(self.norms, maps, strict=True)]
        values = self.deep(maps[-1])
        values = self.drop(values + self.whole(values.mean((2, 3)))[:, :, None, None])
        for mix, fine in zip(self.mixes, maps[-2::-1], strict=True):
            values = mix(values, fine)
        made: torch.Tensor = self.last(values)
        return made


class PersonNetwork(nn.Module):
    """Encoder and decoder together."""

    def __init__(self, decoder: Decoder, device: str = "cpu") -> None:
        super().__init__()
        self.encoder = Encoder(device)
        self.decoder = decoder.to(device)
        self.device = device
        self.looks_px: tuple[int, ...] = LOOKS_PX
        self.eval().requires_grad_(False)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.decoder(self.encoder(values))
        return made

    def look(self, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Find people.

        Args:
            photos: (n, h, w, 3), the sides multiples of 32; about as many pixels as one of `looks_px` squared are best.

        Returns:
            Logits of shape (n, h / 4, w / 4).
        """
        with torch.inference_mode():
            return self(to_input(photos).to(self.device))[:, 0].float().cpu().numpy()


def to_input(photos: NDArray[np.uint8]) -> torch.Tensor:
    """Photos of shape (n, h, w, 3) as the encoder takes them."""
    values = torch.from_numpy(np.ascontiguousarray(photos)).float().permute(0, 3, 1, 2)
    return (values - MEAN) / DEVIATION


def load(path: Path = OURS, device: str = "cpu") -> PersonNetwork:
    """Read the decoder's weights; only tensors are read, never code.

    Raises:
        OSError, RuntimeError, pickle.UnpicklingError: there is no such file, it is damaged, or of another network.
    """
    state = torch.load(path, map_location="cpu", weights_only=True)
    decoder = Decoder()
    decoder.load_state_dict({name: value.float() for name, value in state.items()})
    return PersonNetwork(decoder, device)


def save(decoder: Decoder, path: Path = OURS) -> None:
    """Write the decoder's weights as float16."""
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {name: _halved(value) for name, value in decoder.state_dict().items()}
    torch.save(state, path)


def _halved(value: torch.Tensor) -> torch.Tensor:
    return value.detach().cpu().half() if value.is_floating_point() else value.cpu()


def _convolution(given: int, made: int, side: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(given, made, side, padding=side // 2, bias=False),
        nn.BatchNorm2d(made),
        nn.ReLU(inplace=True),
    )


class DeepLab:
    """torchvision's DeepLabV3 as a network that finds people; its class 15 of Pascal VOC."""

    looks_px: tuple[int, ...] = DEEPLAB_PX
    PERSON = 15

    def __init__(self, module: nn.Module, device: str) -> None:
        self._module, self._device = module.eval().requires_grad_(False).to(device), device

    def look(self, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        """See `PersonLooker`: how much likelier a person is than the likeliest other class."""
        values = torch.from_numpy(np.ascontiguousarray(photos)).float().permute(0, 3, 1, 2) / 255
        mean, deviation = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_DEVIATION)
        values = (values - mean[:, None, None]) / deviation[:, None, None]
        with torch.inference_mode():
            found = self._module(values.to(self._device))["out"].float().cpu()
        others = torch.cat([found[:, : self.PERSON], found[:, self.PERSON + 1 :]], 1).amax(1)
        return np.asarray((found[:, self.PERSON] - others).numpy(), np.float32)


def deeplab(name: str, state: dict[str, Any], device: str) -> DeepLab:
    """Make DeepLabV3 of its weights (`weights.person_network`).

    Args:
        name: of the file; it says which of the two.
        state: tensors by name.
        device: as torch calls it.

    Raises:
        ImportError, RuntimeError: torchvision is missing, or the weights are of another network.
    """
    from torchvision.models import segmentation

    make = (
        segmentation.deeplabv3_resnet50 if "resnet50" in name else segmentation.deeplabv3_mobilenet_v3_large
    )
    module = make(weights=None, weights_backbone=None, num_classes=21, aux_loss=True)
    module.load_state_dict(state)
    return DeepLab(module, device)
