"""Subjects: single tags, and tags that stand in for each other, whose importance is asked for. Pure.

A model that loses one of two tags that say the same still has the other, so each alone looks unimportant;
only the group tells what they are worth together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from exifds.export.record import Feature
from exifds.train.analyze import redundancy

__all__ = ["KNOWN", "Kind", "Subject", "subjects"]

Kind = Literal["tag", "known", "found", "all"]

KNOWN: Final = (
    ("exposure_time", "f_number", "iso"),
    ("exposure_time", "f_number", "iso", "exposure_bias", "brightness"),
    ("focal_length", "focal_length_35mm"),
    ("f_number", "max_aperture"),
)
"""Tags that depend on each other by optics: the exposure equation (CIPA DC-008, C), crop, widest aperture."""


@dataclass(frozen=True)
class Subject:
    """Tags that are permuted together.

    Args:
        tags: Their names.
        kind: `tag` is a single one, `known` depend on each other by optics, `found` do so in the training
            photos, and `all` are all.
    """

    tags: tuple[str, ...]
    kind: Kind

    @property
    def name(self) -> str:
        """For people."""
        return "all tags" if self.kind == "all" else " + ".join(self.tags)


def subjects(
    tags: Sequence[str],
    features: Sequence[Feature],
    values: NDArray[np.float32],
    present: NDArray[np.bool_],
) -> tuple[Subject, ...]:
    """What the importance is asked of.

    Args:
        tags: Those that a model reads.
        features: Columns of the export, F of them.
        values: Of the training photos, shape (N, F).
        present: Shape (N, F).

    Returns:
        Each tag; groups of two or more of them, each once; and all of them.

    Example:
        >>> nothing = np.zeros((0, 0), np.float32)
        >>> [one.name for one in subjects(["f_number", "max_aperture"], (), nothing, nothing > 0)]
        ['f_number', 'max_aperture', 'f_number + max_aperture', 'all tags']
    """
    pairs = redundancy.redundancies(tuple(features), values.astype(np.float64), present)
    found = redundancy.groups(tuple(pair for pair in pairs if {*pair.tags} <= {*tags}))
    singles = (Subject((tag,), "tag") for tag in tags)
    return (*singles, *_groups(tags, found), Subject(tuple(tags), "all"))


def _groups(tags: Sequence[str], found: Sequence[tuple[str, ...]]) -> Iterator[Subject]:
    told: set[frozenset[str]] = set()
    groups = chain((("known", group) for group in KNOWN), (("found", group) for group in found))
    for kind, group in groups:
        there = tuple(tag for tag in group if tag in tags)
        if len(there) > 1 and frozenset(there) not in told:
            told.add(frozenset(there))
            yield Subject(there, "known" if kind == "known" else "found")
