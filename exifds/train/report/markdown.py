"""Markdown: a report as `report.md`. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from exifds.train.report.blocks import (
    Block,
    Chapter,
    Code,
    Document,
    Folded,
    Picture,
    Sentences,
    Table,
    Text,
)
from exifds.train.report.comparison import Claim

__all__ = ["markdown"]

_MARKUP: Final = re.compile(r"[\\`*_\[\]~$#]")
_HTML_OR_TABLE: Final = re.compile(r"[<>&|]")
_BLANK: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_WORDS: Final = {"supported": "Supported", "open": "Open", "warning": "Warning", "fact": "Fact"}
_FENCE: Final = "`" * 3


def markdown(document: Document) -> str:
    """Write a report as Markdown.

    Args:
        document: The report.

    Returns:
        The text; figures are linked from `figures/`. Texts from data show as they are: they add no markup.

    Example:
        >>> print(markdown(Document("a <b>", "exifds 1", (), ())).splitlines()[0])
        # a &#60;b&#62;
    """
    alarms = [f"> **Warning:** {_text(alarm)}" for alarm in document.alarms]
    head = [f"# {_text(document.title)}", _text(document.made), *alarms]
    return "\n\n".join([*head, *(part for chapter in document.chapters for part in _chapter(chapter))]) + "\n"


def _chapter(chapter: Chapter) -> list[str]:
    return [f"{'#' * chapter.level} {_text(chapter.title)}", *(_block(block) for block in chapter.blocks)]


def _block(block: Block) -> str:
    match block:
        case Text():
            return f"**{_text(block.heading)}.** {_text(block.text)}" if block.heading else _text(block.text)
        case Sentences():
            return "\n".join(line for one in block.claims for line in _lines(one))
        case Picture():
            return f"![{_text(block.drawing.alt)}](figures/{block.drawing.name}.svg)"
        case Code():
            return "\n".join([f"{_FENCE}sh", *(_line(line) for line in block.lines), _FENCE])
        case Table():
            return _table(block)


def _lines(one: Claim | Folded) -> Iterator[str]:
    if isinstance(one, Claim):
        yield f"- **{_WORDS[one.verdict]}:** {_text(f'{one.text} {one.evidence}')}"
    else:
        yield f"- **{', '.join(one.counts.values())}:** {_text(one.text)}"
        yield from (f"  {line}" for claim in one.claims for line in _lines(claim))


def _table(table: Table) -> str:
    marks = ["---" if number < table.texts else "---:" for number in range(len(table.header))]
    lines: list[Sequence[str]] = [[_text(cell) for cell in table.header], marks]
    lines += [[_text(cell) for cell in row] for row in table.rows]
    whole = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{whole}\n\n{_text(table.note)}" if table.note else whole


def _line(line: str) -> str:
    """A line of code: it ends no block."""
    return _BLANK.sub(" ", line).replace(_FENCE, "'''")


def _text(value: Any) -> str:
    """A value that shows as it is within a line of Markdown."""
    plain = _BLANK.sub(" ", str(value)).strip()
    plain = _MARKUP.sub(lambda found: f"\\{found[0]}", plain)
    return _HTML_OR_TABLE.sub(lambda found: f"&#{ord(found[0])};", plain)
