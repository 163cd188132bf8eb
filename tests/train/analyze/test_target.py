"""Target: one that leaves nothing to learn is pointed out."""

from dataclasses import replace

import numpy as np
import pytest

from exifds.sandbox.studio import Studio
from exifds.train.analyze.analysis import analyze
from exifds.train.analyze.target import copied, one_class
from tests.train import staged


def test_one_class_is_all_there_is_to_say() -> None:
    """Whether it has a name, is one of two, or is of several labels that all photos or none have."""
    sample = staged.sample(100, Studio())
    assert one_class(sample) is None
    alike = replace(sample, labels=np.zeros(100, int), classes=("indoor",), by_class=(100,))
    (told,) = analyze(alike, dataset="cats", target="concept").hazards
    assert told.kind == "one_class"
    assert told.text.startswith("all photos are of one class: there is nothing to tell apart")
    assert one_class(replace(alike, classes=("not monkey", "monkey"), by_class=(0, 100)))
    several = replace(alike, labels=np.ones((100, 2), int), classes=("a", "b"), by_class=(100, 0))
    assert one_class(several)
    assert one_class(replace(several, by_class=(100, 40))) is None


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("camera.flash", "models of EXIF read flash, which is the target"),
        ("camera.make", "the control `camera` reads make, which is the target"),
        ("concept", None),
        ("camera.lens", None),
    ],
)
def test_a_tag_that_models_read_is_no_target(target: str, said: str | None) -> None:
    """It is a warning of the analysis, before all others."""
    sample = staged.sample(100, Studio())
    told = copied(target, sample)
    assert told is None if said is None else told and told.startswith(said)
    first = analyze(sample, dataset="cats", target=target).hazards[0]
    assert (first.kind == "copied") == (said is not None)
