"""Clusters: photos that are drawn together."""

import numpy as np

from exifds.train.analyze.clusters import Clusters


def test_few_groups_are_a_cluster_each() -> None:
    """Photos of one group stay together, and those of two do not meet."""
    group = np.repeat(np.arange(40), 3)
    of = Clusters.meet(group).of
    assert len(np.unique(of)) == 40
    assert (of.reshape(40, 3) == of[::3, None]).all()


def test_many_groups_are_merged() -> None:
    """Into 500 clusters of about the same size, always the same for the same seed."""
    group = np.arange(10_000)
    of = Clusters.meet(group).of
    assert np.unique(of, return_counts=True)[1].tolist() == [20] * 500
    assert np.array_equal(Clusters.meet(group).of, of)
    assert not np.array_equal(Clusters.meet(group, seed=1).of, of)


def test_folds_do_not_part_a_group() -> None:
    """But one group alone is divided: else there was nothing to compare."""
    group = np.repeat(np.arange(12), 5)
    folds = Clusters.meet(group).folds
    assert sorted(np.unique(folds)) == [0, 1, 2, 3, 4]
    assert (folds.reshape(12, 5) == folds[::5, None]).all()
    assert len(np.unique(Clusters.meet(np.zeros(20, int)).folds)) == 5


def test_counts_of_some_photos() -> None:
    """By cluster, and only for clusters that have some."""
    clusters = Clusters(np.array([0, 0, 1, 2]))
    counts = clusters.counts(np.array([1, 1, 0]), 2, np.array([0, 1, 3]))
    assert counts.tolist() == [[0, 2], [1, 0]]
