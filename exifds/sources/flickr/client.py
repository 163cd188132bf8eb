"""Client: calls of the Flickr API through flickrapi, patient with what passes and polite to the service.

flickrapi makes each call and signs it. What it would hide or print stays out of its hands: the status, the
headers and the body of an answer are judged here, and error bodies never reach its log.
"""

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from flickrapi import FlickrAPI
from flickrapi.auth import OAuthFlickrInterface

from exifds.errors import FlickrError, FlickrUnavailableError, UsageError
from exifds.sources.flickr.answer import Again, Answered, Refused, Verdict, judge
from exifds.sources.flickr.transport import Limits, RawAnswer, Transport

__all__ = ["TRIES", "Client", "backoff_bound"]

TRIES = 6
"""Requests that one call makes at most."""

_BASE_S = 1.0
_LONGEST_PAUSE_S = 60.0

_THIS_COMPUTER = frozenset({"localhost", "127.0.0.1", "::1"})
_TALKATIVE = ("flickrapi.core", "oauthlib.oauth1.rfc5849", "requests_oauthlib.oauth1_auth")
"""Loggers that write the key, signatures and parameters at level DEBUG."""


class Client:
    """Calls of the Flickr API: polite, patient, thread-safe.

    Args:
        key: API key.
        secret: Its secret.
        rest_url: Address of the REST API.
        admit: Returns when a request is allowed, and raises to stop. Asked before every request.
        hold: Told how many seconds nobody shall call for.
        pause: Waits so many seconds, and raises to stop.
        limits: Bounds of each request.
        backoff_s: Seconds waited at most before the second try; doubled for each further one.

    Raises:
        UsageError: `rest_url` is no address of a server.

    Example:
        >>> with Client("key", "secret", "http://127.0.0.1/", admit=print, hold=print, pause=print) as client:
        ...     client.calls
        0
    """

    def __init__(
        self,
        key: str,
        secret: str,
        rest_url: str,
        *,
        admit: Callable[[], None],
        hold: Callable[[float], None],
        pause: Callable[[float], None],
        limits: Limits = Limits(),  # noqa: B008  # frozen
        backoff_s: float = 1.0,
    ) -> None:
        _keep_details_out_of_logs()
        self._secrets = tuple(filter(None, (key, secret)))
        self._admit, self._hold, self._pause = admit, hold, pause
        self._transport = Transport(limits, proxies=_host(rest_url) not in _THIS_COMPUTER)
        self._api = FlickrAPI(key, secret, format="json", store_token=False)
        self._api.REST_URL = rest_url
        self._api.flickr_oauth = _Interface(key, secret, self._api.token_cache, self._transport)
        self._backoff_s = backoff_s
        self._counting = threading.Lock()
        self.calls = 0
        """Requests made."""
        self.retries: Counter[str] = Counter()
        """Requests without a usable answer, by reason."""

    def call(self, method: str, /, **parameters: str | int) -> dict[str, Any]:
        """Call a method of the API.

        Args:
            method: Its name, as `flickr.photos.search`.
            **parameters: Its parameters, as Flickr names them.

        Returns:
            Flickr's answer: the object parsed from JSON.

        Raises:
            FlickrError: Flickr refused. It carries Flickr's code.
            FlickrUnavailableError: No try got a usable answer.
            UsageError: The address, the proxy or the certificates named in the environment are no such.
        """
        reason = ""
        for attempt in range(TRIES):
            self._admit()
            verdict = self._ask(method, parameters)
            if isinstance(verdict, Answered):
                return verdict.data
            if isinstance(verdict, Refused):
                raise FlickrError(f"Flickr refused {method}: {self._masked(verdict)}", verdict.code)
            reason = verdict.reason
            self._wait(verdict, attempt)
        raise FlickrUnavailableError(
            f"Flickr gave no usable answer to {method} in {TRIES} tries (the last: {reason}): "
            "run the same command again later to go on"
        )

    def _ask(self, method: str, parameters: Mapping[str, str | int]) -> Verdict:
        with self._counting:
            self.calls += 1
        came: RawAnswer | Again = self._api.do_flickr_call(method, **parameters)
        if isinstance(came, RawAnswer):
            return judge(came.status, came.headers, came.body, time.time())
        return came

    def _wait(self, again: Again, attempt: int) -> None:
        with self._counting:
            self.retries[again.reason] += 1
        bound_s = self._backoff_s * backoff_bound(attempt)
        wait_s = max(random.uniform(0, bound_s), again.wait_s or 0.0)  # noqa: S311  # guards nothing
        if again.for_all:
            self._hold(bound_s if again.wait_s is None else wait_s)
        if attempt + 1 < TRIES:
            self._pause(wait_s)

    def _masked(self, refused: Refused) -> str:
        """The message without the key, should the server have quoted it."""
        message = refused.message
        for secret in self._secrets:
            message = message.replace(secret, "***")
        return message

    def close(self) -> None:
        """Cut the calls under way, in whatever thread, and close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Interface(OAuthFlickrInterface):  # type: ignore[misc]  # flickrapi has no types
    """flickrapi's signature on a request of ours: the answer goes to the caller as it came, and to no log."""

    def __init__(self, key: str, secret: str, token: Any, transport: Transport) -> None:
        super().__init__(key, secret, token)
        self._transport = transport

    def do_request(
        self, url: str, params: Mapping[str, Any] | None = None, timeout: float | None = None
    ) -> RawAnswer | Again:
        """Post the parameters of a call."""
        del timeout
        return self._transport.post(url, params or {}, self.oauth)


def backoff_bound(attempt: int) -> float:
    """The longest pause after a failed try; the real one is random below it, so that callers spread.

    Args:
        attempt: Number of the try, from 0.

    Returns:
        Seconds.

    Example:
        >>> [backoff_bound(attempt) for attempt in (0, 1, 2, 9)]
        [1.0, 2.0, 4.0, 60.0]
    """
    return min(_LONGEST_PAUSE_S, _BASE_S * 2.0**attempt)


def _host(rest_url: str) -> str:
    try:
        parts = urlsplit(rest_url)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise UsageError(
            "EXIFDS_FLICKR_REST_URL is no address: expected https://api.flickr.com/services/rest/"
        )
    return host


def _keep_details_out_of_logs() -> None:
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_above_debug)


def _above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG
