"""The options that the commands share: none is forgotten, and each says what is fetched."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import exifds
from exifds.cli.scrape.group import group
from exifds.cli.scrape.listed import listed
from exifds.cli.scrape.search import search
from exifds.dataset import Dataset
from tests.cli.scrape.running import Run


@pytest.mark.parametrize("arguments", [("search", "wild"), ("group", "1@N01"), ("list", "ids.txt")])
def test_what_is_not_fetched(
    run: Run,
    asked: dict[str, Any],
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without images, or without anything but what the search says; and what a dataset is made with."""
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text("50000000000")
    run(*arguments, "--into", "animals", "--metadata-only")
    assert (asked["options"]["download"], asked["options"]["exif"]) == (False, None)
    run(*arguments, "--into", "animals", "--no-download", "--exif", "api")
    assert (asked["options"]["download"], asked["options"]["exif"]) == (False, "api")
    run(*arguments, "--into", "open", "--privacy", "open", "--accept-open", "--images", tmp_path / "images")
    assert asked["dataset"]._privacy == "open"
    assert asked["dataset"]._images == str(tmp_path / "images")


MODELS: tuple[tuple[Callable[..., None], type[BaseModel], set[str]], ...] = (
    (search, exifds.flickr.Search, {"text", "machine_tag_mode", "has_geo", "accuracy", "media"}),
    (group, exifds.flickr.Group, set()),
    (listed, exifds.flickr.IdList, {"path", "digest"}),
)
"""Each command, what it makes, and the fields that it gives no option for."""


@pytest.mark.parametrize(("command", "model", "without"), MODELS)
def test_no_option_is_forgotten(
    command: Callable[..., None], model: type[BaseModel], without: set[str]
) -> None:
    """What Python can ask for, the command line can."""
    named = {"user": "user_id", "content_type": "content_types", "concept": "concepts"}
    there = set(inspect.signature(command).parameters)
    there |= {named.get(name, name) for name in there} | ({"group_id"} if "group" in there else set())
    assert set(model.model_fields) - there == without
    wanted = set(inspect.signature(Dataset.scrape).parameters) - {"self", "sources", "progress"}
    assert wanted - there == {"download", "metadata"}
