"""What people write for an option, turned into its value: words, numbers and ids; `bounds` has the rest.

A fault is a ValueError in plain words, also where the type is wrong: pydantic collects those.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from urllib.parse import unquote

__all__ = [
    "group",
    "language",
    "level",
    "machine_tags",
    "nsid",
    "numbers",
    "shown",
    "tag",
    "text",
    "words",
]

_SHOWN = 60
_NSID = r"[0-9]{1,20}@N[0-9]{2}"
_FLICKR = r"(?:(?:https?:)?//)?(?:[a-z]+\.)?flickr\.com/(?:#/)?"
_SEPARATORS = r"[,;\s]+"
_NO_NAMES: Mapping[str, int] = MappingProxyType({})


def shown(value: object) -> str:
    """A value as a message quotes it: short, and printable whatever it is."""
    quoted = repr(value)
    return quoted if len(quoted) <= _SHOWN else f"{quoted[:_SHOWN]}..."


def text(given: object) -> str | None:
    """Text without needless space, in Unicode's composed form: equal words are equal on every system.

    Args:
        given: What was written.

    Returns:
        The text, or None when nothing is left.

    Raises:
        ValueError: It is no text, or holds control characters or bytes that are not UTF-8.

    Example:
        >>> text("  wild  monkey ")
        'wild monkey'
    """
    if not isinstance(given, str):
        raise ValueError(f"expected one text, got {shown(given)}")  # noqa: TRY004
    cleaned = unicodedata.normalize("NFC", " ".join(given.split()))
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in cleaned):
        raise ValueError(f"expected UTF-8 without control characters, got {shown(given)}")
    return cleaned or None


def words(given: object) -> tuple[str, ...]:
    """Several texts: an iterable of them, or one with commas between them.

    Args:
        given: What was written.

    Returns:
        Each once, in the order given.

    Raises:
        ValueError: Something else was given.

    Example:
        >>> words("monkey, new york")
        ('monkey', 'new york')
    """
    split = [part.split(",") if isinstance(part, str) else [part] for part in _several(given, "texts")]
    return _unique(part for parts in split for part in parts)


def tag(given: object) -> str | None:
    """One tag.

    Raises:
        ValueError: It is no text, or several tags.

    Example:
        >>> tag(" wild ")
        'wild'
    """
    found = words(given)
    if len(found) > 1:
        raise ValueError(f"expected one tag, got {len(found)}: {shown(given)}")
    return found[0] if found else None


def machine_tags(given: object) -> tuple[str, ...]:
    """Several machine tags: an iterable of them, or text with commas between them; quotes keep a comma.

    Args:
        given: What was written.

    Returns:
        Each once, in the order given.

    Raises:
        ValueError: One has neither a namespace nor a value.

    Example:
        >>> machine_tags('geo:country=de, dc:title="a, b"')
        ('geo:country=de', 'dc:title="a, b"')
    """
    parts = re.findall(r'(?:[^",]|"[^"]*"?)+', given) if isinstance(given, str) else _several(given, "texts")
    found = _unique(parts)
    for part in found:
        if ":" not in part and "=" not in part:
            raise ValueError(f"expected machine tags such as geo:country=de or geo:, got {shown(part)}")
    return found


def level(given: object, names: Mapping[str, int]) -> object:
    """The number that a word stands for; what is no word as it is.

    Raises:
        ValueError: It is another word.

    Example:
        >>> level("city", {"city": 11}), level("3", {"city": 11})
        (11, '3')
    """
    word = given.strip().lower() if isinstance(given, str) else "0"
    if word not in names and not word.isdigit():
        raise ValueError(f"expected {', '.join(names)} or its number, got {shown(given)}")
    return names.get(word, given)


def language(given: object) -> str | None:
    """The code of a language, as in HTML.

    Raises:
        ValueError: It is none.

    Example:
        >>> language("zh-Hant")
        'zh-Hant'
    """
    code = text(given)
    if code is not None and not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", code):
        raise ValueError(f"expected a code such as en, de or zh-Hant, got {shown(given)}")
    return code


def _several(given: object, expected: str) -> Iterable[object]:
    if isinstance(given, str | int):
        return [given]
    if not isinstance(given, Iterable) or isinstance(given, Mapping | bytes):
        raise ValueError(  # noqa: TRY004
            f"expected {expected}, or one text with commas between them, got {shown(given)}"
        )
    return given


def _unique(parts: Iterable[object]) -> tuple[str, ...]:
    cleaned = [text(part) for part in parts]
    return tuple(dict.fromkeys(part for part in cleaned if part is not None))


def numbers(given: object, expected: str, names: Mapping[str, int] = _NO_NAMES) -> tuple[int, ...]:
    """Several small numbers: an iterable of them, one of them, or text such as `4,5`.

    Args:
        given: What was written.
        expected: What the numbers are, for the message.
        names: Words that stand for a number; without them, numbers up to 99 are taken.

    Returns:
        Each once, in ascending order.

    Raises:
        ValueError: Something else was given.

    Example:
        >>> numbers("5, 4", "licence ids")
        (4, 5)
    """
    parts = re.split(_SEPARATORS, given) if isinstance(given, str) else _several(given, expected)
    meanings = {str(number): number for number in names.values() or range(100)} | dict(names)
    words = [word for word in (str(part).strip().lower() for part in parts) if word]
    for word in words:
        if word not in meanings:
            raise ValueError(f"expected {expected}, got {shown(word)}")
    return tuple(sorted({meanings[word] for word in words}))


def nsid(given: object) -> str:
    """Flickr's id of a person or group (NSID), also cut out of a URL.

    Args:
        given: What was written.

    Returns:
        The NSID.

    Raises:
        ValueError: There is none. The message does not quote what was written: it may name a person.

    Example:
        >>> nsid("https://www.flickr.com/photos/12037949754@N01/")
        '12037949754@N01'
    """
    written = unquote(given).strip() if isinstance(given, str) else ""
    found = re.fullmatch(rf"(?:{_FLICKR}(?:photos|people|groups)/)?({_NSID})(?:[/?#].*)?", written)
    if not found:
        raise ValueError(
            "expected one id such as 12037949754@N01, or a URL that holds it; a name is not enough, but "
            "flickr.urls.lookupUser and flickr.urls.lookupGroup of the API tell the id of a page"
        )
    return found[1]


def group(given: object) -> str:
    """A group from its NSID, its URL, or the last part of its URL.

    Args:
        given: What was written.

    Returns:
        The NSID or the alias.

    Raises:
        ValueError: It is none of these.

    Example:
        >>> group("https://www.flickr.com/groups/monkeys/pool/")
        'monkeys'
    """
    written = unquote(given).strip() if isinstance(given, str) else ""
    in_url = re.fullmatch(rf"{_FLICKR}groups/([^/?#]+)(?:[/?#].*)?", written, re.IGNORECASE)
    name = in_url[1] if in_url else written
    if not re.fullmatch(rf"{_NSID}|[A-Za-z0-9_-]+", name):
        raise ValueError(
            "expected its id such as 34427469792@N01, its address https://www.flickr.com/groups/NAME, or "
            f"that NAME, got {shown(given)}"
        )
    return name
