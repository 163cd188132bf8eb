"""Questions: what is asked of two models, and how each answer is said. Pure.

An answer says no more than which of the two is better, so that answers to several questions agree; whether a
gain is one of EXIF follows from several, see `claims`.
"""

from collections.abc import Mapping
from typing import Final

__all__ = ["ALARMING", "CONTROLS", "QUESTIONS", "SAID"]

SAID: Final[Mapping[str, tuple[str, str, str]]] = {
    "fusion-image": (
        "The fusion is better than the image alone",
        "The fusion is worse than the image alone",
        "whether the fusion is better than the image alone",
    ),
    "late-recalibrated": (
        "EXIF helps beside the image, by calibrated late fusion",
        "EXIF harms in calibrated late fusion",
        "whether EXIF helps beside the image, by calibrated late fusion",
    ),
    "fusion-late": (
        "The learned fusion is better than calibrated late fusion",
        "Calibrated late fusion is better than the learned fusion",
        "whether the learned fusion is better or worse than calibrated late fusion",
    ),
    "fusion-exif": (
        "The image helps beside EXIF",
        "The fusion is worse than EXIF alone",
        "whether the image helps beside EXIF",
    ),
    "image-exif": (
        "The image says more than EXIF",
        "EXIF says more than the image",
        "whether the image says more than EXIF, or less",
    ),
    "fusion-head": (
        "The fusion is better than an image model with as large a head",
        "The larger head alone does better than the fusion",
        "whether the fusion is better than an image model with as large a head",
    ),
    "fusion-permuted": (
        "The fusion is better with the EXIF of the photo itself than with that of another photo",
        "The fusion is better with the EXIF of another photo than with that of the photo itself",
        "whether the fusion is better with the EXIF of the photo itself than with that of another photo",
    ),
    "permuted-image": (
        "Even EXIF of other photos seems to help, so part of a gain over the image is not one of EXIF",
        "With EXIF of other photos the fusion is worse than the image alone",
        "whether EXIF of other photos helps or harms; it should do neither",
    ),
    "head-image": (
        "A larger head alone helps, so part of a gain over the image is not one of EXIF",
        "A larger head alone harms",
        "whether a larger head alone helps or harms",
    ),
    "exif-mask": (
        "The values of the tags say more than which tags are there",
        "Which tags are there says more than their values",
        "whether the values of the tags say more than which tags are there",
    ),
    "exif-camera": (
        "The tags say more than make and model of the camera",
        "Make and model of the camera say more than the tags",
        "whether the tags say more than make and model of the camera",
    ),
    "exif-majority": (
        "EXIF alone tells the class better than the most frequent answer",
        "EXIF alone is no better than the most frequent answer",
        "whether EXIF alone tells the class",
    ),
    "image-majority": (
        "The image alone tells the class better than the most frequent answer",
        "The image alone is no better than the most frequent answer",
        "whether the image alone tells the class",
    ),
    "mask-majority": (
        "Which tags are missing betrays the class, whatever their values",
        "Which tags are missing tells the class no better than the most frequent answer",
        "whether missing tags betray the class",
    ),
    "camera-majority": (
        "Make and model of the camera betray the class",
        "Make and model of the camera tell the class no better than the most frequent answer",
        "whether the camera betrays the class",
    ),
    "recipe": ("The recipe matters", "The recipe matters", "whether the recipe matters"),
    "backbone": ("The backbone matters", "The backbone matters", "whether the backbone matters"),
}
"""By question: if A is better, if B is better, and what else is not shown."""

CONTROLS: Final = ("fusion-head", "fusion-permuted")
"""Questions that decide whether a gain of the fusion over the image is one of EXIF."""

QUESTIONS: Final = tuple(SAID)
"""What is asked: kinds of two models trained alike, or what else differs. The most important come first."""

ALARMING: Final = frozenset({"permuted-image", "mask-majority", "camera-majority"})
"""Questions whose answer should be no."""
