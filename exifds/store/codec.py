"""Codec: a `Photo` to the MongoDB document that holds it, and back. Nothing here talks to a server."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import bson
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument
from pydantic import ValidationError

from exifds.crypto import Keyring, fields, text
from exifds.errors import PhotoError, SealError
from exifds.photo import Photo, Privacy, personal_fields

__all__ = ["BSON_OPTIONS", "Codec", "decode", "failed", "to_bson"]

BSON_OPTIONS: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)

LARGEST_DOCUMENT = 16 * 2**20 - 16 * 2**10
"""MongoDB takes documents of 16 MiB; a little less leaves room for later fields."""

_DOCUMENT_NAMES = {name: field.alias or name for name, field in Photo.model_fields.items()}


@dataclass(frozen=True)
class Codec:
    """Turns the photos of one dataset into documents and back.

    Args:
        collection: The collection; seals bind tokens to it.
        privacy: Which fields are personal.
        keyring: Seals and opens them. Without it nothing can be written unless the privacy is open, and
            personal fields are left out of what is read.
    """

    collection: str
    privacy: Privacy = Privacy.STANDARD
    keyring: Keyring | None = None

    def encode(self, photo: Photo, revision: int = 1) -> dict[str, Any]:
        """Turn a photo into its document: only what is known is present, personal fields are sealed.

        Args:
            photo: The photo, with `crypto.privacy.apply` already done.
            revision: Counts up each time the photo is encoded again.

        Returns:
            The document.

        Raises:
            PhotoError: A personal value cannot be written as text.
            SealError: A token did not decrypt to what was encrypted.
        """
        document: dict[str, Any] = {}
        texts: dict[str, str] = {}
        personal = personal_fields(self.privacy)
        for name, value in photo:
            if value is None or value in ((), {}) or (personal and name == "owner_bx"):
                continue
            if name in personal:
                texts[name] = text.to_text(name, value)
            elif (plain := _plain(value)) != {}:
                document[_DOCUMENT_NAMES[name]] = plain
        if personal:
            document |= fields.seal(
                self._required_keyring(),
                self.collection,
                photo.id,
                texts,
                privacy=self.privacy,
                owner_bx=photo.owner_bx,
                revision=revision,
            )
        return document

    def opened(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A document as a reader wants it: personal fields opened, or left out without a keyring; no seal.

        Args:
            document: As MongoDB returned it, read with `BSON_OPTIONS`.

        Returns:
            The document.

        Raises:
            SealError: A personal value was changed, moved or cannot be opened.
        """
        personal = personal_fields(self.privacy)
        plain = {key: value for key, value in document.items() if key not in personal and key != "_sec"}
        if "taken_at" in plain:
            plain["taken_at"] = plain["taken_at"].replace(tzinfo=None)  # a camera's clock has no zone
        if personal and self.keyring is not None:
            texts = fields.open_(self.keyring, self.collection, document, privacy=self.privacy)
            plain |= {name: _plain(text.from_text(name, value)) for name, value in texts.items()}
        return plain

    def sealed_fields(self) -> frozenset[str]:
        """What must be read of a document to open it."""
        return frozenset(
            {*fields.sealed_fields(self.privacy), "_sec"} if personal_fields(self.privacy) else ()
        )

    def projection(self, wanted: Collection[str]) -> dict[str, int] | None:
        """What to read of documents, so that the wanted fields can be opened.

        Args:
            wanted: Dotted paths; empty means all fields.

        Returns:
            A projection; None reads all. The seal spans all personal fields, so opening one needs them all.
        """
        sealed = self.sealed_fields()
        given = set(wanted)
        wanted = [path for path in wanted if not any(above in given for above in _above(path))]
        if self.keyring is None:
            hidden = sealed - {"owner_bx"}
            plain = [field for field in wanted if field.partition(".")[0] not in hidden]
            return dict.fromkeys(plain or ["_id"], 1) if wanted else dict.fromkeys(hidden, 0)
        plain = [field for field in wanted if field.partition(".")[0] not in sealed]
        return dict.fromkeys([*plain, *sealed], 1) if wanted else None

    def _required_keyring(self) -> Keyring:
        if self.keyring is None:
            raise SealError(
                f"a keyring is needed to write to {self.collection}: its privacy is {self.privacy}"
            )
        return self.keyring


def _above(path: str) -> list[str]:
    """The fields that a path lies in: MongoDB takes no field together with a part of it."""
    parts = path.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def decode(plain: Mapping[str, Any]) -> Photo:
    """Turn an opened document into a photo.

    Args:
        plain: From `Codec.opened`. Fields that are not ours are passed over.

    Returns:
        The photo.

    Raises:
        PhotoError: The document was written by hand and does not fit.
    """
    known = {name: plain[key] for name, key in _DOCUMENT_NAMES.items() if key in plain}
    try:
        return Photo.model_validate(known)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise PhotoError(f"{plain.get('_id')}: the field {where} does not fit the schema") from None


def failed(photo: Photo, reason: str, state: Literal["failed", "gone"] = "failed") -> Photo:
    """What is kept of a photo that cannot be stored: its id and why.

    Args:
        photo: The photo.
        reason: Why.
        state: `failed`, which is tried again, or `gone`.

    Returns:
        A photo in this state.
    """
    return Photo(
        id=photo.id,
        source=photo.source,
        source_id=photo.source_id,
        state=state,
        reason=reason,
        created_at=photo.created_at,
    )


def to_bson(document: Mapping[str, Any]) -> RawBSONDocument:
    """Encode a document once, so that one that BSON refuses is known before a batch is sent.

    Args:
        document: The document.

    Returns:
        The encoded document.

    Raises:
        PhotoError: BSON cannot hold a value: a number beyond 64 bits, a NUL in a key, text that is no
            UTF-8, nesting deeper than MongoDB takes, or more than 16 MiB.

    Example:
        >>> to_bson({"_id": "file:1", "views": 2**64})
        Traceback (most recent call last):
        exifds.errors.PhotoError: the document cannot be stored: MongoDB can only handle up to 8-byte ints
    """
    try:
        encoded = bson.encode(document, codec_options=BSON_OPTIONS)
    except (BSONError, OverflowError, UnicodeError, RecursionError, TypeError, ValueError) as error:
        reason = "text that is not UTF-8" if isinstance(error, UnicodeError) else str(error)
        raise PhotoError(f"the document cannot be stored: {reason}") from None
    if len(encoded) > LARGEST_DOCUMENT:
        raise PhotoError(f"the document cannot be stored: {len(encoded) >> 20} MiB, at most 15 MiB")
    return RawBSONDocument(encoded)


def _plain(value: Any) -> Any:
    """Models as dictionaries without what is unknown; everything else as it is."""
    if hasattr(value, "model_dump"):
        return value.model_dump(exclude_none=True)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
