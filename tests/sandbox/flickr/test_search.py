import pytest

from exifds.errors import FlickrError
from exifds.sandbox.flickr import Catalogue, Faults
from exifds.sandbox.flickr.columns import NOW
from exifds.sandbox.flickr.members import GROUPS
from exifds.sandbox.flickr.search import search
from exifds.sandbox.flickr.texts import squash
from exifds.sandbox.flickr.vocabulary import NAMES


def rows(catalogue: Catalogue, **parameters: object) -> set[int]:
    """Indices of what a call finds."""
    return set(search(catalogue, {name: str(value) for name, value in parameters.items()}).tolist())


def test_one_word_finds_all(catalogue: Catalogue) -> None:
    assert rows(catalogue, text="wild") == set(range(600))


@pytest.mark.parametrize("language", NAMES)
def test_each_language_finds_its_own_photos(catalogue: Catalogue, language: str) -> None:
    word = NAMES[language][0]
    truths = [catalogue.truth(row) for row in rows(catalogue, text=word)]
    assert {(truth.animal, truth.language) for truth in truths} == {("monkey", language)}


def test_all_words_must_occur_and_none_of_the_excluded(catalogue: Catalogue) -> None:
    indoor = rows(catalogue, text="Wild INDOOR")
    assert indoor == {row for row in range(600) if catalogue.truth(row).label == "indoor"}
    assert rows(catalogue, text="wild -indoor") == set(range(600)) - indoor
    assert rows(catalogue, text="wild nowhere") == set()


def test_titles_and_descriptions_are_searched_too(catalogue: Catalogue) -> None:
    assert rows(catalogue, text="script") <= rows(catalogue, text="alert")
    assert rows(catalogue, text="script")


def test_tags_match_any_or_all_and_ignore_spelling(catalogue: Catalogue) -> None:
    cats, monkeys = rows(catalogue, tags="cat"), rows(catalogue, tags="MONKEY")
    assert rows(catalogue, tags="cat,monkey") == cats | monkeys
    assert rows(catalogue, tags="cat,monkey", tag_mode="all") == cats & monkeys == set()
    assert rows(catalogue, tags="cat,-indoor", tag_mode="all") == cats - rows(catalogue, tags="indoor")
    assert squash("A Cat!") == "acat"


@pytest.mark.parametrize(
    "wanted",
    ["exifds:animal=cat", 'exifds:animal="cat"', "*:animal=cat", "exifds:*=cat", "EXIFDS:Animal=Cat"],
)
def test_machine_tags_have_three_parts(catalogue: Catalogue, wanted: str) -> None:
    found = rows(catalogue, machine_tags=wanted)
    assert {catalogue.truth(row).animal for row in found} == {"cat"}
    assert found < rows(catalogue, machine_tags="exifds:") == rows(catalogue, machine_tags="exifds:batch=")


def test_owner_and_group(catalogue: Catalogue) -> None:
    owner = catalogue.truth(0).owner
    assert rows(catalogue, user_id=owner) == {r for r in range(600) if catalogue.truth(r).owner == owner}
    pooled = rows(catalogue, group_id=GROUPS[0].nsid)
    assert 120 < len(pooled) < 240


def test_both_ends_of_a_stretch_of_time_belong_to_it(catalogue: Catalogue) -> None:
    at = catalogue.truth(5).uploaded
    assert 5 in rows(catalogue, min_upload_date=at, max_upload_date=at)
    assert 5 not in rows(catalogue, min_upload_date=at + 1)
    assert 5 not in rows(catalogue, max_upload_date=at - 1)


def test_dates_are_unix_or_mysql(catalogue: Catalogue) -> None:
    late = rows(catalogue, min_taken_date="2020-01-01 00:00:00")
    assert 0 < len(late) < 600
    assert late == rows(catalogue, min_taken_date="1577836800")
    assert rows(catalogue, min_taken_date="soon", text="wild") == set(range(600))


