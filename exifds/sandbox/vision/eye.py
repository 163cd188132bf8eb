"""Eye: what a rendered photo shows, read off its pixels, at any size and quality. Pure.

The photographer (`exifds.sandbox.pixels`) paints a sun or a window on a muted background. The eye sees which,
and how much bluer than red and green the background is: a blue one stands for a photo that a search found
though it does not show the animal.
"""

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["BadImageError", "Sight", "see"]

_SIDE: Final = 48  # pixels that the eye looks at, each way: noise averages out above
_CORNER: Final = _SIDE // 8 + 1  # where an owner's fingerprint may be, whichever way up
_LEAST: Final = 4  # pixels of a symbol
_BRIGHT: Final = 180  # of 255; muted colours end at 160
_VIVID: Final = 70  # difference of channels; muted ones differ by up to 110, suns by 215
_MOST_PIXELS: Final = 75_000_000


class BadImageError(ValueError):
    """The bytes are no image that can be decoded."""


@dataclass(frozen=True)
class Sight:
    """What a photo shows."""

    outdoor: bool | None
    """A sun (True), a window (False), or neither."""
    blue: float
    """How much bluer than red and green the background is, of 255; the animal is missing above 0."""

    @property
    def animal(self) -> bool:
        """Whether the photo shows the animal."""
        return self.blue <= 0


def see(data: bytes) -> Sight:
    """Look at a photo.

    Args:
        data: An image file.

    Returns:
        What it shows.

    Raises:
        BadImageError: It cannot be decoded, or is too large.

    Example:
        >>> from exifds.sandbox.photographer import shoot
        >>> all(see(shot.data).outdoor == shot.truth["c"] for shot in shoot(5))
        True
    """
    pixels = _pixels(data)
    red, green, blue = (pixels[..., channel] for channel in range(3))
    inside = np.ones((_SIDE, _SIDE), bool)
    for rows in (slice(_CORNER), slice(-_CORNER, None)):
        for columns in (slice(_CORNER), slice(-_CORNER, None)):
            inside[rows, columns] = False
    sun = int(np.count_nonzero(inside & (red > _BRIGHT) & (red - blue > 2 * _VIVID)))
    window = int(np.count_nonzero(inside & (blue > _BRIGHT) & (green > _BRIGHT)))
    ground = np.median(pixels[inside], axis=0)
    return Sight(
        outdoor=None if max(sun, window) < _LEAST else sun > window,
        blue=float(ground[2] - max(ground[0], ground[1])),
    )


def _pixels(data: bytes) -> NDArray[np.int16]:
    """The photo, small and square; which way up makes no difference to what is looked for."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            small = _whole(image).resize((_SIDE, _SIDE), Image.Resampling.BOX)
        return np.asarray(small).astype(np.int16)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadImageError(
            "expected an image of up to 75 megapixels, got none that can be decoded"
        ) from error


def _whole(image: Image.Image) -> Image.Image:
    """The whole photo; its size is read off the header, before it is unpacked."""
    if image.width * image.height > _MOST_PIXELS:
        raise ValueError(_MOST_PIXELS)
    image.draft("RGB", (2 * _SIDE, 2 * _SIDE))
    return image.convert("RGB")
