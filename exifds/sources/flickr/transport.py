"""Transport: one signed request and its answer, within a deadline and a size, whatever the server does."""

import logging
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar, Token
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self

import requests
import requests.adapters
import urllib3
from requests.auth import AuthBase
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema
from urllib3.connection import HTTPConnection, HTTPSConnection

from exifds import __version__
from exifds.errors import UsageError
from exifds.sources.flickr.answer import Again

__all__ = ["Limits", "RawAnswer", "Transport"]

_CONNECTIONS = 64
"""Kept open at most; more calls at a time make more, so it bounds nothing."""


@dataclass(frozen=True)
class Limits:
    """How long and how large an exchange may be.

    Args:
        connect_s: Seconds to reach the server.
        silence_s: Seconds without a byte from it.
        total_s: Seconds for the whole answer, however steadily it drips.
        largest: Bytes of a decoded body; 500 photos with all extras have some two million.
    """

    connect_s: float = 10.0
    silence_s: float = 30.0
    total_s: float = 60.0
    largest: int = 32 * 2**20


@dataclass(frozen=True)
class RawAnswer:
    """What came over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """Posts requests of an API. Thread-safe; follows no redirect, keeps no cookie.

    Args:
        limits: Bounds of each exchange.
        proxies: Use the proxies that the environment names.
    """

    def __init__(self, limits: Limits, *, proxies: bool = True) -> None:
        self._limits = limits
        self._live: set[_Deadline] = set()
        self._closed = False
        logging.getLogger("urllib3.connection").addFilter(_not_ours)
        self._session = _Session()
        self._session.trust_env = proxies
        self._session.headers["User-Agent"] = f"exifds/{__version__}"
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        adapter = _Adapter(pool_maxsize=_CONNECTIONS)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def post(self, url: str, data: Mapping[str, Any], auth: AuthBase) -> RawAnswer | Again:
        """Post a form and read the whole answer.

        Args:
            url: Where to.
            data: Fields of the form.
            auth: Signs the request.

        Returns:
            The answer, or why none came.

        Raises:
            UsageError: The address, the proxy or the certificates named in the environment are no such.
        """
        with _Deadline(self._limits.total_s) as deadline:
            self._live.add(deadline)
            try:
                return self._exchange(url, data, auth, deadline)
            except (InvalidSchema, InvalidURL, MissingSchema):
                raise UsageError("EXIFDS_FLICKR_REST_URL or the proxy is no usable address") from None
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                return Again(_SLOW if deadline.over else _reason(error))
            except OSError:
                raise UsageError("REQUESTS_CA_BUNDLE names no file of certificates") from None
            finally:
                self._live.discard(deadline)

    def _exchange(
        self, url: str, data: Mapping[str, Any], auth: AuthBase, deadline: "_Deadline"
    ) -> RawAnswer | Again:
        timeout = (self._limits.connect_s, self._limits.silence_s)
        if self._closed:
            return Again("closed")
        with self._session.post(url, data=data, auth=auth, timeout=timeout, stream=True) as response:
            body = response.raw.read(self._limits.largest + 1, decode_content=True)
            if deadline.over:
                return Again(_SLOW)
            if len(body) > self._limits.largest:
                return Again("answer too large")
            return RawAnswer(response.status_code, response.headers, body)

    def close(self) -> None:
        """Cut the exchanges under way, in whatever thread, and close the connections."""
        self._closed = True
        for deadline in tuple(self._live):
            deadline.cut()
        self._session.close()


class _Deadline:
    """Shuts the socket of an exchange when its time is over: its own timeout starts anew with each byte."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self.cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._outer: Token[_Deadline] = _deadline.set(self)
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        self._socket = None
        _deadline.reset(self._outer)

    def watch(self, connected: socket.socket) -> None:
        """Shut this socket when time is over, or now if it is."""
        self._socket = connected
        if self.over:
            self.cut()

    def cut(self) -> None:
        """End the exchange now."""
        self.over = True
        connected = self._socket
        if connected is not None:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)


_deadline: ContextVar[_Deadline] = ContextVar("_deadline")
"""That of the exchange of this thread."""


def _not_ours(record: logging.LogRecord) -> bool:
    """False for what urllib3 logs of our exchanges: it quotes what it cannot read."""
    del record
    return _deadline.get(None) is None


class _Connection(HTTPConnection):
    """Under the deadline from the first byte of the headers on."""

    def getresponse(self) -> Any:
        _deadline.get().watch(self.sock)
        return super().getresponse()


class _SecureConnection(HTTPSConnection):
    """The same over TLS."""

    def getresponse(self) -> Any:
        _deadline.get().watch(self.sock)
        return super().getresponse()


class _Adapter(requests.adapters.HTTPAdapter):
    """Makes connections that end at the deadline."""

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> urllib3.HTTPConnectionPool:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = _SecureConnection if pool.scheme == "https" else _Connection
        return pool


class _Session(requests.Session):
    """Follows no redirect, and reads no body to find out where one would lead."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        del resp
        return None


_SLOW = "too slow"
_REASONS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (requests.exceptions.ProxyError, "proxy failed"),
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError), "TLS failed"),
    ((requests.exceptions.Timeout, urllib3.exceptions.TimeoutError), "timed out"),
    (urllib3.exceptions.DecodeError, "not decodable"),
)


def _reason(error: Exception) -> str:
    """In words of ours: those of the error may hold the address of a proxy with its password."""
    return next((reason for kinds, reason in _REASONS if isinstance(error, kinds)), "connection lost")
