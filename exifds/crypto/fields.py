"""Fields: seal and open the personal fields of one document. No I/O.

What is stored: each personal value as a pure Fernet token, so that `Fernet(key).decrypt(token)` alone reads
it, and beside them `_sec`, whose seal `m` binds the tokens to one another and to their place.

What the seal covers: keyring, collection, `_id`, privacy, key id, revision and then EVERY field that is
present in the document among those that may be encrypted under this privacy, plus `owner_bx`: its name and
its value. The list is read off the document, never off something stored in it, so that removing, adding,
swapping or replacing a token by plain text changes what is sealed. Under `standard` a title is plain and
not covered, even where it looks like a token; under `strict` it is covered, and a plain one is refused,
since the privacy itself is sealed. Absent fields leave no mark: a field that becomes personal in a later
release breaks no old seal.

What the seal cannot show: that a whole document was put back to an earlier state of itself.
"""

import hmac
import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from cryptography.fernet import Fernet, InvalidToken

from exifds.crypto.keyring import Keyring
from exifds.crypto.text import utf8
from exifds.errors import KeyringError, SealError, UsageError
from exifds.photo import Privacy, personal_fields

__all__ = ["open_", "seal", "sealed_fields", "verify"]

_VERSION = 1
_LABEL = b"exifds document v1"
_LAST_REVISION = 2**63 - 1  # the largest integer of BSON


def sealed_fields(privacy: Privacy) -> tuple[str, ...]:
    """The fields of a document that its seal covers: a reader who opens it must fetch them all, and `_sec`.

    Args:
        privacy: The privacy of the dataset.

    Returns:
        Names, sorted.

    Example:
        >>> {"owner", "owner_bx", "exif"} <= {*sealed_fields(Privacy.STANDARD)}
        True
    """
    return tuple(sorted([*personal_fields(privacy), "owner_bx"]))


def seal(
    keyring: Keyring,
    collection: str,
    _id: str,
    texts: Mapping[str, str],
    *,
    privacy: Privacy = Privacy.STANDARD,
    owner_bx: str | None = None,
    revision: int = 1,
) -> dict[str, Any]:
    """Encrypt the personal texts of one document and seal them to their place.

    A document without any is sealed too, so that a token added to it is noticed.

    Args:
        keyring: The keys.
        collection: The collection the document is for.
        _id: The document's id.
        texts: Personal field to text, as `text.to_text` gives it.
        privacy: The privacy of the dataset: `standard` or `strict`.
        owner_bx: The blind index of the owner, which is stored as it is but sealed too.
        revision: Counts up each time the document is sealed again.

    Returns:
        Field to Fernet token, `owner_bx` if there is one, and `_sec`: what to merge into the document.

    Raises:
        SealError: A token did not decrypt to the text it was made from; nothing must be stored.
        PhotoError: A text holds what UTF-8 cannot.
        UsageError: A field is not stored encrypted under this privacy, or the revision is out of range.

    Example:
        >>> from datetime import UTC, datetime
        >>> keyring = Keyring.create(datetime(2026, 1, 1, tzinfo=UTC))
        >>> document = {"_id": "file:1"} | seal(keyring, "monkeys", "file:1", {"owner": "ann"})
        >>> open_(keyring, "monkeys", document)
        {'owner': 'ann'}
        >>> keyring.fernet(document["_sec"]["k"]).decrypt(document["owner"])
        b'ann'
    """
    _sealable(texts, privacy, revision)
    kid = keyring.primary.kid
    cipher = keyring.fernet(kid)
    values = {name: _encrypt(cipher, _id, name, text) for name, text in texts.items()}
    if owner_bx is not None:
        values["owner_bx"] = owner_bx
    mac = _mac(keyring, (collection, _id, privacy, kid, str(revision)), values)
    return values | {"_sec": {"v": _VERSION, "k": kid, "n": revision, "m": mac}}


def open_(
    keyring: Keyring, collection: str, doc: Mapping[str, Any], *, privacy: Privacy = Privacy.STANDARD
) -> dict[str, str]:
    """Decrypt the personal fields of a document, after its seal was found to fit.

    Args:
        keyring: The keys.
        collection: The collection the document was read from.
        doc: The document, with all `sealed_fields` it has.
        privacy: The privacy of the dataset.

    Returns:
        Personal field to text; `text.from_text` turns a text into its value.

    Raises:
        SealError: A value was changed, moved or removed, or the keyring does not hold the key.
    """
    values = _verified(keyring, collection, doc, privacy)
    cipher = keyring.fernet(doc["_sec"]["k"])
    try:
        return {name: cipher.decrypt(token).decode() for name, token in values.items() if name != "owner_bx"}
    except (InvalidToken, UnicodeDecodeError):
        raise _unfit(doc) from None


