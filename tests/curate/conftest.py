"""A small scored dataset, its page, and a browser to look at it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from exifds.curate.app import CurationServer
from exifds.curate.desk import Desk
from exifds.dataset import Dataset
from exifds.photo import Photo
from exifds.settings import Settings

TOKEN = "a-token-of-the-tests"
CHROMIUM = os.environ.get("EXIFDS_CHROMIUM") or shutil.which("chromium")


def desk_of(dataset: Dataset, settings: Settings) -> Desk:
    """The desk of a dataset, as `Dataset.curate` makes it."""

    def look(photo_id: str, decrypt: bool) -> Photo | None:
        return next(iter(dataset.find({"_id": photo_id}, decrypt=decrypt)), None)

    return Desk(
        dataset._store,
        dataset._connection.database,
        dataset._codec(decrypt=False),
        dataset.images,
        settings.home / "thumbnails",
        look,
    )


@pytest.fixture
def scored(dataset: Dataset, rendered: Path) -> Dataset:
    """60 photos; those of `outdoor/` score from 0.7 for monkey, the others low; one in ten is not scored."""
    dataset.ingest(rendered, concepts_from_folders=True, progress=False)
    rows = list(dataset.collection.find({}, {"concepts": 1}).sort("_id", 1))
    for index, row in enumerate(rows):
        outdoor = "outdoor" in row["concepts"]
        scores = {"monkey": 0.7 + index % 30 / 100 if outdoor else None}
        if index % 10:
            dataset.collection.update_one({"_id": row["_id"]}, {"$set": {"scores": scores}})
    return dataset


@pytest.fixture
def desk(scored: Dataset, settings: Settings) -> Desk:
    """The scored dataset as the page sees it."""
    return desk_of(scored, settings)


@pytest.fixture
def server(desk: Desk) -> Iterator[CurationServer]:
    """The page, served."""
    with CurationServer(desk, token=TOKEN) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; tests that need it skip where it is absent."""
    if CHROMIUM is None:
        pytest.skip("no chromium is here: set EXIFDS_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, server: CurationServer) -> Iterator[Page]:
    """The page in a browser of its own; afterwards its console may hold no complaint."""
    with chromium.new_context(viewport={"width": 1280, "height": 800}) as context:
        opened = context.new_page()
        complaints: list[str] = []
        opened.on("console", lambda message: _note(complaints, message))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.goto(server.url)
        opened.locator(".tile:not(.absent) .photo").first.wait_for()
        yield opened
        assert not complaints


def _note(complaints: list[str], message: Any) -> None:
    if message.type in {"error", "warning"}:
        complaints.append(message.text)
