"""Photos of an export that was never written: what a test says about them, and the rest made up."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from exifds.export import features
from exifds.export.features import FEATURES
from exifds.export.manifest import Manifest
from exifds.export.record import Schema
from exifds.train.photos import Photos

CLASSES = ("<script>", "a/b", "猿 のら")
CAMERA: Mapping[str, Any] = {
    "exposure_time": 1 / 60,
    "f_number": 4.0,
    "iso": 400.0,
    "focal_length": 35.0,
    "focal_length_35mm": 52.0,
    "exposure_bias": 1 / 3,
    "brightness": 3.0,
    "max_aperture": 2.8,
    "flash": False,
    "orientation": 1,
    "light_source": 3,
    "metering_mode": 5,
    "white_balance": 0,
    "saturation": 0,
    "contrast": 0,
    "sharpness": 0,
}
"""A photo that has all tags."""


def manifest(*, group: str = "owner", kind: str = "multi_class") -> Manifest:
    """The manifest of an export whose photos are grouped so."""
    return Manifest.model_validate(
        {
            "exifds": "0",
            "created_at": datetime(2020, 1, 1, tzinfo=UTC),
            "options": {"format": "tfrecord", "splitting": {"group": group}},
            "data": Schema(
                name="cats",
                features=FEATURES,
                target="concept",
                kind=kind,
                classes=CLASSES,
                height=48,
                width=48,
            ).model_dump(),
            "seed": 0,
            "splits": {},
        }
    )


def photos(cameras: Sequence[Mapping[str, Any]], **columns: Any) -> Photos:
    """Photos with these `camera` documents; two in three are train, the rest val and test."""
    n = len(cameras)
    rows = [features.values_of({"camera": camera}) for camera in cameras]
    known: dict[str, Any] = {
        "folder": Path("nowhere"),
        "manifest": manifest(),
        "ids": tuple(f"flickr:{number}" for number in range(n)),
        "group": np.arange(n),
        "values": np.array([values for values, _ in rows], np.float32).reshape(n, len(FEATURES)),
        "present": np.array([present for _, present in rows], bool).reshape(n, len(FEATURES)),
        "labels": np.arange(n) % 3,
        "split": np.array([0, 0, 0, 0, 1, 2] * n, np.int8)[:n],
        "make": tuple(str(camera.get("make", "")) for camera in cameras),
        "model": tuple(str(camera.get("model", "")) for camera in cameras),
        "taken_at": np.full(n, "NaT", "datetime64[s]"),
        "digest": np.arange(n, dtype=np.uint64),
    }
    return Photos(**known | columns)
