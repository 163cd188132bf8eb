"""A photo host and a port that nobody may connect to, for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.fetch.photo_host import Canary, PhotoHost, canary, serving


@pytest_asyncio.fixture
async def host() -> AsyncIterator[PhotoHost]:
    """A photo host that answers as it is told."""
    async with serving() as found:
        yield found


@pytest_asyncio.fixture(name="canary")
async def canary_port() -> AsyncIterator[Canary]:
    """A port that counts connections."""
    async with canary() as found:
        yield found
