"""Pace: how many requests one host gets at a time, and when it gets none.

A host that answers is asked by as many as allowed. One that says "too many", or does not answer in time, is
asked by half as many, then by one more with each round that goes well: the way TCP finds its rate. Requests
that were already under way when the number was halved do not halve it again.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["Pace"]


class Pace:
    """The pace of one host, shared by all who ask it in one event loop.

    Args:
        most: Requests at a time at most, and to begin with.

    Example:
        >>> async def visit(pace):
        ...     async with pace.slot() as since:
        ...         pace.strained(since)
        ...     return pace.allowed
        >>> asyncio.run(visit(Pace(64)))
        32
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._window = float(most)
        self._busy = 0
        self._halvings = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._held_until = float("-inf")
        self._alarm: asyncio.TimerHandle | None = None

    @property
    def allowed(self) -> int:
        """Requests at a time as of now."""
        return int(self._window)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[int]:
        """Wait for a turn and keep it while the block runs; first come, first served.

        Yields:
            The time of the beginning, counted in halvings, for `strained`.
        """
        if self._waiting or not self._free():
            await self._turn()
        else:
            self._busy += 1
        try:
            yield self._halvings
        finally:
            self._leave()

    def went_well(self) -> None:
        """Count a request that the host answered: a round of them makes room for one more."""
        self._window = min(self._most, self._window + 1 / self._window)

    def strained(self, since: int) -> None:
        """Halve the number of requests, once for all that were under way together.

        Args:
            since: What `slot` gave to the request that was refused or not answered in time.
        """
        if since == self._halvings:
            self._halvings += 1
            self._window = max(1.0, self._window / 2)

    def hold(self, seconds: float) -> None:
        """Let nobody ask for a while. The longest of several holds counts.

        Args:
            seconds: From now.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        if until > self._held_until:
            self._held_until = until
            if self._alarm is not None:
                self._alarm.cancel()
            self._alarm = loop.call_at(until, self._release)

    def _free(self) -> bool:
        return self._alarm is None and self._busy < int(self._window)

    async def _turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # the turn came, and nobody is here any more to take it
                self._leave()
            raise

    def _leave(self) -> None:
        self._busy -= 1
        self._admit()

    def _release(self) -> None:
        self._alarm = None
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._free():
            turn = self._waiting.popleft()
            if not turn.done():
                self._busy += 1
                turn.set_result(None)
