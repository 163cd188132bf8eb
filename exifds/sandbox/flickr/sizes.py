"""Sizes: in which sizes Flickr offers a photo, their names, and the secrets in their addresses. Pure."""

import hashlib
from dataclasses import dataclass
from typing import Final

__all__ = ["BY_SUFFIX", "ORIGINAL", "SIZES", "Kind", "offered", "secret"]


@dataclass(frozen=True)
class Kind:
    """One of Flickr's sizes."""

    suffix: str
    """In file names; empty for the medium size."""
    extra: str
    """In `url_<extra>`: not always the suffix."""
    label: str
    """In answers of getSizes."""
    longest: int
    """Pixels of the longer side."""
    square: bool = False
    own_secret: bool = False
    """Whether its secret is not that of the photo."""


SIZES: Final = (
    Kind("s", "sq", "Square", 75, square=True),
    Kind("q", "q", "Large Square", 150, square=True),
    Kind("t", "t", "Thumbnail", 100),
    Kind("m", "s", "Small", 240),
    Kind("n", "n", "Small 320", 320),
    Kind("w", "w", "Small 400", 400),
    Kind("", "m", "Medium", 500),
    Kind("z", "z", "Medium 640", 640),
    Kind("c", "c", "Medium 800", 800),
    Kind("b", "l", "Large", 1024),
    Kind("h", "h", "Large 1600", 1600, own_secret=True),
    Kind("k", "k", "Large 2048", 2048, own_secret=True),
    Kind("3k", "3k", "X-Large 3K", 3072, own_secret=True),
    Kind("4k", "4k", "X-Large 4K", 4096, own_secret=True),
    Kind("5k", "5k", "X-Large 5K", 5120, own_secret=True),
    Kind("6k", "6k", "X-Large 6K", 6144, own_secret=True),
)
"""All sizes but the original, from small to large."""
ORIGINAL: Final = Kind("o", "o", "Original", 0, own_secret=True)
BY_SUFFIX: Final = {size.suffix: size for size in (*SIZES, ORIGINAL)}


def offered(longest: int, *, guarded: bool) -> tuple[Kind, ...]:
    """The sizes of one photo.

    Args:
        longest: Pixels of the longer side of the original.
        guarded: Whether the owner gives away no size above 1024 and no original.

    Returns:
        Sizes up to the original's, and the original.

    Example:
        >>> [size.suffix for size in offered(320, guarded=True)]
        ['s', 'q', 't', 'm', 'n']
    """
    fitting = tuple(size for size in SIZES if size.longest <= longest and not (guarded and size.own_secret))
    return fitting if guarded else (*fitting, ORIGINAL)


def secret(seed: int, index: int, size: Kind | None = None) -> str:
    """The secret in the address of a photo, or of one of its larger sizes.

    Args:
        seed: The catalogue's.
        index: The photo's.
        size: A size; none for the photo's own secret.

    Returns:
        Ten hexadecimal digits.

    Example:
        >>> secret(0, 1) == secret(0, 1, SIZES[0]) != secret(0, 1, ORIGINAL)
        True
    """
    name = size.suffix if size is not None and size.own_secret else ""
    return hashlib.blake2b(f"{seed} {index} {name}".encode(), digest_size=5).hexdigest()
