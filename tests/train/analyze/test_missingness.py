"""Missingness: what missing tags tell."""

from dataclasses import replace

import numpy as np

from exifds.sandbox.studio import Studio
from exifds.train.analyze.clusters import Clusters
from exifds.train.analyze.missingness import missingness
from tests.train import staged


def test_one_class_tells_nothing_of_missing_tags() -> None:
    """There is nothing to tell apart."""
    sample = replace(staged.sample(200, Studio()), labels=np.zeros(200, int))
    assert missingness(sample, Clusters.meet(sample.group)) is None