def verify(
    keyring: Keyring, collection: str, doc: Mapping[str, Any], *, privacy: Privacy = Privacy.STANDARD
) -> None:
    """Check the seal of a document without decrypting anything.

    Args:
        keyring: The keys.
        collection: The collection the document was read from.
        doc: The document, with all `sealed_fields` it has.
        privacy: The privacy of the dataset.

    Raises:
        SealError: A value was changed, moved or removed, or the keyring does not hold the key.
    """
    _verified(keyring, collection, doc, privacy)


def _sealable(texts: Mapping[str, str], privacy: Privacy, revision: int) -> None:
    if privacy is Privacy.OPEN:
        raise UsageError("documents of open privacy are not sealed; expected standard or strict")
    stored = {
        name
        for name, mark in personal_fields(privacy).items()
        if mark.kept_in_strict or privacy is not Privacy.STRICT
    }
    if not texts.keys() <= stored:
        odd = ", ".join(sorted(texts.keys() - stored))
        raise UsageError(f"not stored encrypted under {privacy} privacy: {odd}; apply the privacy first")
    if not 1 <= revision <= _LAST_REVISION:
        raise UsageError(f"expected a revision of 1 to 2**63 - 1, got {revision}")


def _encrypt(cipher: Fernet, _id: str, name: str, text: str) -> str:
    """Encrypt a text and keep the promise that what is stored decrypts to what was read."""
    raw = utf8(name, text)
    token = cipher.encrypt(raw)
    try:
        kept = cipher.decrypt(token) == raw
    except InvalidToken:
        kept = False
    if not kept:
        raise SealError(f"document {_id!r}: {name} did not decrypt to what was encrypted; not stored")
    return token.decode()


def _mac(keyring: Keyring, place: tuple[str, ...], values: Mapping[str, str]) -> bytes:
    """The seal: a place has always as many parts, so no field can pass for a part of it."""
    fields = [part for name in sorted(values) for part in (name, values[name])]
    return keyring.mac(_LABEL, *(part.encode() for part in (keyring.id, *place, *fields)))


def _verified(keyring: Keyring, collection: str, doc: Mapping[str, Any], privacy: Privacy) -> dict[str, str]:
    """The sealed values of a document whose seal fits."""
    sec = _sec(doc)
    _require_key(keyring, doc, sec["k"])
    values = {name: doc[name] for name in sealed_fields(privacy) if name in doc}
    place = (collection, doc["_id"], privacy, sec["k"], str(sec["n"]))
    if not all(isinstance(value, str) for value in (*values.values(), *place)):
        raise _unfit(doc)
    try:
        mac = _mac(keyring, place, values)
    except UnicodeEncodeError:
        raise _unfit(doc) from None
    if not hmac.compare_digest(mac, sec["m"]):
        raise _unfit(doc)
    return values


def _sec(doc: Mapping[str, Any]) -> Mapping[str, Any]:
    """The `_sec` of a document, if it has the form that `seal` gives it."""
    sec = doc.get("_sec")
    if not isinstance(sec, Mapping) or "_id" not in doc:
        raise _unfit(doc)
    version = sec.get("v")
    if _is_integer(version) and version > _VERSION:
        raise SealError(f"document {_name(doc)}: sealed by a newer exifds (format {version}): upgrade exifds")
    well_formed = (
        sec.keys() == {"v", "k", "n", "m"}
        and _is_integer(version)
        and version == _VERSION
        and isinstance(sec["k"], str)
        and re.fullmatch("[0-9a-f]{8}", sec["k"])
        and _is_integer(sec["n"])
        and isinstance(sec["m"], bytes)
    )
    if not well_formed:
        raise _unfit(doc)
    return sec


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _require_key(keyring: Keyring, doc: Mapping[str, Any], kid: str) -> None:
    """Tell a missing key apart from a broken seal: it has another cure."""
    try:
        keyring.fernet(kid)
    except KeyringError as error:
        raise SealError(f"document {_name(doc)} needs data key {kid}; {error}") from None


def _name(doc: Mapping[str, Any]) -> str:
    return repr(doc.get("_id"))[:80]


def _unfit(doc: Mapping[str, Any]) -> SealError:
    return SealError(f"document {_name(doc)}: the seal does not fit: a value was changed, moved or removed")
