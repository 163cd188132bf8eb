"""Paired: two models on the same photos."""

from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm, t

from exifds.errors import UsageError
from exifds.train.stats.answers import Answers
from exifds.train.stats.bootstrap import interval, over_runs
from exifds.train.stats.paired import by_group, holm, mcnemar, over_seeds, superiority
from exifds.train.stats.scores import macro_f1
from exifds.train.stats.statistic import difference, mean
from exifds.train.stats.statistic import macro_f1 as macro_f1_of
from tests.train.stats.worlds import multi_class, multi_label


def of_right(right: list[bool] | np.ndarray, labels: np.ndarray | None = None) -> Answers:
    """A model of two classes that is right about these photos, each of an owner of its own."""
    labels = np.zeros(len(right), int) if labels is None else labels
    told = np.where(right, labels, 1 - labels)
    return Answers(labels, np.eye(2)[told], np.arange(len(right)))


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_the_binomial_test_of_those_of_two_minds(a: int, b: int) -> None:
    """Twice the smaller tail, at most 1, and the same from either side."""
    twice = 2 * binom.cdf(min(a, b), a + b, 0.5) if a + b else 1
    assert mcnemar(a, b) == pytest.approx(min(1, twice))
    assert mcnemar(a, b) == mcnemar(b, a)


@given(st.integers(0, 60), st.integers(0, 60))
def test_by_group_photos_of_their_own_are_those_of_mcnemar(a: int, b: int) -> None:
    """The test of McNemar in its normal approximation."""
    gained = np.repeat([1.0, -1.0], [a, b])
    found = by_group(gained, np.arange(a + b))
    assert found == pytest.approx(2 * norm.sf(abs(a - b) / (a + b) ** 0.5) if a + b else 1)


def test_owners_of_one_mind_are_no_proof() -> None:
    """Models of equal worth, each better with some of 40 owners: by group 5 % of pairs seem to differ."""
    generator = np.random.default_rng(0)
    owner = np.repeat(np.arange(40), 50)

    def both() -> tuple[bool, bool]:
        share = 0.15 + generator.uniform(-0.14, 0.14, 40)[owner]
        a, b = generator.random(2000) < share, generator.random(2000) < 0.3 - share
        gained = a.astype(float) - b
        return mcnemar(int((gained > 0).sum()), int((gained < 0).sum())) < 0.05, by_group(
            gained, owner
        ) < 0.05

    alone, grouped = np.mean([both() for _ in range(200)], axis=0)
    assert alone > 0.2
    assert grouped <= 0.08


@pytest.mark.parametrize("several", [False, True])
def test_differences_are_those_of_the_scores(several: bool) -> None:
    """For classes and for several labels; turned round, the sign turns."""
    labels, logits, groups = (multi_label if several else multi_class)(0)
    worse = logits + np.random.default_rng(0).normal(size=logits.shape)
    a, b = Answers(labels, logits, groups), Answers(labels, worse, groups)
    scores: dict[Literal["accuracy", "macro_f1", "log_loss"], Callable[[Answers], float]] = {
        "accuracy": lambda one: float(one.right.mean()),
        "macro_f1": lambda one: macro_f1(one.truth, one.decided),
        "log_loss": lambda one: float(one.log_losses.mean()),
    }
    for score, of in scores.items():
        found, back = (over_seeds([x], [y], score=score, draws=300).difference for x, y in ((a, b), (b, a)))
        assert found.estimate == pytest.approx(of(a) - of(b))
        assert back.low == pytest.approx(-(found.high or 0))


def test_a_true_difference_is_found_and_none_is_not_made_up() -> None:
    """A gain of 4.5 points at 2000 photos is; of models of equal worth one pair in 20 seems to differ."""
    generator = np.random.default_rng(3)
    labels = generator.integers(2, size=2000)
    chance = generator.random(2000)
    a, b = of_right(chance < 0.895, labels), of_right((chance < 0.82) | (chance > 0.97), labels)
    assert over_seeds([a], [b], score="accuracy", draws=500).difference.excludes(0)
    assert over_seeds([a], [b], draws=500).difference.excludes(0)
    false = [
        over_seeds([of_right(one < 0.85)], [of_right(other < 0.85)], score="accuracy", draws=200)
        for one, other in generator.random((100, 2, 300))
    ]
    assert np.mean([one.difference.excludes(0) for one in false]) <= 0.09


def test_models_of_other_photos_are_not_compared() -> None:
    """Other labels or other groups are other photos."""
    labels, logits, groups = multi_class(0)
    answers = Answers(labels, logits, groups)
    for other in (Answers(labels[::-1], logits, groups), Answers(labels, logits, groups + 1)):
        with pytest.raises(UsageError, match="the same photos in the same order; they differ"):
            over_seeds([answers], [other])


