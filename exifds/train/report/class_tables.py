"""Class tables: how models do class by class, and what they take for what. Pure."""

from collections.abc import Sequence
from typing import Final

from exifds.train.report.blocks import Table
from exifds.train.report.comparison import Task
from exifds.train.report.drawing import MOST_CLASSES, short
from exifds.train.report.model import Model
from exifds.train.report.wording import counted, interval, percent, score

__all__ = ["classes", "confusion"]

_MOST_ROWS: Final = 50
"""Of a table; `report.json` has all of them."""
_LONGEST: Final = 60
"""Characters of the name of a class in a table."""


def classes(task: Task) -> Table:
    """F1 and AUC of each class."""
    shown = [task.model(name) for name in task.shown]
    kept = _frequent(task)
    rows = [
        [
            *(short(task.classes[which], _LONGEST), f"{task.support[which]:,}"),
            *(text for model in shown for text in (interval(model.f1[which]), score(model.auc[which]))),
        ]
        for which in kept
    ]
    header = [name for model in shown for name in (f"F1, {model.name}", f"AUC, {model.name}")]
    return Table(("Class", "Test photos", *header), rows, note=_left(task, kept, "class"))


def confusion(task: Task, model: Model) -> Table:
    """What is taken for what, in photos over all seeds; of many classes the most frequent confusions."""
    names = [short(name, _LONGEST) for name in task.classes]
    note = f"{model.name}; photos of all its seeds together."
    if task.several:
        kept = _frequent(task)
        rows = [[names[which], *(f"{count:,}" for count in model.confusion[which])] for which in kept]
        head = ("Label", "Rightly absent", "Wrongly given", "Missed", "Rightly given")
        return Table(head, rows, note=f"{note} {_left(task, kept, 'label')}".rstrip())
    if len(names) > MOST_CLASSES:
        return _confused(names, model, note)
    rows = [
        [name, *(f"{count:,}" for count in row)] for name, row in zip(names, model.confusion, strict=True)
    ]
    return Table(("Class \N{RIGHTWARDS ARROW} answer", *names), rows, note=note)


def _confused(names: Sequence[str], model: Model, note: str) -> Table:
    """The answers that are most often wrong, as a list: a table of all would be as wide as it is empty."""
    wrong = sorted(
        (-count, this, other)
        for this, row in enumerate(model.confusion)
        for other, count in enumerate(row)
        if this != other and count
    )
    rows = [
        [names[this], names[other], f"{-less:,}", percent(-less / sum(model.confusion[this]), 1)]
        for less, this, other in wrong[:_MOST_ROWS]
    ]
    left = len(wrong) - len(rows)
    if left:
        photos = -sum(less for less, _, _ in wrong[_MOST_ROWS:])
        note += (
            f" The {len(rows)} most frequent confusions; for {counted(left, 'other')}, of "
            f"{counted(photos, 'photo')} together, see report.json."
        )
    return Table(("Class", "Answer", "Photos", "Of the class"), rows, texts=2, note=note)


def _frequent(task: Task) -> list[int]:
    """Numbers of the classes with the most test photos, in their order, as many as a table holds."""
    ranked = sorted(range(len(task.classes)), key=lambda number: -task.support[number])
    return sorted(ranked[:_MOST_ROWS])


def _left(task: Task, kept: Sequence[int], thing: str) -> str:
    left = len(task.classes) - len(kept)
    return f"For {counted(left, thing)} with fewer photos see report.json." if left else ""
