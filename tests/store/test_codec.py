"""A photo becomes a document and comes back the same; what BSON refuses costs that photo alone."""

from datetime import UTC, datetime
from typing import Any, TypeVar

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from exifds.crypto import Keyring
from exifds.crypto import privacy as policy
from exifds.errors import PhotoError, SealError
from exifds.photo import (
    Block,
    Camera,
    FoundBy,
    Image,
    LabelItem,
    Labels,
    License,
    Photo,
    Place,
    Point,
    Privacy,
    personal_fields,
)
from exifds.store.codec import BSON_OPTIONS, Codec, decode, failed, to_bson

NOW = datetime(2026, 11, 22, 12, 0, 0, 123000, tzinfo=UTC)
KEYRING = Keyring.create(NOW)
STANDARD = Codec("monkeys", Privacy.STANDARD, KEYRING)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
keys = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0.$"), min_size=1, max_size=8)
instants = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
clocks = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
positive = st.floats(1e-6, 1e6)
Model = TypeVar("Model", bound=BaseModel)


def built(model: type[Model], /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Model]:
    """Instances of a model with drawn fields; the others have their defaults."""
    return st.fixed_dictionaries(fields).map(model.model_validate)


exif_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
photos = built(
    Photo,
    id=st.from_regex(r"\A[a-z]+:[0-9A-Za-z_@.-]+\Z"),
    source=st.just("file"),
    source_id=texts,
    title=st.none() | texts.filter(bool),
    tags=st.lists(texts).map(tuple),
    views=st.none() | st.integers(0, 2**62),
    taken_at=st.none() | clocks,
    license=st.none() | built(License, id=st.integers(0, 16), name=st.none() | texts, checked_at=instants),
    found_by=st.lists(built(FoundBy, kind=st.just("folder"), query=texts, at=instants), max_size=2).map(
        tuple
    ),
    owner=st.none() | texts.filter(bool),
    exif=st.none() | st.dictionaries(texts, exif_values, min_size=1, max_size=4),
    exif_raw=st.none() | st.binary(min_size=1),
    blocks=st.lists(built(Block, offset=st.integers(0, 99), kind=texts, data=st.binary()), max_size=2).map(
        tuple
    ),
    camera=built(Camera, iso=st.none() | positive, flash=st.none() | st.booleans(), make=st.none() | texts),
    location=st.none() | built(Point, coordinates=st.tuples(st.floats(-180, 180), st.floats(-90, 90))),
    labels=st.dictionaries(
        keys,
        built(
            Labels,
            model=texts,
            at=instants,
            items=st.lists(built(LabelItem, label=texts, score=st.floats(0, 1)), max_size=2).map(tuple),
        ),
        max_size=2,
    ),
    scores=st.dictionaries(keys, st.none() | st.floats(0, 1), max_size=3),
    created_at=instants,
)


def through_bson(document: dict[str, Any]) -> dict[str, Any]:
    """What MongoDB would give back."""
    return bson.decode(to_bson(document).raw, codec_options=BSON_OPTIONS)


@settings(deadline=None, max_examples=60)
@given(photos, st.sampled_from([Privacy.OPEN, Privacy.STANDARD, Privacy.STRICT]))
def test_a_photo_comes_back_the_same(photo: Photo, privacy: Privacy) -> None:
    """Encoding, BSON and decoding with the keyring give the photo that the privacy lets be kept."""
    codec = Codec("monkeys", privacy, KEYRING)
    kept = policy.apply(photo, privacy, KEYRING, frozenset(photo.exif or ()))
    assert decode(codec.opened(through_bson(codec.encode(kept)))) == kept


@settings(deadline=None, max_examples=30)
@given(photos)
def test_without_the_keyring_nothing_personal_is_there(photo: Photo) -> None:
    """A reader without the keyring gets the plain fields and none of the personal ones."""
    document = through_bson(STANDARD.encode(photo))
    plain = Codec("monkeys").opened(document)
    assert not set(plain) & {*personal_fields(), "_sec"}
    assert decode(plain) == photo.model_copy(
        update={name: Photo.model_fields[name].get_default() for name in personal_fields()}
    )


