"""What Flickr is asked for a page."""

from exifds.sources import flickr
from exifds.sources.flickr.parameters import EXTRAS, group_parameters, search_parameters
from exifds.sources.flickr.slices import Slice, first_slices


def test_a_page_of_a_slice_is_asked_for_with_its_bounds() -> None:
    """The slice wins over the search, and there is always a first date."""
    search = flickr.search("monkey", bbox=(116, 4, 127, 22), license=[4, 5], since="2020")
    (piece,) = first_slices(search, 1_767_225_600)
    asked = search_parameters(search, piece, 3, 250, sort="date-posted-asc")
    assert asked == {
        "text": "monkey",
        "accuracy": "1",
        "license": "4,5",
        "media": "photos",
        "min_upload_date": "1577836800",
        "max_upload_date": "1767225600",
        "bbox": "116,4,127,22",
        "page": "3",
        "per_page": "250",
        "sort": "date-posted-asc",
        "extras": EXTRAS,
    }
    part = Slice(5, 6, (4,), (0.0000015, -0.0, 1e-6, 2.5))
    asked = search_parameters(search, part, 1, 250, sort="relevance")
    assert (asked["license"], asked["bbox"]) == ("4", "0.000002,0,0.000001,2.5")


def test_a_page_of_a_group_is_asked_for_with_its_tag() -> None:
    """The id is the one that was looked up."""
    asked = group_parameters("1@N01", flickr.group("monkeys"), 2, 500)
    assert asked == {"group_id": "1@N01", "page": "2", "per_page": "500", "extras": EXTRAS}
    assert group_parameters("1@N01", flickr.group("monkeys", filter_tag="wild"), 1, 5)["tags"] == "wild"


def test_all_sizes_are_asked_for() -> None:
    """The addresses of all sizes come with the search: no size needs a call of its own."""
    asked = EXTRAS.split(",")
    assert len(set(asked)) == len(asked)
    assert sum(name.startswith("url_") for name in asked) == 18
    assert {"url_sq", "url_l", "url_6k", "url_o", "geo", "o_dims", "original_format", "machine_tags"} <= set(
        asked
    )
