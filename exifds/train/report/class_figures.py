"""Class figures: how models do class by class, drawn."""

import math
from typing import Any, Final

import numpy as np

from exifds.train.report.comparison import Task
from exifds.train.report.drawing import COLOURS, INK, MOST_CLASSES, ROW, colour, legend, marker, short
from exifds.train.report.entries import WORDS
from exifds.train.report.model import Model

__all__ = ["classes", "confusion", "curved", "roc", "shown"]

_PANELS: Final = 6


def shown(task: Task) -> list[tuple[str, Model]]:
    """The models that are drawn, each by its kind: they differ in little else.

    Args:
        task: With its models.

    Returns:
        What to call it, and the model.
    """
    models = [task.model(name) for name in task.shown]
    kinds = [model.kind for model in models]
    return [(WORDS[model.kind] if kinds.count(model.kind) == 1 else model.name, model) for model in models]


def classes(figure: Any, task: Task) -> None:
    """Draw the F1 of each class, of the models that are shown; the classes with the most photos."""
    chosen = _largest(task, MOST_CLASSES)
    models = shown(task)
    figure.set_size_inches(7, 1.2 + ROW * max(len(chosen), 3) * 1.3)
    axes = figure.subplots()
    for number, (name, model) in enumerate(models):
        shift = (number - (len(models) - 1) / 2) * 0.18
        for place, which in enumerate(chosen):
            found = model.f1[which]
            if found is not None:
                ends = [found.low, found.high] if found.low is not None else [found.estimate] * 2
                axes.plot(ends, [place + shift] * 2, color=colour(model.kind), linewidth=1)
        points = [(f1.estimate, place + shift) for place, c in enumerate(chosen) if (f1 := model.f1[c])]
        axes.plot(
            *np.transpose(points) if points else ([], []),
            marker(model.kind),
            color=colour(model.kind),
            markersize=4,
            label=name,
        )
    axes.set_yticks(range(len(chosen)), [short(task.classes[which]) for which in chosen])
    axes.set_ylim(len(chosen) - 0.5, -0.5)
    axes.set_xlabel("F1 on test, 95 % interval")
    axes.grid(axis="x", color=INK, alpha=0.12, linewidth=0.6)
    legend(figure, axes)


def confusion(figure: Any, task: Task) -> None:
    """Draw what is taken for what, as shares of the photos of a class."""
    models = shown(task)
    side = max(1.7, 0.22 * len(task.classes) + 0.9)
    figure.set_size_inches(max(3.5, side * len(models) + 0.8), side + 0.9)
    panels = figure.subplots(1, len(models), squeeze=False, sharey=True)[0]
    for axes, (called, model) in zip(panels, models, strict=True):
        _matrix(axes, np.array(model.confusion, float), [short(name, 14) for name in task.classes])
        axes.set_title(short(called))
    panels[0].set_ylabel("class")
    figure.supxlabel("answer", fontsize=9)


def _matrix(axes: Any, counts: Any, names: list[str]) -> None:
    """Shares of each row, as cells whose colour lets the page through."""
    from matplotlib.patches import Rectangle

    total = counts.sum(axis=1, keepdims=True)
    shares = np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
    few = len(names) <= _PANELS
    for (row, column), share in np.ndenumerate(shares):
        cell = (column - 0.5, row - 0.5)
        axes.add_patch(Rectangle(cell, 1, 1, facecolor=COLOURS["image"], alpha=0.85 * share, linewidth=0))
        if few:
            axes.text(column, row, f"{share:.2f}", ha="center", va="center", fontsize=8)
    axes.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(names) - 0.5, -0.5), aspect="equal")
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor", fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.tick_params(length=0)


def roc(figure: Any, task: Task) -> None:
    """Draw the ROC curves of the first seed, each class against the others."""
    two = len(task.classes) == 2 and not task.several  # noqa: PLR2004
    chosen = [1] if two else [which for which in _largest(task, _PANELS) if _curved(task, which)]
    columns = min(3, len(chosen))
    rows = math.ceil(len(chosen) / columns)
    figure.set_size_inches(max(3.6, 2.3 * columns), 2.2 * rows + 0.7)
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, which in zip(panels, chosen, strict=False):
        axes.plot([0, 1], [0, 1], color=INK, alpha=0.3, linewidth=0.8)
        for called, model in shown(task):
            curve = model.roc[which]
            if curve:
                axes.plot(curve.false_positive, curve.true_positive, color=colour(model.kind), label=called)
        axes.set(aspect="equal", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
        axes.set_title(short(task.classes[which], 24))
    for axes in panels[len(chosen) :]:
        axes.set_visible(False)
    figure.supxlabel("false positive rate", fontsize=9)
    figure.supylabel("true positive rate", fontsize=9)
    legend(figure, panels[0])


def curved(task: Task) -> bool:
    """Whether there is a ROC curve: test photos of some class, and of others."""
    return any(_curved(task, which) for which in range(len(task.classes)))


def _curved(task: Task, which: int) -> bool:
    return any(model.roc and model.roc[which] for _, model in shown(task))


def _largest(task: Task, most: int) -> list[int]:
    """Numbers of the classes with the most test photos, in their order."""
    ranked = sorted(range(len(task.classes)), key=lambda number: -task.support[number])
    return sorted(ranked[:most])
