"""How well dark photos are brightened, beside gamma and CLAHE: on photos taken in the dark, and on good ones made dark.

In the dark nobody knows how it should be, so what must not happen is counted, at the same mean light for all that can reach it.

python -m processing.measuring.low_light [--dark FOLDER] [--good FOLDER] [--sheet FILE PHOTO ...]
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from processing.operation import Frame, Scene
from processing.operations import low_light

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

ENDINGS = (".jpg", ".jpeg", ".png")
LONGEST = 1024  # pixels of the longer side that is measured
METHODS = ("as it is", "gamma", "CLAHE", "low light")
GAMMAS = tuple(round(0.25 + 0.05 * step, 2) for step in range(16))
FINE_GAMMAS = tuple(0.2 + 0.01 * step for step in range(81))
CLIPS = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0)
TILES = (8, 8)
AMOUNTS = tuple(round(0.05 * step, 2) for step in range(1, 21))
PATCH = 16
CALM = 0.2  # of the patches, those with the least going on, show what noise does
BLACK = 4  # mean level below which a patch is not looked at
BRIGHT = 0.6  # light from which a place is bright
WHITE, NOT_WHITE = 254, 245
ORDER_SIDE = 50
GOOD = (0.4, 0.75)  # mean light of photos that are made dark
# Light is divided by this many, and noise of a sensor comes on top: its variance is SHOT * light + READ^2, of light 0 to 1.
DARKER = (4.0, 12.0)
SHOT, READ = 0.0006, 0.0015
QUALITY = 92  # of the JPEG as which the dark photo is kept


@dataclass(frozen=True, slots=True)
class Row:
    """What a method made of a photo taken in the dark.

    Attributes:
        photo, method: names.
        light: mean of the brightest channel, 0 to 1.
        order: share of pairs of places of which the brighter one became the darker, in percent (lightness order error).
        noise: how many times as strong noise has become in calm places.
        whitened: pixels that became white and were not nearly so, in percent.
        bright_detail: contrast between neighbours that bright parts have kept, 1 is all; nan without bright parts.
        color: how much of the saturation was kept, 1 is all.
    """

    photo: str
    method: str
    light: float
    order: float
    noise: float
    whitened: float
    bright_detail: float
    color: float


@dataclass(frozen=True, slots=True)
class Restored:
    """How near a method came to the good photo. PSNR in decibels, SSIM to 1, with its best value for each photo by PSNR."""

    photo: str
    method: str
    psnr: float
    ssim: float


def measure(folder: Path) -> list[Row]:
    """Brighten the dark photos of a folder by each method.

    Args:
        folder: with photos; drawings (PNG with a palette) and those that are not dark are passed over.

    Returns:
        A row by photo and method: gamma brings the mean light to that of ours; CLAHE (on L of Lab, 8 x 8 tiles) comes as near to
        it as one of `CLIPS` does.
    """
    rows = []
    for path, pixels in photos(folder):
        suggested = low_light.suggest(_framed(pixels))
        if suggested is None:
            continue
        ours = brightened(pixels, suggested["amount"])
        light = _light(ours).mean()
        made = {
            "as it is": pixels,
            "gamma": min(
                (_gamma(pixels, one) for one in FINE_GAMMAS),
                key=lambda one: abs(_light(one).mean() - light),
            ),
            "CLAHE": min(
                (_clahe(pixels, one) for one in CLIPS), key=lambda one: abs(_light(one).mean() - light)
            ),
            "low light": ours,
        }
        rows += [_row(path.name, method, pixels, one) for method, one in made.items()]
    return rows


def measure_restored(folder: Path, most: int = 40) -> list[Restored]:
    """Make good photos dark and noisy, and see how near each method comes to them.

    Args:
        folder: with photos, of which those are taken whose mean light is within `GOOD`.
        most: photos.

    Returns:
        A row by photo and method; "low light, suggested" has no value chosen for the photo.
    """
    rows = []
    for path, good in photos(folder):
        if not GOOD[0] <= _light(good).mean() <= GOOD[1]:
            continue
        dark = darkened(good, seed=int(hashlib.sha256(path.name.encode()).hexdigest()[:8], 16))
        suggested = low_light.suggest(_framed(dark)) or {"amount": 0.0}
        made = {
            "as it is": [dark],
            "gamma": (_gamma(dark, one) for one in GAMMAS),
            "CLAHE": (_clahe(dark, one) for one in CLIPS),
            "gamma, then CLAHE": (_clahe(_gamma(dark, one), 2.0) for one in GAMMAS),
            "low light": (brightened(dark, one) for one in AMOUNTS),
            "low light, suggested": [brightened(dark, suggested["amount"])],
        }
        for method, tries in made.items():
            best = max(tries, key=lambda one: psnr(one, good))
            rows.append(Restored(path.name, method, psnr(best, good), ssim(best, good)))
        if len({row.photo for row in rows}) >= most:
            break
    return rows


def means(rows: Sequence[Row] | Sequence[Restored]) -> list[dict[str, float | str]]:
    """The mean of each measure by method, without what is not a number."""
    table = []
    for method in dict.fromkeys(row.method for row in rows):
        same = [asdict(row) for row in rows if row.method == method]
        measures = [field.name for field in fields(rows[0]) if field.name not in ("photo", "method")]
        table.append({"method": method} | {name: _mean([row[name] for row in same]) for name in measures})
    return table


def sheet(pictures: Sequence[Picture], height: int = 240) -> Picture:
    """Show good photos made dark, and what each method makes of them.

    Args:
        pictures: uint8 of shape (h, w, 3), which may be shown.
        height: of each on the sheet, in pixels.

    Returns:
        uint8 (h, w, 3): a row for each; from the left dark, gamma and CLAHE with their best values by PSNR, ours as it
        suggests itself, the good photo.
    """
    import cv2
    import numpy as np

    rows = []
    for number, picture in enumerate(pictures):
        good = _wide(picture)
        dark = darkened(good, seed=number)
        suggested = low_light.suggest(_framed(dark)) or {"amount": 0.0}
        shown = [
            dark,
            max((_gamma(dark, one) for one in GAMMAS), key=lambda one: psnr(one, good)),
            max((_clahe(dark, one) for one in CLIPS), key=lambda one: psnr(one, good)),
            brightened(dark, suggested["amount"]),
            good,
        ]
        size = (height * 3 // 2, height)
        rows.append(np.hstack([cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in shown]))
    return np.vstack(rows)


def _wide(picture: Picture) -> Picture:
    """The top and middle of a picture, 3 to 2."""
    import numpy as np

    height = min(picture.shape[0], picture.shape[1] * 2 // 3)
    left = (picture.shape[1] - height * 3 // 2) // 2
    return np.ascontiguousarray(picture[:height, left : left + height * 3 // 2])


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else float("nan")


def photos(folder: Path) -> Iterator[tuple[Path, Picture]]:
    """The photos of a folder by name, at most `LONGEST` pixels wide and high."""
    import numpy as np

    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in ENDINGS:
            with Image.open(path) as image:
                if image.mode != "P":
                    upright = ImageOps.exif_transpose(image).convert("RGB")
                    upright.thumbnail((LONGEST, LONGEST))
                    yield path, np.asarray(upright)


def brightened(pixels: Picture, amount: float) -> Picture:
    """What `operations/low_light.py` makes of a photo, noise taken away as usual."""
    return low_light.apply(_framed(pixels), {"amount": amount, "denoise": 0.5}) if amount else pixels


def darkened(pixels: Picture, seed: int) -> Picture:
    """A photo as if it had been taken in a fraction of the light, with the noise of a sensor, kept as JPEG.

    Source: Poissonian-Gaussian noise, Foi and others, "Practical Poissonian-Gaussian Noise Modeling and Fitting", TIP 2008.
    """
    import cv2
    import numpy as np

    draw = np.random.default_rng(seed)
    light = (pixels / 255.0) ** 2.2 / draw.uniform(*DARKER)
    light += draw.normal(0, 1, light.shape) * np.sqrt(SHOT * light + READ**2)
    dark = np.rint(255 * np.clip(light, 0, 1) ** (1 / 2.2)).astype(np.uint8)
    kept = cv2.imencode(".jpg", dark[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
    return np.ascontiguousarray(np.asarray(cv2.imdecode(kept, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1])


def psnr(one: Picture, other: Picture) -> float:
    """Peak signal to noise, in decibels."""
    import cv2

    return float(cv2.PSNR(one, other))


def ssim(one: Picture, other: Picture) -> float:
    """Structural similarity of the luma, Gaussian windows of deviation 1.5.

    Source: Wang and others, "Image Quality Assessment: From Error Visibility to Structural Similarity", TIP 2004.
    """
    import cv2
    import numpy as np

    x, y = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float64) for image in (one, other))

    def blurred(plane: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(plane, (11, 11), 1.5), np.float64)

    mean_x, mean_y = blurred(x), blurred(y)
    var_x, var_y = blurred(x * x) - mean_x**2, blurred(y * y) - mean_y**2
    both = blurred(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    shares = (
        (2 * mean_x * mean_y + c1) * (2 * both + c2) / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))
    )
    return float(shares.mean())


def order_error(before: Picture, after: Picture) -> float:
    """Pairs of places whose order of light was turned round, in percent of all.

    Source: the lightness order error of Wang and others, "Naturalness Preserved Enhancement Algorithm for Non-Uniform Illumination
    Images", TIP 2013, as a share.
    """
    import cv2
    import numpy as np

    small = [
        cv2.resize(_light(image), (ORDER_SIDE, ORDER_SIDE), interpolation=cv2.INTER_AREA).ravel()
        for image in (before, after)
    ]
    orders = [plane[:, None] >= plane[None, :] for plane in small]
    return float(100 * np.mean(orders[0] != orders[1]))


def _row(photo: str, method: str, before: Picture, after: Picture) -> Row:
    import numpy as np

    whitened = (after.max(axis=2) >= WHITE) & (before.max(axis=2) < NOT_WHITE)
    return Row(
        photo,
        method,
        float(_light(after).mean()),
        order_error(before, after),
        _noise_ratio(before, after),
        float(100 * np.mean(whitened)),
        _bright_detail(before, after),
        _saturation(after) / max(_saturation(before), 1e-6),
    )


def _noise_ratio(before: Picture, after: Picture) -> float:
    """Deviation of what is finest in the calmest patches, after in shares of before."""
    import cv2
    import numpy as np

    grays = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) for image in (before, after)]
    fine = [(gray - cv2.GaussianBlur(gray, (0, 0), 1.5)) ** 2 for gray in grays]
    energies = [_by_patch(plane) for plane in fine]
    seen = (_by_patch(grays[0]) >= BLACK) & (energies[0] > 0.02)
    if not seen.any():
        return float("nan")
    calm = seen & (energies[0] <= np.quantile(energies[0][seen], CALM))
    return float(np.sqrt(energies[1][calm].mean() / energies[0][calm].mean()))


def _bright_detail(before: Picture, after: Picture) -> float:
    """Contrast of neighbours in patches that were bright, after in shares of before."""
    import numpy as np

    grays = [image.mean(axis=2) for image in (before, after)]
    bright = _by_patch(_light(before)) >= BRIGHT
    if not bright.any():
        return float("nan")
    spreads = [
        np.sqrt(np.maximum(_by_patch(gray**2) - _by_patch(gray) ** 2, 0))[bright].mean() for gray in grays
    ]
    return float(spreads[1] / max(spreads[0], 1e-6))


def _saturation(pixels: Picture) -> float:
    """Mean saturation, (most - least) / most, of what is not black."""
    import numpy as np

    most, least = pixels.max(axis=2).astype(np.float32), pixels.min(axis=2).astype(np.float32)
    seen = most >= 3 * BLACK
    return float(((most - least)[seen] / most[seen]).mean()) if seen.any() else 0.0


def _by_patch(plane: NDArray[np.floating]) -> NDArray[np.float32]:
    import numpy as np

    tall, wide = plane.shape[0] // PATCH, plane.shape[1] // PATCH
    cut = plane[: tall * PATCH, : wide * PATCH].reshape(tall, PATCH, wide, PATCH)
    return np.asarray(cut.mean(axis=(1, 3)), np.float32)


def _light(pixels: Picture) -> NDArray[np.float32]:
    import numpy as np

    return np.asarray(pixels.max(axis=2), np.float32) / np.float32(255)


def _framed(pixels: Picture) -> Frame:
    return Frame(pixels, Scene(pixels.shape[1], pixels.shape[0]))


def _gamma(pixels: Picture, power: float) -> Picture:
    import cv2
    import numpy as np

    table = np.rint(255 * np.linspace(0, 1, 256) ** power).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, table), np.uint8)


def _clahe(pixels: Picture, clip: float) -> Picture:
    import cv2
    import numpy as np

    lightness, *colors = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB))
    made = cv2.merge([cv2.createCLAHE(clip, TILES).apply(lightness), *colors])
    return np.asarray(cv2.cvtColor(made, cv2.COLOR_LAB2RGB), np.uint8)


def main() -> None:
    """Print the tables, or write the sheet."""
    import numpy as np

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dark", type=Path, help="folder of photos taken in the dark")
    parser.add_argument("--good", type=Path, help="folder of good photos, which are made dark")
    parser.add_argument("--sheet", nargs="+", metavar=("FILE", "PHOTO"))
    told = parser.parse_args()
    rows = measure(told.dark) if told.dark else []
    restored = measure_restored(told.good) if told.good else []
    for table in (rows, restored):
        if table:
            sys.stdout.write(f"{len({row.photo for row in table})} photos\n")
            for line in means(table):
                sys.stdout.write(
                    "  ".join(f"{k} {v:.3f}" if isinstance(v, float) else f"{v:21}" for k, v in line.items())
                )
                sys.stdout.write("\n")
    if told.sheet:
        pictures = [np.asarray(Image.open(path).convert("RGB")) for path in told.sheet[1:]]
        Image.fromarray(sheet(pictures, 200)).save(told.sheet[0])


if __name__ == "__main__":
    main()
