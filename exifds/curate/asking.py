"""Asking: the database is asked in a thread, so that the page goes on while it answers."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from nicegui import ui

from exifds.errors import ExifdsError

__all__ = ["ask", "said"]

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


async def ask(function: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Answer | None:
    """Ask the database, and say on the page if it does not answer.

    Args:
        function: Asks it.
        *args: Its arguments.
        **kwargs: Its arguments by name.

    Returns:
        The answer; None if there was none.
    """
    return await said(asyncio.to_thread(function, *args, **kwargs))


async def said(work: Awaitable[Answer]) -> Answer | None:
    """Wait for something that asks the database, and say on the page if it does not answer.

    Args:
        work: Asks it.

    Returns:
        What it gives; None if there was no answer.
    """
    try:
        return await work
    except ExifdsError as error:
        ui.notify(str(error), type="negative")
        return None
