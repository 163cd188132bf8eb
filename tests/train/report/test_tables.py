"""Tables: what stands below them."""

from exifds.train.report import tables
from exifds.train.report.comparison import Comparison


def test_controls_are_named_by_their_kind(hostile: Comparison) -> None:
    """Once, however many there are."""
    note = tables.models(max(hostile.tasks, key=lambda task: len(task.pairs))).note
    assert note.endswith("Controls: recalibrated image and majority.")
