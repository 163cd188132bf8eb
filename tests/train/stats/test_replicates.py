"""Replicates: each is what drawing photos again gives."""

import numpy as np
import pytest

from exifds.train.stats import replicates, scores, statistic
from tests.train.stats.worlds import multi_class, multi_label


@pytest.mark.parametrize("several", [False, True])
def test_sums_give_what_drawing_photos_again_gives(several: bool) -> None:
    """Each replicate equals the scores of the drawn photos, class by class."""
    labels, logits, groups = (multi_label if several else multi_class)(2, photos=60)
    truth = labels if several else scores.one_hot(labels, 4)
    decided = scores.decisions(logits, several=several)
    statistics = [
        statistic.mean((truth == decided).all(axis=1)),
        statistic.macro_f1(truth, decided),
        statistic.class_f1(truth[:, 0], decided[:, 0]),
    ]
    found = replicates.replicates(statistics, groups, draws=20, seed=3)
    kept, number = np.unique(groups, return_inverse=True)
    (counts,) = replicates.weights(groups, draws=20, seed=3)
    assert counts.shape == (20, len(kept))
    assert (counts.sum(axis=1) == len(kept)).all()
    for draw, count in enumerate(counts):
        rows = np.repeat(np.arange(60), count[number].astype(int))
        expected = [
            scores.accuracy(truth[rows], decided[rows]),
            scores.macro_f1(truth[rows], decided[rows]),
            scores.f1(truth[rows], decided[rows])[0],
        ]
        assert found[:, draw] == pytest.approx(expected)


def test_equal_seeds_give_equal_draws_in_pieces_or_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many draws are held at once."""
    groups = np.arange(50)
    whole = np.concatenate(list(replicates.weights(groups, draws=30, seed=1)))
    assert not np.array_equal(whole, np.concatenate(list(replicates.weights(groups, draws=30, seed=2))))
    monkeypatch.setattr(replicates, "_CELLS", 400)
    pieces = list(replicates.weights(groups, draws=30, seed=1))
    assert [len(piece) for piece in pieces] == [8, 8, 8, 6]
    assert np.array_equal(np.concatenate(pieces), whole)
