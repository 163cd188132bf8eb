"""Tests of exifds.crypto.keyring."""

import dataclasses
import json
import traceback
import unicodedata
from contextlib import suppress

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from exifds.crypto import DataKey, Keyring, State
from exifds.crypto.recipe import Kind, MasterKey, Recipe
from exifds.errors import KeyringError, MasterKeyError, PhotoError

from .samples import CHEAP_RECIPE, FIXED, KEY, MASTER, NOW, OTHER_MASTER


def two_keys() -> Keyring:
    """A keyring in the middle of a rotation."""
    new = dataclasses.replace(Keyring.create(NOW).primary, state=State.STAGED)
    return dataclasses.replace(FIXED, keys=(*FIXED.keys, new))


def test_json_gives_the_same_keyring_back() -> None:
    """What is stored opens to the same keys, states and times."""
    keyring = two_keys()
    assert Keyring.from_json(keyring.to_json(MASTER), MASTER) == keyring


def test_every_keyring_has_its_own_keys() -> None:
    """No two keyrings share an id or a key, and no key of a keyring equals another of it."""
    rings = [Keyring.create(NOW) for _ in range(50)]
    secrets = {s for ring in rings for s in (ring.seal_key, ring.index_key, ring.primary.secret)}
    assert len(secrets) == 150
    assert len({ring.id for ring in rings} | {ring.primary.kid for ring in rings}) == 100


def test_json_holds_no_key_in_clear() -> None:
    """The file shows ids and states, never key bytes in hex, base64 or otherwise."""
    text = FIXED.to_json(MASTER)
    for secret in (b"d" * 32, b"s" * 32, b"i" * 32, b"k" * 32):
        assert secret.hex() not in text
        assert secret.decode() not in text
    assert KEY not in text
    assert FIXED.key("11223344") not in text


def test_repr_shows_no_key() -> None:
    """The repr of a keyring shows ids, states and times only."""
    shown = repr(FIXED) + repr(FIXED.primary) + repr(MASTER)
    assert "0a1b2c3d" in shown
    for secret in ("dddd", "ssss", "iiii", "kkkk"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("passphrase", "wrong passphrase: EXIFDS_PASSPHRASE does not open this keyring"),
        ("key", "EXIFDS_KEY does not open this keyring, which was made with EXIFDS_KEY"),
        ("file", "the file master.key does not open this keyring, which was made with EXIFDS_KEY"),
        ("command", "the key that the command in EXIFDS_KEY prints does not open this keyring"),
    ],
)
def test_wrong_master_key_is_named_by_its_source(kind: Kind, message: str) -> None:
    """A wrong master key is told from a damaged file, and the message names where the key came from."""
    recipe = CHEAP_RECIPE if kind == "passphrase" else Recipe(kind=kind)
    with pytest.raises(MasterKeyError) as caught:
        Keyring.from_json(FIXED.to_json(MASTER), MasterKey(recipe, b"w" * 32))
    assert str(caught.value).startswith(message)
    assert "wwww" not in "".join(traceback.format_exception(caught.value))


def test_wrapped_keys_cannot_be_swapped() -> None:
    """A wrapped key opens only in its own place of its own keyring."""
    stored = json.loads(two_keys().to_json(MASTER))
    other = json.loads(Keyring.create(NOW).to_json(MASTER))
    keys = stored["keys"]
    swaps = [
        stored | {"seal_key": stored["index_key"], "index_key": stored["seal_key"]},
        stored | {"seal_key": keys[0]["wrapped"]},
        stored | {"index_key": other["index_key"]},
        stored | {"keys": [keys[0] | {"wrapped": keys[1]["wrapped"]}, keys[1]]},
        stored | {"keys": [keys[0] | {"kid": "99999999"}, keys[1]]},
        stored | {"keys": [*keys, other["keys"][0] | {"state": "decrypt"}]},
    ]
    for swapped in swaps:
        with pytest.raises(KeyringError, match="damaged"):
            Keyring.from_json(json.dumps(swapped), MASTER)


