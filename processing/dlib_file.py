"""Reads the weights out of dlib's files of networks.

Such a file nests the layers' C++ types; the tensors lie in it one after the other, each as the integer 2, four dimensions and
the values. Their lengths are known from the architecture, so each is found by its length. This module imports torch: import
it inside a function.

Source: davisking/dlib, dlib/serialize.h (numbers), dlib/cuda/tensor_tools (tensors), dlib/dnn/layers.h (layers).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray

MARKER = b"\x01\x02"  # dlib's variable-length integer 2: the version of a serialized tensor


def read_tensors(data: bytes, lengths: Iterable[int]) -> tuple[list[NDArray[np.float32]], list[int]]:
    """Read tensors one after the other.

    Args:
        data: the content of a file.
        lengths: how many values each tensor has.

    Returns:
        Flat arrays, and the byte at which each ends.

    Raises:
        ValueError: a tensor is missing or holds something else than numbers.
    """
    tensors, ends, at = [], [], 0
    for length in lengths:
        start = _find_tensor(data, at, length)
        tensors.append(np.frombuffer(data, "<f4", length, start).astype(np.float32))
        at = start + 4 * length
        ends.append(at)
        if not np.isfinite(tensors[-1]).all():
            raise ValueError(f"The tensor at byte {start} holds values that are no numbers.")
    return tensors, ends


def _find_tensor(data: bytes, at: int, length: int) -> int:
    """Find where the values of the next tensor with `length` values start."""
    while (at := data.find(MARKER, at)) >= 0:
        dimensions, start = read_integers(data, at + len(MARKER), 4)
        if (
            len(dimensions) == 4
            and min(dimensions) > 0
            and np.prod(dimensions, dtype=np.float64) == length
            and start + 4 * length <= len(data)
        ):
            return start
        at += 1
    raise ValueError(f"A tensor of {length} values is missing in the file.")


def read_integers(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    """Read dlib's variable-length integers: a byte with sign and length, then that many bytes, lowest first.

    Returns:
        As many as there are, at most `count`, and the byte after them.
    """
    values: list[int] = []
    while len(values) < count and at < len(data):
        sign, size = data[at] & 0x80, data[at] & 0x0F
        if data[at] & 0x70 or not 1 <= size <= 8:
            break
        value = int.from_bytes(data[at + 1 : at + 1 + size], "little")
        values.append(-value if sign else value)
        at += 1 + size
    return values, at


def read_float(data: bytes, at: int) -> float:
    """Read dlib's portable floating point number: its mantissa and its exponent to the base of 2, as two integers.

    Raises:
        ValueError: there is none.
    """
    values, _ = read_integers(data, at, 2)
    if len(values) < 2 or abs(values[1]) > 1000:
        raise ValueError(f"There is no number at byte {at}.")
    return float(values[0] * 2.0 ** values[1])


def make_convolution(
    shape: tuple[int, int, int, int, int],
    parameters: NDArray[np.float32],
    scale: NDArray[np.float32],
    shift: NDArray[np.float32],
) -> torch.nn.Conv2d:
    """Make a convolution with the affine layer after it folded in.

    Args:
        shape: channels in, channels out, kernel side, stride, padding.
        parameters: kernel and then bias, flat.
        scale, shift: of shape (channels out,).
    """
    given, made, side, stride, padding = shape
    kernel = torch.tensor(parameters[:-made].reshape(made, given, side, side))
    layer = torch.nn.Conv2d(given, made, side, stride, padding)
    layer.weight.data = kernel * torch.tensor(scale)[:, None, None, None]
    layer.bias.data = torch.tensor(parameters[-made:] * scale + shift)  # type: ignore[union-attr]
    return layer
