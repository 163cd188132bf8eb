"""Target: what makes one not worth learning: one class, or an answer that models read. Pure."""

import numpy as np

from exifds.train.analyze.sample import Sample
from exifds.train.giveaway import giveaway
from exifds.train.recipe import MODERN

__all__ = ["copied", "one_class"]


def one_class(sample: Sample) -> str | None:
    """Whether all photos are alike.

    Args:
        sample: The photos.

    Returns:
        One sentence; None if there is something to tell apart.
    """
    counts = np.array(sample.by_class)
    ends = (counts == 0) | (counts == sample.photos)
    if not ends.all():
        return None
    return "all photos are of one class: there is nothing to tell apart; take photos of another class, too"


def copied(target: str, sample: Sample) -> str | None:
    """Whether the answer stands in the tags.

    Args:
        target: In the words of the user.
        sample: The photos.

    Returns:
        One sentence; None if the target is not a tag that models read.
    """
    features = [feature.name for feature in sample.features]
    if tag := giveaway(target, "exif", MODERN, features):
        who = "models of EXIF read"
    elif tag := giveaway(target, "camera", MODERN, features):
        who = "the control `camera` reads"
    else:
        return None
    return f"{who} {tag}, which is the target: the answer need only be copied, and such a score says nothing"
