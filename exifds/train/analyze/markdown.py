"""Markdown: an analysis as tables for people. Pure: an analysis in, text out."""

from collections.abc import Iterable, Iterator, Sequence

from exifds.train.analyze.analysis import Analysis
from exifds.train.analyze.association import Association
from exifds.train.analyze.figures import FIGURES

__all__ = ["PAIR_HEAD", "markdown", "rows_of_pairs", "rows_of_tags", "source", "told"]

PAIR_HEAD = ("tags", "measure", "value", "photos")

_CLASSES = 12
_PAIRS = 15
_LEAST = 0.3
_CAPTIONS = {
    "associations": "What each tag alone tells about the classes, with 95 % intervals drawn by group",
    "distributions": "Values of the most telling tags by class",
    "coverage": "Share of the photos that have a tag",
    "redundancy": "How much each two tags go together",
}


def markdown(analysis: Analysis) -> str:
    """An analysis as Markdown.

    Args:
        analysis: The analysis.

    Returns:
        The text; names of classes in it are shown as they are, never read as markup.
    """
    return "\n\n".join(_blocks(analysis)) + "\n"


def told(one: Association) -> str:
    """What a tag tells, as text: estimate and interval.

    Args:
        one: What it tells.

    Returns:
        The text; empty if nothing is known, `nothing` of what is wrong more often than right.

    Example:
        >>> from exifds.train.stats.bootstrap import Interval
        >>> area = Interval(estimate=0.72, low=0.7, high=0.74)
        >>> told(Association(tag="iso", measure="auc", photos=99, value=area))
        'AUC 0.72 [0.70, 0.74]'
    """
    value = one.value
    if value is None:
        return ""
    if one.contrary:
        return "nothing"
    shown, unit = (".2f", "AUC {}") if one.measure == "auc" else (".3f", "{} bit")
    ends = "" if value.low is None else f" [{value.low:{shown}}, {value.high:{shown}}]"
    return unit.format(f"{value.estimate:{shown}}") + ends


def source(analysis: Analysis) -> str:
    """Which photos the figures come from, as sentences.

    Args:
        analysis: The analysis.

    Returns:
        The text.
    """
    drawn = (
        f"{analysis.sampled:,} of {analysis.photos:,} photos, drawn at random"
        if analysis.sampled < analysis.photos
        else f"{analysis.photos:,} photos"
    )
    left_out = ", ".join(
        f"{number:,} {reason.replace('_', ' ')}" for reason, number in analysis.left_out.items()
    )
    return f"From {drawn}, of {analysis.groups:,} owners or cameras." + (
        f" Left out: {left_out}." if left_out else ""
    )


def rows_of_tags(analysis: Analysis, classes: int) -> list[tuple[str, ...]]:
    """What each tag tells, in which class it is larger, and how often it is there: the most telling first.

    Args:
        analysis: The analysis.
        classes: How many classes have a column.

    Returns:
        Rows of text.
    """
    coverage = {tag.name: tag for tag in analysis.tags}
    shown = range(min(len(analysis.classes), classes))
    return [
        (
            one.tag,
            told(one),
            one.more or "",
            f"{coverage[one.tag].coverage:.0%}",
            *(_share(coverage[one.tag].by_class[number]) for number in shown),
        )
        for one in analysis.associations
    ]


def rows_of_pairs(analysis: Analysis) -> list[tuple[str, ...]]:
    """The pairs of tags that go together most.

    Args:
        analysis: The analysis.

    Returns:
        Rows of text under `PAIR_HEAD`.
    """
    close = [pair for pair in analysis.redundancies if abs(pair.value) >= _LEAST]
    names = {"spearman": "Spearman", "cramers_v": "Cramer's V"}
    return [
        (" and ".join(pair.tags), names[pair.measure], f"{pair.value:.2f}", str(pair.photos))
        for pair in close[:_PAIRS]
    ]


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.0%}"


def _blocks(analysis: Analysis) -> Iterator[str]:
    yield f"# {_plain(analysis.target)} in {_plain(analysis.dataset)}, before training"
    yield source(analysis)
    yield "## Warnings"
    yield "\n".join(f"- {_plain(hazard.text)}" for hazard in analysis.hazards) or "None."
    yield "## Classes"
    yield _table(("class", "photos"), zip(analysis.classes, map(str, analysis.by_class), strict=True))
    yield "## Tags"
    shown = analysis.classes[:_CLASSES]
    head = ("tag", "tells alone", "larger in", "there", *(f"in {name}" for name in shown))
    yield _table(head, rows_of_tags(analysis, _CLASSES))
    if len(shown) < len(analysis.classes):
        yield f"Of {len(analysis.classes)} classes {len(shown)} are shown; analysis.json has all."
    if analysis.associations and analysis.associations[0].measure == "auc":
        yield (
            "AUC is the chance that of two photos, one of each class, the tag puts the right one first; 0.5 "
            "is none. A category is told by its codes in the photos of other owners: nothing, where these "
            "are wrong more often than right, which analysis.json gives as an AUC below 0.5."
        )
    known = sum(one.value is not None for one in analysis.associations)
    yield (
        f"Each interval is one of 95 % by itself, not corrected for the {known} tags: about {known / 20:.0f} "
        "of them would stand out by chance alone."
    )
    yield "## Tags that go together"
    pairs = rows_of_pairs(analysis)
    yield _table(PAIR_HEAD, pairs) if pairs else f"None above {_LEAST}."
    yield from (f"![{_CAPTIONS[name]}]({name}.svg)" for name in FIGURES)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = ["---"] * len(head)
    lines = [map(_plain, head), rule, *(map(_plain, row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(text: str) -> str:
    """A text that Markdown shows as it is, in one line."""
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    for char in "\\`*_[]|":
        line = line.replace(char, f"\\{char}")
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
