"""Drawing: the style of all figures, and a figure as SVG and PNG. The same numbers give the same bytes."""

import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from exifds.train.report.model import Kind
from exifds.train.stats.bootstrap import Interval

__all__ = [
    "COLOURS",
    "INK",
    "MOST_CLASSES",
    "ROW",
    "Drawing",
    "Row",
    "colour",
    "draw",
    "forest",
    "inline",
    "legend",
    "marker",
    "short",
    "sized",
]

MOST_CLASSES: Final = 20
"""Of a figure, and of a table with a column for each."""
ROW: Final = 0.24
"""Height of a line of a figure, in inches."""

INK: Final = "#1f2328"
"""Of texts and axes; the page puts its own in place of it, so that figures follow the dark mode."""
_PAPER: Final = "#ffffff"
COLOURS: Final[Mapping[str, str]] = MappingProxyType(
    {"fusion": "#009e73", "late": "#c060a1", "image": "#2b87c8", "exif": "#dd8500"}
)
"""Told apart by most colour-blind readers (after Okabe & Ito 2008), on white and on black."""
_OTHER: Final = "#848a93"
_MARKERS: Final = MappingProxyType({"fusion": "o", "late": "D", "image": "s", "exif": "^"})

_STYLE: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "svg.fonttype": "none",
        "text.parse_math": False,
        "font.size": 9,
        "axes.titlesize": 9,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.facecolor": _PAPER,
        "axes.facecolor": "none",
        "legend.frameon": False,
        "legend.fontsize": 8,
        "lines.linewidth": 1.4,
        "savefig.dpi": 160,
        **dict.fromkeys(
            ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK
        ),
    }
)
_FONTS: Final = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "IPAexGothic",
    "Hiragino Sans",
    "PingFang SC",
    "Yu Gothic",
    "Microsoft YaHei",
    "Malgun Gothic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
)
"""For letters that DejaVu Sans lacks; those of them that are installed."""
_LETTER: Final = 0.072
"""Width of a letter, in inches."""
_LONGEST: Final = 120
"""Letters of the label of a row."""
_TAG: Final = re.compile(r"<[^>]+>")
_ID: Final = re.compile(r'(\bid="|"#|url\(#)')


@dataclass(frozen=True)
class Drawing:
    """A figure.

    Args:
        name: Of its files, without suffix.
        alt: What it shows, in words.
        svg: The figure, with its texts as text.
        png: The same.
    """

    name: str
    alt: str
    svg: bytes
    png: bytes


def draw(name: str, alt: str, paint: Callable[[Any], None]) -> Drawing:
    """Draw a figure.

    Args:
        name: Of its files, without suffix.
        alt: What it shows, in words.
        paint: Draws on a `matplotlib.figure.Figure`.

    Returns:
        The figure, without a date, so that equal numbers give equal bytes.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.font_manager import get_font_names

    svg, png = io.BytesIO(), io.BytesIO()
    fonts = ["DejaVu Sans", *sorted(set(_FONTS).intersection(get_font_names()), key=_FONTS.index)]
    style: Any = {**_STYLE, "font.family": fonts, "svg.hashsalt": name}
    with warnings.catch_warnings(), mpl.rc_context(style):
        warnings.simplefilter("ignore")  # a letter that the font here lacks, which the reader's may have
        figure = Figure(layout="constrained")
        paint(figure)
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        figure.set_layout_engine("none")  # it is laid out; another time would take as long again
        figure.savefig(png, format="png", metadata={"Software": None})
    return Drawing(name, alt, svg.getvalue(), png.getvalue())


def inline(drawing: Drawing) -> str:
    """A figure as part of a page: in the ink of the page, with ids of its own.

    Args:
        drawing: The figure.

    Returns:
        An `<svg>` element. Texts are escaped already.

    Example:
        >>> inline(Drawing("a", "", b'<?xml?><svg><path id="b" style="fill: #1f2328"/></svg>', b""))
        '<svg><path id="a-b" style="fill: currentColor"/></svg>'
    """
    text = drawing.svg.decode()
    text = re.sub(
        r"<style.*?</style>|<metadata.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL
    )

    def own(tag: re.Match[str]) -> str:
        named = _ID.sub(lambda found: f"{found[0]}{drawing.name}-", tag[0])
        return named.replace(INK, "currentColor").replace(_PAPER, "none")

    return _TAG.sub(own, text).strip()


def short(text: str, most: int = 26) -> str:
    """A text for an axis: printable, in one line, not longer than that.

    Example:
        >>> short("a very long name of a class indeed", 12)
        'a very long…'
    """
    plain = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def colour(kind: Kind) -> str:
    """Of a model in all figures; controls are grey."""
    return COLOURS.get(kind, _OTHER)


def marker(kind: Kind) -> str:
    """Of a model in all figures."""
    return _MARKERS.get(kind, "x")


@dataclass(frozen=True)
class Row:
    """A line of a forest plot.

    Args:
        label: At its left.
        found: Point and whisker; None leaves the line empty.
        kind: Gives colour and marker.
        faint: Draw it pale.
        ruled: Draw a line above it.
    """

    label: str
    found: Interval | None
    kind: Kind
    faint: bool = False
    ruled: bool = False


def sized(figure: Any, rows: Sequence[Row], more: float = 0.8) -> None:
    """Give a figure the size of a forest plot: whole labels, and room for the intervals beside them.

    Args:
        figure: To be sized.
        rows: Of the plot.
        more: Height of all but the rows, in inches.
    """
    longest = max(len(row.label) for row in rows)
    figure.set_size_inches(max(7.0, 3.8 + _LETTER * longest), more + ROW * len(rows))


def forest(axes: Any, rows: Sequence[Row], *, label: str, zero: float | None = None) -> None:
    """Draw estimates with their intervals, one below the other.

    Args:
        axes: To draw on.
        rows: From top to bottom.
        label: Of the horizontal axis.
        zero: Where a line is drawn; None draws none.
    """
    for place, row in enumerate(rows):
        if row.ruled:
            axes.axhline(place - 0.5, color=INK, alpha=0.15, linewidth=0.6)
        if row.found is None:
            continue
        style = {"color": colour(row.kind), "alpha": 0.45 if row.faint else 1.0}
        if row.found.low is not None and row.found.high is not None:
            axes.plot([row.found.low, row.found.high], [place, place], **style)
        axes.plot([row.found.estimate], [place], marker(row.kind), markersize=5, **style)
    axes.set_yticks(range(len(rows)), [short(row.label, _LONGEST) for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel(label)
    axes.grid(axis="x", color=INK, alpha=0.12, linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    if zero is not None:
        axes.axvline(zero, color=INK, linewidth=0.8, alpha=0.6, zorder=0)


def legend(figure: Any, axes: Any) -> None:
    """Put the legend of some axes above the figure."""
    handles, labels = axes.get_legend_handles_labels()
    told = [short(label, 40) for label in labels]
    fit = int(figure.get_figwidth() / (0.7 + _LETTER * max(map(len, told), default=0)))
    figure.legend(handles, told, loc="outside upper left", ncols=max(1, min(4, fit)))
