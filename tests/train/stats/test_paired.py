"""Paired: two models on the same photos."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from exifds.errors import UsageError
from exifds.train.stats.answers import Answers
from exifds.train.stats.paired import holm, mcnemar, over_seeds, paired, superiority
from exifds.train.stats.summary import summary
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


def test_the_table_of_two_models() -> None:
    """Who is right about which photos, and the difference."""
    a = of_right([True] * 6 + [True] * 3 + [False] * 1 + [False] * 2)
    b = of_right([True] * 6 + [False] * 3 + [True] * 1 + [False] * 2)
    found = paired(a, b)
    assert (found.both_right, found.only_a, found.only_b, found.both_wrong) == (6, 3, 1, 2)
    assert found.p == pytest.approx(binomtest(3, 4).pvalue)
    assert found.discordance == pytest.approx(4 / 12)
    assert found.accuracy.estimate == pytest.approx(2 / 12)
    assert found.log_loss.estimate < 0
    assert (found.photos, found.groups) == (12, 12)


@pytest.mark.parametrize("several", [False, True])
def test_differences_are_those_of_the_scores(several: bool) -> None:
    """For classes and for several labels; turned round, the sign turns."""
    labels, logits, groups = (multi_label if several else multi_class)(0)
    worse = logits + np.random.default_rng(0).normal(size=logits.shape)
    a, b = Answers(labels, logits, groups), Answers(labels, worse, groups)
    found, back = paired(a, b, draws=300), paired(b, a, draws=300)
    for name in ("accuracy", "macro_f1", "log_loss"):
        each = [getattr(summary(one, draws=10), name).estimate for one in (a, b)]
        assert getattr(found, name).estimate == pytest.approx(each[0] - each[1])
        assert getattr(back, name).low == pytest.approx(-getattr(found, name).high)
    assert found.p == back.p


def test_a_true_difference_is_found_and_none_is_not_made_up() -> None:
    """A gain of 4.5 points at 2000 photos is; of models of equal worth one pair in 20 seems to differ."""
    generator = np.random.default_rng(3)
    labels = generator.integers(2, size=2000)
    chance = generator.random(2000)
    a, b = of_right(chance < 0.895, labels), of_right((chance < 0.82) | (chance > 0.97), labels)
    found = paired(a, b, draws=500)
    assert found.p < 0.001
    assert found.accuracy.excludes(0)
    assert found.macro_f1.excludes(0)
    false = [
        paired(of_right(one < 0.85), of_right(other < 0.85), draws=200).accuracy.excludes(0)
        for one, other in generator.random((150, 2, 300))
    ]
    assert np.mean(false) <= 0.09


def test_a_model_does_not_differ_from_itself() -> None:
    """No photo of two minds: p is 1, the difference 0."""
    labels, logits, groups = multi_class(0)
    found = paired(Answers(labels, logits, groups), Answers(labels, logits, groups), draws=100)
    assert (found.p, found.discordance, found.accuracy.high) == (1, 0, 0)


def test_models_of_other_photos_are_not_compared() -> None:
    """Other labels or other groups are other photos."""
    labels, logits, groups = multi_class(0)
    answers = Answers(labels, logits, groups)
    for other in (Answers(labels[::-1], logits, groups), Answers(labels, logits, groups + 1)):
        with pytest.raises(UsageError, match="the same photos in the same order; they differ"):
            paired(answers, other)
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
    assert found.difference == paired(a, b, draws=200).macro_f1


def test_runs_must_pair() -> None:
    """A seed of one model alone is refused, and so is none."""
    answers = Answers(*multi_class(0))
    for a, b in (([answers], []), ([], []), ([answers] * 2, [answers])):
        with pytest.raises(UsageError, match="expected runs in pairs"):
            over_seeds(a, b)


@pytest.mark.parametrize("seeds", [2, 5])
def test_the_interval_over_seeds_covers_seeds_and_photos(seeds: int) -> None:
    """The true gain is .05; runs scatter by .04 and photos by chance. Photos alone would cover less."""
    generator = np.random.default_rng(seeds)

    def held() -> tuple[bool, bool]:
        share = 0.85 + 0.04 * generator.normal(size=seeds)
        a = [of_right(generator.random(400) < one) for one in share]
        b = [of_right(generator.random(400) < 0.80) for _ in range(seeds)]
        whole = over_seeds(a, b, score="accuracy", draws=300).difference
        lone = paired(a[0], b[0], draws=300).accuracy
        return not whole.excludes(0.05), not lone.excludes(0.05)

    whole, lone = np.mean([held() for _ in range(60)], axis=0)
    assert whole >= 0.85
    assert lone <= whole
