"""Words that people use for what a photo shows, from the network's features and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from processing.contracts import Picture, TagFinding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def name_content(
    embedding: NDArray[np.float32], probabilities: NDArray[np.float32], picture: Picture
) -> list[TagFinding]:
    """Not written yet."""
    return []
