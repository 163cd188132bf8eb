"""Questions: what is asked of two models, and how each answer is said. Pure."""

from collections.abc import Mapping
from typing import Final

__all__ = ["ALARMING", "QUESTIONS", "SAID"]

SAID: Final[Mapping[str, tuple[str, str, str]]] = {
    "fusion-image": (
        "EXIF helps beside the image",
        "EXIF harms beside the image",
        "whether EXIF helps beside the image",
    ),
    "late-image": (
        "EXIF helps beside the image, by calibrated late fusion",
        "Late fusion harms",
        "whether late fusion is better than the image alone",
    ),
    "fusion-late": (
        "The learned fusion is better than calibrated late fusion",
        "Calibrated late fusion is better than the learned fusion",
        "whether the learned fusion is better or worse than calibrated late fusion",
    ),
    "fusion-exif": (
        "The image helps beside EXIF",
        "The image harms beside EXIF",
        "whether the image helps beside EXIF",
    ),
    "image-exif": (
        "The image says more than EXIF",
        "EXIF says more than the image",
        "whether the image says more than EXIF, or less",
    ),
    "fusion-head": (
        "The gain is one of EXIF, not of the larger head",
        "The larger head alone does better than the fusion",
        "whether the fusion is better than an image model with as large a head",
    ),
    "fusion-permuted": (
        "It is the EXIF of the photo itself that helps",
        "EXIF of other photos does better than that of the photo itself",
        "whether the EXIF of the photo itself does better than that of another photo",
    ),
    "permuted-image": (
        "Even EXIF of other photos seems to help, so part of the gain is not one of EXIF",
        "EXIF of other photos misleads",
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
        "EXIF alone does worse than the most frequent answer",
        "whether EXIF alone tells the class",
    ),
    "image-majority": (
        "The image alone tells the class better than the most frequent answer",
        "The image alone does worse than the most frequent answer",
        "whether the image alone tells the class",
    ),
    "mask-majority": (
        "Which tags are missing betrays the class, whatever their values",
        "Which tags are missing misleads about the class",
        "whether missing tags betray the class",
    ),
    "camera-majority": (
        "Make and model of the camera betray the class",
        "Make and model of the camera mislead about the class",
        "whether the camera betrays the class",
    ),
    "recipe": ("The recipe matters", "The recipe matters", "whether the recipe matters"),
    "backbone": ("The backbone matters", "The backbone matters", "whether the backbone matters"),
}
"""By question: if A is better, if B is better, and what else is not shown."""

QUESTIONS: Final = tuple(SAID)
"""What is asked: kinds of two models trained alike, or what else differs. The most important come first."""

ALARMING: Final = frozenset({"permuted-image", "mask-majority", "camera-majority"})
"""Questions whose answer should be no."""
