"""Overview: the figures of the thesis, over all tasks and backbones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from exifds.train.report.comparison import Comparison, Pair, Task
from exifds.train.report.drawing import Drawing, Row, colour, draw, forest, legend, marker, short
from exifds.train.report.entries import WORDS
from exifds.train.report.model import Kind, Model

__all__ = ["Cell", "cells", "drawings"]

_ROW: Final = 0.24


@dataclass(frozen=True)
class Cell:
    """A fusion and the image model of its kind.

    Args:
        task: What they learned.
        fusion: The one.
        image: The other.
        pair: How they compare.
    """

    task: Task
    fusion: Model
    image: Model
    pair: Pair

    @property
    def label(self) -> str:
        """Task and backbone."""
        return f"{short(self.task.title, 40)}: {self.fusion.backbone}"

    @property
    def time(self) -> float | None:
        """Training time of the fusion over that of the image model, less 1."""
        one, other = self.fusion.cost, self.image.cost
        return one.train_seconds / other.train_seconds - 1 if one and other and other.train_seconds else None

    @property
    def epoch_time(self) -> float | None:
        """The same of an epoch, so that early stopping does not count."""
        one, other = self.fusion.cost, self.image.cost
        if one is None or other is None or not one.epoch_seconds or not other.epoch_seconds:
            return None
        return one.epoch_seconds / other.epoch_seconds - 1


def cells(comparison: Comparison) -> list[Cell]:
    """All pairs of fusion and image, task by task.

    Args:
        comparison: The numbers.

    Returns:
        One for each task, backbone and recipe.
    """
    return [
        Cell(task, task.model(pair.a), task.model(pair.b), pair)
        for task in comparison.tasks
        for pair in task.pairs
        if pair.question == "fusion-image"
    ]


def drawings(comparison: Comparison) -> dict[str, Drawing]:
    """The figures.

    Args:
        comparison: The numbers.

    Returns:
        Figure by name; empty without a fusion beside its image model.
    """
    found = cells(comparison)
    if not found:
        return {}
    painted: dict[str, tuple[str, Callable[[Any], None]]] = {
        "f1": ("Macro-F1 by task and backbone", lambda figure: _f1(figure, comparison, found)),
        "delta": (
            "Gain of the fusion over the image by task and backbone",
            lambda figure: _delta(figure, found),
        ),
    }
    if any(cell.time is not None for cell in found):
        painted["time"] = (
            "Training time of the fusion against the image model",
            lambda figure: _time(figure, found),
        )
    return {name: draw(f"overview-{name}", alt, paint) for name, (alt, paint) in painted.items()}


def _f1(figure: Any, comparison: Comparison, found: Sequence[Cell]) -> None:
    rows = []
    for task in comparison.tasks:
        rows += [
            Row(f"{short(task.title, 40)}: {model.name}", model.macro_f1, "exif")
            for model in task.models
            if model.kind == "exif"
        ]
        for cell in (cell for cell in found if cell.task is task):
            rows += [Row(cell.label, cell.image.macro_f1, "image"), Row("", cell.fusion.macro_f1, "fusion")]
    figure.set_size_inches(7, 1.1 + _ROW * len(rows))
    axes = figure.subplots()
    forest(axes, rows, label="macro-F1 on test, 95 % interval")
    kinds: tuple[Kind, ...] = ("exif", "image", "fusion")
    for kind in kinds:
        axes.plot([], [], marker(kind), color=colour(kind), label=WORDS[kind])
    legend(figure, axes)


def _delta(figure: Any, found: Sequence[Cell]) -> None:
    rows = [
        Row(cell.label, cell.pair.macro_f1.difference, "fusion", cell.pair.verdict == "open")
        for cell in found
    ]
    figure.set_size_inches(7, 0.8 + _ROW * len(rows))
    forest(figure.subplots(), rows, label="macro-F1 of fusion less image, 95 % interval; pale: open", zero=0)


def _time(figure: Any, found: Sequence[Cell]) -> None:
    figure.set_size_inches(7, 1.2 + 2 * _ROW * len(found))
    axes = figure.subplots()
    places = np.arange(len(found))
    for times, shift, label, alpha in (
        ([cell.time for cell in found], -0.18, "whole training", 1.0),
        ([cell.epoch_time for cell in found], 0.18, "an epoch", 0.45),
    ):
        percent = [100 * (time or 0) for time in times]
        axes.barh(places + shift, percent, 0.34, label=label, color=colour("fusion"), alpha=alpha)
    forest(
        axes,
        [Row(cell.label, None, "fusion") for cell in found],
        label="% more time than the image model",
        zero=0,
    )
    legend(figure, axes)
