"""Which models meet, and what makes a difference a claim."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from exifds.train.recipe import MODERN
from exifds.train.report.commands import again
from exifds.train.report.comparison import Comparison, Pair, Settings
from exifds.train.report.gather import gather
from exifds.train.report.methods import methods
from exifds.train.report.pairs import _power, adjusted, compared, planned, verdict
from exifds.train.report.questions import QUESTIONS
from exifds.train.stats import power
from exifds.train.stats.answers import Answers
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.paired import Seeds, holm, mcnemar
from tests.train.report.folders import Export, write


def _interval(low: float, high: float) -> Interval:
    return Interval(estimate=(low + high) / 2, low=low, high=high)


def test_models_trained_alike_meet(tmp_path: Path) -> None:
    """Backbones meet within themselves, in the order of the questions, and once across."""
    write(tmp_path, Export(test=60), backbones=("tiny", "MobileNetV2"))
    ((task,), _) = gather(tmp_path)
    found = [(a.name, b.name, question) for a, b, question in planned(task.entries)]
    assert ("fusion (tiny)", "image (tiny)", "fusion-image") in found
    assert not [pair for pair in found if "tiny" in pair[0] and "Mobile" in pair[1] and pair[2] != "backbone"]
    assert sum(question == "backbone" for *_, question in found) == 2
    places = [QUESTIONS.index(question) for *_, question in found]
    assert all(one <= other for one, other in pairwise(places))


def test_switches_meet_the_plain_recipe(tmp_path: Path) -> None:
    """Each is compared with `modern`, not with each other."""
    for switches in ({}, {"scale": "raw"}, {"impute": "mean_mode"}):
        write(tmp_path, Export(test=60), ("exif",), recipe=MODERN.with_switches(switches))
    ((task,), _) = gather(tmp_path)
    found = [(a.name, b.name) for a, b, question in planned(task.entries) if question == "recipe"]
    assert sorted(found) == [
        ("EXIF (modern+impute=mean_mode)", "EXIF (modern)"),
        ("EXIF (modern+scale=raw)", "EXIF (modern)"),
    ]


def test_a_pair_is_counted_seed_by_seed(full: Comparison) -> None:
    """McNemar is that of each seed, of three twice the median; Holm is over all pairs, of the larger p."""
    (task,) = full.tasks
    for pair in task.pairs:
        each = [mcnemar(*counts) for counts in zip(pair.only_a, pair.only_b, strict=True)]
        assert pair.p_seeds == tuple(each)
        assert pair.p == min(1, 2 * np.median(each))
        discordant = np.mean([a - b for a, b in zip(pair.only_a, pair.only_b, strict=True)]) / 400
        assert pair.accuracy.difference.estimate == pytest.approx(discordant)
    assert any(pair.p_groups > pair.p for pair in task.pairs)
    assert _adjusted(task.pairs) == list(holm([max(pair.p, pair.p_groups) for pair in task.pairs]))


def _adjusted(pairs: Sequence[Pair]) -> list[float]:
    return [pair.p_adjusted for pair in pairs]


def test_holm_is_over_all_tasks(hostile: Comparison) -> None:
    """Each task is another chance to be wrong."""
    pairs = [pair for task in hostile.tasks for pair in task.pairs]
    assert len(hostile.tasks) == 2
    assert _adjusted(pairs) == list(holm([max(pair.p, pair.p_groups) for pair in pairs]))


def test_what_could_be_shown_is_no_less_than_the_interval_shows(full: Comparison) -> None:
    """A claim needs the interval, too: seeds that scatter raise the bar, and more photos do not lower it."""
    (task,) = full.tasks
    for pair in task.pairs:
        ends = pair.accuracy.difference
        assert pair.detectable is not None
        assert ends.low is not None
        assert ends.high is not None
        assert pair.detectable > (ends.high - ends.low) / 2
    assert any(pair.photos_needed is None and pair.accuracy.difference.estimate for pair in task.pairs)


def _seeds(estimate: float, half: float) -> Seeds:
    """One seed, with an interval of this half width."""
    ends = Interval(estimate=estimate, low=estimate - half, high=estimate + half)
    plain = {"mean_a": 0.5, "sd_a": None, "mean_b": 0.5, "sd_b": None, "sd_difference": None}
    return Seeds(seeds=1, **plain, difference=ends, superiority=Interval(estimate=1, low=None, high=None))


def test_each_score_is_held_against_its_own_difference() -> None:
    """Of rare classes macro-F1 differs by more than accuracy, and its interval is wider by as much."""

    def needed(times: float) -> tuple[float | None, int | None]:
        deciding = _seeds(0.02 * times, 0.03 * times)
        return _power(400, 400, 0.05, _seeds(0.02, 0.03), deciding, effect=1.0, alpha=0.05)

    assert needed(5) == pytest.approx(needed(1))
    could, photos = needed(1)
    assert could
    assert could == pytest.approx(sum(power.chance(0.03, 0, 1)))
    assert photos == pytest.approx(400 * (could / 0.02) ** 2, abs=1)


def test_several_labels_are_decided_plainly_against_the_majority(tmp_path: Path) -> None:
    """Thresholds of the best F1 give too many of them for all to be right."""
    export = Export(kind="multi_label", classes=("a", "b", "c", "d"))
    write(tmp_path, export, ("exif", "image"))
    ((task,), _) = gather(tmp_path)
    entries = {entry.kind: entry for entry in task.entries}
    pair = compared(entries["exif"], entries["majority"], "exif-majority", draws=50)
    plain = Answers.of(entries["exif"].first.test).right.mean()
    assert pair.accuracy.mean_a == pytest.approx(plain)
    assert pair.accuracy.mean_b == pytest.approx(entries["majority"].first.answers.right.mean())


def test_models_of_other_precision_do_not_meet(tmp_path: Path) -> None:
    """16 bits are another training; EXIF models, always of 32 bits, meet both. Names tell which is which."""
    write(tmp_path, Export(test=60))
    write(tmp_path, Export(test=60), ("image",), precision="mixed_float16")
    ((task,), _) = gather(tmp_path)
    found = [(a.name, b.name) for a, b, question in planned(task.entries) if question == "fusion-image"]
    assert found == [("fusion (float32)", "image (float32)")]
    late = [entry.name for entry in task.entries if entry.kind == "late"]
    assert late == ["late fusion (float32)", "late fusion (mixed_float16)"]


def test_recipes_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """One of your own beside that of exifds: two names, two descriptions, and an honest command."""
    write(tmp_path, Export(test=60), ("exif",))
    write(tmp_path, Export(test=60), ("exif",), recipe=MODERN.model_copy(update={"units": (8,)}))
    ((task,), _) = gather(tmp_path)
    assert [entry.name for entry in task.entries[:2]] == ["EXIF (modern, no. 1)", "EXIF (modern, no. 2)"]
    told = methods(task, None, Settings())
    assert "network of 128-64 units" in told["Recipe modern, no. 1"]
    assert "network of 8 units" in told["Recipe modern, no. 2"]
    assert sum("# with a recipe of your own" in line for line in again(task)) == 1


def test_what_is_there_is_found_and_what_is_not_stays_open(full: Comparison) -> None:
    """Fusion beats image; the same model with other EXIF, or a larger head, does not."""
    (task,) = full.tasks
    verdicts = {pair.question: pair.verdict for pair in task.pairs}
    assert verdicts["fusion-image"] == verdicts["fusion-permuted"] == verdicts["exif-mask"] == "better"
    assert verdicts["permuted-image"] == verdicts["head-image"] == verdicts["mask-majority"] == "open"


def test_false_claims_stay_rare(tmp_path: Path) -> None:
    """Of 40 pairs of models that know the same, at most 2 are claimed to differ; here none."""
    claimed = 0
    for seed in range(40):
        folder = tmp_path / str(seed)
        write(folder, Export(seed=seed, val=20, test=120), ("image", "permuted"))
        ((task,), _) = gather(folder)
        plan = [pair for pair in planned(task.entries) if pair[2] == "permuted-image"]
        (pair,) = adjusted([compared(*pair, draws=200) for pair in plan])
        claimed += pair.trained != "open"
    assert claimed <= 2


@pytest.mark.parametrize(
    ("difference", "accuracy", "p", "told"),
    [
        (_interval(0.01, 0.05), 0.02, 0.049, "better"),
        (_interval(-0.05, -0.01), -0.02, 0.049, "worse"),
        (_interval(0.01, 0.05), 0.02, 0.05, "open"),
        (_interval(-0.01, 0.05), 0.02, 0.001, "open"),
        (_interval(0.01, 0.05), -0.02, 0.001, "open"),
        (Interval(estimate=0.03, low=None, high=None), 0.02, 0.001, "open"),
    ],
)
def test_two_tests_must_agree(difference: Interval, accuracy: float, p: float, told: str) -> None:
    """An interval, an adjusted p, and accuracy that goes the same way; one group alone claims nothing."""
    assert verdict(difference, accuracy, p) == told
