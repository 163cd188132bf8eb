"""Layout: the size of a picture and where in its file the metadata stands."""

from typing import Final, NamedTuple

from exifds.errors import PhotoError

__all__ = ["MAX_PARTS", "MAX_PIXELS", "Layout", "Part", "checked_size"]

MAX_PIXELS: Final = 100_000_000
"""Pictures of more pixels are refused: they are decompression bombs far more often than photos."""

MAX_PARTS: Final = 100_000
"""Files of more segments or chunks are refused: walking them would take seconds."""


class Part(NamedTuple):
    """A stretch of a file that is not picture: `data[start:end]`; its payload is `data[body:stop]`.

    `replacement` is what stands in its place once it is cut out.
    """

    kind: str
    start: int
    end: int
    body: int
    stop: int
    replacement: bytes = b""


class Layout(NamedTuple):
    """Width and height in pixels as stored, and the parts that are not picture, in the order of the file."""

    width: int
    height: int
    parts: list[Part]


def checked_size(width: int, height: int) -> tuple[int, int]:
    """The size of a picture, if it is one a photo may have.

    Args:
        width: Pixels, from the header.
        height: Pixels, from the header.

    Returns:
        Width and height.

    Raises:
        PhotoError: There are no pixels, or more than `MAX_PIXELS`.

    Example:
        >>> checked_size(4000, 3000)
        (4000, 3000)
    """
    if width <= 0 or height <= 0:
        raise PhotoError(f"expected a picture, got {width} x {height} pixels")
    if width * height > MAX_PIXELS:
        raise PhotoError(f"expected at most {MAX_PIXELS:,} pixels, got {width} x {height}")
    return width, height
