"""A small scored dataset, its page, and a browser to look at it."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from typer.testing import CliRunner

from exifds.cli.app import app
from exifds.curate.app import CurationServer
from exifds.curate.desk import Desk
from exifds.dataset import Dataset
from exifds.photo import Photo
from exifds.sandbox.photographer import Studio, shoot
from exifds.sandbox.vision import VisionServer, see
from exifds.settings import Settings

TOKEN = "a-token-of-the-tests"
CODE = "karajaxu"
FADED = 10
"""Blue of a background, of 255, on which the animal can still be seen."""
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
    with CurationServer(desk, token=TOKEN, code=CODE) as running:
        yield running


@dataclass(frozen=True)
class Search:
    """What a search for wild monkeys found.

    Args:
        dataset: The photos, scored for `monkey` and `wild`.
        right: Ids of those that show what was searched for: the animal, hardly faded, under the sun.
        ids: Ids of all.
    """

    dataset: Dataset
    right: frozenset[str]
    ids: frozenset[str]


@pytest.fixture
def searched(dataset: Dataset, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Search:
    """600 photos, of which two in five are right, scored by the sandbox's Vision."""
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))
    folder, right, ids = tmp_path / "found", set(), set()
    folder.mkdir()
    for shot in shoot(600, Studio(size=96)):
        (folder / shot.name).write_bytes(shot.data)
        photo = f"file:{hashlib.sha256(shot.data).hexdigest()[:32]}"
        ids.add(photo)
        if shot.truth["c"] and see(shot.data).blue <= FADED:
            right.add(photo)
    dataset.ingest(folder, "monkey", progress=False)
    with VisionServer() as server:
        for name, value in server.settings().items():
            monkeypatch.setenv(f"EXIFDS_{name.upper()}", str(value))
        concepts = ("--concept", "monkey=monkey,macaque,primate", "--concept", "wild=sky,sunlight,wilderness")
        scored = CliRunner().invoke(app, ["score", "cameras", *concepts])
    assert "600 scored" in scored.output
    return Search(dataset, frozenset(right), frozenset(ids))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; tests that need it skip where it is absent.

    It ends with this folder: while Playwright runs, no other event loop can.
    """
    if CHROMIUM is None:
        pytest.skip("no chromium is here: set EXIFDS_CHROMIUM")
    expect.set_options(timeout=20_000)  # a slow machine is no fault of the page
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


class Opens(Protocol):
    """Opens the page of a dataset: `page_of(dataset, color_scheme="dark")`."""

    def __call__(self, dataset: Dataset, **context: Any) -> Page:
        """Open it in a browser of its own, with the options of `Browser.new_context`."""


@pytest.fixture
def page_of(chromium: Browser, settings: Settings) -> Iterator[Opens]:
    """Opens the page of a dataset; afterwards its console may hold no complaint."""
    complaints: list[str] = []
    with ExitStack() as stack:

        def page_of(dataset: Dataset, **context: Any) -> Page:
            server = stack.enter_context(CurationServer(desk_of(dataset, settings), token=TOKEN, code=CODE))
            options = {"viewport": {"width": 1280, "height": 900}} | context
            opened = stack.enter_context(chromium.new_context(**options)).new_page()
            _listen(opened, complaints)
            opened.goto(server.url)
            opened.locator(".tile:not(.absent) .photo").first.wait_for()
            return opened

        yield page_of
    assert not complaints


@pytest.fixture
def page(chromium: Browser, server: CurationServer) -> Iterator[Page]:
    """The page in a browser of its own; afterwards its console may hold no complaint."""
    with chromium.new_context(viewport={"width": 1280, "height": 800}) as context:
        opened = context.new_page()
        complaints: list[str] = []
        _listen(opened, complaints)
        opened.goto(server.url)
        opened.locator(".tile:not(.absent) .photo").first.wait_for()
        yield opened
        assert not complaints


def _listen(page: Page, complaints: list[str]) -> None:
    """Note what the console complains about."""

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
