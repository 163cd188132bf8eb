"""Keyring: the keys of a dataset and the text they are stored as. No I/O: `keyfile` reads and writes it."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from cryptography.fernet import Fernet

from exifds.crypto.recipe import MasterKey, Recipe
from exifds.crypto.stored import State, StoredKey, StoredKeyring, damaged, parse
from exifds.errors import KeyringError, MasterKeyError, PhotoError

__all__ = ["DataKey", "Keyring"]

_KEY_BYTES = 32


@dataclass(frozen=True)
class DataKey:
    """One Fernet key of a keyring. Its id is random and says nothing about the key.

    Args:
        kid: 8 hex digits.
        state: What it is used for.
        created: When it was made.
        secret: 32 bytes.
    """

    kid: str
    state: State
    created: datetime
    secret: bytes = field(repr=False)


@dataclass(frozen=True)
class Keyring:
    """The keys of a dataset: data keys that encrypt, one key that seals, one that indexes owners.

    The three kinds are independent random keys, so that a new data key moves neither seals nor splits.

    Args:
        id: 8 random hex digits.
        keys: The data keys, oldest first.
        seal_key: 32 bytes.
        index_key: 32 bytes.

    Example:
        >>> from datetime import UTC, datetime
        >>> keyring = Keyring.create(datetime(2026, 1, 1, tzinfo=UTC))
        >>> keyring.primary.state.value
        'primary'
        >>> keyring.blind_index("12037949754@N01") == keyring.blind_index("12037949754@N01")
        True
    """

    id: str
    keys: tuple[DataKey, ...]
    seal_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)

    @classmethod
    def create(cls, now: datetime) -> Self:
        """Make a new keyring with one data key.

        Args:
            now: The time, with its zone.

        Returns:
            A keyring of random keys.
        """
        key = DataKey(secrets.token_hex(4), State.PRIMARY, now, secrets.token_bytes(_KEY_BYTES))
        seal_key, index_key = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_KEY_BYTES)
        return cls(secrets.token_hex(4), (key,), seal_key, index_key)

    @property
    def primary(self) -> DataKey:
        """The data key that encrypts."""
        return next(key for key in self.keys if key.state is State.PRIMARY)

    @property
    def check(self) -> str:
        """A public value by which a database knows its keyring again: 64 hex digits, no way back to a key."""
        return self.mac(b"exifds keyring check v1").hex()

    def key(self, kid: str) -> str:
        """A data key as text, for export: what `cryptography.fernet.Fernet` takes.

        Args:
            kid: The key id.

        Returns:
            URL-safe base64 of 32 bytes.

        Raises:
            KeyringError: The keyring does not hold the key.
        """
        return base64.urlsafe_b64encode(self._find(kid).secret).decode()

    def fernet(self, kid: str) -> Fernet:
        """The cipher of a data key.

        Args:
            kid: The key id, as in a document's `_sec.k`.

        Returns:
            A `cryptography.fernet.Fernet`.

        Raises:
            KeyringError: The keyring does not hold the key, or the key is retired.
        """
        if self._find(kid).state is State.RETIRED:
            raise KeyringError(f"data key {kid} is retired: it opens nothing any more")
        return Fernet(self.key(kid))

    def mac(self, *parts: bytes) -> bytes:
        """HMAC-SHA256 of `parts` under the seal key; the first part says what the value is for.

        Args:
            parts: Any bytes; their borders count.

        Returns:
            32 bytes.
        """
        return hmac.digest(self.seal_key, _length_prefixed(*parts), "sha256")

    def blind_index(self, owner: str) -> str:
        """A stand-in for an owner that only this keyring can compute: equal owners, equal values.

        The first 128 bits of HMAC-SHA256 under the index key over "owner", the length (8 bytes,
        big-endian) and the owner in NFC. All 128 are kept, since erasing one owner must hit nobody else.

        Args:
            owner: The owner's id, such as a Flickr NSID.

        Returns:
            32 hex digits.

        Raises:
            PhotoError: The id is not valid Unicode.
        """
        try:
            text = unicodedata.normalize("NFC", owner).encode()
        except UnicodeEncodeError:
            raise PhotoError("owner holds half a character (a lone surrogate), which UTF-8 cannot") from None
        return hmac.new(self.index_key, b"owner" + _length_prefixed(text), hashlib.sha256).hexdigest()[:32]

    def to_json(self, master: MasterKey) -> str:
        """The keyring as the text of its file, every key wrapped by the master key.

        Args:
            master: The master key.

        Returns:
            JSON; `Keyring.from_json` reads it.
        """
        stored = StoredKeyring(
            id=self.id,
            master=master.recipe,
            seal_key=master.wrap(self.seal_key, keyring=self.id, purpose="seal", kid=""),
            index_key=master.wrap(self.index_key, keyring=self.id, purpose="index", kid=""),
            keys=tuple(
                StoredKey(
                    kid=key.kid,
                    state=key.state,
                    created=key.created,
                    wrapped=master.wrap(key.secret, keyring=self.id, purpose="data", kid=key.kid),
                )
                for key in self.keys
            ),
        )
        signed = stored.model_copy(update={"mac": self.mac(*stored.authenticated()).hex()})
        return signed.model_dump_json(indent=1, exclude_none=True) + "\n"

    @classmethod
    def from_json(cls, text: str, master: MasterKey) -> Self:
        """Open the text of a keyring file.

        Args:
            text: What `to_json` gave.
            master: The master key it was given.

        Returns:
            The keyring.

        Raises:
            MasterKeyError: The master key is another one.
            KeyringError: The text is damaged or was changed.
        """
        stored = parse(text)
        opened = [
            master.unwrap(stored.seal_key, keyring=stored.id, purpose="seal", kid=""),
            master.unwrap(stored.index_key, keyring=stored.id, purpose="index", kid=""),
            *(master.unwrap(k.wrapped, keyring=stored.id, purpose="data", kid=k.kid) for k in stored.keys),
        ]
        found = [secret for secret in opened if secret is not None]
        if not found:
            raise _wrong(master.recipe, stored.master)
        if len(found) < len(opened):
            raise damaged("a key in it was changed, moved or replaced")
        seal_key, index_key, *data = found
        keys = (
            DataKey(k.kid, k.state, k.created, secret) for k, secret in zip(stored.keys, data, strict=True)
        )
        keyring = cls(stored.id, tuple(keys), seal_key, index_key)
        if not hmac.compare_digest(keyring.mac(*stored.authenticated()).hex().encode(), stored.mac.encode()):
            raise damaged("its own seal does not fit")
        return keyring

    @staticmethod
    def recipe(text: str) -> Recipe:
        """Read from the text of a keyring file how its master key is come by, without opening it.

        Args:
            text: What `to_json` gave.

        Returns:
            The recipe.

        Raises:
            KeyringError: The text is no keyring, or of a newer version.
        """
        return parse(text).master

    def _find(self, kid: str) -> DataKey:
        for key in self.keys:
            if key.kid == kid:
                return key
        held = ", ".join(key.kid for key in self.keys)
        raise KeyringError(f"keyring {self.id} does not hold the data key {kid!r}; it holds {held}")


def _wrong(used: Recipe, made_with: Recipe) -> MasterKeyError:
    if used.kind == "passphrase":
        return MasterKeyError("wrong passphrase: EXIFDS_PASSPHRASE does not open this keyring")
    return MasterKeyError(
        f"{used.opened_by} does not open this keyring, which was made with {made_with.opened_by}: "
        "give the key it was made with, or restore both from the same backup"
    )


def _length_prefixed(*parts: bytes) -> bytes:
    """Join parts so that their borders cannot move: each follows its length, 8 bytes big-endian."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)
