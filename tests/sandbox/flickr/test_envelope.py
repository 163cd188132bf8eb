import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.sandbox.flickr.envelope import failure, wrap
from exifds.sandbox.flickr.vocabulary import HOSTILE

OK = {"photos": {"page": 1, "photo": [{"id": "7", "title": "<a>", "none": None}]}, "stat": "ok"}


def test_json_is_the_answer_itself() -> None:
    type_, body = wrap(OK, {"format": "json", "nojsoncallback": "1"})
    assert type_ == "application/json"
    assert json.loads(body) == OK


def test_without_nojsoncallback_it_is_a_call() -> None:
    assert wrap(OK, {"format": "json"})[1].startswith(b"jsonFlickrApi({")
    type_, body = wrap(OK, {"format": "json", "jsoncallback": "onPhotos"})
    assert (type_, body[:10], body[-1:]) == ("text/javascript", b"onPhotos({", b")")


def test_xml_is_the_default() -> None:
    """Scalars are attributes, mappings and lists elements."""
    type_, body = wrap(OK, {})
    photo = ET.fromstring(body).find("photos/photo")
    assert type_ == "text/xml"
    assert photo is not None
    assert photo.attrib == {"id": "7", "title": "<a>", "none": ""}


def test_failures_have_the_shape_of_their_format() -> None:
    fail = failure(1, "Photo not found")
    assert json.loads(wrap(fail, {"format": "json", "nojsoncallback": "1"})[1]) == {
        "stat": "fail", "code": 1, "message": "Photo not found",
    }  # fmt: skip
    err = ET.fromstring(wrap(fail, {"format": "rest"})[1]).find("err")
    assert err is not None
    assert err.attrib == {"code": "1", "msg": "Photo not found"}


def test_an_unknown_format_is_refused() -> None:
    assert b'code="111"' in wrap(OK, {"format": "yaml"})[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_survive_in_json_and_leave_xml_well_formed(text: str) -> None:
    answer = {"photo": {"title": text, "description": {"_content": text}}, "stat": "ok"}
    assert json.loads(wrap(answer, {"format": "json", "nojsoncallback": "1"})[1]) == answer
    assert ET.fromstring(wrap(answer, {})[1]).find("photo") is not None


@given(st.text())
def test_any_text_comes_through_xml_but_for_what_xml_cannot_say(text: str) -> None:
    answer = {"photo": {"title": text, "description": {"_content": text}}, "stat": "ok"}
    photo = ET.fromstring(wrap(answer, {})[1]).find("photo")
    assert photo is not None
    kept = "".join(c for c in text if (c >= " " or c in "\t\n\r") and c not in "\ufffe\uffff")
    assert photo.attrib["title"] == kept
    assert (photo.findtext("description") or "") == kept
