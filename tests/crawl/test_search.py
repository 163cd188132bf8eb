"""Searches: all that matches is stored, with the bytes, the words and the numbers it has at Flickr."""

import pytest

import exifds
from exifds.dataset import Dataset
from exifds.sandbox.flickr import Catalogue, FlickrServer
from tests.crawl.expected import check, ids


def test_a_search_brings_everything(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """Bytes, texts and numbers of every photo, with one call for the licences, one for the page."""
    report = animals.scrape(exifds.flickr.search("wild"))
    check(animals, catalogue, catalogue.find(text="wild"))
    assert report.stored == len(catalogue)
    assert flickr.stats.calls == {"flickr.photos.search": 1, "flickr.photos.licenses.getInfo": 1}
    assert flickr.stats.photos == len(catalogue)
    assert animals.verify().faults == []
