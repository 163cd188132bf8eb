"""Tables: their columns, and what stands below them."""

from exifds.train.report import tables
from exifds.train.report.comparison import Comparison


def test_controls_are_named_by_their_kind(hostile: Comparison) -> None:
    """Once, however many there are."""
    note = tables.models(max(hostile.tasks, key=lambda task: len(task.pairs))).note
    assert note.endswith("Controls: recalibrated image and majority.")


def test_what_one_seed_cannot_tell_is_left_out(full: Comparison, hostile: Comparison) -> None:
    """The share of seeds in which a model wins."""
    once = min(hostile.tasks, key=lambda task: len(task.pairs))
    assert "P(A > B)" in tables.differences(full.tasks[0]).header
    assert "P(A > B)" not in tables.differences(once).header
    assert "P(A > B)" not in tables.differences(once).note
    for task in (once, *full.tasks):
        told = tables.differences(task)
        assert {len(row) for row in told.rows} == {len(told.header)}


def test_a_price_is_a_number_of_some_currency(full: Comparison) -> None:
    """Of a cent, too; a calibration error stands beside that of chance."""
    costs, calibration = tables.costs(full.tasks[0]), tables.calibration(full.tasks[0])
    assert "0.0000" not in [row[-1] for row in costs.rows]
    assert "in the currency of --price-kwh" in costs.note
    chance = calibration.header.index("ECE by chance")
    assert all(0 < float(row[chance]) < 0.1 for row in calibration.rows)
    assert {len(row) for row in calibration.rows} == {len(calibration.header)}
