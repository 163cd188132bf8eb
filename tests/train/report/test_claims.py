"""Sentences: what is supported, what is open, and what alarms."""

from pathlib import Path

from exifds.train.report.claims import claims
from exifds.train.report.compare import compare
from exifds.train.report.comparison import Claim, Comparison, Task
from exifds.train.report.model import AgainstTruth, Best
from exifds.train.stats.alarm import Leak
from exifds.train.stats.bootstrap import Interval
from tests.train.report.folders import Export, write


def _texts(found: tuple[Claim, ...], verdict: str) -> str:
    return "\n".join(f"{claim.text} {claim.evidence}" for claim in found if claim.verdict == verdict)


def _with(task: Task, name: str, **changes: object) -> Task:
    models = [model.model_copy(update=changes) if model.name == name else model for model in task.models]
    return task.model_copy(update={"models": tuple(models)})


def test_each_comparison_has_a_sentence(full: Comparison) -> None:
    """One for each pair, supported or open, with interval, both p and seeds."""
    (task,) = full.tasks
    tested = [claim for claim in task.claims if "exact McNemar" in claim.evidence]
    assert len(tested) == len(task.pairs)
    supported = _texts(task.claims, "supported")
    assert "EXIF helps beside the image: fusion against image, macro-F1 +0." in supported
    assert "from 3 seeds" in supported


def test_what_is_open_says_what_could_have_been_shown(full: Comparison) -> None:
    """The detectable effect, and how many photos the difference would take."""
    (task,) = full.tasks
    told = _texts(task.claims, "open")
    assert "It is open whether a larger head alone helps or harms" in told
    assert "400 test photos would show a difference of accuracy of 0." in told
    assert ", adjusted p = 1.000." in told
    assert "it takes about" in told


def test_a_camera_that_betrays_the_class_is_a_warning(full: Comparison) -> None:
    """A control that should find nothing alarms where it finds something."""
    (task,) = full.tasks
    assert "Make and model of the camera betray the class" in _texts(task.claims, "warning")


def test_majority_is_judged_by_accuracy(full: Comparison) -> None:
    """A coin has more macro-F1 than the most frequent answer."""
    (task,) = full.tasks
    (claim,) = (one for one in task.claims if "missing tags betray" in one.text)
    assert claim.verdict == "open"
    assert ", accuracy " in claim.text


def test_one_seed_is_told(hostile: Comparison) -> None:
    """A single training could come out otherwise; that it beats the majority it has shown all the same."""
    alone = next(task for task in hostile.tasks if task.title.endswith("lederer2023"))
    assert "one seed, so another training could come out otherwise" in _texts(alone.claims, "supported")


def test_fewer_than_three_seeds_tell_of_the_trained_models_only(tmp_path: Path) -> None:
    """Which is better is said of them; whether EXIF helps is open, in sentences, tables and overview."""
    write(tmp_path, Export(), ("image", "fusion"))
    found = compare(tmp_path, progress=False)
    (task,) = found.tasks
    (pair,) = (pair for pair in task.pairs if pair.question == "fusion-image")
    assert (pair.trained, pair.verdict) == ("better", "open")
    told = _texts(task.claims, "open")
    assert "Of these trained models the first is better, but it is open whether EXIF helps" in told
    assert "a claim about kinds of models takes 3 seeds" in told
    assert ", adjusted p < 0.001 (one seed)." in told
    assert "against image" not in _texts(task.claims, "supported")
    assert "against majority" in _texts(task.claims, "supported")
    assert "open; A of these runs" in (tmp_path / "report.md").read_text("utf-8")
    assert "claimed from 3 seeds on" in task.methods["Tests"]


def test_a_leak_is_a_warning_with_its_interval(full: Comparison) -> None:
    """What a random split would pretend; without a leak it is a fact."""
    (task,) = full.tasks
    found = Leak(
        random=0.8,
        grouped=0.75,
        difference=Interval(estimate=0.05, low=0.03, high=0.07),
        photos=99,
        seeds=5,
        folds=5,
    )
    told = _texts(claims(task.model_copy(update={"leak": found})), "warning")
    assert "80.0 % of the photos where they are parted at random" in told
    assert "+0.050 [+0.030, +0.070]: a random split would seem better" in told
    none = found.model_copy(update={"difference": Interval(estimate=0.001, low=-0.01, high=0.01)})
    assert "no leak is seen" in _texts(claims(task.model_copy(update={"leak": none})), "fact")


def test_times_say_what_they_are_made_of(full: Comparison) -> None:
    """The training-time delta of the thesis, beside the time of an epoch and the number of epochs."""
    (task,) = full.tasks
    assert "an epoch 0 %, and 11.0 epochs against 10.0" in _texts(task.claims, "fact")


def test_no_difference_larger_than_could_be_shown_is_open_for_lack_of_photos(full: Comparison) -> None:
    """What could be shown is told for the level that counts, of one of all comparisons."""
    (task,) = full.tasks
    for pair in task.pairs:
        if pair.trained == "open" and pair.p_adjusted >= 0.05 and pair.detectable is not None:
            assert abs(pair.accuracy.difference.estimate) < pair.detectable


def test_a_single_epoch_has_no_time_of_its_own(full: Comparison) -> None:
    """It compiles, so only the totals are told, and that they hold it."""
    (task,) = full.tasks
    cost = task.model("fusion").cost
    assert cost
    alone = _with(task, "fusion", cost=cost.model_copy(update={"epochs": 1.0, "epoch_seconds": None}))
    told = _texts(claims(alone), "fact")
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
    assert "fusion is worse than the image" in _texts(claims(_with(task, "fusion", strata=harmed)), "warning")


def test_a_model_that_is_too_good_alarms(full: Comparison) -> None:
    """Below the least possible log-loss something has leaked; else the share of the gain is told."""
    (task,) = full.tasks
    assert "of what EXIF can add" in _texts(task.claims, "fact")
    assert "leaked" not in _texts(task.claims, "warning")
    lucky = AgainstTruth(best=Best(accuracy=0.6, log_loss=0.6), regret=-0.01)
    assert (
        "has 0.600 on average over such photos; on 400 photos chance can exceed it. The log-loss of the "
        "model is 0.010" in _texts(claims(_with(task, "fusion", truth=lucky)), "fact")
    )
    beside = AgainstTruth(best=Best(accuracy=0.6, log_loss=0.6), regret=-0.3, too_good=True)
    assert "fusion is too good to be true" in _texts(claims(_with(task, "fusion", truth=beside)), "warning")
