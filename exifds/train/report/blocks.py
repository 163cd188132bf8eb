"""Blocks: what a report is made of, whether it is written as HTML or as Markdown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from exifds.train.report.comparison import Claim
from exifds.train.report.drawing import Drawing

__all__ = ["Block", "Chapter", "Code", "Document", "Picture", "Sentences", "Table", "Text"]


@dataclass(frozen=True)
class Text:
    """A paragraph.

    Args:
        text: Plain.
        heading: What it is about; empty for none.
    """

    text: str
    heading: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells.

    Args:
        header: Names of the columns.
        rows: As many cells each.
        texts: So many columns at the left hold text; the others hold numbers.
        note: Below it.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    texts: int = 1
    note: str = ""


@dataclass(frozen=True)
class Sentences:
    """Claims in a list."""

    claims: Sequence[Claim]


@dataclass(frozen=True)
class Picture:
    """A figure."""

    drawing: Drawing


@dataclass(frozen=True)
class Code:
    """Lines for a shell."""

    lines: Sequence[str]


Block = Text | Table | Sentences | Picture | Code


@dataclass(frozen=True)
class Chapter:
    """A part with a heading.

    Args:
        title: Of it.
        level: 2 or 3, as in HTML.
        blocks: What it holds.
    """

    title: str
    level: int
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Document:
    """A report.

    Args:
        title: Of it.
        made: By what and when.
        alarms: What a reader must know before all else.
        chapters: In their order.
    """

    title: str
    made: str
    alarms: Sequence[str]
    chapters: Sequence[Chapter]
