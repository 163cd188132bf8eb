"""Service: the Flickr API for one run, with the token bucket that all processes of a key share."""

import asyncio
import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Executor
from datetime import UTC, datetime
from functools import partial
from typing import Any

from pymongo.synchronous.database import Database

from exifds.errors import UsageError
from exifds.photo import License
from exifds.settings import Settings
from exifds.sources.flickr import parse
from exifds.sources.flickr.client import Client
from exifds.store.quota import Quota

__all__ = ["NO_KEY", "Service", "credentials"]

NO_KEY = (
    "Flickr asks for an API key: get one at https://www.flickr.com/services/apps/create/ and set "
    "EXIFDS_FLICKR_KEY and EXIFDS_FLICKR_SECRET; `exifds sandbox flickr` is a Flickr to try that needs none"
)


class _Stopped(Exception):  # noqa: N818  # no error: it ends what waits when the run is being stopped
    pass


def credentials(settings: Settings) -> tuple[str, str]:
    """The API key and its secret.

    Args:
        settings: Where they may be.

    Returns:
        Both.

    Raises:
        UsageError: One is missing.
    """
    if settings.flickr_key is None or settings.flickr_secret is None:
        raise UsageError(NO_KEY)
    return settings.flickr_key.get_secret_value(), settings.flickr_secret.get_secret_value()


class Service:
    """Calls the Flickr API as often as all processes of the key together may.

    Args:
        settings: The API key and where Flickr is.
        database: Where the token bucket is.
        threads: Where calls wait.
        backoff_s: Seconds waited at most before the second try of a call.

    Raises:
        UsageError: There is no API key.
    """

    def __init__(
        self, settings: Settings, database: Database[dict[str, Any]], threads: Executor, backoff_s: float
    ) -> None:
        key, secret = credentials(settings)
        self._quota = Quota(database, key, settings.flickr_queries_per_hour)
        self._client = Client(
            key,
            secret,
            settings.flickr_rest_url,
            admit=self._admit,
            hold=self._quota.hold,
            pause=self._pause,
            backoff_s=backoff_s,
        )
        self._threads = threads
        self._stopped = threading.Event()
        self._licenses: asyncio.Future[dict[str, Any]] | None = None

    @property
    def calls(self) -> int:
        """Requests made."""
        return self._client.calls

    @property
    def retries(self) -> Counter[str]:
        """Requests without a usable answer, by reason."""
        return self._client.retries

    async def call(self, method: str, /, **parameters: str | int) -> dict[str, Any]:
        """Call a method of the API.

        Args:
            method: Such as `flickr.photos.search`.
            **parameters: Its parameters.

        Returns:
            The parsed answer.

        Raises:
            FlickrError: Flickr refused.
            FlickrUnavailableError: Flickr did not answer.
        """
        call = partial(self._client.call, method, **parameters)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def licenses(self) -> Mapping[int, License]:
        """The licences Flickr knows, by id; asked for once."""
        if self._licenses is None:
            self._licenses = asyncio.ensure_future(self.call("flickr.photos.licenses.getInfo"))
        return parse.licenses(await self._licenses, datetime.now(UTC))

    def left(self) -> int:
        """Calls that the key can make within an hour from now."""
        return self._quota.left()

    def stop(self) -> None:
        """End all calls that wait."""
        self._stopped.set()
        self._client.close()

    def _admit(self) -> None:
        while (wait := self._quota.take()) > 0:
            self._pause(wait)
        self._pause(0)

    def _pause(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise _Stopped
