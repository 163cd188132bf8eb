"""What the statistics of training must find in photos whose truth is known; logistic models, no networks.

The numbers are those of fusion.md 5.4. A model of the code is the image model, one of code and tags the
fusion.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from exifds.sandbox.owners import PRESENCE, meet
from exifds.sandbox.scene import stage
from exifds.sandbox.studio import Studio
from exifds.sandbox.truth import truth
from exifds.train.stats.alarm import leak, too_good
from exifds.train.stats.answers import Answers
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.paired import mcnemar, over_seeds

LEAK = (0.9, 0.1, 0.7, 0.3)
NULLS = 40
TAGS = list(PRESENCE)


@dataclass(frozen=True)
class Photos:
    """Columns of the photos of a studio; tags in stops, NaN where they are not written."""

    y: np.ndarray
    code: np.ndarray
    owner: np.ndarray
    tags: np.ndarray

    def disjoint(self, seed: int) -> np.ndarray:
        """True for the photos of half of the owners."""
        owners = int(self.owner.max()) + 1
        half: np.ndarray = np.random.default_rng(seed).permutation(owners) < owners // 2
        return np.asarray(half[self.owner])

    def masked(self, train: np.ndarray) -> np.ndarray:
        """Columns of tags as `imputed`, and beside them which tags are missing."""
        return np.hstack([self.imputed(train), np.isnan(self.tags)])

    def imputed(self, train: np.ndarray) -> np.ndarray:
        """Columns of tags, standardised on the training photos, the mean in place of what is missing."""
        there = ~np.isnan(self.tags)
        count = np.maximum(there[train].sum(axis=0), 1)
        mean = np.where(there, self.tags, 0)[train].sum(axis=0) / count
        apart = np.where(there, self.tags - mean, 0)
        spread = np.sqrt((apart[train] ** 2).sum(axis=0) / count)
        return apart / np.where(spread > 0, spread, 1)


def photograph(studio: Studio, blocks: int) -> Photos:
    """Thousands of photos; no picture is painted."""
    scenes = [stage(studio, meet(studio), block) for block in range(blocks)]

    def column(name: str) -> np.ndarray:
        return np.concatenate([getattr(block, name) for block in scenes])

    time, stop, iso, bias = (column(name) / 3 for name in ("time", "aperture", "iso", "compensation"))
    flash, written = column("flash"), column("written")
    values = {name: np.concatenate([block.null[name] for block in scenes]) for name in scenes[0].null}
    values |= {"exposure_time": time, "f_number": stop, "iso": iso, "exposure_bias": bias, "flash": flash}
    values |= {"brightness": column("brightness"), "focal_length": np.log2(column("focal"))}
    values |= {"focal_length_35mm": np.log2(column("focal_35mm"))}
    tags = np.where(written, np.column_stack([values[name] for name in TAGS]), np.nan)
    light = np.where(flash | np.isnan(tags[:, :3]).any(axis=1), np.nan, stop - time - iso + bias)
    return Photos(
        y=column("outdoor").astype(np.int64),
        code=column("code").astype(float)[:, None],
        owner=column("owner"),
        tags=np.column_stack([tags, light]),
    )


def learn(photos: Photos, train: np.ndarray, *columns: np.ndarray) -> Answers:
    """What a logistic regression of some columns says of the photos it was not trained on."""
    inputs = np.hstack(columns)
    model = LogisticRegression(max_iter=1000).fit(inputs[train], photos.y[train])
    odds = model.decision_function(inputs[~train])
    return Answers(photos.y[~train], np.column_stack([0 * odds, odds]), photos.owner[~train])


class Gain(NamedTuple):
    """What a model gains on another: intervals by owner, and a test that takes photos for independent."""

    accuracy: Interval
    log_loss: Interval
    claimed_alone: bool


def gain(studio: Studio) -> Gain:
    """Fusion against image on photos of owners that neither saw."""
    photos = photograph(studio, 4)
    train = photos.disjoint(studio.seed)
    return gained(learn(photos, train, photos.code, photos.masked(train)), learn(photos, train, photos.code))


def gained(a: Answers, b: Answers) -> Gain:
    """What one model gains on another."""
    accuracy, log_loss = (
        over_seeds([a], [b], score=score, draws=500).difference for score in ("accuracy", "log_loss")
    )
    only_a, only_b = int((a.right & ~b.right).sum()), int((b.right & ~a.right).sum())
    return Gain(accuracy, log_loss, mcnemar(only_a, only_b) < 0.05 and only_a > only_b)


@pytest.mark.parametrize(
    ("owners", "prior"), [pytest.param(144, (0.5,), id="no leak"), pytest.param(12, LEAK, id="leak")]
)
def test_gains_that_are_none_are_not_claimed(owners: int, prior: tuple[float, ...]) -> None:
    """Rule 2: with equal light (d = 0) at most 5 % of 40 studios show a gain, in accuracy or in log-loss.

    The photos of an owner are alike. Where few owners leak the class, a test that takes photos for
    independent finds gains that are none; the bootstrap by owner does not.
    """
    settings = {"owners": owners, "class_prior": prior, "light_outdoor": 7.5, "code_accuracy": 0.6}
    found = [gain(Studio(seed=seed, **settings)) for seed in range(NULLS)]
    assert sum((one.accuracy.low or 0) > 0 for one in found) <= NULLS * 0.05
    assert sum((one.log_loss.high or 0) < 0 for one in found) <= NULLS * 0.05
    alone = sum(one.claimed_alone for one in found)
    assert alone > NULLS * 0.2 if owners == 12 else alone <= NULLS * 0.05


def test_gains_that_are_there_are_claimed() -> None:
    """The same test finds the gain of .045 in each of five studios."""
    found = [gain(Studio(seed=seed, owners=144)) for seed in range(5)]
    assert all((one.accuracy.low or 0) > 0 and (one.log_loss.high or 0) < 0 for one in found)


def test_no_leak_is_found_where_there_is_none() -> None:
    """Rule 3: with equal priors the interval of random less owner-disjoint covers 0."""
    photos = photograph(Studio(), 4)
    found = leak(np.column_stack([photos.tags, photos.code]), photos.y, photos.owner, seeds=range(2))
    assert not found.alarm
    assert not found.difference.excludes(0)


def test_leak_is_found_without_make_and_model() -> None:
    """Rule 3: owners that leak are found at q = .85, by .02 or more, from habits and missing tags alone."""
    studio = Studio(class_prior=LEAK)
    photos, best = photograph(studio, 4), truth(studio, owner_known=True).fusion
    found = leak(np.column_stack([photos.tags, photos.code]), photos.y, photos.owner, seeds=range(2))
    assert found.difference.excludes(0)
    assert found.difference.estimate >= 0.02
    assert best is not None
    assert found.random == pytest.approx(best.accuracy, abs=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_mask_beats_imputation_where_gaps_tell(seed: int) -> None:
    """Rule 5: with LightSource missing by class the model that is told what is missing wins; else not."""
    for gaps in ((0.3, 0.7), (0.5, 0.5)):
        photos = photograph(Studio(seed=seed, owners=144, owner_gaps=False, light_source_gaps=gaps), 6)
        train = photos.disjoint(seed)
        told = learn(photos, train, photos.code, photos.masked(train))
        untold = learn(photos, train, photos.code, photos.imputed(train))
        better = gained(told, untold).log_loss
        assert ((better.high or 0) < 0) == (gaps == (0.3, 0.7))


def test_honest_models_raise_no_alarm() -> None:
    """Rule 6: a log-loss on owners never seen is not below the least possible by 3 standard errors."""
    for seed in range(5):
        studio = Studio(seed=seed)
        photos = photograph(studio, 4)
        train = photos.disjoint(seed)
        best = truth(studio)
        for columns, figures in (
            ([photos.code], best.image),
            ([photos.masked(train)], best.exif),
            ([photos.code, photos.masked(train)], best.fusion),
        ):
            answers = learn(photos, train, *columns)
            assert figures is not None
            assert not too_good(answers.log_losses, answers.groups, figures.log_loss).alarm


def test_models_that_know_more_raise_the_alarm() -> None:
    """Rule 6: with a column that hints at the label, or owners seen before, a loss is below the least."""
    studio = Studio(class_prior=LEAK)
    photos = photograph(studio, 4)
    new, seen = truth(studio).fusion, truth(studio, owner_known=True).fusion
    assert new is not None
    assert seen is not None
    random = np.random.default_rng(0).random(len(photos.y)) < 0.5
    fusion = [photos.code, photos.masked(random)]
    known = learn(photos, random, *fusion, np.eye(12)[photos.owner])
    one_by_one = np.arange(len(known.labels))
    assert too_good(known.log_losses, one_by_one, new.log_loss).alarm
    assert not too_good(known.log_losses, one_by_one, seen.log_loss).alarm
    hint = np.where(np.random.default_rng(1).random(len(photos.y)) < 0.95, photos.y, 1 - photos.y)
    told = learn(photos, random, *fusion, hint[:, None])
    assert too_good(told.log_losses, told.groups, seen.log_loss).alarm
