"""The commands of `scrape`: which ones there are."""

import typer

from exifds.cli.scrape.group import group
from exifds.cli.scrape.listed import listed
from exifds.cli.scrape.search import search
from exifds.cli.scrape.status import status

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True)
app.command()(search)
app.command()(group)
app.command("list")(listed)
app.command()(status)
