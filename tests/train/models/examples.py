"""A configuration and a layout to vary, and batches that fit."""

from typing import Any

import keras
import numpy as np

from exifds.train.config import WITH_IMAGE, Config, ExportRef
from exifds.train.layout import Layout
from exifds.train.recipe import MODERN

LAYOUT = Layout(
    tags=("exposure_time", "f_number", "iso", "flash"),
    columns=("log2 exposure_time", "2 log2 f_number", "log2 iso", "ev100"),
    column_tags=((0,), (1,), (2,), (0, 1, 2, 3)),
    codes=(3,),
    sizes=(4,),
)
THESIS = Layout(tags=("iso",), columns=tuple(f"c{i}" for i in range(45)), column_tags=((0,),) * 45)
HOSTILE = ("<script>alert(1)</script>", "a/b", "=1+1", "x" * 300, "室内")


def config(**changes: Any) -> Config:
    """Fusion with `tiny` from scratch, 32 pixels, two classes; or otherwise."""
    usual: dict[str, Any] = {
        "exifds": "0",
        "inputs": "fusion",
        "backbone": "tiny",
        "weights": "none",
        "recipe": MODERN,
        "seed": 0,
        "export": ExportRef(name="cameras", sha256="0", photos=8, group="owner", options={}),
        "kind": "multi_class",
        "classes": ("indoor", "outdoor"),
        "features": ("exposure_time", "f_number", "iso", "flash"),
        "height": 32,
        "width": 32,
    }
    if changes.get("inputs", "fusion") not in WITH_IMAGE:
        usual |= dict.fromkeys(("backbone", "height", "width"))
    return Config(**usual | changes)


def batch(model: keras.Model, photos: int = 8, seed: int = 0) -> dict[str, Any]:
    """Random photos for the inputs of a model, some tags missing."""
    random = np.random.default_rng(seed)
    parts: dict[str, Any] = {}
    for name, entry in model.input.items():
        shape = (photos, *entry.shape[1:])
        if name == "image":
            parts[name] = random.integers(0, 256, shape, np.uint8)
        elif name == "values":
            parts[name] = random.normal(size=shape).astype(np.float32)
        elif name == "missing":
            parts[name] = random.integers(0, 2, shape).astype(np.float32)
        else:
            parts[name] = random.integers(0, 4, shape, np.int32)
    return parts


def shaken(model: keras.Model) -> keras.Model:
    """With other weights than at the start, so that no zero hides what a layer does."""
    random = np.random.default_rng(1)
    for weight in model.trainable_variables:
        weight.assign_add(0.05 * random.normal(size=weight.shape).astype(np.float32))
    return model
