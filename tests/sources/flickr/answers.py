"""What the tests of Flickr's answers share: rows as Flickr writes them, and hostile ones."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from exifds.sources.flickr.sizes import SIZES

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

STATIC = "https://live.staticflickr.com"

ROW: dict[str, Any] = {
    "id": "53035145335",
    "owner": "28724605@N05",
    "secret": "3c16bbe397",
    "server": "65535",
    "farm": 66,
    "title": "The White Temple's 'Toilet Block'",
    "ispublic": 1,
    "isfriend": 0,
    "isfamily": 0,
    "license": "4",
    "description": {"_content": 'Banyan <b>tree</b>, <a href="https://example.org">here</a>'},
    "o_width": "4000",
    "o_height": "3000",
    "dateupload": "1688944771",
    "lastupdate": "1688951971",
    "datetaken": "2023-03-19 12:17:42",
    "datetakengranularity": 0,
    "datetakenunknown": "0",
    "ownername": "Mary Faith.",
    "iconserver": "4366",
    "views": "434",
    "tags": "amphawa floating market thailand",
    "machine_tags": "osm:node=3159296013 geo:lat=13.4",
    "originalsecret": "ce67a48eb8",
    "originalformat": "jpg",
    "latitude": "13.425831",
    "longitude": 99.955,
    "accuracy": "16",
    "context": 0,
    "media": "photo",
    "media_status": "ready",
    "pathalias": "mary_faith",
    "url_m": f"{STATIC}/65535/53035145335_3c16bbe397.jpg",
    "height_m": 375,
    "width_m": "500",
    "url_l": f"{STATIC}/65535/53035145335_3c16bbe397_b.jpg",
    "height_l": "768",
    "width_l": "1024",
    "url_s": f"{STATIC}/65535/53035145335_3c16bbe397_m.jpg",
    "height_s": 180,
    "width_s": 240,
    "url_o": f"{STATIC}/65535/53035145335_ce67a48eb8_o.jpg",
    "height_o": 3000,
    "width_o": 4000,
}
"""A row of a search with all extras, numbers now as text and now as numbers."""

INFO: dict[str, Any] = {
    "photo": {
        "id": "51281775881",
        "secret": "378d4661d8",
        "server": "65535",
        "dateuploaded": "1625093119",
        "license": "10",
        "rotation": 0,
        "originalsecret": "ce67a48eb8",
        "originalformat": "png",
        "views": "514099",
        "media": "photo",
        "owner": {"nsid": "61021753@N02", "username": "BioDivLibrary", "path_alias": "biodivlibrary"},
        "title": {"_content": "n224_w1150"},
        "description": {"_content": "Edinburgh journal"},
        "visibility": {"ispublic": 1, "isfriend": 0, "isfamily": 0},
        "dates": {
            "posted": "1625093119",
            "taken": "1835-01-01 00:00:00",
            "takengranularity": "8",
            "takenunknown": "0",
            "lastupdate": "1694441672",
        },
        "people": {"haspeople": 0},
        "tags": {
            "tag": [
                {
                    "id": "1",
                    "author": "61021753@N02",
                    "raw": "Natural history",
                    "_content": "naturalhistory",
                    "machine_tag": 0,
                },
                {"id": "2", "raw": "bhl:page=33665645", "_content": "bhl:page=33665645", "machine_tag": "1"},
                {"id": "3", "raw": "Natural history", "_content": "naturalhistory", "machine_tag": False},
                {"id": "4", "raw": None, "_content": "", "machine_tag": 0},
            ]
        },
        "location": {"latitude": "28.656738", "longitude": "77.230796", "accuracy": "14", "context": "0"},
        "urls": {"url": [{"type": "photopage", "_content": "https://www.flickr.com/photos/x/51281775881/"}]},
    },
    "stat": "ok",
}
"""An answer of getInfo about a picture of 1835, tagged by its owner."""

TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
"""Any text JSON can hold: also NUL and half characters."""

ODD = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                " ",
                "\0",
                "\ud800",
                "null",
                "-1",
                "1e9",
                "0x10",
                "٣",
                "9" * 30,
                "1" * 5000,
                "NaN",
                "0",
                "1",
            ),
            0,
            1,
            -1,
        ]
    ),
    st.sampled_from([2**63, 10**400, -0.0, 1e308, float("inf"), float("nan"), None, True, False]),
    st.integers(),
    st.floats(),
    TEXT,
    st.dates().map(lambda day: f"{day:%Y-%m-%d} 24:00:00"),
    st.builds(lambda text: {"_content": text}, TEXT),
    st.builds(lambda path: f"https://live.staticflickr.com/{path}", TEXT),
)
"""Values a field of a row may have that no field should."""

JSON = st.recursive(
    ODD, lambda part: st.lists(part, max_size=3) | st.dictionaries(TEXT, part, max_size=3), max_leaves=5
)

EXTRAS = [f"{part}_{named.extra}" for named in SIZES.values() for part in ("url", "width", "height")]


def hostile(row: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The row with arbitrary JSON in any of its fields, those of all sizes among them."""
    fields = st.sampled_from([*row, *EXTRAS])
    return st.dictionaries(fields, JSON, max_size=8).map(lambda changes: row | changes)
