"""Searches: all that matches is stored, with the bytes, the words and the numbers it has at Flickr."""

from typing import Any

import pytest

import exifds
from exifds.dataset import Dataset
from exifds.errors import FlickrError
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.sandbox.flickr.columns import RUSH_MINUTE
from tests.crawl.conftest import Open
from tests.crawl.expected import check, fetched, ids

ONCE = {"flickr.photos.search": 1, "flickr.photos.licenses.getInfo": 1}
"""The calls of a search that fits on a page."""


def test_a_search_brings_everything(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """Bytes, texts and numbers of every photo, with one call for the licences and one for the page."""
    report = animals.scrape(exifds.flickr.search("wild"))
    check(animals, catalogue, catalogue.find(text="wild"))
    assert (report.stored, report.photos, report.calls) == (len(catalogue), len(catalogue), 2)
    assert flickr.stats.calls == ONCE
    assert fetched(flickr) == dict.fromkeys(catalogue.obtainable(), 1)
    assert animals.verify().faults == []


def test_terms_in_several_languages(animals: Dataset, catalogue: Catalogue) -> None:
    """Each photo tells by which word, of which language, it was found."""
    words = {"monkey": "en", "Affe": "de", "サル": "ja", "قرد": "ar"}
    report = animals.scrape([exifds.flickr.search(word, language=words[word]) for word in words])
    check(animals, catalogue, {one for word in words for one in catalogue.find(text=word)})
    assert len(report.coverage) == len(words)
    for photo in animals.find():
        for way in photo.found_by:
            assert photo.source_id in catalogue.find(text=way.query)
            assert (way.kind, way.language) == ("search", words[way.query])


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"tags": "monkey,cat"}, {"tags": "monkey,cat"}),
        ({"tags": ["cat", "indoor"], "tag_mode": "all"}, {"tags": "cat,indoor", "tag_mode": "all"}),
        ({"text": "wild -monkey"}, {"text": "wild -monkey"}),
        ({"machine_tags": "exifds:animal=cat"}, {"machine_tags": "exifds:animal=cat"}),
        ({"machine_tags": "exifds:batch="}, {"machine_tags": "exifds:batch="}),
        ({"tags": "dog", "filter_tag": "outdoor"}, {"tags": "dog,outdoor", "tag_mode": "all"}),
        ({"text": "wild", "license": (4, 5, 9)}, {"license": "4,5,9"}),
        ({"license": "0"}, {"license": "0"}),
        ({"group_id": "1400001@N20"}, {"group_id": "1400001@N20"}),
        ({"user_id": "12345678@N00"}, {"user_id": "12345678@N00"}),
        ({"text": "wild", "has_geo": True}, {"has_geo": 1}),
        ({"text": "wild", "content_types": "screenshot,other"}, {"text": "wild", "content_type": 5}),
        ({"text": "wild", "since": "2024-07"}, {"min_upload_date": "2024-07-01 00:00:00"}),
        ({"text": "wild", "taken_until": "2023"}, {"max_taken_date": "2023-12-31 23:59:59"}),
        (
            {"text": "wild", "since": "2024-07-01T12:00:10", "until": "2024-07-01T12:00:40"},
            {"min_upload_date": RUSH_MINUTE + 10, "max_upload_date": RUSH_MINUTE + 40},
        ),
        ({"bbox": "-10 35 30 60"}, {"bbox": "-10,35,30,60"}),
        ({"bbox": (-10, 35, 30, 60), "accuracy": "street"}, {"bbox": "-10,35,30,60", "accuracy": 16}),
    ],
)
def test_what_narrows_a_search(
    animals: Dataset, catalogue: Catalogue, options: dict[str, Any], asked: dict[str, Any]
) -> None:
    """What is stored is what Flickr's own parameters find, no more and no less."""
    expected = catalogue.find(**asked)
    assert 0 < len(expected) < len(catalogue)
    animals.scrape(exifds.flickr.search(**options))
    check(animals, catalogue, expected)


