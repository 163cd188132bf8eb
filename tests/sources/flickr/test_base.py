"""What queries have in common: an identity that depends on what they find alone."""

import json

import pytest
from pydantic import ValidationError

from exifds.sources import flickr
from exifds.sources.flickr import Group, Source

SOURCES: list[Source] = [
    flickr.search("monkey"),
    flickr.search("monkey", tags="a,b"),
    flickr.search("monkey", language="de"),
    flickr.search("monkey", concepts="ape"),
    flickr.search(tags="monkey"),
    flickr.search("monkey", since="2020"),
    flickr.search("monkey", start_page=2),
    flickr.group("monkey"),
    flickr.group("monkey", filter_tag="wild"),
]


def test_different_queries_have_different_identities() -> None:
    """Also where only what is recorded differs: another language or other labels."""
    assert len({json.dumps(source.identity(), sort_keys=True) for source in SOURCES}) == len(SOURCES)


def test_the_order_of_tags_and_defaults_do_not_matter() -> None:
    """The same search typed in another way goes on with the same crawl."""
    one = flickr.search("x", tags="a,b", concepts="c,d", license="5,4", media="photos", start_page=1)
    other = flickr.search("x", tags=["b", "a"], concepts=("d", "c"), license=[4, 5])
    assert one.identity() == other.identity()


def test_queries_are_frozen() -> None:
    """A query cannot change under a crawl."""
    with pytest.raises(ValidationError):
        Group(group="monkeys").group = "apes"  # type: ignore[misc]
