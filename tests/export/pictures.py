"""Pictures that tell what became of them: each quarter has a colour of its own."""

import io
from typing import Any

import numpy as np
from PIL import Image

RED, GREEN, BLUE, GREY = (200, 30, 30), (30, 200, 30), (30, 30, 200), (120, 120, 120)


def quarters(width: int, height: int) -> Image.Image:
    """Red and green above blue and grey."""
    image = Image.new("RGB", (width, height), GREY)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """An image as a file."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """A file as an image."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def decibels(one: Image.Image, other: Image.Image) -> float:
    """How alike two images of one size and mode are: peak signal-to-noise ratio in dB; inf for equal ones."""
    difference = np.asarray(one, dtype=np.float64) - np.asarray(other, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return float(10 * np.log10(255**2 / np.mean(difference**2)))
