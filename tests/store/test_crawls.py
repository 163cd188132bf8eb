"""What crawls are sent as and read from, apart from any server."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from bson.int64 import Int64
from hypothesis import given
from hypothesis import strategies as st

from exifds.store.crawls import CrawlEntry, beginning, digest

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROW = {
    "_id": "monkeys/0123456789abcdef/2",
    "dataset": "monkeys",
    "digest": "0123456789abcdef",
    "kind": "search",
    "label": "monkey",
    "source": {"text": "monkey"},
    "options": {},
    "number": 2,
    "limit": None,
    "state": "running",
    "begun_by": "me",
    "started": Int64(1795348800),
    "created_at": NOON,
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
sources = st.dictionaries(st.text(), json_values, max_size=4)


@given(sources, sources, st.none() | st.integers(1))
def test_equal_crawls_have_equal_digests(
    source: dict[str, Any], options: dict[str, Any], limit: int | None
) -> None:
    """The digest depends on the values alone: not on the order of names, nor on tuples for lists."""
    text = digest(source, options, limit)
    assert len(text) == 16
    assert digest(dict(reversed(source.items())), json.loads(json.dumps(options)), limit) == text
    assert digest(source, options, (limit or 0) + 1) != text
    assert digest(source | {"\0new": 1}, options, limit) != text
    assert digest({"tags": ("a", "b")}, {}, limit) == digest({"tags": ["a", "b"]}, {}, limit)


@pytest.mark.parametrize(
    ("changes", "owner", "fresh"),
    [
        ({}, "me", True),
        ({}, "other", False),
        ({}, None, False),
        ({"state": "done", "finished_at": NOON}, None, False),
    ],
    ids=["mine", "another's", "listed", "done"],
)
def test_an_entry_is_read(changes: dict[str, Any], owner: str | None, fresh: bool) -> None:
    """All fields are there, numbers are plain, and it is fresh for who began it."""
    entry = CrawlEntry.of(ROW | changes, owner)
    assert (entry.id, entry.number, entry.limit, entry.fresh) == (ROW["_id"], 2, None, fresh)
    assert (entry.started, type(entry.started)) == (1795348800, int)
    assert (entry.state, entry.finished_at) == (changes.get("state", "running"), changes.get("finished_at"))


def test_a_crawl_begins_by_the_clock_of_the_server() -> None:
    """What is sent holds no time of ours, hides text that looks like an operator, and keeps what is there."""
    query, update = beginning(
        2, "d1", owner="me", dataset="monkeys", limit=None, kind="search", label="$$NOW"
    )
    assert query == {"_id": "monkeys/d1/2"}
    assert isinstance(update, list)
    entry, clock, there = update[0]["$replaceWith"]["$mergeObjects"]
    assert entry["$literal"]["label"] == "$$NOW"
    assert set(clock) == {"started", "created_at"}
    assert there == "$$ROOT"
