"""How a group may be named, and what is said when it makes no sense."""

from typing import Any

import pytest

from exifds.errors import UsageError
from exifds.sources import flickr


@pytest.mark.parametrize(
    ("written", "name", "nsid"),
    [
        ("34427469792@N01", "34427469792@N01", "34427469792@N01"),
        ("https://www.flickr.com/groups/34427469792@N01/", "34427469792@N01", "34427469792@N01"),
        (
            "https://www.flickr.com/groups/34427469792%40N01/pool/with/7/",
            "34427469792@N01",
            "34427469792@N01",
        ),
        ("flickr.com/groups/monkeys?page=2", "monkeys", None),
        ("HTTP://www.Flickr.com/groups/the-monkeys_2/discuss/", "the-monkeys_2", None),
        (" monkeys ", "monkeys", None),
    ],
)
def test_a_group_is_known_by_its_id_address_or_name(written: str, name: str, nsid: str | None) -> None:
    """Whatever is copied from the browser means the same group."""
    group = flickr.group(written)
    assert (group.group, group.nsid, group.label) == (name, nsid, name)
    assert group.url == f"https://www.flickr.com/groups/{name}/"
    assert group == flickr.group(group.url)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"group": "Monkeys of the world"}, "group: expected its id such as 34427469792@N01"),
        ({"group": "https://www.flickr.com/photos/tags/monkey/"}, "group: expected its id"),
        ({"group": "https://example.com/groups/monkeys"}, "group: expected its id"),
        ({"group": 5}, "group: expected its id"),
        ({"group": None}, "group: expected a value, got none"),
        ({"group": "monkeys", "filter_tag": ["a", "b"]}, "filter_tag: expected one tag, got 2"),
        ({"group": "monkeys", "tags": "a"}, "no option 'tags': there are concepts, filter_tag, group"),
    ],
)
def test_what_is_no_group_is_told(options: dict[str, Any], message: str) -> None:
    """The message says which forms are taken."""
    with pytest.raises(UsageError, match=message):
        flickr.group(**options)


def test_a_group_has_pages_and_one_tag() -> None:
    """Flickr gives 500 a page and filters by one tag."""
    group = flickr.group("monkeys", filter_tag="wild", per_page=100)
    assert (group.page_size, flickr.group("monkeys").page_size) == (100, 500)
    assert group.label == "monkeys; tags wild"
