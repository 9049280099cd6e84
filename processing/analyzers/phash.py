"""What a photo looks like, so that copies of it are found: its perceptual hash, its outline and a small gray picture.

The hash is the 256-bit pHash of the package imagehash: the signs of the 16 x 16 lowest frequencies against their median.
Source: https://github.com/JohannesBuchner/imagehash, after N. Krawetz, "Looks Like It" (2011).
"""

from __future__ import annotations

from processing import outlines
from processing.contracts import Findings, Picture

version = 1
side_px = 512
HASH_SIDE = 16


def analyze(picture: Picture) -> Findings:
    """Describe a picture for the search for copies.

    Args:
        picture: at most 512 px large.

    Returns:
        arrays: `phash` uint8 of shape (32,), 256 bits of the whole picture; `gray` uint8 of shape (96, 96), the picture inside
        its even border, if it has one, squeezed into a square; `outline` float16 of shape (292,), see `outlines.outline`.
        data: `phash`, the same bits as 64 hexadecimal digits, as imagehash writes them.
    """
    import imagehash
    import numpy as np

    gray = picture.image.convert("L")
    bits = imagehash.phash(gray, hash_size=HASH_SIDE)
    box = outlines.trimmed_box(np.asarray(gray))
    square = outlines.gray_picture(gray, box)
    shares = (box[0] / gray.width, box[1] / gray.height, box[2] / gray.width, box[3] / gray.height)
    return Findings(
        data={"phash": str(bits)},
        arrays={
            "phash": np.packbits(bits.hash.ravel()),
            "gray": square,
            "outline": outlines.outline(square, shares, (box[2] - box[0]) / (box[3] - box[1])),
        },
    )