def test_keyring_cannot_be_edited_by_hand() -> None:
    """A state, a time, the order or the presence of a key changed without the master key is noticed."""
    stored = json.loads(two_keys().to_json(MASTER))
    old, new = stored["keys"]
    edits = [
        {"keys": [old]},
        {"keys": [new, old]},
        {"keys": [old | {"state": "decrypt"}, new | {"state": "primary"}]},
        {"keys": [old, new | {"created": "2020-01-01T00:00:00Z"}]},
        {"master": {"kind": "file"}},
        {"mac": "00" * 32},
        {"mac": "é"},
    ]
    for edit in edits:
        with pytest.raises(KeyringError, match="its own seal does not fit") as caught:
            Keyring.from_json(json.dumps(stored | edit), MASTER)
        assert not isinstance(caught.value, MasterKeyError)


def test_pretty_printing_does_no_harm() -> None:
    """The file may be formatted anew: only its content is sealed."""
    assert Keyring.from_json(json.dumps(json.loads(FIXED.to_json(MASTER)), indent=8), MASTER) == FIXED


@given(position=st.integers(0, 10**6), bit=st.integers(0, 6))
def test_no_flipped_bit_gives_another_keyring(position: int, bit: int) -> None:
    """A flipped bit anywhere in the file gives an error or, in a blank, the same keyring: never another."""
    text = FIXED.to_json(MASTER)
    position %= len(text)
    flipped = text[:position] + chr(ord(text[position]) ^ (1 << bit)) + text[position + 1 :]
    with suppress(KeyringError):
        assert Keyring.from_json(flipped, MASTER) == FIXED


def test_key_is_a_fernet_key_and_opens_what_the_keyring_encrypts() -> None:
    """An exported key is all that `cryptography` needs."""
    token = FIXED.fernet("11223344").encrypt(b"text")
    assert Fernet(FIXED.key("11223344")).decrypt(token) == b"text"


def test_unknown_key_is_named() -> None:
    """Asking for a key that is not there says which, and which are there."""
    with pytest.raises(
        KeyringError, match="keyring 0a1b2c3d does not hold the data key 'deadbeef'; it holds 11223344"
    ):
        FIXED.fernet("deadbeef")


def test_retired_key_opens_nothing() -> None:
    """A retired key can be exported but is not used."""
    retired = DataKey("55555555", State.RETIRED, NOW, b"r" * 32)
    keyring = dataclasses.replace(FIXED, keys=(retired, *FIXED.keys))
    assert keyring.primary.kid == "11223344"
    assert len(keyring.key("55555555")) == 44
    with pytest.raises(KeyringError, match="55555555 is retired"):
        keyring.fernet("55555555")


def test_check_is_public_and_tells_keyrings_apart() -> None:
    """The check value is stable, differs between keyrings and does not depend on data keys."""
    assert FIXED.check == two_keys().check
    assert FIXED.check == "be22e1bea14bcb874313bc8226ee3eac9589c0774d7130e3dc70be0af09e13bf"
    assert Keyring.create(NOW).check != FIXED.check


def test_blind_index_known_answer() -> None:
    """The blind index never changes, since splits and erasure rest on it (answer computed by openssl)."""
    assert FIXED.blind_index("12037949754@N01") == "2a98ba3cee5f1ce4fbf098feb534aca1"


def test_blind_index_is_equal_for_equal_owners_only() -> None:
    """Composed and decomposed forms of an id are one owner; ids that differ are two."""
    composed, decomposed = "Zo\u00eb", "Zoe\u0308"
    assert unicodedata.normalize("NFC", decomposed) == composed
    assert FIXED.blind_index(composed) == FIXED.blind_index(decomposed)
    assert len({FIXED.blind_index(str(number)) for number in range(1000)}) == 1000
    assert Keyring.create(NOW).blind_index("ann") != FIXED.blind_index("ann")


def test_blind_index_of_half_a_character_is_refused() -> None:
    """An owner that UTF-8 cannot hold costs the photo, with a clear reason."""
    with pytest.raises(PhotoError, match="lone surrogate"):
        FIXED.blind_index("a\ud800")


def test_recipe_is_read_without_a_key() -> None:
    """How the master key is come by can be read before there is one."""
    assert Keyring.recipe(FIXED.to_json(OTHER_MASTER)) == Recipe(kind="key")
