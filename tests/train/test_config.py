"""Configurations: equal ones are one run, and others are not."""

from typing import Any

import pytest
from pydantic import ValidationError

from exifds.train.config import INPUTS, WITH_EXIF, WITH_IMAGE, Config
from exifds.train.recipe import MODERN
from tests.train.report.folders import Export


def test_versions_make_no_other_run() -> None:
    """A later exifds goes on with what an earlier one began."""
    config = Export().config("fusion")
    later = config.model_copy(update={"version": 2, "exifds": "9"})
    assert later.name == config.name
    assert Config.model_validate_json(config.model_dump_json()) == config


@pytest.mark.parametrize("change", [{"seed": 1}, {"epochs": 3}, {"weights": "imagenet"}, {"classes": ("a",)}])
def test_anything_else_makes_another_run(change: dict[str, Any]) -> None:
    """Its folder has another name."""
    config = Export().config("fusion")
    assert config.name.startswith("fusion-tiny-modern-s0-")
    assert config.model_copy(update=change).name != config.name


@pytest.mark.parametrize(
    ("inputs", "change", "said"),
    [
        ("fusion", {"backbone": None}, "a backbone and a size"),
        ("fusion", {"height": None}, "a backbone and a size"),
        ("fusion", {"width": 0}, "greater than or equal to 1"),
        ("exif", {"backbone": "tiny"}, "else neither"),
        ("exif", {"classes": ("a",)}, "nothing to tell apart"),
        ("exif", {"classes": (), "kind": "multi_label"}, "nothing to tell apart"),
        ("exif", {"recipe": {**MODERN.model_dump(), "units": [10**9]}}, "less than or equal to"),
    ],
)
def test_a_configuration_of_no_model_is_refused(inputs: Any, change: dict[str, Any], said: str) -> None:
    """Somebody has edited it."""
    known = Export().config(inputs).model_dump()
    with pytest.raises(ValidationError, match=said):
        Config.model_validate(known | change)


def test_one_label_may_be_there_or_not() -> None:
    """A single class of several labels tells photos apart."""
    known = Export().config("exif").model_dump()
    assert Config.model_validate(known | {"classes": ("a",), "kind": "multi_label"}).classes == ("a",)


def test_every_model_sees_something() -> None:
    """An image, EXIF, or both."""
    assert set(INPUTS) == WITH_IMAGE | WITH_EXIF
