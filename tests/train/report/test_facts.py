"""Facts: what needs no test, and what of it alarms."""

import re
from collections.abc import Iterable

import pytest

from exifds.train.report.comparison import Claim, Comparison, Task
from exifds.train.report.facts import facts
from exifds.train.report.model import AgainstTruth, Best
from exifds.train.stats.alarm import Leak
from exifds.train.stats.bootstrap import Interval


def _texts(found: Iterable[Claim], verdict: str) -> str:
    return "\n".join(claim.text for claim in found if claim.verdict == verdict)


def _with(task: Task, name: str, **changes: object) -> Task:
    models = [model.model_copy(update=changes) if model.name == name else model for model in task.models]
    return task.model_copy(update={"models": tuple(models)})


def test_a_leak_is_a_warning_with_its_interval(full: Comparison) -> None:
    """What a random split would pretend; without a leak it is a fact."""
    (task,) = full.tasks
    found = Leak(
        random=0.8,
        grouped=0.75,
        difference=Interval(estimate=0.05, low=0.03, high=0.07),
        photos=99,
        groups=20,
        seeds=5,
        folds=5,
    )
    told = _texts(facts(task.model_copy(update={"leak": found})), "warning")
    assert "80.0 % of the photos where they are parted at random" in told
    assert "+0.050 [+0.030, +0.070]: a random split would seem better" in told
    none = found.model_copy(update={"difference": Interval(estimate=0.001, low=-0.01, high=0.01)})
    assert "no leak is seen" in _texts(facts(task.model_copy(update={"leak": none})), "fact")
    few = found.model_copy(update={"groups": 19})
    told = _texts(facts(task.model_copy(update={"leak": few})), "open")
    assert "+0.050 [+0.030, +0.070]. Of 19 owners it cannot be told whether that is a leak." in told


@pytest.mark.parametrize(
    ("changes", "meaning"),
    [
        ({"lone": 0.95}, "nearly every photo is the only one of its owner, it cannot be told"),
        ({"unknown": 1.0, "lone": 0.99}, "the owner of most photos is unknown, it cannot be told"),
        ({}, "It is open whether that is a leak: one of +0.213 is not ruled out."),
    ],
)
def test_without_a_look_no_leak_is_not_said(
    full: Comparison, changes: dict[str, float], meaning: str
) -> None:
    """Photos without a known owner hide a leak, and a wide interval holds one."""
    found = Leak(
        random=0.8,
        grouped=0.798,
        difference=Interval(estimate=0.002, low=-0.006, high=0.01 if changes else 0.213),
        photos=835,
        groups=500,
        seeds=2,
        folds=5,
        **changes,
    )
    task = full.tasks[0].model_copy(update={"leak": found})
    assert meaning in _texts(facts(task), "open")
    assert "no leak is seen" not in _texts(facts(task), "fact")


def test_times_say_what_they_are_made_of(full: Comparison) -> None:
    """The training-time delta of the thesis, beside the time of an epoch and the number of epochs."""
    (task,) = full.tasks
    assert "an epoch 0 %, and 11.0 epochs against 10.0" in _texts(task.claims, "fact")


def test_a_single_epoch_has_no_time_of_its_own(full: Comparison) -> None:
    """It compiles, so only the totals are told, and that they hold it."""
    (task,) = full.tasks
    cost = task.model("fusion").cost
    assert cost
    alone = _with(task, "fusion", cost=cost.model_copy(update={"epochs": 1.0, "epoch_seconds": None}))
    told = _texts(facts(alone), "fact")
    assert " %), with compilation." in told
    assert "an epoch" not in told


def test_photos_without_exif_are_looked_at(full: Comparison) -> None:
    """A fusion that harms them is a warning."""
    (task,) = full.tasks
    assert "photos without EXIF fusion is not shown to be worse" in _texts(task.claims, "fact")
    fusion = task.model("fusion")
    harmed = tuple(
        part.model_copy(update={"gain": Interval(estimate=-0.2, low=-0.3, high=-0.1)})
        for part in fusion.strata
    )
    assert "fusion is worse than the image" in _texts(facts(_with(task, "fusion", strata=harmed)), "warning")


def test_calibration_says_what_chance_gives(full: Comparison) -> None:
    """Else an error that is larger after scaling seems to mean something."""
    (claim,) = (one for one in full.tasks[0].claims if one.text.startswith("Expected calibration"))
    assert re.search(
        r"On 400 test photos chance alone gives .* an error of up to 0\.0[1-9]\d,", claim.evidence
    )


def test_a_model_that_is_too_good_alarms(full: Comparison) -> None:
    """Below the least possible log-loss something has leaked; else the share of the gain is told."""
    (task,) = full.tasks
    assert "of what EXIF can add" in _texts(task.claims, "fact")
    assert "leaked" not in _texts(task.claims, "warning")
    lucky = AgainstTruth(best=Best(accuracy=0.6, log_loss=0.6), regret=-0.01)
    assert (
        "has 0.600 on average over such photos; on 400 photos chance can exceed it. The log-loss of the "
        "model is 0.010" in _texts(facts(_with(task, "fusion", truth=lucky)), "fact")
    )
    beside = AgainstTruth(best=Best(accuracy=0.6, log_loss=0.6), regret=0.02, alarms=(0.311,))
    assert (
        "fusion is too good to be true: with 1 of 3 seeds its log-loss, 0.311, is more than three standard "
        "errors below the 0.600" in _texts(facts(_with(task, "fusion", truth=beside)), "warning")
    )
    twice = beside.model_copy(update={"alarms": (0.311, 0.4)})
    told = _texts(facts(_with(task, "fusion", truth=twice)), "warning")
    assert "with 2 of 3 seeds its log-loss, 0.311 at the least, is" in told
