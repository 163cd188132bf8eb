"""Scores as means over seeds, checked against scikit-learn."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn import metrics

from exifds.train.report.entries import Entry
from exifds.train.report.gather import gather
from exifds.train.report.measure import FEWEST, against, averaged, measure, rocs, stratified
from exifds.train.report.model import Best
from exifds.train.stats import statistic
from exifds.train.stats.answers import Answers
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.scores import probabilities
from tests.train.report.folders import Export, write

LABELS = Export(kind="multi_label", classes=("cat", "dog", "tree"), test=150)


def _entries(folder: Path, export: Export, seeds: tuple[int, ...] = (0, 1)) -> dict[str, Entry]:
    write(folder, export, seeds=seeds)
    ((task,), _) = gather(folder)
    return {entry.kind: entry for entry in task.entries}


def test_scores_are_means_over_seeds(tmp_path: Path) -> None:
    """Macro-F1, accuracy, log-loss, AUC and confusion are those of scikit-learn, seed by seed."""
    entry = _entries(tmp_path, Export(classes=("a", "b", "c"), test=150))["fusion"]
    found = measure(entry, draws=50)
    tests = [spoken.test for spoken in entry.spoken()]
    said = [one.logits.argmax(1) for one in tests]
    truth = tests[0].labels
    f1 = [metrics.f1_score(truth, one, average="macro") for one in said]
    assert found.macro_f1.estimate == pytest.approx(np.mean(f1))
    assert found.macro_f1_sd == pytest.approx(np.std(f1, ddof=1))
    assert found.accuracy.estimate == pytest.approx(np.mean([(one == truth).mean() for one in said]))
    shares = [probabilities(one.logits, several=False) for one in tests]
    assert found.log_loss.estimate == pytest.approx(np.mean([metrics.log_loss(truth, one) for one in shares]))
    auc = [metrics.roc_auc_score(truth == 1, one[:, 1]) for one in shares]
    assert found.auc[1] == pytest.approx(np.mean(auc))
    assert np.array_equal(found.confusion, sum(metrics.confusion_matrix(truth, one) for one in said))
    assert found.macro_f1_at_half is None
    curve = rocs(entry)[1]
    assert curve
    assert curve.auc == pytest.approx(auc[0])


def test_intervals_cover_seeds(tmp_path: Path) -> None:
    """Runs of .797, .861 and .914 leave more open than the draw of photos, but nothing above 1."""
    generator = np.random.default_rng(0)
    labels, groups = generator.integers(2, size=4000), np.arange(4000) // 5

    def run(share: float) -> Answers:
        told = np.where(generator.random(4000) < share, labels, 1 - labels)
        return Answers(labels, 2.0 * np.eye(2)[told], groups)

    answers = [run(share) for share in (0.80, 0.86, 0.92)]
    (found,) = averaged(answers, lambda one: [statistic.mean(one.right)], draws=2000)
    assert found
    assert found.low is not None
    assert found.low < 0.86 - 4 * 0.034
    two = measure(_entries(tmp_path, Export(test=30, owners=20))["fusion"], draws=50)
    assert two.accuracy.high is not None
    assert two.accuracy.high <= 1


def test_several_labels_have_thresholds_from_val(tmp_path: Path) -> None:
    """Macro-F1 takes the tuned ones, and the one at 0.5 of the thesis stands beside it."""
    entry = _entries(tmp_path, LABELS, seeds=(0,))["fusion"]
    found, spoken = measure(entry, draws=50), entry.first
    thresholds = spoken.thresholds
    assert thresholds is not None
    told = probabilities(spoken.test.logits, several=True)
    tuned = metrics.f1_score(spoken.test.labels, told >= thresholds, average="macro")
    half = metrics.f1_score(spoken.test.labels, told >= 0.5, average="macro")
    assert found.macro_f1.estimate == pytest.approx(tuned)
    assert found.macro_f1_at_half == pytest.approx(half)
    assert found.macro_f1_sd is None
    rows = np.array(found.confusion)
    assert (rows.sum(axis=1) == 150).all()
    assert (rows[:, 2] + rows[:, 3] == spoken.test.labels.sum(axis=0)).all()


def test_temperature_mends_a_model_that_is_too_sure(tmp_path: Path) -> None:
    """It is above 1, and log-loss and calibration error fall."""
    found = measure(_entries(tmp_path, Export())["image"], draws=50)
    assert found.temperature > 1
    assert found.log_loss_scaled < found.log_loss.estimate
    assert found.ece_scaled < found.ece


def test_strata_part_the_photos(tmp_path: Path) -> None:
    """The parts of one kind add up, and late fusion gains nothing where there is no EXIF."""
    entries = _entries(tmp_path, Export(seen=True))
    found = stratified(entries["late"], entries["recalibrated"], draws=50)
    for by in ("exif", "group", "flash"):
        assert sum(part.photos for part in found if part.by == by) == 400
    gains = {part.name: part.gain for part in found if part.by == "exif"}
    assert gains["none"]
    assert gains["none"].estimate == 0
    assert not gains["none"].excludes(0)
    assert gains["none"].low != 0
    assert gains["complete"]
    assert gains["complete"].estimate > 0
    assert all(part.gain is None for part in stratified(entries["exif"], draws=50))


def test_small_parts_tell_nothing(tmp_path: Path) -> None:
    """Neither a score nor a gain of fewer than ten photos; no macro-F1 where a class is absent."""
    entries = _entries(tmp_path, Export(test=40))
    found = stratified(entries["late"], entries["image"], draws=50)
    few = [part for part in found if part.photos < FEWEST]
    assert few
    assert all((part.accuracy, part.macro_f1, part.gain) == (None, None, None) for part in few)
    assert all(part.accuracy for part in found if part.photos >= FEWEST)


def test_a_model_stands_beside_the_best_observer(tmp_path: Path) -> None:
    """Regret is in nats, the gain a share of the possible one, and what is better than possible alarms."""
    entry = _entries(tmp_path, Export())["fusion"]
    loss = measure(entry, draws=50).log_loss.estimate
    fair = against(
        entry, Best(accuracy=0.9, log_loss=0.1), Interval(estimate=0.04, low=0.02, high=0.06), 0.05
    )
    assert fair.regret == pytest.approx(loss - 0.1)
    assert not fair.too_good
    assert fair.gain_reached
    assert (fair.gain_reached.estimate, fair.gain_reached.low) == pytest.approx((0.8, 0.4))
    leaked = against(entry, Best(accuracy=0.7, log_loss=loss + 0.4))
    assert leaked.too_good
    assert leaked.gain_reached is None


def test_the_seeds_that_are_too_good_are_counted(tmp_path: Path) -> None:
    """With their own log-losses, not that of all seeds."""
    entry = _entries(tmp_path, Export(), (0, 1, 2))["fusion"]
    known = entry.seeds[1]
    logits = 20 * np.eye(2)[known.test.labels]
    leaked = replace(known, test=replace(known.test, logits=logits))
    found = against(replace(entry, seeds={**entry.seeds, 1: leaked}), Best(accuracy=0.9, log_loss=0.1))
    assert found.alarms == pytest.approx([leaked.answers.log_losses.mean()])
    assert found.regret > 0


def test_a_loss_is_never_below_nothing(tmp_path: Path) -> None:
    """However much seeds scatter."""
    entry = _entries(tmp_path, Export())["fusion"]
    known = entry.seeds[1]
    sure = replace(known, test=replace(known.test, logits=20 * np.eye(2)[known.test.labels]))
    found = measure(replace(entry, seeds={**entry.seeds, 1: sure}), draws=50)
    assert (found.log_loss.low, found.brier.low) == (0, 0)
