"""The command `demo`: the whole way, without a key or a network."""

from pathlib import Path
from typing import Annotated

import typer

from exifds.cli import console

__all__ = ["demo"]


def demo(
    out: Annotated[Path, typer.Option(help="Folder for everything the demo makes.")] = Path("exifds-demo"),
    photos: Annotated[int, typer.Option(min=1, help="How many photos to render.")] = 1200,
) -> None:
    """Render photos with known EXIF, and take them the whole way to a report. Needs no network."""
    from exifds.sandbox import demo as steps  # brings numpy, Pillow and pymongo

    steps.run(out, photos, say=typer.echo, show=console.table)
