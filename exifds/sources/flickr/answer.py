"""Answers of the Flickr API: what an HTTP answer means, and whether asking again may help. No I/O."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz
from typing import Any, TypeAlias

__all__ = ["Again", "Answered", "Refused", "Verdict", "judge"]

LONGEST_WAIT_S = 15 * 60.0
"""A Retry-After above it is not waited in full: a crawl should notice that the service is back."""

_LONGEST_MESSAGE = 200

_TOO_MANY_REQUESTS = 429
_TEMPORARY = frozenset({408, 425, _TOO_MANY_REQUESTS})
_OK = 200
_SERVER_ERROR = 500

_UNAVAILABLE = 105
_SEARCH_DOWN = 10
_SOMETIMES_UNAVAILABLE = frozenset({0, 201})
"""Codes that come with "Sorry, the Flickr API service is not currently available", and with other things."""

_BAD_SIGNATURE = 96
_BAD_KEY = 100
_BAD_CLOCK = "timestamp_refused"
_OAUTH_CODES: Mapping[str, int | None] = {
    "consumer_key_rejected": _BAD_KEY,
    "consumer_key_unknown": _BAD_KEY,
    "signature_invalid": _BAD_SIGNATURE,
    _BAD_CLOCK: None,
}

_ADVICE: Mapping[int | str, str] = {
    _BAD_SIGNATURE: "check EXIFDS_FLICKR_SECRET, or FLICKER_SECRET in credentials.json",
    _BAD_KEY: "check EXIFDS_FLICKR_KEY, or FLICKER_KEY in credentials.json",
    _BAD_CLOCK: "set the clock of this computer",
}


@dataclass(frozen=True)
class Answered:
    """Flickr gave what was asked for."""

    data: dict[str, Any]


@dataclass(frozen=True)
class Again:
    """No usable answer came, and a later one may be.

    Args:
        reason: Why, in a few words: one of few, so that they can be counted.
        wait_s: Seconds that the server asked to wait, at most 15 minutes; None if it named no time.
        for_all: The wait is for every caller of the key, not only for this call.
    """

    reason: str
    wait_s: float | None = None
    for_all: bool = False


@dataclass(frozen=True)
class Refused:
    """Flickr's last word: asking again would not help.

    Args:
        code: Flickr's error code, if it gave one.
        message: Flickr's own words, printable and short, and what to do where that is known.
    """

    code: int | None
    message: str


Verdict: TypeAlias = Answered | Again | Refused


def judge(status: int, headers: Mapping[str, str], body: bytes, now: float) -> Verdict:
    """Say what an HTTP answer of the Flickr API means.

    Flickr tells most failures under status 200. Errors may come as JSON, as JSONP or as XML, whatever was
    asked for, and a busy or broken server between sends HTML.

    Args:
        status: Status of the answer.
        headers: Its headers, named in upper or lower case.
        body: Its decoded body, complete or not.
        now: Unix seconds, for a Retry-After that is a date when the answer itself has none.

    Returns:
        What the caller can do with it.

    Example:
        >>> judge(200, {}, b'{"stat": "ok", "photos": {"total": 2}}', now=0.0).data["photos"]
        {'total': 2}
        >>> judge(429, {"Retry-After": "7"}, b"<html>", now=0.0)
        Again(reason='HTTP 429', wait_s=7.0, for_all=True)
        >>> judge(200, {}, b'{"stat": "fail", "code": 1, "message": "Photo not found"}', now=0.0)
        Refused(code=1, message='Photo not found')
    """
    if status in _TEMPORARY or status >= _SERVER_ERROR:
        wait_s = _retry_after({name.lower(): value for name, value in headers.items()}, now)
        return Again(f"HTTP {status}", wait_s, status == _TOO_MANY_REQUESTS or wait_s is not None)
    text = body.decode("utf-8-sig", "replace").strip()
    data = _json(text) or _xml_failure(text)
    if data.get("stat") == "fail":
        return _failure(data)
    if status != _OK:
        return _not_flickr(status, text)
    return Answered(data) if data.get("stat") == "ok" else Again(_unreadable(text))


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait. A date is read by the server's clock, if the answer tells it: ours may be wrong."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
        return min(float(value), LONGEST_WAIT_S)
    until = _unix_seconds(value)
    if until is None:
        return None
    since = _unix_seconds(headers.get("date", ""))
    return min(max(until - (now if since is None else since), 0.0), LONGEST_WAIT_S)


def _unix_seconds(date: str) -> float | None:
    try:
        parsed = parsedate_tz(date)
        return None if parsed is None else float(mktime_tz(parsed))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _json(text: str) -> dict[str, Any]:
    """The object in JSON or JSONP; empty if there is none."""
    if text.startswith("jsonFlickrApi("):
        text = text.removeprefix("jsonFlickrApi(").rstrip("; \r\n").removesuffix(")")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _xml_failure(text: str) -> dict[str, Any]:
    """The failure in an XML answer, in the form of a JSON one; empty if there is none."""
    if not text.startswith("<") or (error := re.search(r"<err\s[^<>]*>", text)) is None:
        return {}
    found = dict(re.findall(r'(\w+)="([^"]*)"', error[0]))
    return {"stat": "fail", "code": found.get("code"), "message": html.unescape(found.get("msg", ""))}


def _failure(data: Mapping[str, Any]) -> Again | Refused:
    digits = re.fullmatch(r"[0-9]{1,6}", str(data.get("code")))
    code = int(digits[0]) if digits else None
    message = str(data.get("message", ""))
    silent = code in _SOMETIMES_UNAVAILABLE and "not currently available" in message.lower()
    if silent or code in (_UNAVAILABLE, _SEARCH_DOWN):
        return Again("Flickr is not available")
    return _refused(code, message, code)


def _not_flickr(status: int, text: str) -> Again | Refused:
    """What an answer means that carries no failure of Flickr's: OAuth's own, or somebody else's answer."""
    problem = re.match(r"oauth_problem=(\w{1,40})", text)
    if problem is None:
        return Refused(
            None, f"HTTP {status} is no answer of the Flickr API: check EXIFDS_FLICKR_REST_URL and the proxy"
        )
    if problem[1] == "nonce_used":
        return Again("nonce used")
    code = _OAUTH_CODES.get(problem[1])
    return _refused(code, problem[0], code or problem[1])


def _refused(code: int | None, message: str, topic: int | str | None) -> Refused:
    printable = "".join(letter if letter.isprintable() else " " for letter in message[:_LONGEST_MESSAGE])
    advice = _ADVICE.get(topic) if topic is not None else None
    return Refused(code, ": ".join(filter(None, (" ".join(printable.split()) or "no reason given", advice))))


def _unreadable(text: str) -> str:
    if not text:
        return "empty answer"
    return "HTML instead of JSON" if text.startswith("<") else "not JSON"
