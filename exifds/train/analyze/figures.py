"""Figures: an analysis as SVG. The same analysis gives the same bytes."""

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from exifds.errors import MissingExtraError
from exifds.train.analyze.analysis import Analysis
from exifds.train.analyze.association import Association
from exifds.train.analyze.distribution import Distribution, Tag

__all__ = ["FIGURES", "draw"]

_CLASSES: Final = 8
_PANELS: Final = 9
_COLUMNS: Final = 3
_LONGEST: Final = 24
_COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#000000")
"""Told apart by most colour-blind readers too (Okabe & Ito, 2008)."""
_STYLE: Final[Any] = MappingProxyType(
    {
        "svg.hashsalt": "exifds",
        "svg.fonttype": "none",
        "text.parse_math": False,
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)


def draw(analysis: Analysis, name: str) -> bytes:
    """One figure.

    Args:
        analysis: The analysis.
        name: One of `FIGURES`.

    Returns:
        An SVG file. It holds no date, and names of classes only as text.

    Raises:
        MissingExtraError: Matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise MissingExtraError("drawing figures", "train") from None
    found = io.BytesIO()
    with warnings.catch_warnings(), mpl.rc_context(dict(_STYLE)):
        warnings.simplefilter("ignore")  # a letter that the measuring font lacks; the reader's has it
        figure = Figure(layout="constrained")
        FIGURES[name](figure, analysis)
        figure.savefig(found, format="svg", metadata={"Date": None, "Creator": None})
    return found.getvalue()


def _associations(figure: Any, analysis: Analysis) -> None:
    known = [one for one in analysis.associations if one.value is not None and not one.contrary][::-1]
    figure.set_size_inches(7, 1 + 0.25 * max(len(known), 1))
    axes = figure.subplots()
    for row, one in enumerate(known):
        _whisker(axes, row, one)
    if known:
        axes.axvline(known[0].nothing, color="0.6", linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(known)), [one.tag for one in known])
    two = not known or known[0].measure == "auc"
    axes.set_xlabel("area under the ROC curve" if two else "mutual information, bits")
    axes.set_title(f"What each tag alone tells about {_short(analysis.target)}", loc="left")


def _whisker(axes: Any, row: int, one: Association) -> None:
    assert one.value is not None  # chosen above
    value = one.value
    colour = _COLOURS[0] if one.clear else "0.6"
    axes.plot(value.estimate, row, "o", color=colour, markersize=5)
    if value.low is not None:
        axes.plot([value.low, value.high], [row, row], color=colour, linewidth=1.5)


def _coverage(figure: Any, analysis: Analysis) -> None:
    classes = analysis.classes[:_CLASSES]
    shares = [[tag.coverage, *tag.by_class[: len(classes)]] for tag in analysis.tags]
    names = ["all", *map(_short, classes)]
    _grid(figure, np.array(shares, float), names, [tag.name for tag in analysis.tags], form="{:.0%}")
    figure.axes[0].set_title("Share of photos with a tag", loc="left")


def _redundancy(figure: Any, analysis: Analysis) -> None:
    names = [
        tag.name for tag in analysis.tags if any(tag.name in pair.tags for pair in analysis.redundancies)
    ]
    at = {name: number for number, name in enumerate(names)}
    values = np.full((len(names), len(names)), np.nan)
    for pair in analysis.redundancies:
        one, other = (at[name] for name in pair.tags)
        values[one, other] = values[other, one] = abs(pair.value)
    _grid(figure, values, names, names, form="{:.1f}")
    figure.axes[0].set_title("How much two tags go together (Spearman, Cramer's V)", loc="left")


def _grid(figure: Any, values: Any, columns: Sequence[str], rows: Sequence[str], form: str) -> None:
    """A table of shares, darker where larger."""
    figure.set_size_inches(2 + 0.5 * max(len(columns), 2), 1.5 + 0.25 * max(len(rows), 2))
    axes = figure.subplots()
    axes.imshow(np.ma.masked_invalid(np.atleast_2d(values)), cmap="Blues", vmin=0, vmax=1, aspect="auto") if (
        values.size
    ) else axes.set_axis_off()
    axes.set_xticks(range(len(columns)), columns, rotation=90)
    axes.set_yticks(range(len(rows)), rows)
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            colour = "white" if value > 0.6 else "black"  # noqa: PLR2004 - where Blues turn dark
            axes.text(column, row, form.format(value), ha="center", va="center", color=colour, fontsize=7)


def _distributions(figure: Any, analysis: Analysis) -> None:
    tags = {tag.name: tag for tag in analysis.tags if tag.distribution}
    shown = [tags[one.tag] for one in analysis.associations if one.value and one.tag in tags][:_PANELS]
    lines = -(-len(shown) // _COLUMNS)
    figure.set_size_inches(9, 1 + 2.2 * max(lines, 1))
    panels = figure.subplots(max(lines, 1), _COLUMNS, squeeze=False).ravel()
    for axes in panels[len(shown) :]:
        axes.set_axis_off()
    for axes, tag in zip(panels, shown, strict=False):
        assert tag.distribution is not None  # chosen above
        _bars(axes, tag, tag.distribution, len(analysis.classes))
    names = [_short(name) for name in analysis.classes[:_CLASSES]]
    handles = [
        panels[0].plot([], [], color=_COLOURS[number], label=name)[0] for number, name in enumerate(names)
    ]
    figure.legend(handles, names, loc="outside upper left", ncols=4, frameon=False)


def _bars(axes: Any, tag: Tag, spread: Distribution, classes: int) -> None:
    """Shares of the photos of each class, as steps for a number and as bars for a code."""
    shown = min(classes, _CLASSES)
    for number, counts in enumerate(spread.counts[:shown]):
        shares = np.array(counts) / max(sum(counts), 1)
        if spread.edges:
            axes.stairs(shares, spread.edges, color=_COLOURS[number])
        else:
            places = np.arange(len(shares)) + (number + 0.5) / shown * 0.8 - 0.4
            axes.bar(places, shares, 0.8 / shown, color=_COLOURS[number])
    if spread.edges and tag.unit in ("s", "ISO", "mm", "f-number") and spread.edges[0] > 0:
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}" if value >= 1 else f"1/{1 / value:g}")
        axes.minorticks_off()
    if spread.codes:
        axes.set_xticks(range(len(spread.codes)), map(str, spread.codes))
    axes.set_title(f"{tag.name}{f', {tag.unit}' if tag.unit else ''}", fontsize=9)


def _short(text: str) -> str:
    """A name that fits beside a plot; what cannot stand in XML is replaced."""
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


FIGURES: Final[Mapping[str, Callable[[Any, Analysis], None]]] = MappingProxyType(
    {
        "associations": _associations,
        "distributions": _distributions,
        "coverage": _coverage,
        "redundancy": _redundancy,
    }
)
"""What is drawn, by name."""
