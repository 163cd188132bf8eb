"""Overview: the figures of the thesis, over all tasks and backbones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import numpy as np

from exifds.train.report.comparison import Comparison, Pair, Task
from exifds.train.report.drawing import ROW, Drawing, Row, colour, draw, forest, legend, marker, short, sized
from exifds.train.report.entries import WORDS
from exifds.train.report.model import Kind, Model

__all__ = ["Cell", "cells", "drawings"]


@dataclass(frozen=True)
class Cell:
    """A fusion and the image model of its kind.

    Args:
        task: What they learned.
        fusion: The one.
        image: The other.
        pair: How they compare.
        label: What tells it from other cells.
    """

    task: Task
    fusion: Model
    image: Model
    pair: Pair
    label: str = ""

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
        One for each fusion that has an image model trained alike.
    """
    found = [
        Cell(task, task.model(pair.a), task.model(pair.b), pair)
        for task in comparison.tasks
        for pair in task.pairs
        if pair.question == "fusion-image"
    ]
    told = [
        (short(cell.task.title, 40), cell.fusion.backbone or "", cell.fusion.recipe or "") for cell in found
    ]
    differ = [len(set(column)) > 1 for column in zip(*told, strict=True)]
    if not any(differ):
        differ = [False, True, False]
    labels = [", ".join(compress(parts, differ)) for parts in told]
    return [
        replace(cell, label=label if labels.count(label) == 1 else _full(cell, comparison))
        for cell, label in zip(found, labels, strict=True)
    ]


def _full(cell: Cell, comparison: Comparison) -> str:
    """The label of a cell that differs from another in what is not told of all, such as the epochs."""
    return f"{cell.task.title}, {cell.fusion.name}" if len(comparison.tasks) > 1 else cell.fusion.name


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
    rows: list[Row] = []
    for task in comparison.tasks:
        title = f"{short(task.title, 40)}, " if len(comparison.tasks) > 1 else ""
        rows += [
            Row(f"{title}{model.name}", model.macro_f1, "exif", ruled=bool(rows) and not number)
            for number, model in enumerate(one for one in task.models if one.kind == "exif")
        ]
        for cell in (cell for cell in found if cell.task is task):
            rows += [Row(cell.label, cell.image.macro_f1, "image"), Row("", cell.fusion.macro_f1, "fusion")]
    sized(figure, rows, 1.1)
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
    sized(figure, rows)
    forest(figure.subplots(), rows, label="macro-F1 of fusion less image, 95 % interval; pale: open", zero=0)


def _time(figure: Any, found: Sequence[Cell]) -> None:
    rows = [Row(cell.label, None, "fusion") for cell in found]
    sized(figure, rows, 1.2 + ROW * len(rows))
    axes = figure.subplots()
    places = np.arange(len(found))
    for times, shift, label, alpha in (
        ([cell.time for cell in found], -0.18, "whole training", 1.0),
        ([cell.epoch_time for cell in found], 0.18, "an epoch", 0.45),
    ):
        percent = [100 * (time or 0) for time in times]
        axes.barh(places + shift, percent, 0.34, label=label, color=colour("fusion"), alpha=alpha)
    forest(axes, rows, label="% more time than the image model", zero=0)
    legend(figure, axes)