def test_a_box_across_180_degrees(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """It is asked for in two parts, coarse places too, and not only those of the last 12 hours."""
    east, west = catalogue.find(bbox="170,-90,180,90"), catalogue.find(bbox="-180,-90,-170,90")
    assert east
    assert west
    animals.scrape(exifds.flickr.search(bbox="170 -90 -170 90"))
    check(animals, catalogue, {*east, *west})
    assert flickr.stats.calls["flickr.photos.search"] == 2


def test_a_limit_asks_for_no_more(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """The newest photos, as Flickr would show them, with one page and one request for each."""
    newest = catalogue.find(text="wild", sort="date-posted-desc")
    report = animals.scrape(exifds.flickr.search("wild"), limit=20)
    check(animals, catalogue, newest[:20])
    assert report.stored == 20
    assert flickr.stats.calls == ONCE
    assert fetched(flickr) == dict.fromkeys(newest[:20], 1)


def test_a_limit_counts_for_each_term(animals: Dataset) -> None:
    report = animals.scrape([exifds.flickr.search(term) for term in ("cat", "dog")], limit=5)
    assert report.stored + report.known == 10


def test_a_limit_in_another_order(animals: Dataset, catalogue: Catalogue) -> None:
    animals.scrape(exifds.flickr.search("wild", sort="interestingness-desc"), limit=12)
    check(animals, catalogue, catalogue.find(text="wild", sort="interestingness-desc")[:12])


def test_pages_as_the_thesis_counted_them(animals: Dataset, catalogue: Catalogue) -> None:
    """Start page, number of pages and photos a page; each photo tells its page and its rank."""
    shown = catalogue.find(text="wild", sort="date-posted-desc")
    animals.scrape(exifds.flickr.search("wild", start_page=2, page_limit=2, per_page=30))
    check(animals, catalogue, shown[30:90])
    ranks = {photo.source_id: photo.found_by[0] for photo in animals.find()}
    for rank, photo_id in enumerate(shown[30:90], 31):
        assert (ranks[photo_id].page, ranks[photo_id].rank) == (1 + (rank - 1) // 30, rank)


def test_pages_and_a_limit(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """A limit does not make pages smaller: those who are not wanted would leave too few."""
    wanted = exifds.flickr.search("wild", page_limit=2, per_page=100)
    report = animals.scrape(wanted, limit=20, exif="file", require_exif="Contrast")
    assert report.stored == 20
    assert flickr.stats.calls["flickr.photos.search"] <= 2


def test_images_may_come_later(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """First what Flickr tells, without a request to the photo host; then the images, and nothing twice."""
    animals.scrape(exifds.flickr.search("cat"), download=False)
    assert flickr.stats.calls == ONCE
    assert flickr.stats.photos == 0
    before = {photo.id: photo for photo in animals.find()}
    assert {photo.state for photo in before.values()} == {"meta"}
    report = animals.scrape(exifds.flickr.search("cat"))
    check(animals, catalogue, catalogue.find(text="cat"))
    assert report.stored == len(before)
    for photo in animals.find():
        assert (photo.created_at, len(photo.found_by)) == (before[photo.id].created_at, 1)
        assert photo.updated_at is not None


def test_exif_of_the_api_without_images(open_: Open, catalogue: Catalogue) -> None:
    """One call for each photo; where the owner hides the EXIF, that is a status and no failure."""
    with FlickrServer(catalogue, Faults(hidden=0.3)) as server:
        animals = open_(server)
        report = animals.scrape(exifds.flickr.search("cat"), exif="api", download=False)
        found = server.catalogue.find(text="cat")
        assert server.stats.calls == ONCE | {"flickr.photos.getExif": len(found)}
        assert server.stats.photos == 0
    assert report.failed == []
    statuses = {photo.camera_status for photo in animals.find()}
    assert statuses == {"ok", "none", "hidden"}


@pytest.mark.parametrize("exif", ["api", "both", "none"])
def test_where_exif_comes_from(open_: Open, catalogue: Catalogue, exif: str) -> None:
    """The same numbers from the print strings of the API as from the files."""
    with FlickrServer(catalogue, Faults(hidden=0.3)) as server:
        animals = open_(server)
        animals.scrape(exifds.flickr.search("cat"), exif=exif)
        check(animals, server.catalogue, catalogue.find(text="cat"), exif=exif)
        asked = 0 if exif == "none" else len(catalogue.find(text="cat"))
        assert server.stats.calls["flickr.photos.getExif"] == asked
    for photo in animals.find():
        assert set(photo.camera_source.values()) <= ({"file"} if exif == "both" else set())


def test_exif_of_the_api_can_be_added(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """Nothing is downloaded again for it."""
    animals.scrape(exifds.flickr.search("cat"))
    animals.scrape(exifds.flickr.search("cat"), exif="both")
    check(animals, catalogue, catalogue.find(text="cat"), exif="both")
    assert set(fetched(flickr).values()) == {1}


def test_exif_of_the_files_can_be_added(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """The files are read once more for it, since what was cut out of them was not kept."""
    animals.scrape(exifds.flickr.search("cat"), exif="none")
    animals.scrape(exifds.flickr.search("cat"))
    check(animals, catalogue, catalogue.find(text="cat"))
    assert set(fetched(flickr).values()) == {2}
    animals.scrape(exifds.flickr.search("cat"))
    assert set(fetched(flickr).values()) == {2}


@pytest.mark.parametrize("size", ["q", "n", "b"])
def test_sizes(open_: Open, large_photos: Catalogue, size: str) -> None:
    """The image of the size that was asked for; with EXIF of the file the original is read as well."""
    edges = {"q": 150, "n": 320, "b": 1024}
    with FlickrServer(large_photos) as server:
        alone, beside = open_(server, "alone"), open_(server, "beside")
        alone.scrape(exifds.flickr.search("wild"), size=size, exif="none")
        assert server.stats.photos == len(large_photos)
        beside.scrape(exifds.flickr.search("wild"), size=size)
        assert server.stats.photos == 3 * len(large_photos)
        check(beside, large_photos, large_photos.find(text="wild"), size=size)
        check(alone, large_photos, large_photos.find(text="wild"), size=size, exif="none")
    for photo in alone.find():
        assert photo.image is not None
        assert (photo.image.width, photo.image.height) == (edges[size], edges[size])
        assert set(photo.sizes) == {*"s t q m n w medium z c b".split(), "o"}


def test_a_size_that_is_not_offered(open_: Open, catalogue: Catalogue) -> None:
    """The nearest one there is; owners who give no original away give what they show."""
    with FlickrServer(catalogue, Faults(guarded=0.5)) as server:
        animals = open_(server)
        report = animals.scrape(exifds.flickr.search("wild"))
        guarded = {one for one in catalogue.obtainable() if not server.catalogue.truth(one).original}
        assert guarded
        assert (report.stored, server.stats.calls) == (len(catalogue), ONCE)
    for photo in animals.find(decrypt=True):
        size = "n" if photo.source_id in guarded else "o"
        assert animals.original(photo.id) == catalogue.picture(photo.source_id, size)


def test_required_exif_is_asked_for_before_a_download(
    animals: Dataset, flickr: FlickrServer, catalogue: Catalogue
) -> None:
    """Where the API tells that a tag is missing, the photo host is not asked."""
    report = animals.scrape(exifds.flickr.search("wild"), exif="both", require_exif="FocalLength,Contrast")
    fit = having(catalogue, "contrast")
    check(animals, catalogue, fit, exif="both")
    assert fetched(flickr) == dict.fromkeys(fit, 1)
    assert (report.stored, report.rejected.total()) == (len(fit), len(catalogue) - len(fit))
    assert set(report.rejected) == {"without Contrast", "without FocalLength, Contrast"}


def test_required_exif_of_the_file(open_: Open, catalogue: Catalogue) -> None:
    """What an owner hides from the API may be in the file; what the file lacks is not kept."""
    fit = having(catalogue, "contrast")
    with FlickrServer(catalogue, Faults(hidden=0.3)) as server:
        file, both, api = (open_(server, name) for name in ("file", "both", "api"))
        for dataset in (file, both, api):
            dataset.scrape(exifds.flickr.search("wild"), exif=dataset.name, require_exif="Contrast")
        hidden = {one for one in fit if server.catalogue.truth(one).exif == "hidden"}
        assert hidden
        check(file, server.catalogue, fit)
        check(both, server.catalogue, fit, exif="both")
        check(api, server.catalogue, fit - hidden, exif="api")


def test_a_limit_and_required_exif(animals: Dataset, catalogue: Catalogue) -> None:
    """The limit counts those that are kept."""
    report = animals.scrape(exifds.flickr.search("wild"), limit=20, require_exif="Contrast")
    fit = having(catalogue, "contrast")
    newest = [one for one in catalogue.find(text="wild", sort="date-posted-desc") if one in fit]
    check(animals, catalogue, newest[:20])
    assert report.stored == 20


def test_comments(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """All comments of each photo, with their authors: encrypted, both of them."""
    animals.scrape(exifds.flickr.search("cat"), comments=True)
    found = catalogue.find(text="cat")
    check(animals, catalogue, found)
    assert flickr.stats.calls["flickr.photos.comments.getList"] == len(found)
    for photo in animals.find(decrypt=True):
        count = int(catalogue.columns.comments[catalogue.index(photo.source_id)])
        assert len(photo.comments) <= count
        assert len(photo.comments) >= count - 1  # one without a text says nothing
        assert all(comment.author and comment.at for comment in photo.comments)
    raw = list(animals.collection.find({"comments": {"$exists": True}}))
    assert raw
    assert all(isinstance(document["comments"], str) for document in raw)


def test_concepts(animals: Dataset) -> None:
    """One photo found by two searches has the concepts of both."""
    animals.scrape(
        [
            exifds.flickr.search("cat", concepts=["cat", "animal"]),
            exifds.flickr.search("wild", tags="indoor", concepts="indoor"),
        ]
    )
    for photo in animals.find():
        ways = {way.query for way in photo.found_by}
        expected = {"cat": {"cat", "animal"}, "wild; tags indoor": {"indoor"}}
        assert set(photo.concepts) == set().union(*(expected[way] for way in ways))
    assert animals.find({"concepts": {"$all": ["cat", "indoor"]}}).count()


def test_videos_are_not_photos(open_: Open, catalogue: Catalogue) -> None:
    """A search for all media tells them apart; without a download they are kept as what they are."""
    with FlickrServer(catalogue, Faults(video=0.2)) as server:
        photos, all_media = open_(server, "photos"), open_(server, "all")
        videos = set(catalogue.find(text="wild")) - server.catalogue.obtainable()
        report = photos.scrape(exifds.flickr.search("wild", media="all"))
        assert report.rejected == {"a video, not a photo": len(videos)}
        check(photos, server.catalogue, server.catalogue.obtainable())
        all_media.scrape(exifds.flickr.search("wild", media="all"), download=False)
    assert ids(photo for photo in all_media.find() if photo.media == "video") == videos


def test_flickr_refuses(animals: Dataset) -> None:
    """A person that Flickr does not know is named by no number in the message."""
    with pytest.raises(FlickrError, match="Unknown user") as refused:
        animals.scrape(exifds.flickr.search(user_id="1@N01"))
    assert refused.value.code == 2
    assert "1@N01" not in str(refused.value)


def test_nothing_found(animals: Dataset) -> None:
    report = animals.scrape(exifds.flickr.search("unicorn"))
    assert (report.photos, report.coverage["unicorn"].expected) == (0, 0)
    assert animals.find().count() == 0


def having(catalogue: Catalogue, *names: str) -> set[str]:
    """The photos whose cameras wrote all of these tags."""
    from exifds.sandbox import tags

    return {
        catalogue.photo_id(index)
        for index in range(len(catalogue))
        if set(names) <= set(tags.written(*catalogue.scene(index)))
    }
