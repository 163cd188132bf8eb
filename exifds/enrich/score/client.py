"""Client: Google's own client of Vision, at Google or at an address of this computer."""

import logging
from collections.abc import Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from google.auth import api_key
from google.auth.exceptions import GoogleAuthError
from google.cloud import vision_v1
from google.cloud.vision_v1.services.image_annotator import transports

from exifds.errors import UsageError

__all__ = ["Headers", "connected"]

Headers = Sequence[tuple[str, str]]
"""Of every request."""

_KEY_HEADER: Final = "x-goog-api-key"
_THIS_COMPUTER: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TALKATIVE: Final = tuple(
    f"google.cloud.vision_v1.services.image_annotator.{name}"
    for name in ("client", "transports.grpc", "transports.rest")
)
"""Loggers that write requests with their headers at level DEBUG."""


def connected(
    endpoint: str | None, key: str | None, connections: int
) -> tuple[vision_v1.ImageAnnotatorClient, Headers]:
    """A client of Vision.

    Args:
        endpoint: `http://host:port` or `https://host` (REST), `grpc://host:port` (without TLS); None is
            Google's.
        key: API key; None takes application credentials.
        connections: How many requests are made at a time.

    Returns:
        The client, and the headers that each of its requests needs.

    Raises:
        UsageError: There is neither a key nor credentials, or the endpoint is no address that may be used.

    Example:
        >>> client, headers = connected("http://127.0.0.1:8080", "key", 4)
        >>> client.transport.host, headers
        ('http://127.0.0.1:8080', ())
    """
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_above_debug)
    address = None if endpoint is None else _address(endpoint)
    try:
        if address is None:
            options = {"api_key": key} if key else None
            return vision_v1.ImageAnnotatorClient(client_options=options), ()
        if address.scheme == "grpc":
            return _over_plain_grpc(address, key)
        return _over_rest(address, key, connections), ()
    except GoogleAuthError:
        raise UsageError(
            "Google Vision needs an API key or application credentials: set EXIFDS_VISION_KEY, or run "
            "`gcloud auth application-default login` (or point GOOGLE_APPLICATION_CREDENTIALS to the key "
            "file of a service account)"
        ) from None


def _address(endpoint: str) -> SplitResult:
    """A usable address. A message does not quote it: it may hold a key."""
    try:
        address = urlsplit(endpoint)
        usable = bool(address.hostname) and "@" not in address.netloc and not address.path.strip("/")
        usable &= address.scheme in {"http", "https"} or (address.scheme == "grpc" and bool(address.port))
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(
            "EXIFDS_VISION_ENDPOINT is no address: expected https://host, http://127.0.0.1:port (REST) or "
            "grpc://127.0.0.1:port"
        )
    if address.scheme != "https" and address.hostname not in _THIS_COMPUTER:
        raise UsageError(
            "EXIFDS_VISION_ENDPOINT: http:// and grpc:// send the key in the clear, so they may only lead to "
            "this computer (127.0.0.1); expected https:// for another one"
        )
    return address


def _over_plain_grpc(address: SplitResult, key: str | None) -> tuple[vision_v1.ImageAnnotatorClient, Headers]:
    """Through a channel without TLS: gRPC takes no credentials there, so the key is a header of its own."""
    import grpc  # it has no types

    if not key:
        raise UsageError("a grpc:// EXIFDS_VISION_ENDPOINT needs a key: set EXIFDS_VISION_KEY")
    channel = grpc.insecure_channel(address.netloc, options=[("grpc.enable_http_proxy", 0)])
    transport = transports.ImageAnnotatorGrpcTransport(channel=channel)
    return vision_v1.ImageAnnotatorClient(transport=transport), ((_KEY_HEADER, key),)


def _over_rest(address: SplitResult, key: str | None, connections: int) -> vision_v1.ImageAnnotatorClient:
    """Over HTTP. The session is the transport's own; nobody but it gets the key, whoever it is sent on to."""
    from requests.adapters import HTTPAdapter

    credentials = api_key.Credentials(key) if key else None  # type: ignore[no-untyped-call]
    transport = transports.ImageAnnotatorRestTransport(
        host=address.netloc, credentials=credentials, url_scheme=address.scheme
    )
    session = transport._session  # noqa: SLF001  # there is no other way to it
    session.mount(f"{address.scheme}://", HTTPAdapter(pool_maxsize=connections))
    session.max_redirects = 0
    session.trust_env = address.hostname not in _THIS_COMPUTER  # else a proxy of the environment is asked
    return vision_v1.ImageAnnotatorClient(transport=transport)


def _above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG
