"""How a keyring's master key is come by, and the master key itself, which wraps the other keys. No I/O."""

import base64
import binascii
import json
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Annotated, Literal, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from exifds.errors import KeyringError, MasterKeyError

__all__ = ["CEILING", "CHEAPEST", "OWASP_MINIMUM", "RECOMMENDED", "Argon2", "Kind", "MasterKey", "Recipe"]

Kind = Literal["file", "key", "command", "passphrase"]

_NONCE_BYTES = 12  # what NIST SP 800-38D recommends for AES-GCM

_NAMES: dict[Kind, str] = {
    "file": "the file master.key",
    "key": "EXIFDS_KEY",
    "command": "the key that the command in EXIFDS_KEY prints",
    "passphrase": "EXIFDS_PASSPHRASE",
}


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Argon2(_Stored):
    """What turning a passphrase into a key costs: the parameters of Argon2id (RFC 9106).

    Args:
        memory_kib: Memory in KiB.
        iterations: Passes over the memory.
        lanes: Threads.

    Example:
        >>> RECOMMENDED
        Argon2(memory_kib=65536, iterations=3, lanes=4)
    """

    memory_kib: Annotated[int, Field(ge=8)]
    iterations: Annotated[int, Field(ge=1)]
    lanes: Annotated[int, Field(ge=1)]

    def require(self, floor: "Argon2", ceiling: "Argon2") -> None:
        """Refuse parameters that somebody made too weak, or so costly that they would exhaust the machine.

        Args:
            floor: The least memory and iterations that are accepted.
            ceiling: The most memory, iterations and lanes that are accepted.

        Raises:
            KeyringError: A parameter lies outside.

        Example:
            >>> RECOMMENDED.require(OWASP_MINIMUM, CEILING)
        """
        for name, least, most in (
            ("memory_kib", floor.memory_kib, ceiling.memory_kib),
            ("iterations", floor.iterations, ceiling.iterations),
            ("lanes", 1, ceiling.lanes),
        ):
            came = getattr(self, name)
            if not least <= came <= most:
                raise KeyringError(
                    f"the keyring asks for Argon2id with {name} {came}; expected {least} to {most}. "
                    "Somebody changed the file: restore keyring.json from your backup"
                )

    def derive(self, passphrase: str, salt: bytes) -> bytes:
        """The 32-byte key of a passphrase (compared by its letters: NFC, UTF-8).

        Args:
            passphrase: The passphrase.
            salt: 16 random bytes, stored beside the parameters.

        Returns:
            32 bytes.

        Raises:
            MasterKeyError: The passphrase is not valid Unicode.

        Example:
            >>> len(CHEAPEST.derive("correct horse", bytes(16)))
            32
        """
        try:
            text = unicodedata.normalize("NFC", passphrase).encode()
        except UnicodeEncodeError:
            raise MasterKeyError("EXIFDS_PASSPHRASE is not valid UTF-8: set it again") from None
        kdf = Argon2id(
            salt=salt, length=32, iterations=self.iterations, lanes=self.lanes, memory_cost=self.memory_kib
        )
        return kdf.derive(text)


RECOMMENDED = Argon2(memory_kib=64 * 1024, iterations=3, lanes=4)
"""RFC 9106, section 4, second recommended option: 0.1-0.2 s."""

OWASP_MINIMUM = Argon2(memory_kib=19 * 1024, iterations=2, lanes=1)
"""The least that the OWASP Password Storage Cheat Sheet recommends: the floor on reading."""

CEILING = Argon2(memory_kib=1024 * 1024, iterations=100, lanes=64)
"""The costliest parameters accepted on reading: a changed file must not exhaust the memory."""

CHEAPEST = Argon2(memory_kib=8, iterations=1, lanes=1)
"""For tests only: no protection at all, and refused on reading unless a test asks for it."""


class Recipe(_Stored):
    """Where a keyring's master key comes from, as the keyring file says it. Nothing in it is secret.

    Args:
        kind: The source: a file, `EXIFDS_KEY`, a command or a passphrase.
        argon2: Of a passphrase: what deriving costs.
        salt: Of a passphrase: 16 bytes in hex.

    Example:
        >>> Recipe(kind="file").opened_by
        'the file master.key'
    """

    kind: Kind
    argon2: Argon2 | None = None
    salt: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.kind == "passphrase") != (self.argon2 is not None and self.salt is not None):
            raise ValueError("argon2 and salt belong to a passphrase, and to nothing else")
        return self

    @property
    def opened_by(self) -> str:
        """What opens the keyring, in words for a message."""
        return _NAMES[self.kind]


@dataclass(frozen=True)
class MasterKey:
    """The key that wraps the keys of a keyring (AES-256-GCM), and the recipe it came by.

    Args:
        recipe: Where it came from.
        key: 32 bytes.

    Example:
        >>> master = MasterKey(Recipe(kind="key"), bytes(32))
        >>> master.unwrap(master.wrap(b"secret", purpose="seal"), purpose="seal")
        b'secret'
        >>> master.unwrap(master.wrap(b"secret", purpose="seal"), purpose="index") is None
        True
    """

    recipe: Recipe
    key: bytes = field(repr=False)

    def wrap(self, secret: bytes, **context: str) -> str:
        """Encrypt a key so that it opens only under the same context.

        Args:
            secret: The key.
            context: What the key is for; authenticated, not stored.

        Returns:
            Base64 of nonce, ciphertext and tag.

        Example:
            >>> len(MasterKey(Recipe(kind="key"), bytes(32)).wrap(bytes(32), purpose="seal"))
            80
        """
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + AESGCM(self.key).encrypt(nonce, secret, _bind(context))).decode()

    def unwrap(self, wrapped: str, **context: str) -> bytes | None:
        """Decrypt a wrapped key.

        Args:
            wrapped: What `wrap` gave.
            context: The context it was wrapped with.

        Returns:
            The key; None when this master key or context does not fit, or `wrapped` was changed.

        Example:
            >>> MasterKey(Recipe(kind="key"), bytes(32)).unwrap("AAAA") is None
            True
        """
        try:
            raw = base64.b64decode(wrapped, validate=True)
            return AESGCM(self.key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bind(context))
        except (InvalidTag, ValueError, binascii.Error):
            return None


def _bind(context: dict[str, str]) -> bytes:
    """The authenticated data of a wrapped key: canonical JSON, so no two contexts give the same bytes."""
    return json.dumps({"app": "exifds", **context}, sort_keys=True, separators=(",", ":")).encode()
