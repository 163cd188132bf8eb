"""Text: the personal values of a `Photo` as the text that is encrypted, and back, exactly. No I/O.

Text stays as it is; bytes are standard base64; everything else is canonical JSON (sorted keys, no blanks,
nothing escaped that need not be), so that any language can read a decrypted value.
"""

import base64
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from exifds.errors import PhotoError, UsageError
from exifds.photo import Photo, Privacy, personal_fields

__all__ = ["from_text", "to_text", "utf8"]

_UNUSABLE = (TypeError, ValueError, KeyError, AttributeError, RecursionError)


def to_text(field: str, value: Any) -> str:
    """The text under which a personal value is encrypted.

    Sequences inside `exif` come back as lists, since JSON knows one kind of sequence.

    Args:
        field: A personal field of `Photo`.
        value: Its value; not None.

    Returns:
        Text that UTF-8 can hold; `from_text` gives the value back.

    Raises:
        PhotoError: The value is not of the field's type, or cannot be written as text.
        UsageError: The field is not personal.

    Example:
        >>> to_text("tags", ("sea", "été"))
        '["sea","été"]'
        >>> to_text("exif_raw", b"Exif")
        'RXhpZg=='
    """
    annotation = _annotation(field)
    try:
        if annotation == (str | None):
            text = str(_expect(str, value))
        elif annotation == (bytes | None):
            text = base64.b64encode(_expect(bytes, value)).decode()
        else:
            text = _dump(_to_json(field, value))
    except _UNUSABLE as error:
        raise PhotoError(
            f"{field} cannot be written as text ({type(error).__name__}): expected what Photo.{field} holds, "
            f"made of text, finite numbers, lists and maps with text keys; got {type(value).__name__}"
        ) from None
    utf8(field, text)
    return text


def from_text(field: str, text: str) -> Any:
    """The personal value that a decrypted text stands for.

    Args:
        field: A personal field of `Photo`.
        text: What `to_text` gave.

    Returns:
        The value.

    Raises:
        PhotoError: The text is not of the field's form.
        UsageError: The field is not personal.

    Example:
        >>> from_text("tags", '["sea","été"]')
        ('sea', 'été')
    """
    annotation = _annotation(field)
    try:
        if annotation == (str | None):
            return text
        if annotation == (bytes | None):
            return base64.b64decode(text, validate=True)
        return _from_json(field, json.loads(text))
    except _UNUSABLE:
        raise PhotoError(f"the decrypted text of {field} does not have the form of Photo.{field}") from None


def utf8(field: str, text: str) -> bytes:
    """The bytes of a text.

    Args:
        field: Named in the error.
        text: The text.

    Returns:
        UTF-8.

    Raises:
        PhotoError: The text holds a lone surrogate.

    Example:
        >>> utf8("title", "sea")
        b'sea'
    """
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise PhotoError(
            f"{field} holds half a character (a lone surrogate), which UTF-8 cannot hold"
        ) from None


def _annotation(field: str) -> Any:
    if field not in personal_fields(Privacy.STRICT):
        raise UsageError(f"expected a personal field of Photo, got {field!r}")
    return Photo.model_fields[field].annotation


def _expect(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError
    return value


@cache
def _adapter(field: str) -> TypeAdapter[Any]:
    return TypeAdapter(_annotation(field))


def _to_json(field: str, value: Any) -> Any:
    if field == "exif":
        return dict(value)
    value = _adapter(field).validate_python(value, strict=True)
    if value is None:
        raise TypeError
    if field == "blocks":
        return [
            block.model_dump(exclude_none=True) | {"data": base64.b64encode(block.data).decode()}
            for block in value
        ]
    return _adapter(field).dump_python(value, mode="json", exclude_none=True)


def _from_json(field: str, value: Any) -> Any:
    if value is None:
        raise TypeError
    if field == "blocks":
        value = [block | {"data": base64.b64decode(block["data"], validate=True)} for block in value]
    return _adapter(field).validate_python(value)


def _dump(value: Any) -> str:
    return json.dumps(
        _plain(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def _plain(value: Any) -> Any:
    """A value of which JSON keeps everything; anything that JSON would silently change is refused."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {str(_expect(str, key)): _plain(part) for key, part in value.items()}
    raise TypeError
