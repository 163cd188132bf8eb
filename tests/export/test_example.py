"""Examples: the bytes of a `tf.train.Example`, without TensorFlow."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.export.example import decode, encode
from exifds.export.record import Feature, Label, Record, Schema, TargetKind

ROOT = Path(__file__).parents[2]
FEATURES = (Feature(name="iso", kind="numeric", unit="ISO"), Feature(name="flash", kind="binary"))
SCHEMA = Schema(name="cameras", features=FEATURES, target="concept", kind="multi_class", classes=("a", "b"))
RECORD = Record(
    id="flickr:1",
    group=7,
    label=1,
    image=b"\xff\xd8",
    suffix="jpg",
    exif=(100.0, 0.0),
    exif_present=(True, False),
    document={
        "camera": {"make": "Ricoh", "model": "GR III"},
        "taken_at": datetime.fromisoformat("2020-01-02T03:04:05"),
    },
)
INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
FLOAT32 = st.floats(width=32, allow_nan=False, allow_infinity=False)


def test_an_example_holds_all_features_of_a_record() -> None:
    """Every feature has its type and its values; text is UTF-8, presence 0 or 1."""
    assert decode(encode(RECORD, SCHEMA)) == {
        "exif": [100.0, 0.0],
        "exif_present": [1, 0],
        "group": [7],
        "id": [b"flickr:1"],
        "image": [b"\xff\xd8"],
        "label": [1],
        "make": [b"Ricoh"],
        "model": [b"GR III"],
        "taken_at": [b"2020-01-02T03:04:05"],
    }


def test_what_is_unknown_is_empty() -> None:
    """A photo without camera and date has the same features as any other, with empty text."""
    values = decode(encode(replace(RECORD, document={}), SCHEMA))
    assert values["make"] == values["model"] == values["taken_at"] == [b""]


@pytest.mark.parametrize(
    ("kind", "label", "values"),
    [
        ("multi_class", 0, [0]),
        ("binary", 1, [1]),
        ("multi_label", (0, 1, 1), [0, 1, 1]),
        ("multi_label", (0,), [0]),
        ("number", 0.5, [0.5]),
        ("number", 2, [2.0]),
    ],
)
def test_a_label_has_the_type_of_its_target(kind: TargetKind, label: Label, values: list[object]) -> None:
    """Classes are integers and numbers floats, whatever they are in Python."""
    decoded = decode(encode(replace(RECORD, label=label), SCHEMA.model_copy(update={"kind": kind})))["label"]
    assert decoded == values
    assert [type(value) for value in decoded] == [type(value) for value in values]


def test_no_target_and_no_images_leave_their_features_out() -> None:
    """Without a target there is no label, and without images no image."""
    values = decode(encode(RECORD, Schema(name="cameras", features=FEATURES, encoding=None)))
    assert {"label", "image"} & set(values) == set()


def test_bytes_do_not_depend_on_the_process() -> None:
    """The same record gives the same bytes under any hash seed, so that shards can be compared."""
    script = (
        "from tests.export.test_example import RECORD, SCHEMA; "
        "from exifds.export.example import encode; print(encode(RECORD, SCHEMA).hex())"
    )
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        out = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, check=True
        ).stdout
        assert bytes.fromhex(out.decode()) == encode(RECORD, SCHEMA)


@given(
    st.builds(
        replace,
        st.just(RECORD),
        id=TEXT,
        group=INT64,
        label=st.lists(INT64).map(tuple),
        image=st.binary(),
        exif=st.lists(FLOAT32).map(tuple),
        document=st.fixed_dictionaries({"camera": st.fixed_dictionaries({}, optional={"make": TEXT})}),
    )
)
def test_what_is_encoded_is_decoded(record: Record) -> None:
    """Any text, number and image comes back exactly, floats in single precision."""
    values = decode(encode(record, SCHEMA.model_copy(update={"kind": "multi_label"})))
    assert values["id"] == [record.id.encode()]
    assert values["make"] == [record.document["camera"].get("make", "").encode()]
    assert values["group"] == [record.group]
    assert values["image"] == [record.image]
    assert values["exif"] == list(record.exif)
    assert values["label"] == list(record.label)  # type: ignore[arg-type]


@given(st.binary())
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    """Hostile bytes end as values or as one error."""
    try:
        values = decode(data)
    except UsageError as error:
        assert str(error) == "expected a serialized tf.train.Example, got other bytes"  # noqa: PT017
    else:
        assert all(isinstance(value, list) for value in values.values())


def test_a_cut_example_is_refused() -> None:
    """An example that lacks its end is no example."""
    with pytest.raises(UsageError, match=r"tf\.train\.Example"):
        decode(encode(RECORD, SCHEMA)[:-1])
