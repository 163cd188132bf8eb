"""Tests of exifds.crypto.stored."""

import json

import pytest

from exifds.crypto.stored import parse
from exifds.errors import KeyringError

from .samples import FIXED, MASTER

STORED = json.loads(FIXED.to_json(MASTER))
KEY = STORED["keys"][0]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "the whole file"),
        ("{", "the whole file"),
        ("[]", "the whole file"),
        (json.dumps(STORED | {"id": "XYZ"}), "id"),
        (json.dumps(STORED | {"app": "other"}), "app"),
        (json.dumps(STORED | {"keys": [KEY | {"state": "lost"}]}), "keys.0.state"),
        (json.dumps(STORED | {"keys": [KEY | {"kid": 5}]}), "keys.0.kid"),
        (json.dumps(STORED | {"more": 1}), "more"),
        (json.dumps(STORED | {"keys": []}), "one primary key"),
        (json.dumps(STORED | {"keys": [KEY, KEY]}), "one primary key"),
        (json.dumps(STORED | {"keys": [KEY, KEY | {"state": "staged"}]}), "every key id once"),
        (json.dumps(STORED | {"master": {"kind": "passphrase"}}), "master"),
    ],
)
def test_damaged_text_says_where_and_what_to_do(text: str, where: str) -> None:
    """A file that is no keyring is refused with the place of the damage and the way back."""
    with pytest.raises(KeyringError) as caught:
        parse(text)
    assert where in str(caught.value)
    assert "restore it from keyring.json.1" in str(caught.value)


def test_newer_version_asks_for_an_upgrade() -> None:
    """A keyring of a later release is not called damaged."""
    with pytest.raises(KeyringError, match="newer exifds: upgrade"):
        parse(json.dumps(STORED | {"version": 2}))


def test_message_holds_nothing_of_the_file() -> None:
    """A wrapped key never gets into a message."""
    with pytest.raises(KeyringError) as caught:
        parse(json.dumps(STORED | {"seal_key": 12345678}))
    assert "12345678" not in str(caught.value)
