"""Giveaway: which models read their target."""

import pytest

from exifds.export.features import FEATURES
from exifds.train.config import INPUTS, Inputs
from exifds.train.giveaway import giveaway, tag_of
from exifds.train.recipe import LEDERER2023, MODERN, Recipe

NAMES = [feature.name for feature in FEATURES]


@pytest.mark.parametrize(
    ("target", "recipe", "readers"),
    [
        ("camera.flash", MODERN, {"exif", "fusion"}),
        (" camera.flash ", LEDERER2023, {"exif", "fusion"}),
        ("camera.metering_mode", MODERN, {"exif", "fusion"}),
        ("camera.metering_mode", LEDERER2023, set()),
        ("camera.make", MODERN, {"camera"}),
        ("camera.lens", MODERN, set()),
        ("concept", MODERN, set()),
        ("place.country", MODERN, set()),
        (None, MODERN, set()),
    ],
)
def test_who_reads_the_target(target: str | None, recipe: Recipe, readers: set[Inputs]) -> None:
    """Only those that see its value, of this photo, in the columns of their recipe."""
    assert {inputs for inputs in INPUTS if giveaway(target, inputs, recipe, NAMES)} == readers


def test_a_tag_that_is_not_exported_is_not_read() -> None:
    """The network has a column for it, and nothing in it."""
    assert giveaway("camera.flash", "exif", MODERN, ["iso"]) is None
    assert tag_of("camera.flash") == "flash"
    assert tag_of("camera") is None
