"""Choice: the thresholds and filters that somebody tries out, and what they do to the photos."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from exifds.curate import aggregations
from exifds.curate.cube import ACCEPTED, REJECTED, UNJUDGED, Cube
from exifds.curate.listing import PAGE, Card, with_picture
from exifds.curate.sampling import CANDIDATES, PRECISION, Candidate, candidates, most_telling
from exifds.curate.strata import strata
from exifds.curate.thresholds import Estimate, Outcome, estimate, outcome
from exifds.curate.verdicts import Verdict
from exifds.store import criteria
from exifds.store.criteria import STEPS, Direction, Threshold, Thresholds
from exifds.store.selection_filters import Filters
from exifds.store.sync import Store

__all__ = ["FLOOR", "TABS", "Choice", "Shape", "Tab"]

Tab = Literal["kept", "dropped", "borderline", "unscored", "next"]
"""What the grid shows. `next`: photos whose verdicts tell the most, drawn from those of its filter."""

TABS: Final[tuple[Tab, ...]] = ("kept", "dropped", "borderline", "unscored")

_CODES: Final = {None: UNJUDGED, "accepted": ACCEPTED, "rejected": REJECTED}

FLOOR: Final = 50
"""Lowest score of Google Vision in hundredths: where nothing is below, the histogram begins here."""


@dataclass(frozen=True)
class Shape:
    """The histogram of a concept as it is drawn.

    Args:
        counts: Photos by bar.
        first: Score at which it begins, in hundredths.
        width: Of a bar, in hundredths.
        below: Photos below the floor of the scorer.
        unscored: Photos without a score.
    """

    counts: tuple[int, ...]
    first: int
    width: int
    below: int
    unscored: int

    def bar(self, cut: int) -> int:
        """The index of the first bar from a cut on."""
        return -((self.first - cut) // self.width)


@dataclass
class Choice:
    """Thresholds and filters, and the photos they are tried on.

    Args:
        thresholds: By concept.
        filters: Which photos are looked at.
        cube: Their scores, whatever the verdict; read by `read`.
        precision: The precision that is wanted.
    """

    thresholds: dict[str, Threshold] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    cube: Cube = field(default_factory=lambda: Cube.from_rows((), ()))
    precision: float = PRECISION

    def read(self, store: Store, concepts: tuple[str, ...]) -> Cube:
        """Count the photos of the filters, in the database.

        Args:
            store: The dataset.
            concepts: Those that photos were scored for.

        Returns:
            The photos by their scores, whatever their verdict: of the accepted ones alone, all are right.
        """
        rows = store.aggregate(aggregations.pipeline(concepts, replace(self.filters, verdict=None).query()))
        return Cube.from_rows(concepts, rows)

    def judge(self, cards: Iterable[Card], verdicts: Mapping[str, Verdict]) -> bool:
        """Take over verdicts without counting anew.

        Args:
            cards: Photos as they were before.
            verdicts: What they have now, by id.

        Returns:
            Whether all of them could be; if not, nothing was changed.
        """
        cube: Cube | None = self.cube
        known = {card.id: card for card in cards}
        if not verdicts.keys() <= known.keys():
            return False
        for photo, verdict in verdicts.items():
            card = known[photo]
            cube = cube and cube.judged(card.scores, card.classes, _CODES[card.verdict], _CODES[verdict])
        self.cube = cube or self.cube
        return cube is not None

    def put(self, concept: str, value: float, direction: Direction | None = None) -> bool:
        """Move a threshold.

        Args:
            concept: Its concept.
            value: Where to; taken to the nearest hundredth.
            direction: Which side stays; None leaves it as it is, and keeps the photos above a new one.

        Returns:
            Whether that changed anything.
        """
        before = self.thresholds.get(concept)
        side = direction or (before.direction if before else Direction.KEEP_ABOVE)
        after = Threshold(round(min(max(value, 0), 1) * STEPS) / STEPS, side)
        self.thresholds[concept] = after
        return after != before

    def adopt(self, thresholds: Thresholds, filters: Filters) -> None:
        """Take over a selection."""
        self.thresholds = dict(thresholds)
        self.filters = filters

    def outcome(self) -> Outcome:
        """What becomes of the photos."""
        return outcome(self._counted(), self.thresholds)

    def estimate(self) -> Estimate:
        """How good that is, by the verdicts given so far, also those that the filters leave out."""
        return estimate(self.cube, self.thresholds)

    def photos(self) -> dict[Tab, int]:
        """How many photos each tab has."""
        found = self.outcome()
        numbers = (found.photos.kept, found.photos.dropped, found.borderline, found.photos.unscored)
        return dict(zip(TABS, numbers, strict=True))

    def query(self, tab: Tab) -> dict[str, Any]:
        """The MongoDB filter of the photos that a tab shows."""
        shown: Mapping[str, Any]
        if tab == "next":
            unjudged = self.filters.verdict in {None, "none"}
            shown = candidates(self.cube, self.thresholds, self.precision) if unjudged else criteria.NONE
        elif tab == "borderline":
            shown = criteria.borderline(self.thresholds)
        else:
            of = {"kept": criteria.kept, "dropped": criteria.dropped, "unscored": criteria.unscored}[tab]
            shown = of(self.thresholds)
        return {"$and": [self.filters.query(), dict(shown)]}

    def draw(self, store: Store) -> tuple[list[str], bool]:
        """Draw photos whose verdicts tell the most. Counts anew where photos were scored meanwhile.

        Args:
            store: The dataset.

        Returns:
            The ids of at most `PAGE`, the most telling first, and whether there are more to judge: also of
            those that come when these are judged.
        """
        drawn = self._drawn(store)
        chosen = most_telling(self.cube, self.thresholds, drawn, PAGE, self.precision)
        if drawn and not chosen:  # they were scored anew since they were counted
            self.cube = self.read(store, self.cube.concepts)
            drawn = self._drawn(store)
            chosen = most_telling(self.cube, self.thresholds, drawn, PAGE, self.precision)
        left = strata(self.cube, self.thresholds).counts[:, UNJUDGED].sum()
        return chosen, len(drawn) > len(chosen) or 0 < len(chosen) < left

    def _drawn(self, store: Store) -> list[Candidate]:
        """Photos to choose from, in random order."""
        rows = store.aggregate(
            [
                {"$match": with_picture(self.query("next"))},
                {"$sample": {"size": CANDIDATES}},
                {"$project": {"scores": 1}},
            ]
        )
        return [(row["_id"], row.get("scores", {})) for row in rows]

    def shape(self, concept: str) -> Shape:
        """The histogram of a concept, in 50 bars: from 0.5 on where nothing is below, else from 0."""
        found = self._counted().histogram(concept)
        if not any(found.counts[:FLOOR]):
            return Shape(found.counts[FLOOR:], FLOOR, 1, found.below, found.unscored)
        pairs = tuple(sum(found.counts[at : at + 2]) for at in range(0, STEPS, 2))
        return Shape(pairs, 0, 2, found.below, found.unscored)

    def _counted(self) -> Cube:
        """The photos of all filters: also of the one on verdicts, which the cube is not narrowed by."""
        verdict = self.filters.verdict
        return self.cube if verdict is None else self.cube.of(_CODES[None if verdict == "none" else verdict])
