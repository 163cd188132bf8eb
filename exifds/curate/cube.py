"""Cube: how many photos have which scores, so that sliders move without asking the database.

It is small however large the dataset, and holds all that thresholds at hundredths can tell apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from exifds.curate.cells import Cells
from exifds.curate.levels import ABSENT, level_of
from exifds.store.criteria import STEPS, Direction, Threshold, Thresholds

__all__ = ["ACCEPTED", "FAR", "REJECTED", "UNJUDGED", "Cube", "Histogram"]

UNJUDGED, ACCEPTED, REJECTED = 0, 1, 2

FAR = 10_000
"""A margin larger than any: nothing keeps the photo from being kept."""


@dataclass(frozen=True)
class Histogram:
    """How many photos have which score of a concept.

    Args:
        counts: Photos by score: 100 bins of 0.01, the last with the scores of 1.
        below: Photos below the floor of the scorer.
        unscored: Photos without a score.
    """

    counts: tuple[int, ...]
    below: int
    unscored: int


@dataclass(frozen=True, eq=False)
class Cube:
    """Photos by scores, verdict and classes: one entry for each combination that occurs.

    Args:
        concepts: The concepts, in the order of `levels`.
        levels: Shape `(concepts, entries)`. Scores in hundredths, rounded down; -1 below the floor of the
            scorer, -2 not scored.
        verdicts: Shape `(entries,)`. `UNJUDGED`, `ACCEPTED` or `REJECTED`.
        photos: Shape `(entries,)`. Number of photos.
        groups: Shape `(entries,)`. Index into `classes`.
        classes: The sets of classes that occur.
    """

    concepts: tuple[str, ...]
    levels: NDArray[np.int16]
    verdicts: NDArray[np.int8]
    photos: NDArray[np.int64]
    groups: NDArray[np.intp]
    classes: tuple[tuple[str, ...], ...]
    _cells: dict[frozenset[str], Cells] = field(default_factory=dict, repr=False)

    @classmethod
    def from_rows(cls, concepts: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Self:
        """Read what the aggregation gave.

        Args:
            concepts: The concepts that `aggregations.pipeline` was given.
            rows: Its rows.

        Returns:
            The cube.
        """
        keys = [row["_id"] for row in rows]
        levels = np.array([key["levels"] for key in keys], np.int16).reshape(len(rows), len(concepts)).T
        index: dict[tuple[str, ...], int] = {}
        groups = [index.setdefault(_classes(key.get("classes")), len(index)) for key in keys]
        return cls(
            tuple(concepts),
            np.ascontiguousarray(levels),
            np.array([key["verdict"] for key in keys], np.int8),
            np.array([row["photos"] for row in rows], np.int64),
            np.array(groups, np.intp),
            tuple(index),
        )

    def judged(
        self, scores: Mapping[str, float | None], classes: Iterable[str], before: int, after: int
    ) -> Self | None:
        """The same photos when one of them has got another verdict, without counting them anew.

        Args:
            scores: Of that photo, by concept.
            classes: Of that photo.
            before: The verdict that it had.
            after: The verdict that it has now.

        Returns:
            Another cube; None if this one knows no such photo.
        """
        levels = np.array(self.levels_of(scores), np.int16)
        names = tuple(sorted(set(classes)))
        if names not in self.classes:
            return None
        group = self.classes.index(names)
        alike = np.logical_and.reduce([self.groups == group, *(self.levels == levels[:, None])])
        source = np.flatnonzero(alike & (self.verdicts == before) & (self.photos > 0))
        if not source.size:
            return None
        photos = self.photos.copy()
        photos[source[0]] -= 1
        target = np.flatnonzero(alike & (self.verdicts == after))
        if target.size:
            photos[target[0]] += 1
            return replace(self, photos=photos)
        cells = {blocks: known.like(source[0]) for blocks, known in self._cells.items()}
        return replace(
            self,
            _cells=cells,
            levels=np.column_stack([self.levels, levels]),
            verdicts=np.append(self.verdicts, np.int8(after)),
            photos=np.append(photos, 1),
            groups=np.append(self.groups, group),
        )

    def levels_of(self, scores: Mapping[str, float | None]) -> tuple[int, ...]:
        """The levels of one photo.

        Args:
            scores: Its scores, by concept.

        Returns:
            One for each of `concepts`, as a column of `levels`.
        """
        return tuple(level_of(scores, concept) for concept in self.concepts)

    def entries_of(self, photos: Sequence[Mapping[str, float | None]]) -> list[int | None]:
        """For each photo an entry with its levels, whatever its verdict and classes.

        Args:
            photos: Scores by concept.

        Returns:
            Indices of entries; None where there is none.
        """
        wanted = [self.levels_of(scores) for scores in photos]
        likely = np.flatnonzero(np.isin(_hash(self.levels), _hash(np.array(wanted, np.int16).T)))
        known = dict(zip(map(tuple, self.levels[:, likely].T.tolist()), likely.tolist(), strict=True))
        return [known.get(levels) for levels in wanted]

    def of(self, verdict: int) -> Self:
        """The photos of one verdict.

        Args:
            verdict: `UNJUDGED`, `ACCEPTED` or `REJECTED`.

        Returns:
            A smaller cube.
        """
        those = self.verdicts == verdict
        return replace(
            self,
            levels=self.levels[:, those],
            verdicts=self.verdicts[those],
            photos=self.photos[those],
            groups=self.groups[those],
            _cells={},
        )

    def cells(self, concepts: Iterable[str]) -> Cells:
        """The cells of the entries: numbered once, as that takes longer than all that is done with them.

        Args:
            concepts: Those whose bands make the blocks.

        Returns:
            The cells.
        """
        first = frozenset(concepts).intersection(self.concepts)
        if first not in self._cells:
            rows = [row for row, concept in enumerate(self.concepts) if concept in first]
            self._cells[first] = Cells.numbered(self.levels, rows)
        return self._cells[first]

    @cached_property
    def total(self) -> int:
        """Number of photos."""
        return int(self.photos.sum())

    def histogram(self, concept: str) -> Histogram:
        """How many photos have which score of a concept.

        Args:
            concept: One of `concepts`.

        Returns:
            The histogram.
        """
        unscored, below, *scores, whole = self._counts[self.concepts.index(concept)].tolist()
        scores[-1] += whole
        return Histogram(tuple(scores), below, unscored)

    def margins(self, thresholds: Thresholds) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
        """How far each entry is from being dropped: its distance to the threshold that it meets the least.

        Args:
            thresholds: By concept. Of a concept that the cube does not hold, no photo has a score.

        Returns:
            In hundredths, below 0 where it is dropped, `FAR` where no threshold says anything; and whether a
            score is missing.
        """
        margins = np.full(len(self.photos), FAR, np.int16)
        missing = np.zeros(len(self.photos), np.bool_)
        for concept, at in thresholds.items():
            if concept not in self.concepts:
                missing[:] = True
                continue
            index = self.concepts.index(concept)
            score, absent = self._scores[index], self._absent[index]
            margin = score - at.cut if at.direction is Direction.KEEP_ABOVE else at.cut - 1 - score
            margin[absent] = FAR
            np.minimum(margins, margin, out=margins)
            missing |= absent
        return margins, missing

    def passing(self, concept: str, at: Threshold) -> tuple[int, int, int]:
        """What one threshold does by itself, whatever people said.

        Args:
            concept: The concept; if the cube does not hold it, no photo has a score.
            at: The threshold.

        Returns:
            Numbers of photos that it keeps, drops, and that have no score.
        """
        if concept not in self.concepts:
            return 0, 0, self.total
        unscored, below, *scores = self._counts[self.concepts.index(concept)].tolist()
        scores[0] += below
        low, high = sum(scores[: at.cut]), sum(scores[at.cut :])
        return (high, low, unscored) if at.direction is Direction.KEEP_ABOVE else (low, high, unscored)

    @cached_property
    def _scores(self) -> NDArray[np.int16]:
        """The levels, where `null` counts as 0."""
        return np.maximum(self.levels, np.int16(0))

    @cached_property
    def _absent(self) -> NDArray[np.bool_]:
        return np.equal(self.levels, ABSENT)

    @cached_property
    def _counts(self) -> NDArray[np.int64]:
        """Photos of each concept by level, from `ABSENT` to 100."""
        size = STEPS + 1 - ABSENT
        counts = [np.bincount(level - ABSENT, self.photos, size) for level in self.levels]
        return np.array(counts, np.int64).reshape(len(self.concepts), size)


def _hash(levels: NDArray[np.int16]) -> NDArray[np.int64]:
    """One number for the levels of each entry, seldom the same for others."""
    numbers = np.zeros(levels.shape[-1], np.int64)
    for row in levels:
        numbers = numbers * 1_000_003 + row
    return numbers


def _classes(value: Any) -> tuple[str, ...]:
    """The classes of a photo in one order; a field of one value is one class."""
    if value is None:
        return ()
    return tuple(sorted({str(one) for one in value})) if isinstance(value, list) else (str(value),)
