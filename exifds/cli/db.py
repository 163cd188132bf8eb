"""Commands for the embedded MongoDB server: `db start`, `stop`, `status` and `uri`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exifds.cli import console
from exifds.errors import MongodError, UsageError

if TYPE_CHECKING:
    from exifds.store.embedded import Status

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True)


@app.command()
def start() -> None:
    """Start the server and keep it running until `exifds db stop`."""
    from exifds.store import embedded  # brings psutil

    typer.echo(_in_words(embedded.start(_home())))


@app.command()
def stop() -> None:
    """Stop the server: at once, or when the last program that uses it ends."""
    from exifds.store import embedded  # brings psutil

    typer.echo(_in_words(embedded.stop(_home())))


@app.command()
def status(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Show whether the server runs, for whom, and how much room it takes."""
    from exifds.settings import load_settings  # brings pydantic
    from exifds.store import embedded  # brings psutil

    settings = load_settings()
    found = embedded.status(settings.home)
    if json:
        console.print_json(asdict(found) | {"in_use": settings.uri is None})
        return
    typer.echo(_in_words(found))
    if settings.uri is not None:
        typer.echo("EXIFDS_URI is set: exifds uses that server, not this one")


@app.command()
def uri() -> None:
    """Print the address of the running server, for any MongoDB client: mongosh "$(exifds db uri)"."""
    from exifds.store import connect, embedded  # brings pymongo

    address = embedded.status(_home()).uri
    if address is None:
        raise MongodError("the embedded server is not running: start it with exifds db start")
    typer.echo(f"{address}/{connect.DEFAULT_DATABASE}")


def _home() -> Path:
    from exifds.settings import load_settings  # brings pydantic

    settings = load_settings()
    if settings.uri is not None:
        raise UsageError("EXIFDS_URI points to another server: unset it to use the embedded one")
    return settings.home


def _in_words(found: "Status") -> str:
    size = f"{found.bytes / 1e6:,.0f} MB in {found.dbpath}"
    if not found.running:
        return f"not running; {size}"
    users = ", ".join(f"{name or 'children of a process that ended'} ({pid})" for pid, name in found.users)
    until = "in a few seconds: nobody uses it" if not users else "when its last user ends"
    ends = "until exifds db stop" if found.kept else f"and stops {until}"
    return (
        f"running {ends}: MongoDB {found.version}, process {found.pid}\n"
        f"uri: {found.uri}\n"
        f"used by: {users or 'nobody'}\n"
        f"data: {size}"
    )
