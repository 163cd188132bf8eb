"""Which photos to judge next: simulated with a truth that is known, and that they are those of the filter."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as thorough
from numpy.typing import NDArray

from exifds.curate.cube import ACCEPTED, REJECTED, UNJUDGED, Cube
from exifds.curate.estimate import estimate
from exifds.curate.sampling import candidates, most_telling
from exifds.curate.strata import strata
from exifds.curate.thresholds import proposal
from exifds.dataset import Dataset
from exifds.store import criteria
from exifds.store.criteria import Direction, Threshold, Thresholds
from tests.curate.photos import cube_of as cube_of_photos
from tests.curate.photos import photos, thresholds
from tests.curate.test_estimate import AT_80, cube_of, judged, stays

Levels = NDArray[np.integer]
Truth = NDArray[np.bool_]

UNSEEN = {"verdict": {"$exists": False}}
NO_CAGE = {"cage": Threshold(0.7, Direction.DROP_ABOVE)}
BOTH = {"monkey": Threshold(0.7), **NO_CAGE}


def scores(levels: Levels, concepts: tuple[str, ...]) -> dict[str, float | None]:
    """The scores of a photo with some levels."""
    return {
        name: None if level < 0 else level / 100
        for name, level in zip(concepts, levels.tolist(), strict=True)
        if level > -2
    }


def drawn(cube: Cube, levels: Levels, verdicts: Levels, chosen: Thresholds, random: Any) -> list[int]:
    """29 photos that are worth judging: those of a page, one of which nobody looks at."""
    kept, of_kept = stays(levels, chosen), candidates(cube, chosen) == UNSEEN | criteria.kept(chosen)
    waiting = random.permutation(np.flatnonzero((kept == of_kept) & (verdicts == UNJUDGED)))
    found = [(str(index), scores(levels[:, index], cube.concepts)) for index in waiting]
    return [int(photo) for photo in most_telling(cube, chosen, found, 29)]


def world(random: np.random.Generator, concepts: int = 2, size: int = 600) -> tuple[Levels, Truth]:
    """Photos of monkeys, some behind bars: above a threshold about 98 of 100 free ones are right."""
    monkey = np.where(random.random(size) < 0.35, -1, 50 + 50 * random.beta(2.2, 1.2, size))
    cage = np.where(random.random(size) < 0.6, -1, 50 + 50 * random.beta(1.5, 1.5, size))
    others = [
        np.where(random.random(size) < 0.6, -1, random.integers(50, 100, size)) for _ in range(concepts - 2)
    ]
    levels = np.array([monkey, cage, *others]).astype(int)
    right = np.where(levels[0] < 0, 0.05, 0.985 / (1 + np.exp(-(levels[0] - 66) / 2.5)))
    return levels, random.random(size) < np.where(levels[1] >= 70, 0.15 * right, right)


class Day:
    """Somebody judges what is next, asks for a threshold, and goes where the page is not yet sure."""

    def __init__(self, random: np.random.Generator, concepts: int, start: Thresholds) -> None:
        self.levels, self.truth = world(random, concepts)
        self.verdicts = np.zeros(len(self.truth), int)
        self.covered: list[bool] = []
        self.certain = False
        self.chosen = dict(start)
        while not self.certain and self.judged < 300:
            seen = drawn(cube_of(self.levels, self.verdicts), self.levels, self.verdicts, self.chosen, random)
            self.verdicts[seen] = np.where(self.truth[seen], ACCEPTED, REJECTED)
            self._look(cube_of(self.levels, self.verdicts))

    @property
    def judged(self) -> int:
        return int((self.verdicts != UNJUDGED).sum())

    @property
    def precision(self) -> float:
        """That of the thresholds, in truth."""
        return float(self.truth[stays(self.levels, self.chosen)].mean())

    def _look(self, cube: Cube) -> None:
        found = estimate(cube, self.chosen).precision
        assert found is not None
        self.covered.append(found.low - 1e-9 <= self.precision <= found.high + 1e-9)
        if proposed := proposal(cube, "monkey", 0.95, self.chosen):
            self.chosen["monkey"], self.certain = proposed.threshold, proposed.certain


@pytest.mark.parametrize(
    ("concepts", "start"),
    [(2, BOTH), (2, NO_CAGE), (4, BOTH)],
    ids=["both thresholds", "one of them", "two concepts more"],
)
def test_a_certain_proposal_needs_few_verdicts(concepts: int, start: Thresholds) -> None:
    """200 of 600 in 9 of 10 datasets; intervals on the way cover the truth, and few proposals are wrong."""
    random = np.random.default_rng(6)
    days = [Day(random, concepts, start) for _ in range(30)]
    early = np.mean([day.certain and day.judged <= 205 for day in days])
    right = np.mean([day.precision >= 0.95 for day in days if day.certain])
    covered = np.mean([covered for day in days for covered in day.covered])
    assert early >= 0.9
    assert right >= 0.93
    assert covered >= 0.93


@thorough(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(photos, thresholds)
def test_candidates_are_what_their_filter_finds(
    dataset: Dataset, rows: list[dict[str, Any]], chosen: Thresholds
) -> None:
    """Photos of one side that nobody has judged; those that are chosen are among them, each once."""
    dataset.collection.delete_many({})
    if rows:
        dataset.collection.insert_many([{"_id": f"file:{n}", **row} for n, row in enumerate(rows)])
    cube = cube_of_photos(rows)
    query = candidates(cube, chosen)
    found = list(dataset.collection.find(query, {"scores": 1}))
    left = strata(cube, chosen).counts[:, UNJUDGED].sum()
    chosen_ids = most_telling(cube, chosen, [(row["_id"], row["scores"]) for row in found], 5)
    assert bool(found) is bool(left)
    assert bool(chosen_ids) is bool(left)
    assert len(set(chosen_ids)) == len(chosen_ids) <= 5
    assert set(chosen_ids) <= {row["_id"] for row in found}


def test_what_nobody_judged_comes_first() -> None:
    """Nothing is known of it: all its photos may be right or wrong."""
    cube = judged((82, 100, 5, 0), (92, 60, 0, 0), (70, 10, 0, 0))
    at_hand = [(f"{level}-{n}", {"monkey": level / 100}) for level in (82, 92) for n in range(3)]
    first, *_ = most_telling(cube, AT_80, at_hand, 3)
    assert first.startswith("92")
    assert candidates(cube, AT_80) == UNSEEN | criteria.kept(AT_80)


def test_what_is_dropped_comes_when_precision_is_reached() -> None:
    """And when everything is judged, nothing does."""
    known = judged((82, 400, 300, 0), (70, 10, 0, 0))
    assert candidates(known, AT_80) == UNSEEN | criteria.dropped(AT_80)
    all_kept = judged((82, 10, 1, 9), (70, 10, 0, 0))
    assert candidates(all_kept, AT_80) == candidates(known, AT_80)
    done = candidates(judged((82, 10, 5, 5), (-2, 4, 0, 0)), AT_80)
    assert done == criteria.NONE


def test_judging_what_is_next_narrows_the_interval_faster() -> None:
    """Than judging whatever comes, by the same number of verdicts."""
    random = np.random.default_rng(6)
    levels, truth = world(random, 2, 3000)
    truths, chosen = np.where(truth, ACCEPTED, REJECTED), {"monkey": Threshold(0.75), **NO_CAGE}

    def width(verdicts: Levels) -> float:
        found = estimate(cube_of(levels, verdicts), chosen).precision
        assert found is not None
        return found.high - found.low

    guided = np.zeros(3000, int)
    for _ in range(4):
        seen = drawn(cube_of(levels, guided), levels, guided, chosen, random)
        guided[seen] = truths[seen]
    widths = []
    for _ in range(20):
        anywhere = np.zeros(3000, int)
        some = random.choice(3000, (guided > 0).sum(), replace=False)
        anywhere[some] = truths[some]
        widths.append(width(anywhere))
    assert width(guided) < np.min(widths)
