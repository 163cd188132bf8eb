"""Commands for the keys of personal fields: `keys list` and `keys export`."""

from typing import Annotated

import typer

from exifds.cli import console

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_keys(json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """List the keys by id, state and age. No key is printed."""
    from exifds import access  # brings pymongo
    from exifds.settings import load_settings

    keyring = access.keyring(load_settings())
    keys = [{"kid": key.kid, "state": str(key.state), "created": key.created} for key in keyring.keys]
    if json:
        console.print_json({"keyring": keyring.id, "keys": keys})
    else:
        console.table(
            f"keyring {keyring.id}", ("key", "state", "created"), [list(key.values()) for key in keys]
        )


@app.command()
def export(
    kid: Annotated[
        str | None, typer.Option(help="Id of the key; the primary one if not given.", show_default=False)
    ] = None,
) -> None:
    """Print a key, so that other programs can decrypt: Fernet(key).decrypt(document["exif"])."""
    from exifds import access  # brings pymongo
    from exifds.settings import load_settings

    keyring = access.keyring(load_settings())
    typer.echo(keyring.key(kid or keyring.primary.kid))
