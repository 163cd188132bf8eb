"""The command `curate`: the page on which a dataset is cleaned."""

from typing import Annotated

import typer

__all__ = ["curate"]


def curate(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.", show_default=False)],
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port; a free one if not given.", show_default=False),
    ] = None,
    host: Annotated[str, typer.Option(help="An address of this machine.")] = "127.0.0.1",
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
) -> None:
    """Serve a page to clean a dataset by sliders over thumbnails, until Ctrl-C."""
    import exifds  # brings pymongo

    with exifds.open(dataset) as opened:
        opened.curate(port=port, host=host, show=browser)
