"""Identity: what is gained by knowing who took a photo."""

from dataclasses import replace

import numpy as np
import pytest

from exifds.sandbox.studio import Studio
from exifds.train.analyze.identity import identity
from tests.train import staged

LEAK = (0.9, 0.1, 0.7, 0.3)


def test_owners_with_several_labels() -> None:
    """Each label is guessed by itself."""
    sample = staged.sample(2000, Studio(class_prior=LEAK))
    coin = np.random.default_rng(0).integers(2, size=2000)
    told = replace(sample, labels=np.column_stack([sample.labels, coin]), by_class=(1000, 1000))
    accuracy, gain = identity(told, told.camera)
    assert accuracy == pytest.approx((0.8 + 0.5) / 2, abs=0.03)
    assert gain.excludes(0)
