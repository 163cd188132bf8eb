"""Groups: the pool of a group, by whatever name the group goes."""

import pytest

import exifds
from exifds.dataset import Dataset
from exifds.errors import FlickrError
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.sandbox.flickr.members import GROUPS
from tests.crawl.conftest import Open
from tests.crawl.expected import check, fetched

POOL, TINY, CLOSED, MEMBERS_ONLY = GROUPS


@pytest.mark.parametrize(
    ("name", "lookups"),
    [(POOL.nsid, 0), (POOL.alias, 1), (f"https://www.flickr.com/groups/{POOL.alias}/pool/", 1)],
)
def test_a_group_by_any_name(
    animals: Dataset, flickr: FlickrServer, catalogue: Catalogue, name: str, lookups: int
) -> None:
    """Its whole pool; only a name has to be looked up."""
    report = animals.scrape(exifds.flickr.group(name, language="en", concepts="wild life"))
    pool = catalogue.find(group_id=POOL.nsid)
    check(animals, catalogue, pool)
    assert report.stored == len(pool)
    assert flickr.stats.calls["flickr.urls.lookupGroup"] == lookups
    assert flickr.stats.calls["flickr.groups.pools.getPhotos"] == 1
    for photo in animals.find():
        assert photo.concepts == ("wild life",)
        assert (photo.found_by[0].kind, photo.found_by[0].language) == ("group", "en")


def test_a_tag_and_pages_of_a_group(animals: Dataset, catalogue: Catalogue) -> None:
    """Filter tag, start page, number of pages, photos a page, each as the seeds had it."""
    pool = catalogue.find(group_id=POOL.nsid, tags="indoor")
    animals.scrape(
        exifds.flickr.group(POOL.nsid, filter_tag="indoor", start_page=2, page_limit=2, per_page=7)
    )
    check(animals, catalogue, pool[7:21])


def test_a_limit(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    animals.scrape(exifds.flickr.group(POOL.nsid), limit=10)
    check(animals, catalogue, catalogue.find(group_id=POOL.nsid)[:10])
    assert sum(fetched(flickr).values()) == 10


def test_a_pool_of_many_pages(open_: Open, catalogue: Catalogue) -> None:
    """All of it, also where pages shift and totals are wrong; videos are told apart."""
    faults = Faults(totals=0.3, duplicates=0.1, shifting=0.1, shuffled=0.5, video=0.1)
    with FlickrServer(catalogue, faults) as server:
        animals = open_(server)
        report = animals.scrape(exifds.flickr.group(POOL.nsid, per_page=10))
        pool = set(catalogue.find(group_id=POOL.nsid))
        check(animals, catalogue, pool & server.catalogue.obtainable())
    assert report.rejected.total() == len(pool - server.catalogue.obtainable())


@pytest.mark.parametrize("name", ["no-such-group", "1400009@N20"])
def test_a_group_that_is_none(animals: Dataset, name: str) -> None:
    with pytest.raises(FlickrError, match="Group not found"):
        animals.scrape(exifds.flickr.group(name))


@pytest.mark.parametrize("group", [CLOSED, MEMBERS_ONLY])
def test_a_group_that_is_not_for_everybody(animals: Dataset, group: object) -> None:
    """The message is Flickr's, with its code."""
    with pytest.raises(FlickrError, match="permission to view this pool") as refused:
        animals.scrape(exifds.flickr.group(group.nsid))  # type: ignore[attr-defined]
    assert refused.value.code == group.code  # type: ignore[attr-defined]
