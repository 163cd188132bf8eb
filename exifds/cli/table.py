"""A table on a screen: a row is a line. What is too long is shortened; columns too many are named below."""

import os
import re
from collections.abc import Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

__all__ = ["show", "widths"]

NAME, TEXT = 16, 32
"""Characters to which a name at the start of a row, and any other text, may be shortened."""

BETWEEN, EDGE = 3, 1
"""Blanks after a column, and before the first."""

_NUMBER = re.compile(r"([A-Z]{3} )?[-+\N{MINUS SIGN}\N{PLUS-MINUS SIGN}\d.,:%/\[\] ]*( [a-z]{1,3})?")
"""Digits with their signs, and a measure or a unit beside them; or nothing, or a dash."""


class _Screen(Console):
    """Lets a command end in its own way when nobody reads on."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table as wide as the terminal at most; in a pipe or a file nothing is left out.

    Args:
        title: What it shows.
        columns: Their names.
        rows: A text for each column; it is shown as it is, never read as markup.
    """
    screen = _Screen()
    cells = [[name, *(row[number] for row in rows)] for number, name in enumerate(columns)]
    whole = sum(max(map(cell_len, column)) + BETWEEN for column in cells) + EDGE
    if not screen.is_terminal and "COLUMNS" not in os.environ:
        screen.width = whole
    fitting = widths(cells, screen.width)
    grid = Table(box=box.SIMPLE_HEAD)
    for name, width in zip(columns, fitting, strict=False):
        grid.add_column(Text(name), width=width, no_wrap=True, overflow="ellipsis")
    for row in rows:
        grid.add_row(*map(Text, row[: len(fitting)]))
    screen.print(Text(title, style="italic"), soft_wrap=True)
    screen.print(grid)
    if left := columns[len(fitting) :]:
        screen.print(
            Text(f"  no room for {', '.join(left)}; a wider terminal or a file shows them"), soft_wrap=True
        )


def widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """How wide to show each column; those that do not fit are left out, from the right.

    Args:
        columns: The name and the cells of each.
        room: Characters that a line may have.

    Returns:
        The widths of the columns to show, of one at least. A number is shown whole or not at all.

    Example:
        >>> widths([["photo", "file:943d3abda31b3950a4195cb1ced9a757"], ["iso", "100"]], 40)
        [30, 3]
    """
    whole = [max(map(cell_len, column)) for column in columns]
    least = [
        width if _numeric(column[1:]) else min(width, TEXT if number else NAME)
        for number, (column, width) in enumerate(zip(columns, whole, strict=True))
    ]
    shown = max(1, sum(sum(least[: n + 1]) + BETWEEN * (n + 1) + EDGE <= room for n in range(len(least))))
    spare = room - sum(least[:shown]) - BETWEEN * shown - EDGE
    found = []
    for width, needed in zip(whole[:shown], least[:shown], strict=True):
        found.append(max(1, min(width, needed + spare)))
        spare -= found[-1] - needed
    return found


def _numeric(column: Sequence[str]) -> bool:
    """Whether a column holds numbers, as with an interval or a unit; a number that is broken misleads."""
    return any(column) and all(_NUMBER.fullmatch(cell) for cell in column)
