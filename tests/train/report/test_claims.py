"""Claims: what is supported, what is open, and what alarms."""

from pathlib import Path

from exifds.train.report.compare import compare
from exifds.train.report.comparison import Claim, Comparison
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


def test_no_difference_larger_than_could_be_shown_is_open_for_lack_of_photos(full: Comparison) -> None:
    """What could be shown is told for the level that counts, of one of all comparisons."""
    (task,) = full.tasks
    for pair in task.pairs:
        if pair.trained == "open" and pair.p_adjusted >= 0.05 and pair.detectable is not None:
            assert abs(pair.accuracy.difference.estimate) < pair.detectable
