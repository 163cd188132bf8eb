"""Tests of exifds.crypto.recipe."""

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import ValidationError

from exifds.crypto.recipe import CEILING, CHEAPEST, OWASP_MINIMUM, RECOMMENDED, Argon2, Kind, Recipe
from exifds.errors import KeyringError, MasterKeyError

from .samples import MASTER, OTHER_MASTER


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"memory_kib": 1024 * 1024 + 1}, "memory_kib 1048577; expected 19456 to 1048576"),
        ({"memory_kib": 19 * 1024 - 1}, "memory_kib 19455"),
        ({"iterations": 101}, "iterations 101; expected 2 to 100"),
        ({"iterations": 1}, "iterations 1;"),
        ({"lanes": 65}, "lanes 65; expected 1 to 64"),
    ],
)
def test_argon2_downgrade_and_exhaustion_are_refused(change: dict[str, int], message: str) -> None:
    """Parameters that a changed file made too weak or too costly are refused before anything is derived."""
    with pytest.raises(KeyringError, match=message):
        RECOMMENDED.model_copy(update=change).require(OWASP_MINIMUM, CEILING)


def test_argon2_bounds_themselves_are_accepted() -> None:
    """The floor and the ceiling are part of what is accepted; the cheapest is not."""
    for cost in (OWASP_MINIMUM, RECOMMENDED, CEILING):
        cost.require(OWASP_MINIMUM, CEILING)
    with pytest.raises(KeyringError):
        CHEAPEST.require(OWASP_MINIMUM, CEILING)


def test_derived_key_is_that_of_argon2id() -> None:
    """The key is plain Argon2id of the UTF-8 passphrase: another program can derive it."""
    salt = bytes(range(16))
    expected = Argon2id(salt=salt, length=32, iterations=1, lanes=1, memory_cost=8).derive("Zoë".encode())
    assert CHEAPEST.derive("Zoë", salt) == expected
    assert CHEAPEST.derive("Zoe\u0308", salt) == expected
    assert CHEAPEST.derive("Zoë ", salt) != expected


def test_passphrase_of_broken_bytes_is_refused() -> None:
    """An environment that is not UTF-8 is said, without showing the passphrase."""
    with pytest.raises(MasterKeyError, match="EXIFDS_PASSPHRASE is not valid UTF-8") as caught:
        CHEAPEST.derive("hunter2\udcff", bytes(16))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "argon2", "salt"),
    [("passphrase", None, None), ("passphrase", CHEAPEST, None), ("file", CHEAPEST, "00" * 16)],
)
def test_recipe_is_complete(kind: Kind, argon2: Argon2 | None, salt: str | None) -> None:
    """A passphrase has its parameters and salt; nothing else has."""
    with pytest.raises(ValidationError, match="belong to a passphrase"):
        Recipe(kind=kind, argon2=argon2, salt=salt)


def test_wrapped_key_opens_only_under_its_key_and_context() -> None:
    """Another master key, another context, or a changed text opens nothing."""
    wrapped = MASTER.wrap(b"secret", purpose="seal", keyring="1")
    assert MASTER.unwrap(wrapped, purpose="seal", keyring="1") == b"secret"
    assert MASTER.unwrap(wrapped, purpose="seal", keyring="2") is None
    assert OTHER_MASTER.unwrap(wrapped, purpose="seal", keyring="1") is None
    for broken in ("", "AAAA", "é", wrapped[:-4], "!" + wrapped[1:]):
        assert MASTER.unwrap(broken, purpose="seal", keyring="1") is None


def test_wrapping_twice_gives_two_texts() -> None:
    """Each wrapping has its own nonce."""
    assert MASTER.wrap(b"secret") != MASTER.wrap(b"secret")
