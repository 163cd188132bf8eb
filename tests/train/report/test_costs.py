"""Costs as means over seeds, and time to a target."""

from pathlib import Path

import pytest

from exifds.train.report import costs
from exifds.train.report.comparison import Settings
from exifds.train.report.entries import Entry
from exifds.train.report.gather import gather
from tests.train.report.folders import Export, history, write


def _entries(folder: Path) -> dict[str, Entry]:
    ((task,), _) = gather(folder)
    return {entry.kind: entry for entry in task.entries}


def test_costs_are_means_over_seeds(tmp_path: Path) -> None:
    """Times, energy and price are of one training; the first epoch, which compiles, is left out of one."""
    write(tmp_path, Export(test=60), seeds=(0, 1))
    found = costs.costs(_entries(tmp_path)["image"], 0.6, Settings(price_kwh=2.0, price_hour=36.0))
    assert found
    both = [history("image", seed) for seed in (0, 1)]
    seconds = sum(epoch.seconds for epochs in both for epoch in epochs) / 2
    assert found.train_seconds == pytest.approx(seconds)
    assert found.epochs == sum(map(len, both)) / 2
    assert found.epoch_seconds == 2.0
    assert found.train_kwh == pytest.approx(seconds / 3600 * 0.05)
    assert found.epoch_kwh == pytest.approx(seconds / 3600 * 0.05 / found.epochs)
    assert found.co2_kg == pytest.approx(1.1 * seconds / 3600 * 0.02)
    assert found.measured is False
    assert found.price == pytest.approx(2.0 * seconds / 3600 * 0.05 + 36.0 * seconds / 3600)
    assert found.target_seconds == 5.0 + 2.0
    assert [time.batch_size for time in found.latency] == [1, 32]


def test_runs_without_energy_have_none(tmp_path: Path) -> None:
    """Nothing is made up, and the majority costs nothing at all."""
    write(tmp_path, Export(test=60), ("image",), energy=False)
    entries = _entries(tmp_path)
    found = costs.costs(entries["image"], None, Settings())
    assert found
    assert (found.train_kwh, found.co2_kg, found.measured, found.price) == (None, None, None, None)
    free = costs.costs(entries["image"], None, Settings(price_kwh=0, price_hour=3600.0))
    assert free
    assert free.price == pytest.approx(free.train_seconds)
    assert found.target_seconds is None
    assert costs.costs(entries["majority"], 0.5, Settings()) is None


def test_a_target_is_reached_or_it_is_not() -> None:
    """Time runs to the end of the first epoch that reaches it."""
    epochs = history("image", 0)
    assert costs.seconds_to(epochs, 0.0) == 5.0
    assert costs.seconds_to(epochs, 0.99) is None


def test_without_a_target_one_that_all_reached_is_taken(tmp_path: Path) -> None:
    """It is the lowest of the best scores of image and fusion runs; a wanted one comes first."""
    write(tmp_path, Export(test=60), seeds=(0, 1))
    entries = list(_entries(tmp_path).values())
    lowest = min(history(kind, seed)[-1].val_score for kind in ("image", "fusion") for seed in (0, 1))
    assert costs.target_of(entries, None) == lowest
    assert costs.target_of(entries, 0.7) == 0.7
    assert costs.target_of([entry for entry in entries if entry.kind == "exif"], None) is None


def test_curves_add_up(tmp_path: Path) -> None:
    """The last point of a curve is the whole training."""
    write(tmp_path, Export(test=60), ("image",))
    (curve,) = costs.curves(_entries(tmp_path)["image"])
    assert curve.seconds[-1] == sum(epoch.seconds for epoch in history("image", 0))
    assert len(curve.val_score) == len(curve.seconds)
