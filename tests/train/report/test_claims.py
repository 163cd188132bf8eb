"""Claims: what is supported, what is open, and what alarms."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from exifds.train.report.claims import claims
from exifds.train.report.compare import compare
from exifds.train.report.comparison import Claim, Comparison, Task
from exifds.train.report.questions import CONTROLS
from tests.train.report.folders import Export, write


def _texts(found: tuple[Claim, ...], verdict: str) -> str:
    return "\n".join(f"{claim.text} {claim.evidence}" for claim in found if claim.verdict == verdict)


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
    assert "400 test photos and 3 seeds would show a difference of accuracy of 0." in told
    assert ", adjusted p = 1.000." in told
    assert "it takes more seeds" in told


@pytest.mark.parametrize("verdict", ["open", "worse"])
@pytest.mark.parametrize("control", ["fusion-head", "fusion-permuted"])
def test_a_gain_that_a_control_may_have_too_is_not_one_of_exif(
    full: Comparison, control: str, verdict: str
) -> None:
    """The fusion is better than the image, which is said, and that it may be for another reason."""
    told = _texts(claims(_judged(full, {control: verdict, "head-image": "better"})), "supported")
    name = {"fusion-head": "same-head image", "fusion-permuted": "permuted EXIF"}[control]
    assert f"but not shown to be better than {name}, so its gain may not be one of EXIF: fusion" in told
    assert "EXIF helps beside the image:" not in told


def test_without_a_gain_there_is_no_word_of_one(full: Comparison) -> None:
    """A fusion that is better than its controls, but not than the image."""
    told = _texts(claims(_judged(full, {"fusion-image": "open"})), "supported")
    assert "The fusion is better than an image model with as large a head" in told
    assert "its gain" not in told
    assert "EXIF helps beside the image:" not in told


def test_controls_that_were_not_trained_are_told(full: Comparison) -> None:
    """EXIF helps, as far as is known."""
    (task,) = full.tasks
    pairs = tuple(pair for pair in task.pairs if pair.question not in CONTROLS)
    told = _texts(claims(task.model_copy(update={"pairs": pairs})), "supported")
    assert "EXIF helps beside the image: fusion against image" in told
    assert "No control was trained" in told
    assert "It is better than same-head image and permuted EXIF, too." in _texts(task.claims, "supported")


@pytest.mark.parametrize("kind", ["mask", "camera", "exif", "image"])
def test_one_who_merely_guesses_misleads_nobody(full: Comparison, kind: str) -> None:
    """Fewer right answers than the most frequent one has are no finding."""
    told = claims(_judged(full, {f"{kind}-majority": "worse"}))
    (claim,) = (one for one in told if "no better than the most frequent answer" in one.text)
    assert claim.verdict == "open"
    assert "mislead" not in claim.text


def _judged(full: Comparison, verdicts: Mapping[str, str]) -> Task:
    """The task with these verdicts, by question."""
    (task,) = full.tasks
    pairs = [
        pair.model_copy(update={"verdict": found, "trained": found})
        if (found := verdicts.get(pair.question))
        else pair
        for pair in task.pairs
    ]
    return task.model_copy(update={"pairs": tuple(pairs)})


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


def test_few_groups_can_show_nothing(hostile: Comparison) -> None:
    """Eight owners of one mind are no proof among so many comparisons, which is told."""
    alone = next(task for task in hostile.tasks if task.title.endswith("lederer2023"))
    assert "one seed, so another training could come out otherwise" in _texts(alone.claims, "open")
    assert "400 test photos of 8 groups are too few to show any difference" in _texts(alone.claims, "open")


def test_fewer_than_three_seeds_tell_of_the_trained_models_only(tmp_path: Path) -> None:
    """Which is better is said of them; whether EXIF helps is open, in sentences, tables and overview."""
    write(tmp_path, Export(), ("image", "fusion"))
    found = compare(tmp_path, progress=False)
    (task,) = found.tasks
    (pair,) = (pair for pair in task.pairs if pair.question == "fusion-image")
    assert (pair.trained, pair.verdict) == ("better", "open")
    told = _texts(task.claims, "open")
    assert "Of these trained models the first is better; of others it is open whether the fusion is" in told
    assert "a claim about kinds of models takes 3 seeds" in told
    assert ", adjusted p = 0.001 (one seed)." in told
    assert "against image" not in _texts(task.claims, "supported")
    majority = _texts(task.claims, "supported")
    assert "against majority" in majority
    assert "one seed, so another training could come out otherwise" in majority
    assert "open; A of these runs" in (tmp_path / "report.md").read_text("utf-8")
    assert "claimed from 3 seeds on" in task.methods["Tests"]


def test_no_difference_larger_than_could_be_shown_is_open_for_lack_of_photos(full: Comparison) -> None:
    """What could be shown is told for the level that counts, of one of all comparisons."""
    (task,) = full.tasks
    for pair in task.pairs:
        if pair.trained == "open" and pair.p_adjusted >= 0.05 and pair.detectable is not None:
            assert abs(pair.accuracy.difference.estimate) < pair.detectable
