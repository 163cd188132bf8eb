"""A group of commands, and how it ends: errors are one line on stderr and an exit code."""

import os
import sys
import traceback
from enum import IntEnum
from typing import Any, TextIO

import typer
from typer.core import TyperGroup

from exifds.cli import interrupt
from exifds.errors import ExifdsError, UsageError

__all__ = ["Exit", "Group", "Root"]

WHOLE = 1000
"""More characters than the first sentence of a command has."""

_PRINTING = ("exifds.cli", "click", "typer", "rich")
"""Modules that write what a command prints."""


class Exit(IntEnum):
    """Exit codes; `0` is done and `3` done but some photos failed."""

    FAILED = 1
    USAGE = 2
    INTERRUPTED = interrupt.INTERRUPTED
    UNREAD = 141
    """Whoever read the output has closed it; a shell says so of programs that SIGPIPE ends."""


class Group(TyperGroup):
    """Lists its commands with whole sentences."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands; the default cuts sentences at the edge of the screen."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, self.commands[name].get_short_help_str(WHOLE)) for name in self.list_commands(ctx)]
            )


class Root(Group):
    """Ends every error of exifds as one line on stderr, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Do what was asked for."""
        try:
            with interrupt.during_the_work():
                try:
                    return super().invoke(ctx)
                finally:
                    sys.stdout.flush()  # or Python does at its end, and complains if nobody reads
        except ExifdsError as error:
            typer.echo(f"exifds: {error}", err=True)
            raise typer.Exit(Exit.USAGE if isinstance(error, UsageError) else Exit.FAILED) from None
        except BrokenPipeError:
            for stream in (sys.stdout, sys.stderr):
                _give_up(stream)
            raise typer.Exit(Exit.UNREAD) from None
        except OSError as error:
            where = error.filename
            if where is None and _came_of_printing(error):
                where = "the output"
                _give_up(sys.stdout)  # or Python tries again at its end, and complains
            said = error.strerror or error
            typer.echo(f"exifds: {said}: {where}" if where else f"exifds: {said}", err=True)
            raise typer.Exit(Exit.FAILED) from None
        except KeyboardInterrupt:
            typer.echo("exifds: stopped; run the same command again to go on", err=True)
            raise typer.Exit(Exit.INTERRUPTED) from None


def _came_of_printing(error: OSError) -> bool:
    """Whether it is one of the output, which has no name: nothing but the command line prints."""
    *_, (frame, _line) = traceback.walk_tb(error.__traceback__)
    return str(frame.f_globals["__name__"]).startswith(_PRINTING)


def _give_up(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
