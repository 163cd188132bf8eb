"""The root of the command line: which commands there are, and how errors end."""

import os
import sys
import threading
from enum import IntEnum
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from exifds import __version__
from exifds.cli import (
    analyze,
    collect,
    curate,
    db,
    demo,
    enrich,
    export,
    keys,
    query,
    report,
    sandbox,
    score,
    train,
)
from exifds.cli.scrape.app import app as scrape
from exifds.errors import ExifdsError, UsageError

__all__ = ["app"]


class Exit(IntEnum):
    """Exit codes; `0` is done and `3` done but some photos failed."""

    FAILED = 1
    USAGE = 2
    INTERRUPTED = 130


class _Commands(TyperGroup):
    """Ends every error of exifds as one line on stderr, without a traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ExifdsError as error:
            typer.echo(f"exifds: {error}", err=True)
            raise typer.Exit(Exit.USAGE if isinstance(error, UsageError) else Exit.FAILED) from None
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            else:
                typer.echo(f"exifds: {error.strerror}: {error.filename or 'the output'}", err=True)
            raise typer.Exit(Exit.FAILED) from None
        except KeyboardInterrupt:
            typer.echo("exifds: stopped; run the same command again to go on", err=True)
            _leave_what_hangs()
            raise typer.Exit(Exit.INTERRUPTED) from None


def _leave_what_hangs() -> None:
    """End at once if a thread still waits for a server: at its end, Python would wait for the thread."""
    threads = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    if any(thread.is_alive() and not thread.daemon for thread in threads):
        sys.stdout.flush()
        os._exit(Exit.INTERRUPTED)


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Photo datasets in MongoDB: encrypted where personal, queryable where useful.",
)
app.command()(demo.demo)
app.command()(collect.ingest)
app.add_typer(scrape, name="scrape", help="Photos from Flickr: searches, groups, lists of ids.")
app.command()(enrich.geocode)
app.command()(score.score)
app.command()(curate.curate)
app.command()(query.find)
app.command()(query.stats)
app.command()(query.verify)
app.command()(export.export)
app.command()(train.train)
app.command()(report.report)
app.command()(analyze.analyze)
app.add_typer(keys.app, name="keys", help="The keys of personal fields.")
app.add_typer(db.app, name="db", help="The embedded MongoDB server.")
app.add_typer(sandbox.app, name="sandbox", help="Stand-ins for the services outside, on this machine.")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"exifds {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version
