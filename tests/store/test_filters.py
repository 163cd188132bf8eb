"""Filters let through comparisons, and nothing that runs code or looks into ciphertext."""

import logging
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.errors import FilterError
from exifds.photo import Privacy
from exifds.store import fields
from exifds.store.filters import OPERATORS, checked


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"camera.iso": {"$gte": 800}, "place.country_code": "PH", "scores.monkey": {"$gte": 0.8}},
        {"$or": [{"concepts": "indoor"}, {"$and": [{"camera.flash": True}]}]},
        {"found_by": {"$elemMatch": {"kind": "folder", "query": {"$regex": "^a"}}}},
        {"location": {"$geoWithin": {"$centerSphere": [[12.5, 41.9], 0.01]}}},
        {"exif": {"$exists": True}},
    ],
)
def test_comparisons_pass_unchanged(query: dict[str, Any]) -> None:
    """A filter of allowed operators on plain fields is sent as it is."""
    assert checked(query) == query


@pytest.mark.parametrize(
    "query",
    [
        {"$where": "sleep(1000)"},
        {"camera.iso": {"$where": "1"}},
        {"$expr": {"$function": {"body": "f", "args": [], "lang": "js"}}},
        {"$jsonSchema": {}},
        {"$or": [{"$where": "1"}]},
        {"$and": [{"$nor": [{"a": {"$not": {"$expr": 1}}}]}]},
        {"camera": {"$elemMatch": {"$where": "1"}}},
        {"tags": {"$in": [{"$function": 1}]}},
        {"location": {"$near": [0, 0]}},
        {"$comment": "x"},
        {"$or": {"a": 1}},
        {"$or": ["a"]},
        {"camera": {1: 2}},
        ["a"],
        "camera.iso",
    ],
)
def test_what_is_not_on_the_list_is_refused(query: Any) -> None:
    """An operator outside the allow-list, at any depth, or a malformed filter is an error."""
    with pytest.raises(FilterError):
        checked(query)


@given(st.text(min_size=1).map(lambda name: f"${name}").filter(lambda name: name not in OPERATORS))
def test_no_unknown_operator_passes(operator: str) -> None:
    """Whatever starts with a dollar and is not on the list is refused, at the top and inside."""
    for query in ({operator: 1}, {"camera.iso": {operator: 1}}):
        with pytest.raises(FilterError):
            checked(query)


@pytest.mark.parametrize(
    "query", [{"owner_name": "Ann"}, {"exif": {"$regex": "Canon"}}, {"blocks.kind": "xmp"}]
)
def test_an_encrypted_field_cannot_be_compared(query: dict[str, Any]) -> None:
    """Comparing ciphertext finds nothing, so it is an error that says what to do."""
    with pytest.raises(FilterError, match="is encrypted and cannot be compared; filter on camera, place"):
        checked(query)


def test_privacy_decides_what_is_encrypted() -> None:
    """A title is plain under standard and encrypted under strict privacy; nothing is under open."""
    assert checked({"title": "a"}, Privacy.STANDARD) == {"title": "a"}
    assert checked({"owner": "a"}, Privacy.OPEN) == {"owner": "a"}
    with pytest.raises(FilterError, match="the field title is encrypted"):
        checked({"title": "a"}, Privacy.STRICT)


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("ann", "<ann>"),
        ({"$in": ["ann", "bob"]}, {"$in": ["<ann>", "<bob>"]}),
        ({"$ne": "ann"}, {"$ne": "<ann>"}),
        ({"$exists": True}, {"$exists": True}),
    ],
)
def test_an_owner_is_looked_up_by_blind_index(asked: Any, sent: Any) -> None:
    """The owner in a filter becomes its blind index, so it never reaches the server in plain text."""
    assert checked({"owner": asked}, blind_index="<{}>".format) == {"owner_bx": sent}


@pytest.mark.parametrize("part", [5, {"a": "ann"}, None, re.compile("ann")])
def test_an_owner_is_text(part: Any) -> None:
    """Anything but text would reach the server as it is, so it is refused."""
    with pytest.raises(FilterError, match="an owner is text"):
        checked({"owner": {"$in": [part]}}, blind_index=str)


def test_an_owner_does_not_replace_another_condition() -> None:
    """A filter that has both the owner and the blind index keeps both."""
    sent = checked({"owner_bx": "other", "owner": "ann"}, blind_index="<{}>".format)
    assert sent == {"$and": [{"owner_bx": "other"}, {"owner_bx": "<ann>"}]}


@pytest.mark.parametrize("asked", [{"$regex": "a"}, {"$gt": "a"}, 5, None])
def test_an_owner_can_only_be_equal(asked: Any) -> None:
    """A blind index answers equality and nothing else."""
    with pytest.raises(FilterError, match=r"\$eq, \$ne, \$in and \$nin only"):
        checked({"owner": asked}, blind_index=str)


def test_an_owner_needs_the_keyring() -> None:
    """Without the keyring an owner cannot be looked up."""
    with pytest.raises(FilterError, match="only with the keyring"):
        checked({"owner": "ann"})


@pytest.mark.parametrize("value", ["2020", {"$gte": "2020"}, {"$in": ["2020"]}, {"$not": {"$lt": "2020"}}])
def test_a_date_is_not_compared_with_text(value: Any) -> None:
    """Text equals no date, so a comparison that can only find nothing says what to write instead."""
    with pytest.raises(FilterError, match=r'taken_at is a date, .* compare it with {"\$date": "2026'):
        checked({"taken_at": value})
    assert checked({"taken_at": {"$type": "date"}})


def test_endless_nesting_is_refused() -> None:
    """A filter nested beyond reason is an error, not a crash."""
    query: dict[str, Any] = {"a": 1}
    for _ in range(60):
        query = {"a": query}
    with pytest.raises(FilterError, match="nested deeper"):
        checked(query)
    query = {"a": 1}
    for _ in range(60):
        query = {"$or": [query]}
    with pytest.raises(FilterError, match="nested deeper"):
        checked(query)


def test_a_field_that_no_photo_has_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    """At any depth of the filter; it is sent all the same, since users add fields of their own."""
    fields.doubt.cache_clear()
    query: dict[str, Any] = {
        "iso": {"$gte": 800},
        "$or": [{"scores.monkey": 1}, {"found_by": {"$elemMatch": {"qery": "a", "kind": "folder"}}}],
        "tags": {"$elemMatch": {"$gte": "a"}},
        "place": {"$elemMatch": []},
        "owner": "ann",
    }
    with caplog.at_level(logging.WARNING):
        assert checked(query, blind_index=str)["iso"] == {"$gte": 800}
    assert [record.args for record in caplog.records] == [
        ("iso", "did you mean camera.iso?"),
        ("found_by.qery", "did you mean found_by.query?"),
    ]
