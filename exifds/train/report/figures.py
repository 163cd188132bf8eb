"""Figures: the numbers of one task, drawn."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np

from exifds.train.report.comparison import Task
from exifds.train.report.drawing import (
    COLOURS,
    INK,
    Drawing,
    Row,
    colour,
    draw,
    forest,
    legend,
    marker,
    short,
)
from exifds.train.report.measure import MAIN
from exifds.train.report.model import Model

__all__ = ["FIGURES", "MOST_CLASSES", "drawings"]

MOST_CLASSES: Final = 20
"""Of a figure; tables hold more."""
_PANELS: Final = 6
_ROW: Final = 0.24
"""Height of a line, in inches."""

Paint = Callable[..., None]


def drawings(task: Task, prefix: str = "") -> dict[str, Drawing]:
    """The figures of a task.

    Args:
        task: The task.
        prefix: Of the names of files.

    Returns:
        Figure by name, those of `FIGURES` for which there is something to draw.
    """
    return {
        name: draw(f"{prefix}{name}", alt, partial(paint, task=task))
        for name, (alt, paint, there) in FIGURES.items()
        if there(task)
    }


def _shown(task: Task) -> list[Model]:
    return [task.model(name) for name in task.shown]


def _largest(task: Task, most: int) -> list[int]:
    """Numbers of the classes with the most test photos, in their order."""
    ranked = sorted(range(len(task.classes)), key=lambda number: -task.support[number])
    return sorted(ranked[:most])


def _scores(figure: Any, task: Task) -> None:
    rows = [Row(model.name, model.macro_f1, model.kind) for model in task.models]
    figure.set_size_inches(7, 0.8 + _ROW * len(rows))
    forest(figure.subplots(), rows, label="macro-F1 on test, 95 % interval")


def _differences(figure: Any, task: Task) -> None:
    rows = [
        Row(f"{pair.a} − {pair.b}", pair.macro_f1.difference, task.model(pair.a).kind, pair.verdict == "open")  # noqa: RUF001
        for pair in task.pairs
    ]
    figure.set_size_inches(7, 0.8 + _ROW * len(rows))
    forest(figure.subplots(), rows, label="difference of macro-F1, 95 % interval; pale: open", zero=0)


def _classes(figure: Any, task: Task) -> None:
    chosen = _largest(task, MOST_CLASSES)
    models = _shown(task)
    figure.set_size_inches(7, 1.2 + _ROW * max(len(chosen), 3) * 1.3)
    axes = figure.subplots()
    for number, model in enumerate(models):
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
            label=model.name,
        )
    axes.set_yticks(range(len(chosen)), [short(task.classes[which]) for which in chosen])
    axes.set_ylim(len(chosen) - 0.5, -0.5)
    axes.set_xlabel("F1 on test, 95 % interval")
    axes.grid(axis="x", color=INK, alpha=0.12, linewidth=0.6)
    legend(figure, axes)


def _confusion(figure: Any, task: Task) -> None:
    models = _shown(task)
    side = max(1.7, 0.22 * len(task.classes) + 0.9)
    figure.set_size_inches(max(3.5, side * len(models) + 0.8), side + 0.9)
    panels = figure.subplots(1, len(models), squeeze=False, sharey=True)[0]
    for axes, model in zip(panels, models, strict=True):
        _matrix(axes, np.array(model.confusion, float), [short(name, 14) for name in task.classes])
        axes.set_title(short(model.name))
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


def _roc(figure: Any, task: Task) -> None:
    two = len(task.classes) == 2 and not task.several  # noqa: PLR2004
    chosen = [1] if two else _largest(task, _PANELS)
    columns = min(3, len(chosen))
    rows = math.ceil(len(chosen) / columns)
    figure.set_size_inches(max(3.6, 2.3 * columns), 2.2 * rows + 0.7)
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes, which in zip(panels, chosen, strict=False):
        axes.plot([0, 1], [0, 1], color=INK, alpha=0.3, linewidth=0.8)
        for model in _shown(task):
            curve = model.roc[which]
            if curve:
                axes.plot(
                    curve.false_positive, curve.true_positive, color=colour(model.kind), label=model.name
                )
        axes.set(aspect="equal", xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
        axes.set_title(short(task.classes[which], 24))
    for axes in panels[len(chosen) :]:
        axes.set_visible(False)
    figure.supxlabel("false positive rate", fontsize=9)
    figure.supylabel("true positive rate", fontsize=9)
    legend(figure, panels[0])


def _reliability(figure: Any, task: Task) -> None:
    models = _shown(task)
    figure.set_size_inches(max(3.6, 2.1 * len(models)), 2.9)
    panels = figure.subplots(1, len(models), squeeze=False, sharex=True, sharey=True)[0]
    for axes, model in zip(panels, models, strict=True):
        axes.plot([0, 1], [0, 1], color=INK, alpha=0.3, linewidth=0.8)
        for told, style, label in (
            (model.reliability, {"color": INK, "alpha": 0.5, "linestyle": ":"}, "as it is"),
            (model.reliability_scaled, {"color": colour(model.kind)}, "after temperature scaling"),
        ):
            axes.plot(told.confidence, told.share, marker=".", label=label, **style)
        axes.set(aspect="equal", xlim=(0, 1.03), ylim=(0, 1.03))
        axes.set_title(short(model.name, 22))
    figure.supxlabel("probability that the model says", fontsize=9)
    panels[0].set_ylabel("share that is true")
    legend(figure, panels[0])


def _strata(figure: Any, task: Task) -> None:
    models = [model for model in _shown(task) if model.strata]
    parts = [(part.by, part.name, part.photos) for part in models[0].strata]
    rows = [
        Row(
            f"{'EXIF' if by == 'exif' else by} {name} ({photos:,})" if not number else "",
            next(part.accuracy for part in model.strata if (part.by, part.name) == (by, name)),
            model.kind,
        )
        for by, name, photos in parts
        for number, model in enumerate(models)
    ]
    figure.set_size_inches(7, 1.2 + 0.17 * len(rows))
    axes = figure.subplots()
    forest(axes, rows, label="accuracy on test, 95 % interval; number of photos")
    for place in range(len(models), len(rows), len(models)):
        axes.axhline(place - 0.5, color=INK, alpha=0.15, linewidth=0.6)
    for model in models:
        axes.plot([], [], marker(model.kind), color=colour(model.kind), label=model.name)
    legend(figure, axes)


def _learning(figure: Any, task: Task) -> None:
    figure.set_size_inches(7, 3)
    axes = figure.subplots()
    for model in task.models:
        if model.kind in MAIN:
            for number, curve in enumerate(model.curves):
                label = {"label": model.name} if not number else {}
                axes.plot(curve.seconds, curve.val_score, color=colour(model.kind), linewidth=1, **label)
    if task.target_score is not None:
        axes.axhline(task.target_score, color=INK, alpha=0.5, linewidth=0.8, linestyle="--")
    axes.set_xlabel("training time, s (dashed: target score)")
    axes.set_ylabel("macro-F1 on val" if task.several else "accuracy on val")
    axes.set_xlim(left=0)
    legend(figure, axes)


def _tags(figure: Any, task: Task) -> None:
    shares = sorted(task.tags.shares.items(), key=lambda item: item[1])
    figure.set_size_inches(7, 1 + 0.21 * max(len(shares), 8))
    panels = figure.subplots(1, 2 if shares else 1, squeeze=False)[0]
    counts = task.tags.counts
    photos = sum(counts.values())
    panels[0].bar(list(counts), [100 * count / photos for count in counts.values()], color=colour("exif"))
    panels[0].set(xlabel="EXIF tags of a photo", ylabel="% of the test photos")
    if shares:
        panels[1].barh(
            [name for name, _ in shares], [100 * share for _, share in shares], color=colour("exif")
        )
        panels[1].set(xlabel="% of the training photos that have it", xlim=(0, 100))


def _importance(figure: Any, task: Task) -> None:
    found = task.importance
    figure.set_size_inches(7 if len(found) > 1 else 5, 0.9 + _ROW * max(len(one.drops) for one in found))
    panels = figure.subplots(1, len(found), squeeze=False)[0]
    for axes, one in zip(panels, found, strict=True):
        rows = [
            Row(short(drop.name, 30), drop.accuracy, one.inputs, not drop.accuracy.excludes(0))
            for drop in one.drops
        ]
        forest(axes, rows, label="accuracy lost; pale: interval covers 0", zero=0)
        axes.set_title(short(one.run, 36))


def _always(_task: Task) -> bool:
    return True


def _few(task: Task) -> bool:
    return not task.several and len(task.classes) <= MOST_CLASSES


FIGURES: Final[dict[str, tuple[str, Paint, Callable[[Task], bool]]]] = {
    "scores": ("Macro-F1 of each model with its interval", _scores, _always),
    "differences": ("Differences of macro-F1 between models", _differences, lambda task: bool(task.pairs)),
    "classes": ("F1 of each class", _classes, _always),
    "confusion": ("Share of the photos of a class by answer", _confusion, _few),
    "roc": ("ROC curves of the first seed, each class against the others", _roc, _always),
    "reliability": ("What models say against what is true", _reliability, _always),
    "strata": (
        "Accuracy on parts of the test photos",
        _strata,
        lambda task: any(model.strata for model in _shown(task)),
    ),
    "learning": (
        "Score on val against training time, a line a seed",
        _learning,
        lambda task: any(model.curves for model in task.models if model.kind in MAIN),
    ),
    "importance": (
        "Accuracy that models lose on test when tags are exchanged between photos, 95 % interval",
        _importance,
        lambda task: bool(task.importance),
    ),
    "tags": ("How many EXIF tags photos have", _tags, _always),
}
"""By name: what it shows, what draws it, and whether there is something to draw."""
