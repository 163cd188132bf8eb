"""Wording: what several parts of the page say alike. No I/O."""

from collections.abc import Iterable
from typing import Final

__all__ = ["LOW", "counted", "low"]

_VISIONS: Final = ("google", "sandbox")
_OF_VISION: Final = "below 0.5"
_OF_MODEL: Final = "not among the 50 best"

LOW: Final = f"low: {_OF_VISION} at Google Vision, or {_OF_MODEL} of a model"
"""What a score of `null` means."""


def low(scorers: Iterable[str]) -> str:
    """What a score of `null` means for a photo.

    Args:
        scorers: Those that labelled it: Vision gives no label below 0.5, of a model's the 50 best are kept.

    Returns:
        The meaning, in words.

    Example:
        >>> low(["google"]), low(["keras"])
        ('below 0.5', 'not among the 50 best')
    """
    meanings = {_OF_VISION if scorer in _VISIONS else _OF_MODEL for scorer in scorers}
    return " or ".join(sorted(meanings)) or "low"


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
