"""A host is asked by as many as it bears, and by nobody while it wants to be left alone."""

import asyncio

import pytest

from exifds.fetch.pace import Pace


async def turns() -> None:
    """Let everything happen that can happen by now."""
    for _ in range(10):
        await asyncio.sleep(0)


class Visitors:
    """Tasks that take a slot each and keep it until told to leave."""

    def __init__(self, pace: Pace, number: int) -> None:
        self.inside: list[int] = []
        self.most = 0
        self._leave = [asyncio.Event() for _ in range(number)]
        self.tasks = [asyncio.create_task(self._visit(pace, name)) for name in range(number)]

    async def _visit(self, pace: Pace, name: int) -> None:
        async with pace.slot():
            self.inside.append(name)
            self.most = max(self.most, len(self.inside))
            try:
                await self._leave[name].wait()
            finally:
                self.inside.remove(name)

    async def leave(self, *names: int) -> None:
        """Let visitors go."""
        for name in names:
            self._leave[name].set()
        await turns()


async def test_no_more_than_allowed_and_in_the_order_they_came() -> None:
    """The others wait for their turn."""
    visitors = Visitors(Pace(2), 5)
    await turns()
    assert visitors.inside == [0, 1]
    await visitors.leave(1)
    assert visitors.inside == [0, 2]
    await visitors.leave(0, 2)
    assert visitors.inside == [3, 4]
    await visitors.leave(3, 4)
    assert visitors.most == 2
    assert all(task.done() for task in visitors.tasks)


async def test_a_strained_host_gets_half_as_many_once_per_round() -> None:
    """Requests that were under way together are one sign of strain, not many."""
    pace = Pace(16)
    async with pace.slot() as first, pace.slot() as second:
        pace.strained(first)
        pace.strained(second)
    assert pace.allowed == 8
    async with pace.slot() as later:
        pace.strained(first)
        pace.strained(later)
    assert pace.allowed == 4


async def test_one_request_is_always_allowed() -> None:
    """Else nobody would find out that the host is well again."""
    pace = Pace(2)
    for _ in range(5):
        async with pace.slot() as since:
            pace.strained(since)
    assert pace.allowed == 1


async def test_a_round_that_goes_well_makes_room_for_one_more() -> None:
    """Slowly up, and never above what was allowed at first."""
    pace = Pace(8)
    async with pace.slot() as since:
        pace.strained(since)
    assert pace.allowed == 4
    for _ in range(5):
        pace.went_well()
    assert pace.allowed == 5
    for _ in range(100):
        pace.went_well()
    assert pace.allowed == 8


async def test_those_inside_finish_when_the_number_is_halved() -> None:
    """Nobody new comes in until there are few enough."""
    pace = Pace(4)
    visitors = Visitors(pace, 6)
    await turns()
    pace.strained(0)
    await visitors.leave(0, 1)
    assert visitors.inside == [2, 3]
    await visitors.leave(2)
    assert visitors.inside == [3, 4]
    await visitors.leave(3, 4, 5)


async def test_nobody_asks_while_the_host_is_held() -> None:
    """A hold concerns everybody, and the longest counts."""
    pace = Pace(4)
    loop = asyncio.get_running_loop()

    async def visit() -> float:
        async with pace.slot():
            return loop.time()

    for holds in ((0.05, 0.01), (0.01, 0.05)):
        begun = loop.time()
        for seconds in holds:
            pace.hold(seconds)
        async with asyncio.timeout(5):
            entries = await asyncio.gather(*(visit() for _ in range(6)))
        assert min(entries) - begun >= 0.05


async def test_who_gives_up_waiting_leaves_no_gap() -> None:
    """Cancelled before the turn, at the very moment of the turn, or inside: the others still get theirs."""
    pace = Pace(1)
    visitors = Visitors(pace, 5)
    await turns()
    visitors.tasks[1].cancel()
    await turns()
    visitors._leave[0].set()
    await asyncio.sleep(0)
    assert (visitors.inside, pace._busy) == ([], 1)
    visitors.tasks[2].cancel()
    await turns()
    assert visitors.inside == [3]
    visitors.tasks[3].cancel()
    await turns()
    assert visitors.inside == [4]
    await visitors.leave(4)
    async with pace.slot():
        pass


async def test_all_who_wait_may_give_up() -> None:
    """A host that nobody waits for any more is free for the next."""
    pace = Pace(1)
    pace.hold(0.03)
    visitors = Visitors(pace, 3)
    await turns()
    for task in visitors.tasks:
        task.cancel()
    await turns()
    async with asyncio.timeout(5), pace.slot():
        assert visitors.inside == []


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_happens_the_number_holds_and_nobody_is_forgotten(seed: int) -> None:
    """Random arrivals, departures, strains, holds and cancellations."""
    import random

    chance = random.Random(seed)
    pace = Pace(4)
    inside = 0

    async def visit() -> None:
        nonlocal inside
        async with pace.slot() as since:
            inside += 1
            assert inside <= 4
            try:
                for _ in range(chance.randrange(4)):
                    await asyncio.sleep(0)
                if chance.random() < 0.1:
                    pace.strained(since)
                elif chance.random() < 0.1:
                    pace.hold(0.001)
                else:
                    pace.went_well()
            finally:
                inside -= 1

    tasks = [asyncio.create_task(visit()) for _ in range(60)]
    for task in chance.sample(tasks, 20):
        await asyncio.sleep(0)
        task.cancel()
    async with asyncio.timeout(5):
        results = await asyncio.gather(*tasks, return_exceptions=True)
    assert not [result for result in results if isinstance(result, Exception)]
    assert inside == 0
    assert not pace._waiting
