"""Area under the ROC curve: that of scikit-learn, within strata, of few ranks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from exifds.train.analyze.area import auc, interval, ranked
from exifds.train.analyze.clusters import Clusters


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.integers(-5, 5).map(float), st.integers(0, 1), st.integers(0, 9)),
        min_size=4,
        max_size=60,
    )
)
def test_the_area_is_that_of_sklearn(rows: list[tuple[float, int, int]]) -> None:
    """With ties, whatever the groups."""
    values, labels, groups = (np.array(column) for column in zip(*rows, strict=True))
    group = np.unique(groups, return_inverse=True)[1]
    found = interval(Clusters.meet(group), ranked(values), labels)
    if labels.min() == labels.max():
        assert found is None
    else:
        assert found is not None
        assert found.estimate == pytest.approx(roc_auc_score(labels, values))


def test_photos_of_different_strata_are_not_compared() -> None:
    """Each stratum alone is in perfect order."""
    counts = np.array([[[2, 0], [0, 3], [0, 0]], [[0, 0], [4, 0], [0, 1]]], float)
    assert float(auc(counts)) == 1
    assert np.isnan(auc(np.array([[[2.0, 0.0]]])))


def test_many_values_become_256_ranks() -> None:
    """Of about as many photos each, in order."""
    values = np.random.default_rng(0).standard_normal(10_000)
    ranks = ranked(values)
    assert ranks.max() == 255
    assert np.bincount(ranks).min() > 30
    assert (np.diff(ranks[np.argsort(values)]) >= 0).all()
