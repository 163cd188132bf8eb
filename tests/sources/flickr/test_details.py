"""Sizes, comments, licences and groups, as single calls give them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.crypto.text import to_text
from exifds.errors import FlickrUnavailableError
from exifds.photo import Comment, License
from exifds.sources.flickr import parse
from exifds.sources.flickr.sizes import SIZES
from tests.sources.flickr.answers import JSON, NOW, STATIC

SITE = "https://www.flickr.com/photos/bram/4960396261"


def offered(label: object, width: object, url: str, media: object = "photo") -> dict[str, Any]:
    """A row of getSizes."""
    return {"label": label, "width": width, "height": "480", "source": url, "url": SITE, "media": media}


def test_sizes_go_by_their_label() -> None:
    """Labels are Flickr's, keys are the suffixes of files; the play-back URLs of a video are no images."""
    rows = [
        offered("Square", "75", f"{STATIC}/1/7_ab_s.jpg"),
        offered("Small", 240, f"{STATIC}/1/7_ab_m.jpg"),
        offered("Medium", "500", f"{STATIC}/1/7_ab.jpg"),
        offered("Original", "640", f"{STATIC}/1/7_cd_o.png"),
        offered("Site MP4", "", f"{SITE}/play/site/ab/", "video"),
        offered("Original", "640", f"{SITE}/play/orig/ab/", "video"),
        offered("Large", None, f"{STATIC}/1/7_ab_b.jpg"),
        offered(["Large"], 1024, f"{STATIC}/1/7_ab_b.jpg"),
    ]
    found = parse.sizes({"sizes": {"candownload": 1, "size": rows}, "stat": "ok"})
    assert {key: size.url.rpartition("/")[2] for key, size in found.items()} == {
        "s": "7_ab_s.jpg",
        "m": "7_ab_m.jpg",
        "medium": "7_ab.jpg",
        "o": "7_cd_o.png",
    }
    assert (found["o"].width, found["o"].height) == (640, 480)


def test_every_size_has_a_label_and_an_extra_of_its_own() -> None:
    """No two of the 18 sizes go by the same name."""
    assert len(SIZES) == 18
    assert (
        len({named.label for named in SIZES.values()}) == len({named.extra for named in SIZES.values()}) == 18
    )


def test_comments_are_those_with_an_author_and_a_text() -> None:
    """What is left of a deleted author is kept as Flickr gives it; HTML stays text."""
    rows = [
        {
            "id": "28578440-53035145335-7215",
            "author": "1@N00",
            "authorname": "Ann",
            "realname": "Ann Example",
            "datecreate": "1688951971",
            "permalink": "https://www.flickr.com/photos/x/1/#comment7215",
            "_content": "<b>wow</b>",
        },
        {"id": "2", "author": "2@N00", "authorname": None, "author_is_deleted": 1, "_content": "ok"},
        {"id": "3", "author": "3@N00", "_content": " "},
        {"id": "4", "_content": "who?"},
        None,
    ]
    first, second = parse.comments({"comments": {"photo_id": "1", "comment": rows}})
    assert (first.author_name, first.text, first.at and first.at.year) == ("Ann", "<b>wow</b>", 2023)
    assert second == Comment(id="2", author="2@N00", text="ok")


@pytest.mark.parametrize("answer", [{}, {"comments": {"photo_id": "1"}}, {"comments": None}])
def test_no_comments_are_none(answer: dict[str, Any]) -> None:
    """Flickr leaves the list out where there are no comments."""
    assert parse.comments(answer) == ()


def test_licenses_go_by_their_number() -> None:
    """Names and addresses are as Flickr has them at the time."""
    rows = [
        {"id": "0", "name": "All Rights Reserved", "url": ""},
        {"id": 16, "name": "CC BY-NC-ND 4.0", "url": "https://creativecommons.org/licenses/by-nc-nd/4.0/"},
        {"id": "x", "name": "?"},
    ]
    found = parse.licenses({"licenses": {"license": rows}}, NOW)
    assert list(found) == [0, 16]
    assert found[0] == License(id=0, name="All Rights Reserved", checked_at=NOW)
    assert found[16].url == "https://creativecommons.org/licenses/by-nc-nd/4.0/"


def test_a_group_has_an_id() -> None:
    """An answer without one ends the look-up in a plain sentence."""
    assert parse.group_id({"group": {"id": "34427465497@N01"}}) == "34427465497@N01"
    for answer in ({}, {"group": {"id": "a/b"}}, {"group": "1@N00"}):
        with pytest.raises(FlickrUnavailableError, match="expected the id of a group"):
            parse.group_id(answer)


LISTS = {
    "sizes": ("size", ["label", "width", "height", "source", "media"]),
    "comments": ("comment", ["id", "author", "authorname", "_content", "datecreate"]),
    "licenses": ("license", ["id", "name", "url"]),
}


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(sorted(LISTS)))
def test_no_answer_raises(data: st.DataObject, name: str) -> None:
    """Arbitrary JSON in every field, and in the place of every list."""
    inner, fields = LISTS[name]
    row = st.dictionaries(st.sampled_from(fields), JSON | st.sampled_from(["Large", "1@N00", "7"]))
    part = data.draw(JSON | st.fixed_dictionaries({inner: JSON | st.lists(row, max_size=3)}))
    parse.sizes({name: part})
    parse.licenses({name: part}, NOW)
    if found := parse.comments({name: part}):
        to_text("comments", found)
