"""`exifds db`: the embedded MongoDB server by hand. It also starts and stops by itself."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from exifds.store.embedded import Status

__all__ = ["app"]

app = typer.Typer(
    name="db", help="Start, stop and look at the embedded MongoDB server.", no_args_is_help=True
)


@app.command()
def start() -> None:
    """Start the server and keep it running until `exifds db stop`."""
    from exifds.store import embedded  # noqa: PLC0415  heavy

    typer.echo(_in_words(embedded.start(_home())))


@app.command()
def stop() -> None:
    """Stop the server: at once, or when the last program that uses it ends."""
    from exifds.store import embedded  # noqa: PLC0415  heavy

    typer.echo(_in_words(embedded.stop(_home())))


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
) -> None:
    """Show whether the server runs, for whom, and how much room it takes."""
    from exifds.settings import load_settings  # noqa: PLC0415  heavy
    from exifds.store import embedded  # noqa: PLC0415  heavy

    settings = load_settings()
    found = embedded.status(settings.home)
    if as_json:
        typer.echo(json.dumps({**asdict(found), "in_use": settings.uri is None}, default=str))
        return
    typer.echo(_in_words(found))
    if settings.uri is not None:
        typer.echo("EXIFDS_URI is set: exifds uses that server, not this one.")


@app.command()
def uri() -> None:
    """Print the address of the server in use, for any MongoDB client: mongosh "$(exifds db uri)"."""
    from exifds.errors import UsageError  # noqa: PLC0415  heavy
    from exifds.settings import load_settings  # noqa: PLC0415  heavy
    from exifds.store import embedded  # noqa: PLC0415  heavy

    settings = load_settings()
    address = settings.uri or embedded.status(settings.home).uri
    if address is None:
        raise UsageError("The embedded server is not running: start it with exifds db start.")
    typer.echo(address)


def _home() -> Path:
    from exifds.errors import UsageError  # noqa: PLC0415  heavy
    from exifds.settings import load_settings  # noqa: PLC0415  heavy

    settings = load_settings()
    if settings.uri is not None:
        raise UsageError("EXIFDS_URI points to another server: unset it to use the embedded one.")
    return settings.home


def _in_words(found: "Status") -> str:
    size = f"{found.bytes / 1e6:,.0f} MB in {found.dbpath}"
    if not found.running:
        return f"not running; {size}"
    users = ", ".join(f"{name or 'children of a process that ended'} ({pid})" for pid, name in found.users)
    until = "until exifds db stop" if found.kept else "until its last user ends"
    return (
        f"running {until}: MongoDB {found.version}, process {found.pid}\n"
        f"uri: {found.uri}\n"
        f"used by: {users or 'nobody'}\n"
        f"data: {size}"
    )
