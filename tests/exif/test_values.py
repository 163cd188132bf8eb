"""EXIF values as JSON."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.TiffImagePlugin import IFDRational

from exifds.exif.values import json_value

USER_COMMENT = 0x9286


@pytest.mark.parametrize(
    ("group", "tag", "value", "expected"),
    [
        ("Exif", 0x829A, IFDRational(10, 2500), "10/2500"),
        ("Exif", 0x829A, IFDRational(0, 0), "0/0"),
        ("GPS", 2, (IFDRational(1, 2), IFDRational(3, 1)), ["1/2", "3/1"]),
        ("Exif", 0x8827, 200, 200),
        ("Exif", 0x8827, (100, 0), [100, 0]),
        ("IFD0", 0xC65A, 2.5, 2.5),
        ("IFD0", 0xC65A, float("nan"), "nan"),
        ("IFD0", 0xC65A, None, "None"),
        ("IFD0", 0x010F, "Canon\0junk", "Canon"),
        ("IFD0", 0x013B, "Zo\xc3\xab", "Zoë"),
        ("IFD0", 0x013B, "Zo\xeb", "Zoë"),
        ("IFD0", 0x8298, "photographer\0editor\0", "photographer\neditor"),
        ("IFD0", 0x9C9B, "Zoë".encode("utf-16-le") + b"\0\0", "Zoë"),
        ("Exif", 0x9000, b"0232", "0232"),
        ("Exif", 0x9000, b"\xff232", {"base64": "/zIzMg=="}),
        ("Exif", 0x9101, b"\1\2\3\0", [1, 2, 3, 0]),
        ("Exif", 0xA300, b"\3", 3),
        ("Exif", 0xA302, b"\0\1", {"base64": "AAE="}),
        ("GPS", 0, b"\2\3\0\0", [2, 3, 0, 0]),
        ("GPS", 0x1B, b"ASCII\0\0\0GPS", "GPS"),
        ("Exif", USER_COMMENT, b"ASCII\0\0\0hi  \0", "hi"),
        ("Exif", USER_COMMENT, bytes(8) + b"hi", "hi"),
        ("Exif", USER_COMMENT, b"JIS\0\0\0\0\0" + "写真".encode("iso2022_jp"), "写真"),
        ("Exif", USER_COMMENT, b"UNICODE\0" + "é".encode("utf-16"), "é"),
        ("Exif", USER_COMMENT, b"UNICODE\0" + "hi".encode("utf-16-be"), "hi"),
        ("Exif", USER_COMMENT, b"UNICODE\0" + "写".encode("utf-16-le"), "写"),
        ("Exif", USER_COMMENT, b"unknown charset", {"base64": "dW5rbm93biBjaGFyc2V0"}),
    ],
)
def test_a_value_becomes_json(group: str, tag: int, value: object, expected: object) -> None:
    """Rationals are text, known bytes are what they mean, other bytes are base64."""
    assert json_value(group, tag, value) == expected


def test_utf16_without_a_hint_follows_the_block() -> None:
    """Where zero bytes do not tell the byte order of a comment, that of the block holds."""
    assert json_value("Exif", USER_COMMENT, b"UNICODE\0" + "写".encode("utf-16-be"), ">") == "写"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["IFD0", "Exif", "GPS", "Interop"]),
    st.sampled_from([USER_COMMENT, 0x9C9B, 0x9000, 0x9101, 0x8298, 0x1B, 0x010F]),
    st.one_of(
        st.binary(max_size=40),
        st.builds(
            bytes.__add__, st.sampled_from([b"UNICODE\0", b"JIS\0\0\0\0\0", bytes(8)]), st.binary(max_size=20)
        ),
        st.binary(max_size=20).map(lambda raw: raw.decode("latin-1")),
        st.floats(),
    ),
)
def test_every_value_is_valid_json_in_utf8(group: str, tag: int, value: object) -> None:
    """Lone surrogates and NaN never come out, whatever the bytes."""
    json.dumps(json_value(group, tag, value), ensure_ascii=False, allow_nan=False).encode()
