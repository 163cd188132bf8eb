"""Blocks: what a report is made of, whether it is written as HTML or as Markdown. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from exifds.train.report.comparison import Claim
from exifds.train.report.drawing import Drawing
from exifds.train.report.wording import counted

__all__ = ["Block", "Chapter", "Code", "Document", "Folded", "Picture", "Sentences", "Table", "Text"]


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
class Folded:
    """Claims under one line that tells them together.

    Args:
        text: The line.
        claims: What is under it.
    """

    text: str
    claims: Sequence[Claim]

    @property
    def counts(self) -> dict[str, str]:
        """How many claims there are of each verdict, in words.

        Example:
            >>> Folded("Both", [Claim(verdict="open", text="One.")]).counts
            {'open': '1 open'}
        """
        found = Counter(claim.verdict for claim in self.claims)
        nouns = {"warning", "fact"}
        return {
            verdict: counted(found[verdict], verdict) if verdict in nouns else f"{found[verdict]:,} {verdict}"
            for verdict in ("supported", "warning", "open", "fact")
            if verdict in found
        }


@dataclass(frozen=True)
class Sentences:
    """Claims in a list."""

    claims: Sequence[Claim | Folded]


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
