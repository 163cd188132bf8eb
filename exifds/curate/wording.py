"""Wording: what several parts of the page say alike. No I/O."""

from typing import Final

__all__ = ["LOW", "counted"]

LOW: Final = "low: below 0.5 at Google Vision, or not among the 50 best of a model"
"""What a score of `null` means."""


def counted(number: int, thing: str) -> str:
    """A number of things.

    Args:
        number: How many.
        thing: What one of them is called.

    Returns:
        Both, in words.

    Example:
        >>> counted(1, "photo"), counted(1200, "verdict")
        ('1 photo', '1,200 verdicts')
    """
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
