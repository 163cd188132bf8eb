"""What the detail view tells about a photo."""

from datetime import UTC, datetime
from typing import Any

import pytest

from exifds.curate.facts import credit, facts, personal, source_page, web_address
from exifds.photo import Photo

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def photo(**values: Any) -> Photo:
    """A photo of Flickr."""
    return Photo(id="flickr:1", source="flickr", source_id="1", created_at=NOW, **values)


def test_camera_values_read_as_cameras_show_them() -> None:
    """Short times as fractions, and the make only once."""
    camera = {"make": "Abelia", "model": "Abelia 6", "exposure_time": 0.004, "f_number": 2.8, "flash": False}
    assert facts(photo(camera=camera))["Camera"] == [
        ("Model", "Abelia 6"),
        ("Exposure", "1/250 s"),
        ("Aperture", "f/2.8"),
        ("Flash", "off"),
    ]


def test_scores_below_the_floor_are_told() -> None:
    """They are known to be low, unlike a score that is absent."""
    labels = {"google": {"model": "v1", "at": NOW, "items": [{"label": "Primate", "score": 0.91}]}}
    told = facts(photo(scores={"monkey": 0.9, "cage": None}, labels=labels))["Scores"]
    assert told == [("monkey", "0.90"), ("cage", "below 0.5"), ("Labels by google", "Primate 0.91")]


@pytest.mark.parametrize(
    ("scorers", "said"),
    [
        (["google"], "below 0.5"),
        (["sandbox"], "below 0.5"),
        (["keras"], "not among the 50 best"),
        (["keras", "google"], "below 0.5 or not among the 50 best"),
        ([], "low"),
    ],
)
def test_what_low_means_depends_on_the_scorer(scorers: list[str], said: str) -> None:
    """Google Vision gives no label below 0.5; of a model's labels the 50 best are kept."""
    labels = {scorer: {"model": "v1", "at": NOW, "items": []} for scorer in scorers}
    assert facts(photo(scores={"cage": None}, labels=labels))["Scores"][0] == ("cage", said)


def test_what_is_not_known_is_left_out() -> None:
    """No empty rows, no empty sections."""
    assert facts(photo()) == {"Photo": [("Licence", "licence unknown"), ("Id", "flickr:1")]}
    assert personal(photo()) == []


def test_the_credit_names_what_licences_ask_for() -> None:
    """Title, author and licence; the author only when the keyring has told it."""
    licence = {"id": 4, "name": "CC BY 2.0"}
    assert credit(photo(title="Macaque", license=licence)) == "Macaque, CC BY 2.0"
    sealed = photo(title="Macaque", license=licence, owner_bx="0" * 32)
    assert credit(sealed) == "Macaque by (locked), CC BY 2.0"
    assert credit(sealed, unlocked=True) == "Macaque by (not kept), CC BY 2.0"
    assert credit(photo(owner_name="Ann", license={"id": 7})) == "Untitled by Ann, licence 7"


def test_personal_facts_are_apart() -> None:
    """Owner, location and EXIF stand in no other section."""
    point = {"type": "Point", "coordinates": [13.4, 52.5]}
    known = photo(owner="1@N01", owner_name="Ann", location=point, exif={"IFD0": {"Artist": "Ann"}})
    told = dict(personal(known))
    assert told == {
        "Owner": "Ann",
        "Owner's id": "1@N01",
        "Location": "52.50000, 13.40000",
        "Artist": "Ann",
    }
    assert "Ann" not in str(facts(known))


def test_a_long_value_is_cut() -> None:
    """A tag of 60 KB is not sent to the browser."""
    assert len(dict(personal(photo(exif={"IFD0": {"Note": "x" * 60_000}})))["Note"]) == 2000


@pytest.mark.parametrize(
    "photo_id", ["file:1", "flickr:", "flickr:1/../x", "flickr:\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_only_ids_of_flickr_lead_to_flickr(photo_id: str) -> None:
    """Anything else has no page."""
    assert source_page(photo_id) is None


@pytest.mark.parametrize(
    "text",
    [None, "", "javascript:alert(1)", "data:text/html,x", "//evil.example", "https:", "http://[", " x"],
)
def test_only_web_addresses_become_links(text: str | None) -> None:
    """A link to anything else would run it."""
    assert web_address(text) is None
    assert web_address("https://creativecommons.org/licenses/by/2.0/") is not None
