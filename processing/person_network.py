"""Our own network that tells people from what is around them: the filters of EfficientNet-Lite0, and a small decoder.

How loud each of those filters is, and the decoder's weights, are processing/networks/person_mask.pt (float16), with their recipe
beside them; `manage.py train_mask` makes them. This module imports torch: import it inside a function, and get the network from processing.person_mask.

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
from torch.nn.utils import parametrize

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
LOOKS_PX = (256, 384, 512)  # squared: the pixels of each look


class PersonLooker(Protocol):
    """A network that finds people."""

    looks_px: tuple[int, ...]

    def look(self, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Find people on photos (n, h, w, 3), the sides multiples of 32: logits (n, h', w'), above 0 is a person."""
        ...


class Gain(nn.Module):
    """Makes each filter of a convolution louder or quieter; the filters themselves stay as they are."""

    def __init__(self, filters: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(filters))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight * self.gain[:, None, None, None]


class Encoder(nn.Module):
    """The layers of EfficientNet-Lite0 up to stride 32, with an answer per stride."""

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

    def convolutions(self) -> list[nn.Conv2d]:
        return [layer for layer in self.modules() if isinstance(layer, nn.Conv2d)]

    def loosen(self) -> list[nn.Parameter]:
        """Make it learn how loud its filters are and what is added to them; answer what learns."""
        self.requires_grad_(False)
        learning: list[nn.Parameter] = []
        for layer in self.convolutions():
            gain = Gain(layer.out_channels)
            parametrize.register_parametrization(layer, "weight", gain)
            bias: Any = layer.bias
            learning += [gain.gain, bias.requires_grad_(True)]
        return learning

    def tuning(self) -> dict[str, torch.Tensor]:
        """What a loosened encoder has learned, one number per filter each: how loud it is, and what is added."""
        layers: list[Any] = list(self.convolutions())
        return {
            "gains": torch.cat([layer.parametrizations.weight[0].gain.detach() for layer in layers]),
            "biases": torch.cat([layer.bias.detach() for layer in layers]),
        }

    def tune(self, gains: torch.Tensor, biases: torch.Tensor) -> None:
        """Take over what another has learned; afterwards it costs what it cost before.

        Raises:
            RuntimeError: it was learned on another network.
        """
        layers = self.convolutions()
        counts = [layer.out_channels for layer in layers]
        with torch.no_grad():
            for layer, gain, bias in zip(layers, gains.split(counts), biases.split(counts), strict=True):
                layer.weight.mul_(gain.to(layer.weight)[:, None, None, None])
                layer.bias.copy_(bias)  # type: ignore[union-attr]


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

    def __init__(self, encoder: Encoder, decoder: Decoder, device: str = "cpu") -> None:
        super().__init__()
        self.encoder, self.decoder = encoder.to(device), decoder.to(device)
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
    """Read the weights; only tensors are read, never code.

    Raises:
        OSError, RuntimeError, KeyError, pickle.UnpicklingError: there is no such file, it is damaged, or of another network.
    """
    return made_of(torch.load(path, map_location="cpu", weights_only=True), device)


def made_of(state: dict[str, torch.Tensor], device: str = "cpu") -> PersonNetwork:
    """Make the network of its weights: `gains` and `biases` of the encoder, and all of the decoder.

    Raises:
        RuntimeError, KeyError: they are those of another network.
    """
    encoder, decoder = Encoder(), Decoder()
    encoder.tune(state["gains"].float(), state["biases"].float())
    prefix = "decoder."
    decoder.load_state_dict(
        {name.removeprefix(prefix): value.float() for name, value in state.items() if name.startswith(prefix)}
    )
    return PersonNetwork(encoder, decoder, device)


def save(state: dict[str, torch.Tensor], path: Path = OURS) -> None:
    """Write weights as float16."""
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save({name: _halved(value) for name, value in state.items()}, path)


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