def test_licenses_media_and_content(catalogue: Catalogue) -> None:
    other = catalogue.troubled(Faults(video=0.1))
    assert {catalogue.truth(row).license for row in rows(catalogue, license="4,5")} == {4, 5}
    videos = rows(other, text="wild", media="videos")
    assert videos
    assert videos.isdisjoint(rows(other, text="wild", media="photos"))
    kinds = [rows(catalogue, text="wild", content_type=code) for code in "1237"]
    assert [sum(map(len, kinds[:3])), len(kinds[3])] == [600, 600]
    assert rows(catalogue, text="wild", content_types="1") == kinds[1]


def test_unsafe_content_is_shown_on_request_only(catalogue: Catalogue) -> None:
    other = catalogue.troubled(Faults(unsafe=0.3))
    assert rows(other, text="wild") == {row for row in range(600) if other.truth(row).safe}
    assert rows(other, text="wild", safe_search=3) == set(range(600))


def test_a_box_needs_a_date_and_an_accuracy(catalogue: Catalogue) -> None:
    """Without a date the last 12 hours, without an accuracy the finest only; never accuracy 0."""
    box = "-180,-90,180,90"
    all_ = rows(catalogue, bbox=box, min_upload_date=1, accuracy=1)
    drawn = catalogue.columns
    assert all_ == {row for row in range(600) if drawn.located[row] and drawn.accuracy[row] > 0}
    fine = rows(catalogue, bbox=box, min_upload_date=1)
    assert {int(drawn.accuracy[row]) for row in fine} == {16}
    recent = rows(catalogue, bbox=box, accuracy=1)
    assert recent < all_
    assert all(drawn.uploaded[row] >= NOW - 12 * 3600 for row in recent)
    assert rows(catalogue, bbox=box, accuracy=1, tags="wild") == all_
    assert rows(catalogue, bbox=box, accuracy=1, text="wild") == recent


def test_a_box_holds_what_lies_in_it(catalogue: Catalogue) -> None:
    drawn = catalogue.columns
    for row in rows(catalogue, bbox="100,-40,180,0", min_upload_date=1, accuracy=1):
        assert 100 <= drawn.longitude[row] <= 180
        assert -40 <= drawn.latitude[row] <= 0
    assert rows(catalogue, bbox="170,-90,-170,90", min_upload_date=1, accuracy=1) == set()


def test_has_geo(catalogue: Catalogue) -> None:
    placed = rows(catalogue, has_geo=1, min_upload_date=1)
    assert rows(catalogue, has_geo=0, min_upload_date=1) == set(range(600)) - placed


def test_find_tells_the_truth_without_limits(catalogue: Catalogue) -> None:
    found = catalogue.find(bbox="-180,-90,180,90")
    assert {catalogue.index(photo_id) for photo_id in found} == rows(
        catalogue, bbox="-180,-90,180,90", min_upload_date=1, accuracy=1
    )


@pytest.mark.parametrize("what", ["posted", "taken"])
def test_sorting_by_date(catalogue: Catalogue, what: str) -> None:
    times = catalogue.columns.uploaded if what == "posted" else catalogue.columns.taken
    up = times[search(catalogue, {"text": "wild", "sort": f"date-{what}-asc"})]
    down = times[search(catalogue, {"text": "wild", "sort": f"date-{what}-desc"})]
    assert up.tolist() == sorted(times.tolist()) == down.tolist()[::-1]


def test_the_newest_come_first_unless_asked(catalogue: Catalogue) -> None:
    assert catalogue.find(text="wild") == catalogue.find(text="wild", sort="date-posted-desc")
    assert catalogue.find(text="wild") != catalogue.find(text="wild", sort="relevance")


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, 3),
        ({"sort": "relevance", "page": "2"}, 3),
        ({"tags": ",".join(map(str, range(21)))}, 1),
        ({"user_id": "1@N00"}, 2),
        ({"group_id": "1@N20"}, 4),
        ({"group_id": GROUPS[2].nsid}, 4),
        ({"min_upload_date": "20", "max_upload_date": "10"}, 18),
        ({"bbox": "1,2,3"}, 18),
    ],
)
def test_what_flickr_refuses(catalogue: Catalogue, parameters: dict[str, str], code: int) -> None:
    with pytest.raises(FlickrError) as refused:
        search(catalogue, parameters)
    assert refused.value.code == code


def test_unknown_parameters_are_ignored(catalogue: Catalogue) -> None:
    assert rows(catalogue, text="wild", licence="99", colour="red") == set(range(600))