def test_holm_by_hand() -> None:
    """Smallest times 4, next times 3 ...; never below one before; at most 1; ties alike; the order stays."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.5, 0.6, 0.5]) == (1, 1, 1)
    assert holm([0.02, 0.02]) == (0.04, 0.04)
    assert holm([0.3]) == (0.3,)
    assert holm([]) == ()


def test_few_seeds_prove_little() -> None:
    """Three wins of three leave room for a coin, six do not. A tie counts half, in the interval as either."""
    three = superiority([1, 1, 1], [0, 0, 0])
    assert (three.estimate, three.high) == (1, 1)
    assert three.low == pytest.approx(0.025 ** (1 / 3))
    assert three.low is not None
    assert three.low < 0.5
    six = superiority([1] * 6, [0] * 6)
    assert six.low is not None
    assert six.low > 0.5
    tied = superiority([1, 1], [1, 1])
    assert (tied.estimate, tied.low, tied.high) == (0.5, 0, 1)


def test_several_seeds_are_summed_up() -> None:
    """Mean and SD of each model and of the difference; the loss is better where it is lower."""
    labels, logits, groups = multi_class(0)
    generator = np.random.default_rng(1)
    a, b = (
        [Answers(labels, logits + spread * generator.normal(size=logits.shape), groups) for _ in range(4)]
        for spread in (0.2, 2.0)
    )
    found = over_seeds(a, b, score="accuracy", draws=300)
    each = np.array([[one.right.mean() for one in side] for side in (a, b)])
    assert found.seeds == 4
    assert [found.mean_a, found.mean_b] == pytest.approx(each.mean(axis=1))
    assert [found.sd_a, found.sd_b] == pytest.approx(each.std(axis=1, ddof=1))
    assert found.difference.estimate == pytest.approx(np.diff(each[::-1], axis=0).mean())
    assert found.sd_difference == pytest.approx((each[0] - each[1]).std(ddof=1))
    assert found.superiority.estimate == 1
    loss = over_seeds(a, b, score="log_loss", draws=300)
    assert loss.difference.estimate < 0
    assert loss.superiority.estimate == 1


def test_one_seed_has_no_scatter_over_seeds() -> None:
    """Its difference is that of the pair."""
    labels, logits, groups = multi_class(0)
    a, b = Answers(labels, logits, groups), Answers(labels, logits[::-1], groups)
    found = over_seeds([a], [b], draws=200)
    assert (found.sd_a, found.sd_b, found.sd_difference) == (None, None, None)
    gain = difference(macro_f1_of(a.truth, a.decided), macro_f1_of(b.truth, b.decided))
    assert found.difference == interval(gain, groups, draws=200)


def test_runs_must_pair() -> None:
    """A seed of one model alone is refused, and so is none."""
    answers = Answers(*multi_class(0))
    for a, b in (([answers], []), ([], []), ([answers] * 2, [answers])):
        with pytest.raises(UsageError, match="expected runs in pairs"):
            over_seeds(a, b)


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_models_that_differ_by_luck_of_the_seed_are_not_told_apart(seeds: int) -> None:
    """Runs of equal kinds scatter by .04: the interval covers 0 in 95 % of the cases, one seed's does not."""
    generator = np.random.default_rng(seeds)

    def held() -> tuple[bool, bool]:
        a, b = (
            [of_right(generator.random(600) < 0.85 + 0.04 * x) for x in each]
            for each in generator.normal(size=(2, seeds))
        )
        whole, lone = (over_seeds(a[:n], b[:n], score="accuracy", draws=300).difference for n in (seeds, 1))
        return not whole.excludes(0), not lone.excludes(0)

    whole, lone = np.mean([held() for _ in range(80)], axis=0)
    assert whole >= 0.89
    assert lone <= 0.8


def test_where_photos_do_not_scatter_it_is_the_interval_of_student() -> None:
    """All photos alike, so that only seeds differ: mean and t of S - 1 degrees of freedom."""
    gains = np.array([0.01, 0.03, 0.08])
    (found,) = over_runs([[mean(np.full(400, gain))] for gain in gains], np.arange(400), draws=20_000)
    half = t.ppf(0.975, 2) * gains.std(ddof=1) / np.sqrt(3)
    assert found is not None
    assert found.estimate == pytest.approx(gains.mean())
    assert found.low == pytest.approx(gains.mean() - half, rel=0.06)
    assert found.high == pytest.approx(gains.mean() + half, rel=0.06)
