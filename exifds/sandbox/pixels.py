"""Pixels: the picture of a scene. Given the code c it depends on nothing that depends on y.

A background, four shapes of clutter and Gaussian noise, with one symbol on top: a sun (c = 1) or a window
(c = 0). The symbol is always in full view, so a perfect eye reads c and the log-odds of y given the picture
are exactly +-log(q / (1 - q)).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

__all__ = ["picture"]

Colour = tuple[int, int, int]

_CLUTTER: Final = 4
_SUN: Final = (255, 214, 40)
_PANE: Final = (200, 235, 255)
_FRAME: Final = (60, 40, 25)
_SYMBOL: Final = 0.11  # half the width of the symbol, of the picture's


def picture(
    code: bool,
    layout: NDArray[np.float64],
    grain: np.random.Generator,
    *,
    size: int,
    noise: float,
    tint: NDArray[np.float64] | None = None,
    blur: float = 0.0,
) -> Image.Image:
    """Paint one photo.

    Args:
        code: [c] Sun or window.
        layout: 38 uniform draws: background, clutter and where the symbol is.
        grain: Where the noise comes from.
        size: Width and height, pixels.
        noise: Standard deviation of the noise, of 255.
        tint: Colour of the owner's fingerprint in the upper left corner, 0-255.
        blur: Radius of the blur, pixels.

    Returns:
        An RGB image.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> picture(True, rng.random(38), rng, size=48, noise=8).size
        (48, 48)
    """
    image = Image.new("RGB", (size, size), _muted(layout[:3]))
    draw = ImageDraw.Draw(image)
    for shape in layout[3:35].reshape(_CLUTTER, 8):
        _clutter(draw, shape, size)
    if tint is not None:
        draw.rectangle((0, 0, size // 8, size // 8), fill=_colour(tint))
    _symbol(draw, layout[35:], size, sun=code)
    if blur > 0:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    if noise > 0:
        specks = grain.standard_normal((size, size, 3), dtype=np.float32)
        specks *= noise
        specks += np.asarray(image)
        image = Image.fromarray(np.clip(specks, 0, 255, out=specks).astype(np.uint8))
    return image


def _clutter(draw: ImageDraw.ImageDraw, shape: NDArray[np.float64], size: int) -> None:
    """One rectangle, ellipse, triangle or line of a muted colour: nothing like a symbol."""
    left, top = (shape[1:3] * size * 0.8).tolist()
    right, bottom = left + (0.1 + 0.3 * shape[3]) * size, top + (0.1 + 0.3 * shape[4]) * size
    colour = _muted(shape[5:8])
    kind = int(shape[0] * 4)
    if kind == 0:
        draw.rectangle((left, top, right, bottom), fill=colour)
    elif kind == 1:
        draw.ellipse((left, top, right, bottom), fill=colour)
    elif kind == 2:  # noqa: PLR2004 - the third of the four kinds
        draw.polygon(((left, bottom), (right, bottom), ((left + right) / 2, top)), fill=colour)
    else:
        draw.line((left, top, right, bottom), fill=colour, width=max(1, size // 16))


def _symbol(draw: ImageDraw.ImageDraw, place: NDArray[np.float64], size: int, *, sun: bool) -> None:
    """The sun or the window, wholly inside the picture and clear of the fingerprint's corner."""
    half = size * _SYMBOL * (1 + 0.3 * float(place[2]))
    low, high = size / 8 + half + 1, size - half - 2
    x, y = (low + place[:2] * (high - low)).tolist()
    box = (x - half, y - half, x + half, y + half)
    if sun:
        draw.ellipse(box, fill=_SUN)
        return
    line = max(1, size // 48)
    draw.rectangle(box, fill=_PANE, outline=_FRAME, width=line)
    draw.line((x, y - half, x, y + half), fill=_FRAME, width=line)
    draw.line((x - half, y, x + half, y), fill=_FRAME, width=line)


def _muted(draws: NDArray[np.float64]) -> Colour:
    """A colour without bright or saturated parts, which only symbols have."""
    return _colour(50 + 110 * draws)


def _colour(values: NDArray[np.float64]) -> Colour:
    red, green, blue = values.astype(int).tolist()
    return red, green, blue
