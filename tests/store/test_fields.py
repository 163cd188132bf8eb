"""Fields: every path of a document is known, and a wrong one leads to the right one."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.photo import Camera, Photo
from exifds.store.fields import FIELDS, doubt, known, meant


@pytest.fixture(autouse=True)
def _nothing_was_said() -> None:
    doubt.cache_clear()


def test_every_field_of_a_photo_is_known() -> None:
    """Those of the photo, of its parts, and what MongoDB keeps beside them."""
    assert {field.alias or name for name, field in Photo.model_fields.items()} < FIELDS
    assert {f"camera.{name}" for name in Camera.model_fields} < FIELDS
    for path in ("found_by.0.query", "location.coordinates.1", "tags.3", "_sec.k", "comments.author"):
        assert known(path)


@pytest.mark.parametrize(
    "path", ["scores.monkey", "labels.google.items.label", "exif.IFD0.Artist", "sizes.q.url"]
)
def test_names_that_others_choose_are_known(path: str) -> None:
    """Concepts, scorers, tags and sizes have names that no list of fields holds."""
    assert known(path)


@pytest.mark.parametrize("path", ["iso", "camera.isoo", "taken_at.year", "concept", "my.own", "", "."])
def test_other_fields_are_not_known(path: str) -> None:
    """Whatever stands in no photo that exifds wrote."""
    assert not known(path)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("ISO", ["camera.iso"]),
        ("camra.iso", ["camera.iso"]),
        ("camera.focal_lenght", ["camera.focal_length"]),
        ("camera.country", ["place.country"]),
        ("orientation", ["camera.orientation", "image.orientation"]),
        ("titel", ["title"]),
        ("exif_row", []),
        ("my.iso", []),
        ("stars", []),
    ],
)
def test_a_wrong_field_leads_to_those_that_may_be_meant(path: str, fields: list[str]) -> None:
    """By the last name, or by likeness; never to what is encrypted, nor from a part of the user's own."""
    assert list(meant(path)) == fields


@given(st.text())
def test_any_text_can_be_asked_for(path: str) -> None:
    """No text of a filter ends in a crash, and what is suggested is there."""
    known(path)
    assert set(meant(path)) <= FIELDS


def test_a_doubt_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """With what may be meant; a field of the user's own is a field, too."""
    with caplog.at_level(logging.WARNING):
        for path in ("iso", "iso", "stars", "camera.iso"):
            doubt(path)
    assert [record.getMessage() for record in caplog.records] == [
        "no field 'iso' is known: did you mean camera.iso?",
        "no field 'stars' is known: photos have it only if you added it",
    ]
