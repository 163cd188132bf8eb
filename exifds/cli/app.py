"""The root of the command line: which commands there are."""

from typing import Annotated

import typer

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
    stats,
    train,
)
from exifds.cli.group import Group, Root
from exifds.cli.scrape.app import app as scrape

__all__ = ["app"]


app = typer.Typer(
    cls=Root,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its tables cut the names of options
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Photo datasets in MongoDB: encrypted where personal, queryable where useful.",
)
app.command()(demo.demo)
app.command()(collect.ingest)
app.add_typer(scrape, cls=Group, name="scrape", help="Photos from Flickr: searches, groups, lists of ids.")
app.command()(enrich.geocode)
app.command()(score.score)
app.command()(curate.curate)
app.command()(query.find)
app.command()(stats.stats)
app.command()(query.verify)
app.command()(export.export)
app.command()(train.train)
app.command()(report.report)
app.command()(analyze.analyze)
app.add_typer(keys.app, cls=Group, name="keys", help="The keys of personal fields.")
app.add_typer(db.app, cls=Group, name="db", help="The embedded MongoDB server.")
app.add_typer(
    sandbox.app, cls=Group, name="sandbox", help="Stand-ins for the services outside, on this machine."
)


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
