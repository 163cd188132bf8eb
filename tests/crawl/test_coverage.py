"""Searches for more than Flickr shows: split, gone through to the last photo, and told how complete.

`make test` takes 5,000 photos; EXIFDS_FAULTS=long as many as the closing notes say.
"""

import os

import pytest

import exifds
from exifds.sandbox.flickr import Catalogue, FlickrServer
from exifds.sandbox.studio import Studio
from exifds.sources.flickr import slices
from tests.crawl.conftest import Open

MANY = 20_000 if os.environ.get("EXIFDS_FAULTS") == "long" else 5_000


@pytest.fixture(scope="module")
def many() -> Catalogue:
    """More photos than one search shows, many of them uploaded within a few minutes."""
    return Catalogue(MANY, studio=Studio(size=48))


def test_all_of_them(open_: Open, many: Catalogue) -> None:
    """Every photo is found; the report says so; hardly more calls than there are pages."""
    with FlickrServer(many) as server:
        animals = open_(server)
        report = animals.scrape(exifds.flickr.search("wild"), download=False)
        calls = server.stats.calls["flickr.photos.search"]
    seen = report.coverage["wild"]
    assert animals.find().count() == MANY
    assert (report.stored, report.known, report.failed) == (MANY, 0, [])
    assert (seen.unique, seen.over, seen.outcomes) == (MANY, (), {"kept": MANY})
    assert seen.expected >= MANY  # the second between two slices counts for both
    assert seen.fetched >= MANY
    assert calls <= 1.5 * MANY / 500 + 20, calls


def test_a_limit_beyond_what_is_shown(open_: Open, many: Catalogue) -> None:
    """Exactly so many, though no search shows them."""
    with FlickrServer(many) as server:
        animals = open_(server)
        report = animals.scrape(exifds.flickr.search("wild"), 4_100, download=False)
        calls = server.stats.calls["flickr.photos.search"]
    assert (report.stored, animals.find().count()) == (4_100, 4_100)
    assert calls <= 30, calls


def test_more_than_fits_into_a_minute(open_: Open) -> None:
    """It is found by licence and by second."""
    rush = Catalogue(4_400, studio=Studio(size=48), rush=1.0)
    with FlickrServer(rush) as server:
        animals = open_(server)
        report = animals.scrape(exifds.flickr.search("wild"), download=False)
    assert (report.coverage["wild"].unique, report.coverage["wild"].over) == (4_400, ())


def test_more_than_can_be_reached(open_: Open, many: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Flickr shows is stored; that there is more is told."""
    monkeypatch.setattr(slices, "split", lambda *_arguments: [])
    with FlickrServer(many) as server:
        animals = open_(server)
        report = animals.scrape(exifds.flickr.search("wild"), download=False)
    seen = report.coverage["wild"]
    assert (seen.expected, seen.unique, len(seen.over)) == (MANY, 4_000, 1)
    assert animals.find().count() == 4_000