def test_a_document_holds_only_what_is_known() -> None:
    """Unknown fields are absent; a score below the floor is null, which is known."""
    photo = Photo(
        id="file:1",
        source="file",
        source_id="1",
        scores={"monkey": None},
        camera=Camera(iso=200),
        place=Place(country_code="DE", country="Germany", city="Bamberg", distance_km=1),
        image=Image(
            path="a.jpg", sha256="0" * 64, original_sha256="0" * 64, bytes=1, width=1, height=1, format="JPEG"
        ),
        created_at=NOW,
    )
    document = STANDARD.encode(photo)
    assert set(document) == {
        *("_id", "schema", "source", "source_id", "media", "scores", "camera"),
        *("place", "image", "state", "created_at", "_sec"),
    }
    assert document["camera"] == {"iso": 200}
    assert document["scores"] == {"monkey": None}
    assert "state" not in document["place"]


def test_personal_fields_are_plain_fernet_tokens() -> None:
    """Fernet and the exported key read an owner with one line."""
    photo = Photo(id="file:1", source="file", source_id="1", owner="ann", created_at=NOW)
    document = STANDARD.encode(photo)
    assert KEYRING.fernet(KEYRING.primary.kid).decrypt(document["owner"].encode()) == b"ann"


def test_writing_needs_the_keyring() -> None:
    """Nothing is written unencrypted because a keyring is missing."""
    photo = Photo(id="file:1", source="file", source_id="1", created_at=NOW)
    with pytest.raises(SealError, match="a keyring is needed to write to monkeys: its privacy is standard"):
        Codec("monkeys").encode(photo)


def test_another_collection_does_not_open() -> None:
    """A document moved to another collection is not opened."""
    photo = Photo(id="file:1", source="file", source_id="1", owner="ann", created_at=NOW)
    with pytest.raises(SealError, match="does not fit"):
        Codec("apes", Privacy.STANDARD, KEYRING).opened(STANDARD.encode(photo))


deep: dict[str, Any] = {}
for _ in range(2000):
    deep = {"a": deep}


@pytest.mark.parametrize(
    ("hostile", "reason"),
    [
        ({"views": 2**63}, "8-byte ints"),
        ({"a\0b": 1}, "NULL byte|null character|NUL"),
        ({"title": "\ud800"}, "not UTF-8"),
        ({"title": "x" * 17 * 2**20}, "16 MiB, at most 15 MiB|17 MiB, at most 15 MiB"),
        ({"extra": deep}, "."),
        ({1: "a"}, "."),
        ({"extra": object()}, "."),
    ],
)
def test_what_bson_refuses_is_known_before_it_is_sent(hostile: dict[Any, Any], reason: str) -> None:
    """A value that BSON cannot hold is an error of that photo."""
    with pytest.raises(PhotoError, match=f"(?i)the document cannot be stored: .*({reason})"):
        to_bson({"_id": "file:1", **hostile})


def test_a_failed_photo_keeps_its_id_and_why() -> None:
    """What is kept of a photo that cannot be stored says which and why, and nothing more."""
    photo = Photo(id="file:1", source="file", source_id="1", owner="ann", title="\ud800", created_at=NOW)
    kept = failed(photo, "because")
    assert (kept.id, kept.state, kept.reason) == ("file:1", "failed", "because")
    assert kept.owner is None
    assert kept.title is None


def test_a_document_written_by_hand_is_named() -> None:
    """A document that does not fit names its id and the field, not the value."""
    with pytest.raises(PhotoError, match=r"^file:1: the field camera\.iso does not fit the schema$"):
        decode(
            {"_id": "file:1", "source": "file", "source_id": "1", "camera": {"iso": "x"}, "created_at": NOW}
        )


def test_fields_of_others_are_passed_over() -> None:
    """Fields that a person added by hand do not keep a photo from being read."""
    document = {"_id": "file:1", "source": "file", "source_id": "1", "created_at": NOW, "note": "mine"}
    assert decode(document).id == "file:1"
