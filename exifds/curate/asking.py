"""Asking: the database is asked in a thread, so that the page goes on while it answers."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from nicegui import ui

from exifds.errors import ExifdsError

__all__ = ["ask"]

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
    try:
        return await asyncio.to_thread(function, *args, **kwargs)
    except ExifdsError as error:
        ui.notify(str(error), type="negative")
        return None
