"""Tallies: what a datasheet counts over the exported photos."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from exifds.export.manifest import Tallies

__all__ = ["tally"]

MOST_VALUES = 1000
"""Values of a tally at most: the most frequent ones."""


def tally(photos: Iterable[tuple[Mapping[str, Any], Iterable[str]]]) -> Tallies:
    """Count photos by source, licence, year, country and query.

    Args:
        photos: Exported fields of each photo, and how it was found.

    Returns:
        The counts, the most frequent values first.

    Example:
        >>> tally([({"source": "file", "place": {"country": "Japan"}}, ["folder"])]).countries
        {'Japan': 1}
    """
    sources, licenses, years, countries, queries = (Counter[str]() for _ in range(5))
    for document, ways in photos:
        terms = document.get("license") or {}
        sources[document["source"]] += 1
        licenses[str(terms.get("name") or terms.get("id") or "none known")] += 1
        years[f"{document['taken_at']:%Y}" if document.get("taken_at") else "unknown"] += 1
        countries[(document.get("place") or {}).get("country", "unknown")] += 1
        queries.update(ways)
    return Tallies(
        sources=_ordered(sources),
        licenses=_ordered(licenses),
        years=dict(sorted(years.items())),
        countries=_ordered(countries),
        queries=_ordered(queries),
    )


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_VALUES])
