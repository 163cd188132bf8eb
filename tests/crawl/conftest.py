"""A local Flickr of 240 photos, and datasets that are filled from it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest

import exifds
from exifds.crawl import crawler, runner
from exifds.dataset import Dataset
from exifds.sandbox.flickr import Catalogue, FlickrServer
from exifds.sandbox.studio import Studio
from exifds.settings import Settings

PHOTOS = 240

Open = Callable[..., Dataset]
"""Opens a dataset that takes its photos from a server: `open_(server, name, privacy, **settings)`."""


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits, waits briefly: before another try, and for others to leave work."""
    monkeypatch.setattr(runner, "Scrape", partial(runner.Scrape, backoff_s=0.02))
    monkeypatch.setattr(crawler, "IDLE_S", 0.05)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The photos, drawn: all of them are found by `wild`, and one in ten has no EXIF."""
    catalogue = Catalogue(PHOTOS, studio=Studio(size=320, noise=0, stripped=0.1))
    catalogue.pictures.warm(PHOTOS)
    return catalogue


@pytest.fixture(scope="session")
def large_photos() -> Catalogue:
    """Nine photos of 1100 pixels, which are offered in all sizes up to `b`."""
    return Catalogue(9, studio=Studio(size=1100, noise=0))


@pytest.fixture
def flickr(catalogue: Catalogue) -> Iterator[FlickrServer]:
    """Flickr, without faults."""
    with FlickrServer(catalogue) as server:
        yield server


@pytest.fixture
def open_(settings: Settings) -> Iterator[Open]:
    """Open datasets in the database of this test; they are closed after it."""
    with ExitStack() as stack:

        def opened(
            server: FlickrServer, name: str = "animals", privacy: str | None = None, **other: object
        ) -> Dataset:
            """One dataset; `other` are settings."""
            given = at(server, settings, **other)
            accept = privacy == "open"
            return stack.enter_context(exifds.open(name, settings=given, privacy=privacy, accept_open=accept))

        yield opened


@pytest.fixture
def animals(open_: Open, flickr: FlickrServer) -> Dataset:
    """An empty dataset that takes its photos from Flickr without faults."""
    return open_(flickr)


def at(server: FlickrServer, settings: Settings, **other: object) -> Settings:
    """Settings that point to a server."""
    places = {name: getattr(settings, name) for name in ("uri", "home", "config")}
    return Settings(**places, **server.settings(**other))
