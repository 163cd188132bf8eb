"""Configurations: equal ones are one run, and others are not."""

from typing import Any

import pytest

from exifds.train.config import INPUTS, WITH_EXIF, WITH_IMAGE, Config
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


def test_every_model_sees_something() -> None:
    """An image, EXIF, or both."""
    assert set(INPUTS) == WITH_IMAGE | WITH_EXIF
