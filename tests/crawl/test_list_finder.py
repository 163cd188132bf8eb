"""Lists: the photos that a file names, in every form that such files have."""

import csv
import json
from pathlib import Path

import pytest

import exifds
from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.sandbox.flickr.members import GROUPS
from tests.crawl.conftest import Open
from tests.crawl.expected import check, fetched, ids


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file for a list."""
    return tmp_path / "photos.list"


def rows(catalogue: Catalogue, numbers: range) -> list[dict[str, str]]:
    """Photos as the lists of the thesis name them."""
    return [
        {"id": catalogue.photo_id(i), "secret": catalogue.secret(i), "server": catalogue.server(i)}
        for i in numbers
    ]


def write_thesis(file: Path, catalogue: Catalogue) -> None:
    file.write_text(json.dumps(rows(catalogue, range(9))))


def write_csv(file: Path, catalogue: Catalogue) -> None:
    with file.open("w", newline="") as out:
        table = csv.DictWriter(out, ("id", "secret", "server"))
        table.writeheader()
        table.writerows(rows(catalogue, range(9)))


def write_jsonl(file: Path, catalogue: Catalogue) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows(catalogue, range(9))))


def write_ids(file: Path, catalogue: Catalogue) -> None:
    file.write_text("# my photos\n\n" + "\n".join(row["id"] for row in rows(catalogue, range(9))))


def write_urls(file: Path, catalogue: Catalogue) -> None:
    """Of pages and of images, in turn."""
    pages = [
        f"https://www.flickr.com/photos/{catalogue.owner(i).path}/{catalogue.photo_id(i)}/" for i in range(9)
    ]
    images = [
        f"https://live.staticflickr.com/{row['server']}/{row['id']}_{row['secret']}_b.jpg"
        for row in rows(catalogue, range(9))
    ]
    file.write_text("\n".join((pages, images)[i % 2][i] for i in range(9)))


@pytest.mark.parametrize("write", [write_thesis, write_csv, write_jsonl, write_ids, write_urls])
def test_every_form(
    animals: Dataset, flickr: FlickrServer, catalogue: Catalogue, file: Path, write: object
) -> None:
    """Flickr is asked about each photo: tags come as their owners wrote them."""
    write(file, catalogue)  # type: ignore[operator]
    report = animals.scrape(exifds.flickr.listed(file, concepts="mine"))
    check(animals, catalogue, map(catalogue.photo_id, range(9)), info=True)
    assert report.stored == 9
    assert flickr.stats.calls["flickr.photos.getInfo"] == 9
    assert {(photo.concepts, photo.found_by[0].query) for photo in animals.find()} == {
        (("mine",), "photos.list")
    }


def test_concepts_of_the_thesis(animals: Dataset, catalogue: Catalogue, file: Path) -> None:
    """The keys of its other form are super-category and category; one photo under two has all of them."""
    file.write_text(
        json.dumps({"animal,monkey": rows(catalogue, range(4)), "place,forest": rows(catalogue, range(2, 6))})
    )
    animals.scrape(exifds.flickr.listed(file))
    concepts = {photo.source_id: set(photo.concepts) for photo in animals.find()}
    for i in range(6):
        expected = ({"animal", "monkey"} if i < 4 else set()) | ({"place", "forest"} if i > 1 else set())
        assert concepts[catalogue.photo_id(i)] == expected


@pytest.mark.parametrize("apart", [0, 450])
def test_concepts_of_a_photo_that_is_named_twice(
    animals: Dataset, flickr: FlickrServer, catalogue: Catalogue, file: Path, apart: int
) -> None:
    """Also where the lines are far apart: the file is not read at once."""
    photo_id, other = catalogue.photo_id(1), catalogue.photo_id(2)
    filler = [f"{other},filler"] * apart
    file.write_text("\n".join(["id,concept", f"{photo_id},cat", *filler, f"{photo_id},pet"]))
    report = animals.scrape(exifds.flickr.listed(file))
    (photo,) = animals.find({"_id": f"flickr:{photo_id}"})
    assert set(photo.concepts) == {"cat", "pet"}
    assert len(photo.found_by) == 1
    assert fetched(flickr)[photo_id] == 1 or apart  # chunks of the file are under way at the same time
    assert report.failed == []


def test_bad_rows(animals: Dataset, catalogue: Catalogue, file: Path) -> None:
    """They are told by their line and cost no other row."""
    file.write_text(f"{catalogue.photo_id(0)}\nmy cat\n{catalogue.photo_id(1)}\nhttps://example.com/1\n")
    report = animals.scrape(exifds.flickr.listed(file))
    check(animals, catalogue, map(catalogue.photo_id, range(2)), info=True)
    assert {failure.query for failure in report.failed} == {"line:2", "line:4"}
    assert all(failure.reason.startswith("expected a photo") for failure in report.failed)


def test_photos_that_are_no_more(open_: Open, catalogue: Catalogue, file: Path) -> None:
    """Those that Flickr does not know, and those whose files it has lost, are gone; videos are no photos."""
    faults = Faults(deleted=0.1, lost=0.1, video=0.1)
    with FlickrServer(catalogue, faults) as server:
        truths = [server.catalogue.truth(i) for i in range(60)]
        file.write_text("\n".join([*(truth.id for truth in truths), "1"]))
        animals = open_(server)
        report = animals.scrape(exifds.flickr.listed(file))
    gone = {truth.id for truth in truths if truth.gone} | {"1"}
    assert report.failed == []
    assert report.gone.total() == len(gone)
    assert report.rejected.total() == sum(truth.video for truth in truths)
    assert ids(animals.find({"state": "gone"})) == gone
    assert ids(animals.find({"state": "done"})) == {truth.id for truth in truths if truth.obtainable}


def test_without_a_key(open_: Open, large_photos: Catalogue, file: Path) -> None:
    """The list alone must do: the largest size whose address can be made of it, and no call of the API."""
    write_thesis(file, large_photos)
    with FlickrServer(large_photos) as server:
        animals = keyless(open_, server)
        report = animals.scrape(exifds.flickr.listed(file), metadata=False)
        assert server.stats.calls == {}
    assert (report.stored, report.failed) == (9, [])
    for photo in animals.find():
        assert animals.original(photo.id) == large_photos.picture(photo.source_id, "b")
        assert photo.title is None


def test_small_photos_without_a_key(open_: Open, catalogue: Catalogue, file: Path) -> None:
    """The list does not tell how large they are: the largest there is, down from the size asked for."""
    file.write_text(json.dumps(rows(catalogue, range(3))))
    with FlickrServer(catalogue) as server:
        animals = keyless(open_, server)
        animals.scrape(exifds.flickr.listed(file), metadata=False, exif="none")
    assert animals.find({"state": "done", "image.width": 320}).count() == 3


def test_a_list_that_is_wrong_without_a_key(open_: Open, catalogue: Catalogue, file: Path) -> None:
    """Nobody can tell a wrong secret from a photo that is gone: it is a failure, and tried again later."""
    wrong = [row | {"secret": "0123456789"} for row in rows(catalogue, range(2))]
    file.write_text(json.dumps([*wrong, {"id": catalogue.photo_id(2)}, *rows(catalogue, range(3, 4))]))
    with FlickrServer(catalogue) as server:
        animals = keyless(open_, server)
        report = animals.scrape(exifds.flickr.listed(file), metadata=False)
        assert (report.stored, len(report.failed), report.gone.total()) == (1, 3, 0)
        assert server.stats.calls == {}
        known = open_(server)
        known.scrape(exifds.flickr.listed(file))
        check(known, catalogue, map(catalogue.photo_id, range(4)), info=True)


def test_one_photo_found_in_three_ways(
    animals: Dataset, flickr: FlickrServer, catalogue: Catalogue, file: Path
) -> None:
    """One document, one download, three provenances, the concepts of all."""
    pool = catalogue.find(group_id=GROUPS[0].nsid)
    both = set(pool) & set(catalogue.find(text="monkey"))
    file.write_text("id,concept\n" + "".join(f"{photo_id},listed\n" for photo_id in both))
    animals.scrape(
        [
            exifds.flickr.search("monkey", language="en", concepts=["monkey", "animal"]),
            exifds.flickr.group(GROUPS[0].nsid, concepts=["pool", "animal"]),
            exifds.flickr.listed(file),
        ]
    )
    check(animals, catalogue, {*pool, *catalogue.find(text="monkey")})
    assert set(fetched(flickr).values()) == {1}
    assert flickr.stats.calls["flickr.photos.getInfo"] == 0
    for photo in animals.find({"_id": {"$in": [f"flickr:{one}" for one in both]}}):
        assert [way.kind for way in photo.found_by] == ["search", "group", "list"]
        assert sorted(photo.concepts) == ["animal", "listed", "monkey", "pool"]


def test_a_list_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        exifds.flickr.listed(tmp_path / "none.csv")


def test_a_list_that_changes_is_another(
    animals: Dataset, flickr: FlickrServer, catalogue: Catalogue, file: Path
) -> None:
    """Nothing that is there is asked for again."""
    file.write_text(catalogue.photo_id(0))
    animals.scrape(exifds.flickr.listed(file))
    file.write_text(f"{catalogue.photo_id(0)}\n{catalogue.photo_id(1)}")
    report = animals.scrape(exifds.flickr.listed(file))
    assert (report.stored, report.known) == (1, 1)
    assert flickr.stats.calls["flickr.photos.getInfo"] == 2


def keyless(open_: Open, server: FlickrServer) -> Dataset:
    """A dataset of somebody without an API key."""
    return open_(server, "keyless", flickr_key=None, flickr_secret=None)
