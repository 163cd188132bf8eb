"""Material: what is known of the photos beside what a model says of them."""

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from exifds.errors import UsageError
from exifds.train.config import Config
from exifds.train.feed import exchanged
from exifds.train.material import Material
from exifds.train.photos import Photos
from exifds.train.pictures import Pictures
from exifds.train.predictions import Predictions
from exifds.train.recipe import LEDERER2023, MODERN, Recipe
from exifds.train.request import Request
from tests.train.samples import CAMERA, photos


def material(given: Photos) -> Material:
    """As the recipe leaves it."""
    return Material(given, MODERN, "abc")


def config(given: Photos, inputs: str, **more: Any) -> Config:
    """Of a model on these photos."""
    return Request.checked(inputs=[inputs], **more).configs(given.manifest, "abc")[0]


def predictions(given: Photos) -> Predictions:
    """Of a model that says nothing."""
    found = material(given)
    return found.predictions(np.zeros((len(found.held_out), 3)))


def test_val_and_test_are_told_in_the_order_of_the_export() -> None:
    """Photos that were left out are in neither."""
    given = photos([CAMERA] * 12, split=np.array([2, 0, 1, -1, 2, 0, 1, 0, 0, 0, 0, 0], np.int8))
    found = predictions(given)
    assert found.ids == ("flickr:0", "flickr:2", "flickr:4", "flickr:6")
    assert found.split.tolist() == [2, 1, 2, 1]
    assert found.labels.tolist() == [0, 2, 1, 0]


def test_photos_are_told_apart_by_their_exif() -> None:
    """How many of the tags that training knows, whether all that are usual there, and the flash."""
    train = [{"iso": 100, "flash": True}] * 3 + [{"iso": 100, "flash": False, "f_number": 2}]
    held_out = [
        {"iso": 50, "flash": True},
        {"iso": 50, "orientation": 1},
        {},
        {"flash": False, "f_number": 2},
    ]
    found = predictions(photos([*train, *held_out], split=np.array([0] * 4 + [1, 2, 1, 2], np.int8)))
    assert found.tags.tolist() == [2, 1, 0, 2]
    assert found.complete.tolist() == [True, False, False, False]
    assert found.flash.tolist() == [1, -1, -1, 0]


@pytest.mark.parametrize(
    ("recipe", "tags", "complete"),
    [
        (MODERN, [0, 1, 3, 0], [False, False, True, False]),
        (LEDERER2023, [2, 0, 2, 0], [True, False, True, False]),
    ],
    ids=["zeros are unknown", "metering is not read"],
)
def test_tags_that_models_cannot_use_do_not_count(
    recipe: Recipe, tags: list[int], complete: list[bool]
) -> None:
    """A photo has EXIF where the models of the recipe read some: the strata agree with the gate."""
    told = {"exposure_time": 1 / 60, "iso": 100, "metering_mode": 5}
    rows = [told] * 4 + [{"exposure_time": 0.0, "iso": 0.0}, {"metering_mode": 5}, told, {}]
    given = photos(rows, split=np.array([0] * 4 + [1, 2, 1, 2], np.int8))
    found = Material(given, recipe, "abc")
    said = found.predictions(np.zeros((4, 3)))
    assert (said.tags.tolist(), said.complete.tolist()) == (tags, complete)
    encoder = found.encoder(config(given, "exif"))
    assert encoder is not None
    held_out = found.held_out
    read = encoder.encode(given.values[held_out], given.present[held_out], [""] * 4, [""] * 4)
    assert ((said.tags == 0) == read.missing.all(axis=1)).all()


def test_photos_are_told_apart_by_their_group() -> None:
    """Whether training has seen photos of the same one."""
    given = photos([CAMERA] * 6, group=np.array([7, 8, 9, 9, 7, 1]))
    assert predictions(given).seen.tolist() == [True, False]


def test_the_control_sees_the_exif_of_other_photos_of_the_split() -> None:
    """All columns of a photo together, drawn by the seed; labels stay."""
    rows = [{**CAMERA, "iso": 100 + number, "orientation": number % 8 + 1} for number in range(60)]
    given = photos(rows)
    names = ("values", "missing", "codes")
    own = material(given).feed(config(given, "exif"), names)
    other = exchanged(given.split, 5)
    mine = material(given)
    mine._pictures = cast(Pictures, "no images are looked at")
    found = mine.feed(config(given, "permuted", backbones=["tiny"], seeds=[5]), names)
    for name in names:
        assert (found.columns[name] == own.columns[name][other]).all()
    assert (found.labels == own.labels).all()


@pytest.mark.parametrize("inputs", ["exif", "mask", "camera"])
def test_only_what_the_network_reads_is_fed(inputs: str) -> None:
    """And no image to a network without one."""
    given = photos([CAMERA] * 12, make=("<b>",) * 12, model=("=1+1",) * 12)
    found = material(given).feed(config(given, inputs), ("missing",))
    assert set(found.columns) == {"missing"}
    assert found.pictures is None


def test_an_export_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Or was not finished."""
    for folder, said in ((tmp_path / "none", "there is no folder"), (tmp_path, "not finished")):
        with pytest.raises(UsageError, match=said):
            Material.read(folder, MODERN, images=True)
