"""Giveaway: a target that a model reads as one of its inputs, so that it need only be copied. Pure."""

from collections.abc import Collection

from exifds.train.columns import plan
from exifds.train.config import WITH_EXIF, Inputs
from exifds.train.recipe import Recipe

__all__ = ["giveaway", "tag_of"]


def tag_of(target: str | None) -> str | None:
    """The tag that is to be learned.

    Args:
        target: In the words of the user; None without one.

    Returns:
        Its name; None for a target that is no tag.

    Example:
        >>> tag_of("camera.flash"), tag_of("place.country")
        ('flash', None)
    """
    part, _, tag = (target or "").strip().partition(".")
    return tag if part == "camera" and tag else None


def giveaway(target: str | None, inputs: Inputs, recipe: Recipe, features: Collection[str]) -> str | None:
    """The tag that a model both reads and is to learn.

    Args:
        target: In the words of the user; None without one.
        inputs: What the model sees.
        recipe: How it is trained.
        features: Names of the columns of `exif` in the export.

    Returns:
        Its name; None if there is none. Whether a tag is there, and the tags of another photo, are none.

    Example:
        >>> from exifds.train.recipe import MODERN
        >>> giveaway("camera.flash", "fusion", MODERN, ["iso", "flash"])
        'flash'
        >>> giveaway("camera.flash", "image", MODERN, ["iso", "flash"])
    """
    tag = tag_of(target)
    if tag is None or inputs not in WITH_EXIF or inputs == "permuted":
        return None
    chosen = plan(recipe.columns, recipe.scale, inputs)
    read = {*chosen.codes, *(name for column in chosen.columns for name in column.tags)}
    return tag if tag in read and (inputs == "camera" or tag in features) else None
