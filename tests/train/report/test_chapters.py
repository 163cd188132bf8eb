"""Chapters: what stands first in a report."""

from exifds.train.report.blocks import Sentences
from exifds.train.report.chapters import document
from exifds.train.report.comparison import Comparison


def _first(comparison: Comparison) -> str:
    """The first sentence."""
    said = document(comparison, {}, [{} for _ in comparison.tasks]).chapters[0].blocks
    return next(block.claims[0].text for block in said if isinstance(block, Sentences))


def test_several_fusions_are_summed_up(hostile: Comparison) -> None:
    """Of one task, too, where there are several backbones or recipes."""
    several = max(hostile.tasks, key=lambda task: len(task.pairs))
    alone = hostile.model_copy(update={"tasks": (several,)})
    assert " of 2 cells of task, backbone and recipe" in _first(alone)
    assert " of 2 cells of task, backbone and recipe" in _first(hostile)


def test_one_fusion_needs_no_summary(full: Comparison) -> None:
    """It would say the same twice."""
    assert _first(full).startswith("Of the trained models")
