"""What commands print: tables for people, JSON for machines."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer

__all__ = ["counted", "pairs", "print_failures", "print_json", "printable", "table"]

SHOWN_FAILURES = 20


def counted(number: int, thing: str) -> str:
    """A number of things in words: 1 photo, 2 photos."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def print_json(value: Any) -> None:
    """Print one JSON value."""
    from exifds.export.tables import to_json  # brings pydantic

    typer.echo(to_json(value, indent=2))


def table(title: str, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print a table; texts from photos are shown as they are, never read as markup."""
    from exifds.cli.table import show  # brings rich

    cells = [["" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    show(title, columns, cells)


def pairs(title: str, values: Mapping[str, Any]) -> None:
    """Print names and values."""
    table(title, ("", ""), values.items())


def print_failures(failures: Sequence[tuple[str, str]]) -> None:
    """List what failed and why, on stderr."""
    for name, reason in failures[:SHOWN_FAILURES]:
        typer.echo(f"  {printable(name)}: {printable(reason)}", err=True)
    if len(failures) > SHOWN_FAILURES:
        typer.echo(f"  ... and {len(failures) - SHOWN_FAILURES} more; --json lists them all", err=True)


def printable(text: str) -> str:
    """Text that cannot steer a terminal: titles and file names may hold escape codes."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
