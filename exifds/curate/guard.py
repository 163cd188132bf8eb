"""Guard: who may talk to the page, and what the page may load.

Any web site that is open in a browser can send requests to 127.0.0.1, and can make a name of its own point
there (DNS rebinding). So a request must name this server as its host, come from no other origin, and bring
a secret. The address that is printed holds a token. Whoever enters by it gets a cookie with another secret,
and goes on to an address without the token. A browser may keep the address it entered by in its history;
token and cookie end with the server.
"""

import secrets
from collections.abc import Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exifds.errors import UsageError

__all__ = ["Guard", "hosts", "policy"]

_ENTRY: Final = """<!doctype html><html lang="en"><head><title>exifds</title>
<meta http-equiv="refresh" content="0;url=/"></head><body><a href="/">Go on</a></body></html>"""
"""Sent instead of a redirect: a strict cookie goes with a step of our own page, not of a foreign one."""

_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}

_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]")


def hosts(address: str, port: int) -> frozenset[str]:
    """The hosts that requests may name.

    Args:
        address: Where the server listens.
        port: Its port.

    Returns:
        Values of the header `Host`.

    Raises:
        UsageError: It listens everywhere: then any name could point to it.

    Example:
        >>> sorted(hosts("127.0.0.1", 8080))
        ['127.0.0.1:8080', '[::1]:8080', 'localhost:8080']
    """
    try:
        found = ip_address(address)
    except ValueError:
        return frozenset({f"{address.lower()}:{port}"}) if address != "localhost" else hosts("::1", port)
    if found.is_unspecified:
        raise UsageError(f"expected one address of this machine to serve the page at, got {address}: all")
    if found.is_loopback:
        return frozenset(f"{name}:{port}" for name in (*_LOCAL, _bracketed(address)))
    return frozenset({f"{_bracketed(address)}:{port}"})


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def policy(nonce: str) -> str:
    """The content security policy of a page.

    Only files of this server, and of the scripts and styles within the page only those with the nonce.
    `unsafe-eval` is needed: Vue compiles templates in the browser, and NiceGUI evaluates what its own server
    sends. Nothing that comes from a photo becomes a template or a script.

    Args:
        nonce: A random word of this page alone.

    Returns:
        The header `Content-Security-Policy`.

    Example:
        >>> "'nonce-abc'" in policy("abc")
        True
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """Stands before the page: lets in who has the token or the cookie, and says what browsers may do with it.

    Args:
        app: The page.
        token: What the address that is printed holds.
        allowed: From `hosts`.
        cookie: Name of the cookie. Browsers share cookies between ports, so each port needs its own name.
    """

    def __init__(self, app: ASGIApp, token: str, allowed: Iterable[str], cookie: str = "exifds") -> None:
        self.app = app
        self._token = token
        self._pass = secrets.token_urlsafe(24)
        self._allowed = frozenset(allowed)
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif self._foreign(scope):
            await self._refuse("not from this page", scope, receive, send)
        elif self._given(scope):
            await self._respond(self._entry(), scope, receive, send)
        elif not self._known(scope):
            await self._refuse("open the address that `exifds curate` printed", scope, receive, send)
        elif scope["type"] == "http":
            await self.app(scope, receive, _Answer(send, _framework(scope["path"])))
        else:
            await self.app(scope, receive, send)

    def _foreign(self, scope: Scope) -> bool:
        """Whether a request came by another name, or from a page of somebody else."""
        headers = Headers(scope=scope)
        names, origins = headers.getlist("host"), headers.getlist("origin")
        must_tell = scope["type"] == "websocket" or scope["method"] not in {"GET", "HEAD"}
        right_name = len(names) == 1 and names[0].lower() in self._allowed
        right_origin = origins == [f"http://{names[0].lower()}"] if origins or must_tell else True
        return not (right_name and right_origin) if names else True

    def _given(self, scope: Scope) -> bool:
        """Whether somebody enters by the address that was printed."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            return False
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        return any(_same(token, self._token) for token in query.get("token", ()))

    def _known(self, scope: Scope) -> bool:
        try:
            cookies = SimpleCookie(Headers(scope=scope).get("cookie", ""))
        except CookieError:
            return False
        return self._cookie in cookies and _same(cookies[self._cookie].value, self._pass)

    def _entry(self) -> Response:
        response = HTMLResponse(_ENTRY)
        response.set_cookie(self._cookie, self._pass, httponly=True, samesite="strict")
        return response

    async def _refuse(self, why: str, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted, this is a 403
        else:
            await self._respond(PlainTextResponse(f"403: {why}\n", 403), scope, receive, send)

    @staticmethod
    async def _respond(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        response.headers["Cache-Control"] = "no-store"
        await response(scope, receive, _Answer(send, immutable=False))


def _same(given: str, secret: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def _framework(path: str) -> bool:
    """Whether a path is a file of the framework: the same for everybody, and the same tomorrow."""
    return path.startswith("/_nicegui/")


class _Answer:
    """Adds the headers to an answer, and a page's nonce to its scripts and styles.

    A page is held back until it is whole. In the pages of NiceGUI, `<` stands as `&lt;` in all that comes
    from us, so what reads `<script` or `<style` was written by NiceGUI.
    """

    def __init__(self, send: Send, immutable: bool) -> None:
        self._send = send
        self._immutable = immutable
        self._nonce = secrets.token_urlsafe(16)
        self._page: tuple[Message, bytearray] | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            self._complete(headers)
            if headers.get("content-type", "").startswith("text/html"):
                self._page = (message, bytearray())
                return
        elif self._page is not None and message["type"] == "http.response.body":
            start, body = self._page
            body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page(start, bytes(body))
            return
        await self._send(message)

    def _complete(self, headers: MutableHeaders) -> None:
        headers.update(_HEADERS)
        headers["Content-Security-Policy"] = policy(self._nonce)
        if not self._immutable:
            headers.setdefault("Cache-Control", "no-store")

    async def _send_page(self, start: Mapping[str, Any], body: bytes) -> None:
        for tag in (b"<script", b"<style"):
            body = body.replace(tag, tag + f' nonce="{self._nonce}"'.encode())
        body = body.replace(b' style="display: none"', b" hidden")  # the only style of an element
        MutableHeaders(raw=start["headers"])["Content-Length"] = str(len(body))
        await self._send(dict(start))
        await self._send({"type": "http.response.body", "body": body})
