"""Figures: the same bytes for the same numbers, and texts that stay texts."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from exifds.train.report.comparison import Comparison
from exifds.train.report.drawing import Drawing, draw, inline, short
from exifds.train.report.figures import FIGURES
from tests.train.report.folders import HOSTILE


def _paint(figure: Any) -> None:
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1])
    axes.set_title(HOSTILE[0] + HOSTILE[1] + '" id="x')


def test_equal_numbers_give_equal_bytes() -> None:
    """No date, no random id."""
    assert draw("a", "A line", _paint) == draw("a", "A line", _paint)


def test_texts_stay_texts() -> None:
    """A hostile title is a text of the SVG, also within a page, and its own ids stay apart from others'."""
    found = draw("a", "A line", _paint)
    text = inline(found)
    root = ET.fromstring(text)
    titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert HOSTILE[0] + HOSTILE[1] + '" id="x' in titles
    assert "<script" not in text
    assert all(element.get("id", "a-").startswith("a-") for element in root.iter())
    assert "currentColor" in text
    assert "#ffffff" not in text


def test_there_is_a_figure_for_all_that_was_measured(full: Comparison, folder: Path) -> None:
    """Each is written as SVG and as PNG; the importance of tags only where it was asked for."""
    written = {path.name for path in (folder / "figures").iterdir()}
    names = set(FIGURES) - {"importance"} | {"overview-f1", "overview-delta", "overview-time"}
    assert written == {f"{name}.{suffix}" for name in names for suffix in ("svg", "png")}
    assert (folder / "figures" / "roc.png").read_bytes().startswith(b"\x89PNG")


def test_labels_are_short_and_printable() -> None:
    """One line, no control characters, no more than there is room for."""
    found = short(HOSTILE[2])
    assert len(found) <= 26
    assert found.isprintable()


def test_a_drawing_without_tags_is_left_alone() -> None:
    """Only what stands in tags is changed."""
    text = '<svg><text>#1f2328 id="q"</text></svg>'
    assert inline(Drawing("n", "", text.encode(), b"")) == text
