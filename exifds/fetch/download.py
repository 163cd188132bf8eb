"""Download: many photos at a time, from hosts that may be slow, crowded, broken or hostile."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self, TypeVar

from yarl import URL

from exifds.errors import FlickrUnavailableError, GonePhotoError, PhotoError
from exifds.fetch.answer import CrowdedError, FailedTryError, shows_nothing
from exifds.fetch.hosts import Hosts
from exifds.fetch.pace import Pace
from exifds.fetch.session import Bounds, Session

__all__ = ["Downloader"]

T = TypeVar("T")

REDIRECTS = 3

SILENCE = 16
"""So many photos given up in succession, and not one usable answer meanwhile: it is not the photos' fault."""

PLACEHOLDERS = 8
"""Pictures for gone photos that are remembered; a host has one for each size at most."""


class Downloader:
    """Fetches photos: politely, patiently, and from nowhere else than allowed.

    An async context manager, for use in the event loop it was entered in. A proxy in the environment is not
    used: what is connected to is what was checked.

    Args:
        hosts: Where photos may come from, as `Hosts.of` takes it.
        connections: Photos under way at a time for each host, at most; fewer while it is crowded.
        largest: Bytes of a photo at most.
        tries: For each photo, at least one.
        workers: Threads that process photos; None takes a few more than there are cores.
        base: Seconds waited at most before the second try; doubled before each further one.
        longest_wait: Seconds waited at most before a try, unless the host asks for more.
        patience: Seconds in which an answer must begin, and be done unless it is large.
        slowest: Bytes a second: a photo of n bytes may take n/slowest seconds more.
        deadline: Seconds a try may take at most.

    Attributes:
        requests: Requests sent. One that is repeated because a kept connection was closed counts once.
        retries: Tries that failed and were followed by another, by reason.

    Example:
        >>> async def size(url):
        ...     async with Downloader(["*.staticflickr.com"]) as downloader:
        ...         return await downloader.fetch(url, len)
        >>> asyncio.run(size("https://example.com/1_a_b.jpg"))
        Traceback (most recent call last):
        exifds.errors.PhotoError: photos may not be fetched from https://example.com:443
    """

    def __init__(
        self,
        hosts: Sequence[str],
        *,
        connections: int = 64,
        largest: int = 60 * 2**20,
        tries: int = 6,
        workers: int | None = None,
        base: float = 1.0,
        longest_wait: float = 60.0,
        patience: float = 20.0,
        slowest: float = 8 * 1024,
        deadline: float = 600.0,
    ) -> None:
        self.requests = 0
        self.retries: Counter[str] = Counter()
        self._hosts = Hosts.of(hosts)
        self._bounds = Bounds(largest, patience, slowest, deadline)
        self._connections = connections
        self._tries = tries
        self._workers = workers or (os.cpu_count() or 1) + 4
        self._base = base
        self._longest_wait = longest_wait
        self._paces: dict[str, Pace] = {}
        self._placeholders: dict[URL, bytes] = {}
        self._given_up = 0

    async def __aenter__(self) -> Self:
        self._session = Session(self._hosts, self._bounds)
        self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="exifds-photo")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.aclose()
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)

    async def fetch(self, url: str, read: Callable[[bytes], T]) -> T:
        """Fetch a photo and process it.

        Args:
            url: Where it is.
            read: Judges the bytes and does with them what is to be done, in a thread. A PhotoError says that
                they are no usable photo: as they may have been cut off on the way, they are fetched again.

        Returns:
            What `read` returned.

        Raises:
            GonePhotoError: The host has the photo no longer, or `read` says so.
            PhotoError: It may not be fetched from there, or did not come in a usable form in any try.
            FlickrUnavailableError: No host has given a usable answer while 16 photos were given up.
        """
        target = self._hosts.check(url)
        number = 1
        while True:
            try:
                return await self._try(target, read, number)
            except FailedTryError as failure:
                if number >= self._tries:
                    raise self._last_word(failure) from None
                self.retries[failure.reason] += 1
            await asyncio.sleep(self._jitter(number))
            number += 1

    async def _try(self, url: URL, read: Callable[[bytes], T], number: int) -> T:
        """One try, over as many hosts as the redirects name."""
        for _ in range(REDIRECTS + 1):
            pace = self._pace(url)
            async with pace.slot() as since:  # kept until the photo is processed: few wait in memory
                answer = await self._ask(url, pace, since, number)
                if isinstance(answer, bytes):
                    return await self._process(answer, read)
            if shows_nothing(answer):
                await self._remember(url, answer)
                raise _gone()
            url = self._hosts.follow(url, answer)
        raise PhotoError(f"the photo is more than {REDIRECTS} redirects away")

    async def _ask(self, url: URL, pace: Pace, since: int, number: int) -> bytes | str:
        """Send one request, and tell the pace how it went."""
        self.requests += 1
        try:
            answer = await self._session.get(url)
        except FailedTryError as failure:
            if failure.strained:
                pace.strained(since)
            if isinstance(failure, CrowdedError):
                pace.hold(self._jitter(number) if failure.wait is None else failure.wait)
            raise
        except PhotoError:
            self._given_up = 0
            raise
        self._given_up = 0
        pace.went_well()
        return answer

    async def _process(self, data: bytes, read: Callable[[bytes], T]) -> T:
        if data in self._placeholders.values():
            raise _gone()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, read, data)
        except GonePhotoError:
            raise
        except PhotoError as error:
            raise FailedTryError("unusable photo") from error

    async def _remember(self, url: URL, location: str) -> None:
        """Learn what the picture for gone photos looks like, as it also comes without a redirect."""
        with suppress(PhotoError, FailedTryError):
            picture = self._hosts.follow(url, location)
            if picture not in self._placeholders and len(self._placeholders) < PLACEHOLDERS:
                pace = self._pace(picture)
                async with pace.slot() as since:
                    answer = await self._ask(picture, pace, since, 1)
                if isinstance(answer, bytes):
                    self._placeholders[picture] = answer

    def _pace(self, url: URL) -> Pace:
        if url.authority not in self._paces:
            self._paces[url.authority] = Pace(self._connections)
        return self._paces[url.authority]

    def _jitter(self, number: int) -> float:
        """Seconds to wait: at random, so that those who failed together do not come back together."""
        most = min(self._longest_wait, self._base * 2 ** (number - 1))
        return random.uniform(0, most)  # noqa: S311  # no secret

    def _last_word(self, failure: FailedTryError) -> Exception:
        """What to tell of a photo after its last try."""
        self._given_up += 1
        if self._given_up > SILENCE:
            return FlickrUnavailableError(
                f"no photo host gave a usable answer while {SILENCE} photos were given up (the last one: "
                f"{failure.reason}): check the network and run the same command again; nothing stored is lost"
            )
        if isinstance(failure.__cause__, PhotoError):
            return failure.__cause__
        return PhotoError(f"the photo did not come in {self._tries} tries; the last one: {failure.reason}")


def _gone() -> GonePhotoError:
    return GonePhotoError("the host shows a picture that says the photo is unavailable")
