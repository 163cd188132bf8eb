"""Leaks: a check of any assignment of photos to splits, which shares no code with how splits are made.

`exifds.export.links` tells what belongs together; which photos stand apart is found here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from exifds.export.links import Links, Splits

__all__ = ["Kind", "Leak", "in_words", "leaks"]

Kind = Literal["group", "sha256", "near_duplicate", "burst"]
"""What two photos share: their group, their file, their picture, or the moment."""

_WORDS: Mapping[Kind, str] = {
    "group": "of a group that is in another split too",
    "sha256": "the same file as one in another split",
    "near_duplicate": "nearly the same picture as one in another split",
    "burst": "taken by the same owner within seconds of one in another split",
}


@dataclass(frozen=True, slots=True)
class Leak:
    """A photo that belongs together with an earlier one and stands in another split.

    Args:
        kind: What they share.
        a: `_id` of the earlier photo.
        b: `_id` of the later one.
    """

    kind: Kind
    a: str
    b: str


def leaks(ids: Sequence[str], split: Splits, links: Mapping[Kind, Links]) -> list[Leak]:
    """What belongs together and stands in two splits.

    Args:
        ids: `_id` by photo, in the order in which they came into the dataset.
        split: Split by photo, -1 for photos that are in none, (N,).
        links: What belongs together.

    Returns:
        One leak for each kind and photo that has an earlier companion in another split.

    Example:
        >>> import numpy as np
        >>> from exifds.export.links import Shared
        >>> split = np.array([0, 0, 1, -1], np.int8)
        >>> leaks(["p", "q", "r", "s"], split, {"group": Shared(["ann", "bob", "ann", "bob"])})
        [Leak(kind='group', a='p', b='r')]
    """
    found: list[Leak] = []
    for kind, link in links.items():
        earliest = link.earliest(split).tolist()
        found += [Leak(kind, ids[a], ids[b]) for b, a in enumerate(earliest) if a < b]
    return found


def in_words(found: Iterable[Leak]) -> str:
    """Leaks as a message: counts by kind, and what to do.

    Args:
        found: The leaks.

    Returns:
        One sentence without an id.

    Example:
        >>> in_words([Leak("burst", "p", "q")]).partition(";")[0]
        '1 photo taken by the same owner within seconds of one in another split'
    """
    counts = Counter(leak.kind for leak in found)
    parts = [
        f"{counts[kind]:,} photo{'s' if counts[kind] > 1 else ''} {words}"
        for kind, words in _WORDS.items()
        if counts[kind]
    ]
    return (
        f"{'; '.join(parts)}; a test score would not be honest: split anew without these photos, "
        "or allow leaks to have them reported only"
    )
