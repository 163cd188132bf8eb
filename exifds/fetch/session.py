"""Session: one request to a photo host, with nothing taken on trust: address, type, size, time."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
from yarl import URL

from exifds import __version__
from exifds.errors import PhotoError
from exifds.fetch.answer import FailedTryError, judge
from exifds.fetch.hosts import Hosts
from exifds.fetch.resolver import PrivateAddressError, PublicResolver

__all__ = ["Bounds", "Session"]


@dataclass(frozen=True)
class Bounds:
    """How much of everything an answer may take.

    Args:
        largest: Bytes of a photo.
        patience: Seconds in which an answer must begin, and be done unless it is large.
        slowest: Bytes a second: a photo of n bytes may take n/slowest seconds more.
        deadline: Seconds of an answer, however large.
    """

    largest: int
    patience: float
    slowest: float
    deadline: float

    def seconds(self, size: int) -> float:
        """How long an answer may take.

        Args:
            size: Bytes of it that are here.

        Returns:
            Seconds since the request was begun.

        Example:
            >>> Bounds(largest=10**6, patience=20, slowest=1000, deadline=60).seconds(5000)
            25.0
        """
        return min(self.patience + size / self.slowest, self.deadline)


class Session:
    """An HTTP session without memory: no cookies, no proxies, no redirects followed, nothing unpacked.

    Args:
        hosts: Which of them must be public.
        bounds: Of every answer.
    """

    def __init__(self, hosts: Hosts, bounds: Bounds) -> None:
        self._bounds = bounds
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60, resolver=PublicResolver(hosts)),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(),
            auto_decompress=False,
            headers={"User-Agent": f"exifds/{__version__}", "Accept-Encoding": "identity"},
        )

    async def get(self, url: URL) -> bytes | str:
        """Send one request.

        Args:
            url: As `Hosts.check` gave it.

        Returns:
            The bytes of the photo, or the address it moved to.

        Raises:
            GonePhotoError: The host has the photo no longer.
            PhotoError: The host will never give it, or it is too large.
            FailedTryError: Another try may succeed.
        """
        try:
            async with (
                asyncio.timeout(self._bounds.seconds(0)) as timer,
                self._client.get(url, allow_redirects=False) as response,
            ):
                moved = judge(response.status, response.headers, datetime.now(UTC))
                return await self._body(response, timer) if moved is None else moved
        except TimeoutError:
            raise FailedTryError("timeout", strained=True) from None
        except (aiohttp.ClientError, OSError) as error:
            raise FailedTryError(_reason(error)) from None

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def _body(self, response: aiohttp.ClientResponse, timer: asyncio.Timeout) -> bytes:
        """Read a body while it is neither too large nor too slow."""
        begun = (timer.when() or 0.0) - self._bounds.seconds(0)
        self._check_size(response.content_length or 0)
        parts: list[bytes] = []
        size = 0
        async for part in response.content.iter_any():
            parts.append(part)
            size += len(part)
            self._check_size(size)
            timer.reschedule(begun + self._bounds.seconds(size))
        if not size:
            raise FailedTryError("empty")
        return b"".join(parts)

    def _check_size(self, size: int) -> None:
        if size > self._bounds.largest:
            raise PhotoError(f"the photo is larger than the {self._bounds.largest:,} bytes that are allowed")


def _reason(error: Exception) -> str:
    """Why a connection was of no use, in words that name no host."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return "certificate"
        case aiohttp.ClientConnectorDNSError(os_error=PrivateAddressError()):
            return "private address"
        case aiohttp.ClientConnectorError():
            return "no connection"
        case aiohttp.ClientPayloadError():
            return "cut off"
        case _:
            return "connection lost"
