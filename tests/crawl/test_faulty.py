"""A Flickr where everything goes wrong now and then: what can be had is had, the rest is told by reason."""

from functools import partial

import pytest

import exifds
from exifds.crawl import runner
from exifds.errors import FlickrUnavailableError
from exifds.fetch.download import Downloader
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from tests.crawl.conftest import Open
from tests.crawl.expected import check, ids

ALL = exifds.flickr.search("wild", media="all", safe_search=3, per_page=50)
PATIENT = {"retry_after": 0.0, "drip": 0.1}


def test_everything_at_once(open_: Open, catalogue: Catalogue) -> None:
    """Every photo that can be had has the right bytes and numbers; the others are gone or no photos."""
    with FlickrServer(catalogue, Faults.all(1, **PATIENT)) as server:
        animals, truth = open_(server), server.catalogue
        report = animals.scrape(ALL, exif="both", comments=True)
        calls = [request.fault for request in server.stats.ledger if request.side == "api"]
    kept = truth.obtainable()
    videos = {truth.photo_id(i) for i in range(len(truth)) if truth.truth(i).video}
    gone = set(map(truth.photo_id, range(len(truth)))) - kept - videos
    assert min(len(videos), len(gone)) > 0
    assert ids(animals.find({"state": "gone"})) == gone
    animals.collection.delete_many({"state": "gone"})
    check(animals, truth, kept, exif="both")
    assert (report.stored, report.failed, report.known) == (len(kept), [], 0)
    assert (report.rejected.total(), report.gone.total()) == (len(videos), len(gone))
    assert all(reason for reason in report.gone)
    assert animals.verify().faults == []
    assert report.retries.total() > 20
    pages = 3 * -(-len(truth) // 50)
    needed = 2 * (len(kept) + len(gone)) + len(gone) + pages + 1
    assert calls.count(None) <= 1.05 * needed
    assert report.calls == len(calls)


def test_the_next_run_finds_nothing_new(open_: Open, catalogue: Catalogue) -> None:
    """What is gone is not asked for again."""
    with FlickrServer(catalogue, Faults.all(2, **PATIENT)) as server:
        animals = open_(server)
        first = animals.scrape(ALL)
        photos = server.stats.photos
        second = animals.scrape(ALL)
        assert server.stats.photos == photos
    assert (second.stored, second.known) == (0, first.stored)
    assert second.gone == {"it was gone before": first.gone.total()}


API = "429 5xx html truncated drip reset fail other_format".split()
PHOTO = "429 5xx html truncated drip reset wrong_size".split()


@pytest.mark.parametrize("fault", API)
def test_each_fault_of_the_api(open_: Open, catalogue: Catalogue, fault: str) -> None:
    """Pages and EXIF: all there in the end, and each try that was repeated is told."""
    with FlickrServer(catalogue, Faults(**{f"api_{fault}": 0.4}, **PATIENT)) as server:
        animals = open_(server)
        report = animals.scrape(exifds.flickr.search("cat", per_page=30), exif="api", download=False)
        assert server.stats.faults.total() == report.retries.total() > 0
    assert ids(animals.find()) == set(catalogue.find(text="cat"))
    assert report.failed == []


@pytest.mark.parametrize("fault", PHOTO)
def test_each_fault_of_the_photo_host(open_: Open, catalogue: Catalogue, fault: str) -> None:
    """Right bytes in the end, never others."""
    with FlickrServer(catalogue, Faults(**{f"photo_{fault}": 0.4}, **PATIENT)) as server:
        animals = open_(server)
        report = animals.scrape(exifds.flickr.search("cat"))
        check(animals, catalogue, catalogue.find(text="cat"))
        assert (
            server.stats.faults.total() >= report.retries.total() > 0
        )  # a kept connection may just be closed
    assert report.failed == []


@pytest.mark.parametrize("seed", range(3))
def test_pages_that_shift(open_: Open, catalogue: Catalogue, seed: int) -> None:
    """Totals that lie, rows that repeat, pages that move: gone through again, a slice loses no photo."""
    faults = Faults(seed=seed, totals=0.3, duplicates=0.08, shifting=0.02, shuffled=0.5)
    with FlickrServer(catalogue, faults) as server:
        animals = open_(server)
        report = animals.scrape(exifds.flickr.search("wild", per_page=50), download=False)
    seen = report.coverage["wild"]
    assert ids(animals.find()) == catalogue.obtainable()
    assert (report.stored, report.known, seen.unique) == (len(catalogue), 0, len(catalogue))
    assert seen.fetched > seen.unique


def test_a_service_that_is_down(open_: Open, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends with one sentence, and the next run goes on."""
    monkeypatch.setattr("exifds.sources.flickr.client.TRIES", 2)
    with FlickrServer(catalogue, Faults(api_5xx=1.0, tries=5)) as server:
        animals = open_(server)
        with pytest.raises(
            FlickrUnavailableError, match=r"no usable answer to flickr\.photos\..* in 2 tries"
        ):
            animals.scrape(exifds.flickr.search("cat"))
    with FlickrServer(catalogue) as server:
        animals = open_(server)
        animals.scrape(exifds.flickr.search("cat"))
        check(animals, catalogue, catalogue.find(text="cat"))


def test_a_photo_host_that_is_down(
    open_: Open, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one photo fails after the other: after some in succession it is the host."""
    with FlickrServer(catalogue, Faults(photo_5xx=1.0, tries=5)) as server, monkeypatch.context() as patched:
        patched.setattr(runner, "Downloader", partial(Downloader, tries=1))
        animals = open_(server)
        with pytest.raises(FlickrUnavailableError, match="no photo host gave a usable answer"):
            animals.scrape(exifds.flickr.search("wild"))
        assert server.stats.photos < len(catalogue)
    with FlickrServer(catalogue) as server:
        animals = open_(server)
        animals.scrape(exifds.flickr.search("wild"))
        check(animals, catalogue, catalogue.obtainable())
