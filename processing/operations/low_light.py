"""Brightens a photo taken in the dark where it is dark, keeps what is bright, and takes the noise away that would come up with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processing.bands import in_bands
from processing.guided import Base, find_base
from processing.noise import HALO, clean_colors, noise_by_level
from processing.operation import Frame
from processing.parameters import Number, Values
from processing.words import gettext_noop as _

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

version = 1
label = _("Low light")
group = "repair"
rank = 10
icon = "low-light"
is_in_browser = False
parameters = (
    Number("amount", _("Low light"), 0.0, 1.0),
    Number("denoise", _("Take noise away"), 0.0, 1.0, neutral=0.5),
)

# Our own choices, by the measures of docs/editing.md and by eye on photos taken in the dark.
MOST = 5.0  # at amount 1 the curve is that of this many natural logarithms: the darkest becomes 30 times as bright
RADIUS = 0.03  # of the surroundings that decide how much brighter a place becomes
CONTRAST = 0.2  # differences in light that count as another light, not as detail
FINE_RADIUS = 0.006  # how near to an edge the gain follows it
FINE_CONTRAST = 0.03
WHITE = 0.97  # to which the brightest of a photo without anything bright is brought
MOST_STRETCH = 2.5
COLORLESS = 3.0  # levels at which half of the saturation goes: in the dark it is noise for a good part
FLOOR = 0.02  # light of which only half is believed: a black sky stays a dark one
SOON = 0.2  # the amount from which on that is done wholly
SMALL_SIDE = 768  # pixels of the copy on which the light is found
SMALL = 256  # pixels of the copy that `suggest` looks at
BRIGHT_ENOUGH = 0.36  # mean light from which on nothing is suggested
WANTED = 0.43  # mean light that a photo of no light at all would be brought to
WANTED_EVEN = (
    0.52  # the same of a photo without anything bright: rather exposed too little than taken at night
)
LEAST = 0.05
LEAST_AMOUNT = 1e-6  # below, floats can't tell the curve from a straight line


def is_neutral(values: Values) -> bool:
    """Without brightening there is no noise to take away."""
    return values["amount"] == 0


def apply(frame: Frame, values: Values) -> NDArray[np.uint8]:
    """Brighten the dark parts.

    Args:
        frame: the photo.
        values: `amount`, 0 to 1; `denoise`, 0 to 1: how much of the noise goes, in measure with how much brighter its place becomes.

    Returns:
        uint8 of the frame's shape.

    Source: each place gets brighter by what a logarithmic curve makes of the light around it: the illumination, the
    brightest channel smoothed with its edges kept, as in LIME (Guo, Li and Ling, "LIME: Low-Light Image Enhancement via
    Illumination Map Estimation", TIP 2017), here by the guided filter. All channels of a pixel are multiplied by the same
    number, so that colors keep their hue; the number becomes smaller towards white, so that nothing is cut off. The noise is
    measured by brightness beforehand.
    """
    import cv2
    import numpy as np

    light = _light(frame.pixels, SMALL_SIDE)
    stretch = _stretch(light, values["amount"])
    gains = _gain_map(light * stretch, (frame.width, frame.height), values["amount"])
    noise = np.zeros(256, np.float32)
    if values["denoise"]:
        gray = cv2.cvtColor(np.ascontiguousarray(frame.pixels[:, :, :3]), cv2.COLOR_RGB2GRAY)
        risen = _gain(np.linspace(0, stretch, 256, dtype=np.float32), values["amount"])
        strength = np.asarray(2 * values["denoise"] * (1 - 1 / risen), np.float32)
        noise = noise_by_level(np.asarray(gray, np.uint8)) * strength

    def brighten(rows: NDArray[np.uint8], top: int) -> NDArray[np.uint8]:
        colors = clean_colors(rows, noise, noise) if values["denoise"] else rows.astype(np.float32)
        return _brightened(colors, gains, top, stretch)

    return in_bands(frame.pixels, brighten, halo=HALO if values["denoise"] else 0, check=frame.scene.check)


def suggest(frame: Frame) -> dict[str, Any] | None:
    """Say how much a photo needs; None for a bright one."""
    import numpy as np

    light = _light(frame.pixels, SMALL)
    mean = float(light.mean())
    if mean >= BRIGHT_ENOUGH:
        return None
    evenness = (_stretch(light, 1.0) - 1) / (MOST_STRETCH - 1)
    most = WANTED + (WANTED_EVEN - WANTED) * evenness
    wanted = most - (most - BRIGHT_ENOUGH) * mean / BRIGHT_ENOUGH
    amounts = np.linspace(0, 1, 41)[1:]
    reached = [_mean_after(light, float(amount)) for amount in amounts]
    amount = round(float(np.interp(wanted, reached, amounts)), 2)
    return {"amount": amount} if amount >= LEAST else None


def _mean_after(light: NDArray[np.float32], amount: float) -> float:
    stretched = light * _stretch(light, amount)
    return float((stretched * _gain(stretched, amount)).mean())


def _light(pixels: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """The light of a copy that is small enough, 0 to 1."""
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    shrink = min(1.0, side / max(height, width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    small = cv2.resize(np.ascontiguousarray(pixels[:, :, :3]), size, interpolation=cv2.INTER_AREA)
    small = small.reshape(*size[::-1], 3)
    return _mixed(small.max(axis=2).astype(np.float32), small.astype(np.float32)) / np.float32(255)


def _mixed(brightest: NDArray[np.float32], colors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Light as the middle of the brightest channel and the luma: a street lit in red is dark, but not as dark as its luma."""
    import cv2
    import numpy as np

    luma = cv2.cvtColor(colors, cv2.COLOR_RGB2GRAY).reshape(brightest.shape)
    return np.asarray(cv2.addWeighted(brightest, 0.5, luma, 0.5, 0), np.float32).reshape(brightest.shape)


def _stretch(light: NDArray[np.float32], amount: float) -> float:
    """How many times as bright everything becomes because nothing on the photo is bright."""
    import numpy as np

    most = float(np.quantile(light, 0.999))
    return float(np.clip(WHITE / max(most, 1e-3), 1, MOST_STRETCH) ** min(1.0, amount / SOON))


def _gain(light: NDArray[np.float32], amount: float) -> NDArray[np.float32]:
    """How many times as bright a place becomes, by the light around it: a logarithmic curve, 1 at white."""
    import numpy as np

    if amount < LEAST_AMOUNT:
        return np.ones_like(light)
    steep = np.float32(np.expm1(MOST * amount))
    light = np.maximum(light, np.float32(1e-4))
    made: NDArray[np.float32] = np.log1p(steep * light) / (np.float32(MOST * amount) * light)
    return 1 + np.maximum(made - 1, 0) * light / (light + np.float32(FLOOR))


def _gain_map(light: NDArray[np.float32], size: tuple[int, int], amount: float) -> Base:
    """The gain by place, following the edges of the light; to be asked with the light."""
    import numpy as np

    around = find_base(light, light.shape[::-1], RADIUS, CONTRAST).of_rows(light, 0)
    gains = _gain(np.clip(around, 0, 1), amount)
    return find_base(light, size, FINE_RADIUS, FINE_CONTRAST, gains)


def _brightened(colors: NDArray[np.float32], gains: Base, top: int, stretch: float) -> NDArray[np.uint8]:
    """Multiply each pixel by what its surroundings ask for; less the nearer it is to white itself.

    With the gain g and the pixel's brightest channel m the factor is g / sqrt(1 + (g^2 - 1) m^2): g at black, 1 at white. What a
    channel lacks to the brightest one becomes half as much where that one has no more than COLORLESS levels.
    """
    import cv2
    import numpy as np

    np.maximum(colors, 0, out=colors)
    planes = cv2.split(colors)
    brightest = np.asarray(cv2.max(cv2.max(planes[0], planes[1]), planes[2]), np.float32)
    gain = gains.of_rows(_mixed(brightest, colors) * np.float32(stretch / 255), top)
    np.maximum(gain, 1, out=gain)
    share = np.minimum(brightest * np.float32(stretch / 255), 1)
    share *= share
    over = gain * gain
    over -= 1
    over *= share
    over += 1
    np.sqrt(over, out=over)
    np.divide(gain, over, out=over)
    over *= np.float32(stretch)
    gray = over * brightest
    over *= brightest / (brightest + np.float32(COLORLESS))
    gray -= over * brightest
    made = [cv2.add(cv2.multiply(plane, over), gray, dtype=cv2.CV_8U) for plane in planes]
    return np.asarray(cv2.merge(made), np.uint8)
