"""Rules of `exifds.sandbox.seen`: a rendered photo shows what its scene does."""

import numpy as np

from exifds.sandbox.owners import meet
from exifds.sandbox.photographer import shoot
from exifds.sandbox.scene import stage
from exifds.sandbox.seen import Seen
from exifds.sandbox.studio import Studio


def test_truth_about_photos_gives_their_scenes_back() -> None:
    """Nominal values as 1/125 s, f/5.6 and ISO 640 are read as the thirds of a stop they stand for."""
    studio = Studio(missing_at_random=0.2, stripped=0.1, size=16, seed=4, light_spread=5)
    scenes = Seen.of_scenes([stage(studio, meet(studio), 0)])
    photos = Seen.of_truths([shot.truth for shot in shoot(400, studio)], meet(studio))
    for name in ("owner", "code", "values", "written", "stripped"):
        assert np.array_equal(getattr(photos, name), getattr(scenes, name)[:400]), name
    assert np.abs(photos.focal - scenes.focal[:400]).max() < 0.1


def test_no_photos_are_empty_columns() -> None:
    """The shapes stay."""
    seen = Seen.of_truths([], meet(Studio()))
    assert seen.values.shape == (0, 5)
    assert seen.written.shape == (0, 14)
