"""Turns: one after the other, in the order that people asked."""

import asyncio

import pytest

from exifds.curate.turns import Turns
from tests.curate.finished import finished


def test_nobody_overtakes() -> None:
    """However long the first one takes, and also when it fails."""
    done: list[str] = []

    async def work(name: str, pauses: int) -> str:
        for _ in range(pauses):
            await asyncio.sleep(0)
        done.append(name)
        if name == "fails":
            raise ValueError(name)
        return name

    async def ask_all() -> list[str | BaseException]:
        turn = Turns().take(work)
        asked = (turn("slow", 9), turn("fails", 3), turn("quick", pauses=0))
        return list(await asyncio.gather(*asked, return_exceptions=True))

    first, failed, last = finished(ask_all())
    assert done == ["slow", "fails", "quick"]
    assert (first, last) == ("slow", "quick")
    with pytest.raises(ValueError, match="fails"):
        raise failed  # type: ignore[misc]
