"""Broken: how each fault looks on the wire."""

import asyncio
import math
import socket
import struct
import time
from collections.abc import Sequence
from email.utils import formatdate
from typing import Final

from aiohttp import web

from exifds.sandbox.flickr.faults import Faults, Kind, uniform

__all__ = ["serve"]

HTML: Final = "<!DOCTYPE html><html><head><title>Flickr</title></head><body><h1>{}</h1></body></html>"
_STATUS: Final = (500, 502, 503)
_DRIP: Final = 0.05  # s between bytes
_MISSING: Final = 500  # bytes that a truncated body lacks
_LINGER_RESET: Final = struct.pack("ii", 1, 0)


async def serve(
    request: web.Request, kind: Kind, whole: web.Response, faults: Faults, *, identity: Sequence[object]
) -> web.StreamResponse:
    """Answer a request with a fault.

    Args:
        request: The request.
        kind: What it meets: one of those that need no knowledge of Flickr's answers.
        whole: What would have been served.
        faults: How long to wait and to drip.
        identity: Names the draws of the details.

    Returns:
        The response, finished or not.
    """
    match kind:
        case "429":
            return web.Response(
                status=429, text=HTML.format("Too Many Requests"), content_type="text/html",
                headers=_retry_after(faults.retry_after, uniform(faults.seed, "wait", *identity)),
            )  # fmt: skip
        case "5xx":
            status = _STATUS[int(uniform(faults.seed, "status", *identity) * len(_STATUS))]
            return web.Response(status=status, text=HTML.format("Oops"), content_type="text/html")
        case "html":
            return web.Response(text=HTML.format("Please log in"), content_type="text/html")
        case "truncated":
            return await _truncated(request, whole)
        case "drip":
            return await _dripping(request, whole, faults.drip)
        case _:
            return _reset(request)


def _retry_after(seconds: float, draw: float) -> dict[str, str]:
    """The header as seconds, as a date, or not at all."""
    if draw < 1 / 3:
        return {"Retry-After": str(math.ceil(seconds))}
    if draw < 2 / 3:
        return {"Retry-After": formatdate(time.time() + math.ceil(seconds), usegmt=True)}
    return {}


async def _truncated(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Content-Length promises all, half comes."""
    body = _body(whole)
    response = await _begun(request, len(body) + _MISSING, whole)
    await response.write(body[: len(body) // 2])
    return _cut(request, response)


async def _dripping(request: web.Request, whole: web.Response, seconds: float) -> web.StreamResponse:
    """A byte at a time; the last one never comes."""
    body = _body(whole)
    response = await _begun(request, len(body) + 1, whole)
    for at in range(min(len(body), int(seconds / _DRIP))):
        await response.write(body[at : at + 1])
        await asyncio.sleep(_DRIP)
    return _cut(request, response)


def _body(whole: web.Response) -> bytes:
    return whole.body if isinstance(whole.body, bytes) else b""


async def _begun(request: web.Request, length: int, whole: web.Response) -> web.StreamResponse:
    headers = {"Content-Type": whole.headers["Content-Type"], "Content-Length": str(length)}
    response = web.StreamResponse(headers=headers)
    response.force_close()
    await response.prepare(request)
    return response


def _cut(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.close()
    return response


def _reset(request: web.Request) -> web.StreamResponse:
    """RST in place of an answer."""
    if request.transport is not None:
        request.transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET
        )
        request.transport.abort()
    return web.Response()
