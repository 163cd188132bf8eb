"""Bare download: the loop over URLs that a script with aiohttp would have, with 64 connections."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp

from benchmarks.bare import write

__all__ = ["download"]

CONNECTIONS = 64


def download(urls: Sequence[str], folder: Path, *, durably: bool) -> int:
    """Download photos into files.

    Args:
        urls: Where they are.
        folder: Where to; made if absent.
        durably: Write each so that it is whole or absent, also after a power cut; in threads.

    Returns:
        How many.
    """
    folder.mkdir(exist_ok=True)
    asyncio.run(_download(urls, folder, _durably if durably else _quickly))
    return len(urls)


async def _download(
    urls: Sequence[str], folder: Path, keep: Callable[[Path, bytes], Awaitable[None]]
) -> None:
    places = iter([(url, folder / url.rpartition("/")[2]) for url in urls])

    async def work(session: aiohttp.ClientSession) -> None:
        for url, path in places:
            async with session.get(url, raise_for_status=True) as response:
                data = await response.read()
            await keep(path, data)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS)) as session:
        await asyncio.gather(*(work(session) for _ in range(CONNECTIONS)))


async def _quickly(path: Path, data: bytes) -> None:
    path.write_bytes(data)  # noqa: ASYNC240  # quicker than a thread


async def _durably(path: Path, data: bytes) -> None:
    await asyncio.to_thread(write, path, data)
