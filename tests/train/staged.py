"""Photos of the photographer as columns, straight from the stage: no file is written, no pixel is drawn."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exifds.export.features import FEATURES
from exifds.sandbox.owners import PRESENCE, meet
from exifds.sandbox.photographer import CLASSES
from exifds.sandbox.scene import BLOCK, Scenes, stage
from exifds.sandbox.studio import Studio
from exifds.train.analyze.sample import EV100, Sample, usable
from exifds.train.photos import Photos
from tests.train import samples

Columns = tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64], NDArray[np.int64]]


@cache
def columns(photos: int, studio: Studio) -> Columns:
    """Values (N, F), presence (N, F), class (N,) and owner (N,) of photos."""
    owners = meet(studio)
    blocks = [stage(studio, owners, block) for block in range(-(-photos // BLOCK))]
    parts = [_block(scenes) for scenes in blocks]
    values, present, outdoor, owner = (np.concatenate(column)[:photos] for column in zip(*parts, strict=True))
    return values, present, outdoor, owner


def sample(photos: int, studio: Studio, **changed: Any) -> Sample:
    """A sample of as many photos, each owner with a camera of their own and unknown."""
    values, present, outdoor, owner = columns(photos, studio)
    values, present = usable(values, present)
    known: dict[str, Any] = {
        "features": (*FEATURES, EV100),
        "values": values,
        "present": present,
        "labels": outdoor,
        "classes": CLASSES,
        "owner": np.full(photos, -1),
        "camera": owner,
        "photos": photos,
        "by_class": tuple(np.bincount(outdoor, minlength=2).tolist()),
        "left_out": {},
    }
    return Sample(**known | changed)


def photos(count: int, studio: Studio, *, without: tuple[str, ...] = ()) -> Photos:
    """Photos of an export: half of them train, a sixth val, a third test; none has the tags `without`."""
    values, present, outdoor, owner = columns(count, studio)
    hidden = [feature.name in without for feature in FEATURES]
    return samples.photos(
        [{}] * count,
        values=np.where(hidden, 0, values).astype(np.float32),
        present=present & ~np.array(hidden),
        labels=outdoor,
        group=owner,
        split=np.array([0, 0, 0, 1, 2, 2] * count, np.int8)[:count],
    )


def _block(scenes: Scenes) -> tuple[NDArray[Any], ...]:
    """The photos of a block, as their files would say."""
    taken = {
        "exposure_time": 2 ** (scenes.time / 3),
        "f_number": 2 ** (scenes.aperture / 6),
        "iso": 100 * 2 ** (scenes.iso / 3),
        "flash": scenes.flash,
        "focal_length": scenes.focal,
        "focal_length_35mm": scenes.focal_35mm,
        "exposure_bias": scenes.compensation / 3,
        "brightness": scenes.brightness,
        **scenes.null,
        "max_aperture": 2 ** (scenes.null["max_aperture"] / 6),
    }
    values, present = np.zeros((BLOCK, len(FEATURES))), np.zeros((BLOCK, len(FEATURES)), bool)
    names = [feature.name for feature in FEATURES]
    for tag, name in enumerate(PRESENCE):
        present[:, names.index(name)] = scenes.written[:, tag]
        values[:, names.index(name)] = np.where(scenes.written[:, tag], taken[name], 0)
    return values, present, scenes.outdoor.astype(np.int64), scenes.owner
