"""What commands print: tables for people, JSON for machines."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import typer

__all__ = ["counted", "pairs", "print_failures", "print_json", "printable", "table"]

SHOWN_FAILURES = 20

_NUMBER = re.compile(r"([A-Z]{3} )?[-+\N{MINUS SIGN}\N{PLUS-MINUS SIGN}\d.,:%/\[\] ]*( [a-z]{1,3})?")
"""Digits with their signs, and a measure or a unit beside them; or nothing, or a dash."""


def counted(number: int, thing: str) -> str:
    """A number of things in words: 1 photo, 2 photos."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def print_json(value: Any) -> None:
    """Print one JSON value."""
    from exifds.export.tables import to_json  # brings pydantic

    typer.echo(to_json(value, indent=2))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; texts from photos are shown as they are, never read as markup."""
    from rich import box  # loads only where a table is printed
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [["" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    whole = [_numeric(column) for column in zip(*cells, strict=True)] or [False] * len(columns)
    whole[0] = not any(whole[1:]) or not all(whole[1:])  # so that an id can be copied, if others give way
    grid = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column, unbroken in zip(columns, whole, strict=True):
        grid.add_column(column, overflow="fold", no_wrap=unbroken)
    for row in cells:
        grid.add_row(*map(Text, row))
    Console().print(grid)


def _numeric(column: Sequence[str]) -> bool:
    """Whether a column holds numbers, as with an interval or a unit; a number that is broken misleads."""
    return any(column) and all(_NUMBER.fullmatch(cell) for cell in column)


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
