"""Envelope: an answer as JSON, JSONP or XML. Pure.

Flickr has one shape for all formats: scalars are attributes, mappings child elements, lists repeated ones,
and `_content` is the text of an element.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

__all__ = ["Answer", "failure", "wrap"]

Answer = Mapping[str, Any]

_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAME: Final = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)


def failure(code: int, message: str) -> Answer:
    """The answer that says no.

    Args:
        code: Flickr's error code.
        message: Its meaning.

    Returns:
        An answer; its HTTP status is 200 all the same.
    """
    return {"stat": "fail", "code": code, "message": message}


def wrap(answer: Answer, parameters: Mapping[str, str]) -> tuple[str, bytes]:
    r"""Write an answer in the format the call asked for.

    Args:
        answer: What to say, with its `stat`.
        parameters: Those of the call: `format`, `nojsoncallback` and `jsoncallback`.

    Returns:
        Content type and body.

    Example:
        >>> wrap({"photo": {"id": "1", "title": {"_content": "a & b"}}, "stat": "ok"}, {})[1][39:]
        b'\n<rsp stat="ok"><photo id="1"><title>a &amp; b</title></photo></rsp>\n'
    """
    format_ = parameters.get("format") or "rest"
    if format_ == "json":
        text = json.dumps(answer, separators=(",", ":"))
        if parameters.get("nojsoncallback") == "1":
            return "application/json", text.encode()
        return "text/javascript", f"{parameters.get('jsoncallback', 'jsonFlickrApi')}({text})".encode()
    if format_ != "rest":
        answer = failure(111, f'Format "{format_}" not found')
    return "text/xml", _xml(answer).encode()


def _xml(answer: Answer) -> str:
    body = {name: value for name, value in answer.items() if name != "stat"}
    if answer["stat"] == "fail":
        body = {"err": {"code": answer["code"], "msg": answer["message"]}}
    inside = "".join(_element(name, value) for name, value in body.items())
    return f'<?xml version="1.0" encoding="utf-8" ?>\n<rsp stat="{answer["stat"]}">{inside}</rsp>\n'


def _element(name: str, value: Any) -> str:
    """One element, or for a list as many."""
    if isinstance(value, list | tuple):
        return "".join(_element(name, item) for item in value)
    fields = value if isinstance(value, Mapping) else {"_content": value}
    nested = {key: item for key, item in fields.items() if isinstance(item, Mapping | list | tuple)}
    attributes = "".join(
        f" {key}={quoteattr(_clean(item), {chr(10): '&#10;', chr(13): '&#13;', chr(9): '&#9;'})}"
        for key, item in fields.items()
        if key not in nested and key != "_content" and _NAME.fullmatch(key)
    )
    inside = escape(_clean(fields.get("_content"))).replace("\r", "&#13;")
    inside += "".join(_element(key, item) for key, item in nested.items())
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes} />"


def _clean(value: Any) -> str:
    """Text without what XML cannot say."""
    return "" if value is None else _NOT_XML.sub("", str(value))
