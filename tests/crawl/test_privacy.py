"""Nothing personal in plain text: not in the database, not in logs, not on the terminal. Nor the API key."""

import logging
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from bson import encode

import exifds
from exifds.dataset import Dataset
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.sandbox.flickr.members import GROUPS, member
from exifds.sandbox.flickr.service import KEY, SECRET
from exifds.sandbox.flickr.vocabulary import HOSTILE
from tests.crawl.conftest import Open
from tests.crawl.expected import check

PERSONAL = ("owner", "owner_name", "path_alias", "exif", "exif_raw", "comments", "blocks")
TEXTS = ("title", "description", "tags", "machine_tags", "location")

ANYBODY = {text.encode("utf-8", "replace") for text in HOSTILE}
"""Names that are also titles of photos."""


@pytest.fixture(autouse=True)
def _all_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def people(catalogue: Catalogue) -> set[bytes]:
    """What names people: owners on Flickr and in EXIF, and who leaves comments."""
    there = [*catalogue.members, *(member(number) for number in range(40))]
    names = {name for one in there for name in (one.nsid, one.path_alias, one.username, one.realname)}
    names |= {*catalogue.owners.name, *catalogue.owners.serial}
    return {name.encode("utf-8", "replace") for name in names if name and len(name) > 5} - ANYBODY


def raw(dataset: Dataset) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All documents of the database, of all collections."""
    database = dataset.collection.database
    for name in database.list_collection_names():
        for document in database[name].find():
            yield name, document


def leaks(dataset: Dataset, secrets: set[bytes]) -> list[tuple[str, str, bytes]]:
    """Where one of the secrets stands in the database, in plain."""
    return [
        (name, field, secret)
        for name, document in raw(dataset)
        for field, value in document.items()
        for plain in [encode({field: value})]
        for secret in secrets
        if secret in plain
    ]


def scrape_everything(dataset: Dataset, catalogue: Catalogue) -> None:
    """All ways to get photos, with all that comes with them."""
    by_owner = exifds.flickr.search(user_id=catalogue.owner(0).nsid)
    sources = (exifds.flickr.search("wild", media="all"), by_owner, exifds.flickr.group(GROUPS[0].alias))
    dataset.scrape(sources, exif="both", comments=True)


def test_standard(open_: Open, catalogue: Catalogue, caplog: pytest.LogCaptureFixture) -> None:
    """Who owns, who is named in EXIF and who comments is nowhere in plain, whatever goes wrong meanwhile."""
    faults = Faults.all(3, retry_after=0.0, drip=0.1)
    with FlickrServer(catalogue, faults) as server:
        animals = open_(server)
        scrape_everything(animals, server.catalogue)
    assert animals.find({"state": "done"}).count() > 200
    assert leaks(animals, people(catalogue) | {KEY.encode(), SECRET.encode()}) == []
    for _, document in raw(animals):
        for field in PERSONAL:
            assert isinstance(document.get(field, ""), str)
    logged = caplog.text.encode("utf-8", "replace")
    assert [one for one in people(catalogue) | {KEY.encode(), SECRET.encode()} if one in logged] == []


def test_owners_can_be_found_all_the_same(animals: Dataset, catalogue: Catalogue) -> None:
    """By who has the keyring; crawls of one owner are told apart without naming them."""
    first, second = catalogue.owner(0).nsid, catalogue.owner(1).nsid
    for nsid in (first, second):
        animals.scrape(exifds.flickr.search(user_id=nsid))
        assert {photo.owner for photo in animals.find({"owner": nsid}, decrypt=True)} == {nsid}
    assert len({progress.crawl.id for progress in animals.crawls()}) == 2
    check(animals, catalogue, {*catalogue.find(user_id=first), *catalogue.find(user_id=second)})
    assert all(photo.owner is None for photo in animals.find())


def test_strict(open_: Open, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """Titles, tags and places are encrypted too; owners, comments and what was cut out are not kept."""
    animals = open_(flickr, privacy="strict")
    scrape_everything(animals, catalogue)
    assert leaks(animals, people(catalogue) | {KEY.encode()}) == []
    words = {text.title.encode("utf-8", "replace") for text in map(catalogue.texts, range(len(catalogue)))}
    assert leaks(animals, {word for word in words if len(word) > 12}) == []
    for document in animals.collection.find():
        assert not {"owner", "owner_name", "path_alias", "comments", "exif_raw", "blocks"} & document.keys()
        assert all(isinstance(document.get(field, ""), str) for field in TEXTS)
    images, names = animals.images, people(catalogue)
    for photo in animals.find(decrypt=True):
        index = catalogue.index(photo.source_id)
        assert index is not None
        assert photo.machine_tags == catalogue.texts(index).machine_tags
        assert photo.camera.iso is not None or photo.camera_status == "none"
        assert photo.image is not None
        stored = images.get(photo.image.path)
        assert not [name for name in names if name in stored]


def test_open(open_: Open, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """Nothing is encrypted, if that was asked for twice."""
    animals = open_(flickr, privacy="open")
    animals.scrape(exifds.flickr.search("cat"), exif="both", comments=True)
    check(animals, catalogue, catalogue.find(text="cat"), exif="both")
    for document in animals.collection.find():
        index = catalogue.index(document["source_id"])
        assert index is not None
        assert document["owner"] == catalogue.owner(index).nsid


def test_the_terminal(
    animals: Dataset,
    catalogue: Catalogue,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The progress bar tells numbers and reasons, and none of them is a person's."""
    monkeypatch.setenv("COLUMNS", "200")
    animals.scrape(exifds.flickr.search("wild"), require_exif="Contrast", progress=True)
    shown = "".join(capfd.readouterr()).encode("utf-8", "replace")
    assert b"240/" in shown
    assert not [name for name in people(catalogue) if name in shown]
