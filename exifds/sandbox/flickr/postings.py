"""Postings: from each word and each tag to the photos that carry it. Pure."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from exifds.sandbox.flickr.columns import Ints
from exifds.sandbox.flickr.texts import Texts, squash, words

__all__ = ["Postings", "of_tags", "of_words"]

Postings = dict[str, Ints]


def of_words(texts: Iterable[Texts]) -> Postings:
    """The words of titles, descriptions and tags.

    Args:
        texts: What was written about each photo, by index.

    Returns:
        Word to the photos that have it, in order.
    """
    return _posted(
        words(" ".join((one.title, one.description, *one.tags, *map(squash, one.tags)))) for one in texts
    )


def of_tags(texts: Iterable[Texts]) -> Postings:
    """The tags, machine tags too.

    Args:
        texts: What was written about each photo, by index.

    Returns:
        Clean tag to the photos that have it, in order.

    Example:
        >>> of_tags([Texts("", "", ("Ein Affe",), ())])
        {'einaffe': array([0])}
    """
    return _posted(map(squash, (*one.tags, *one.machine_tags)) for one in texts)


def _posted(names: Iterable[Iterable[str]]) -> Postings:
    postings = defaultdict(list)
    for index, each in enumerate(names):
        for name in set(each):
            postings[name].append(index)
    return {name: np.array(indices, np.int64) for name, indices in postings.items()}
