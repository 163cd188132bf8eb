"""Turns: what people ask for is done one after the other, in the order they asked."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

__all__ = ["Turns"]

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Turns:
    """The queue of one page: who presses A twice judges two photos."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()

    def take(
        self, does: Callable[Given, Coroutine[Any, Any, Result]]
    ) -> Callable[Given, Coroutine[Any, Any, Result]]:
        """Let something wait for its turn.

        Args:
            does: What is to be done; it must not wait for a turn itself.

        Returns:
            The same, but begun when all that was asked for before is done.
        """

        @wraps(does)
        async def wait_and_do(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            """Wait, then do it."""
            async with self._one:
                return await does(*args, **kwargs)

        return wait_and_do
