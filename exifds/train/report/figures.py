"""Figures: the numbers of one task, drawn."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from exifds.train.report.class_figures import classes, confusion, curved, roc, shown
from exifds.train.report.comparison import Task
from exifds.train.report.drawing import (
    INK,
    MOST_CLASSES,
    ROW,
    Drawing,
    Row,
    colour,
    draw,
    forest,
    legend,
    marker,
    short,
    sized,
)

__all__ = ["FIGURES", "drawings"]

Paint = Callable[..., None]
_OF_SHOWN: Final = frozenset({"classes", "confusion", "roc", "reliability", "strata", "learning"})
"""Figures of the models that are drawn by their kind alone; what else they are is said below."""


def drawings(task: Task, prefix: str = "") -> dict[str, Drawing]:
    """The figures of a task.

    Args:
        task: The task.
        prefix: Of the names of files.

    Returns:
        Figure by name, those of `FIGURES` for which there is something to draw.
    """
    parts = task.shown[0].partition(" (")[2].removesuffix(")")
    told = f" ({parts})" if parts else ""
    return {
        name: draw(f"{prefix}{name}", f"{alt}{told if name in _OF_SHOWN else ''}", partial(paint, task=task))
        for name, (alt, paint, there) in FIGURES.items()
        if there(task)
    }


def _scores(figure: Any, task: Task) -> None:
    rows = [Row(model.name, model.macro_f1, model.kind) for model in task.models]
    sized(figure, rows)
    forest(figure.subplots(), rows, label="macro-F1 on test, 95 % interval")


def _differences(figure: Any, task: Task) -> None:
    asked = [pair.question for pair in task.pairs]
    rows = [
        Row(
            _less(pair.a, pair.b),
            pair.macro_f1.difference,
            task.model(pair.a).kind,
            faint=pair.verdict == "open",
            ruled=number > 0 and pair.question != asked[number - 1] and len(asked) > len(set(asked)),
        )
        for number, pair in enumerate(task.pairs)
    ]
    sized(figure, rows)
    forest(figure.subplots(), rows, label="difference of macro-F1, 95 % interval; pale: open", zero=0)


def _less(a: str, b: str) -> str:
    """Two models, the second by that in which it is not like the first.

    Example:
        >>> _less("fusion (MobileNetV2, modern)", "image (MobileNetV2, modern)")
        'fusion (MobileNetV2, modern) \N{MINUS SIGN} image'
        >>> _less("fusion (MobileNetV2, modern)", "fusion (tiny, modern)")
        'fusion (MobileNetV2, modern) \N{MINUS SIGN} fusion (tiny)'
    """
    kind, _, told = b.partition(" (")
    shared = a.partition(" (")[2].removesuffix(")").split(", ")
    own = [part for part in told.removesuffix(")").split(", ") if part and part not in shared]
    second = f"{kind} ({', '.join(own)})" if own else kind
    return f"{short(a, 70)} \N{MINUS SIGN} {short(second, 45)}"


def _reliability(figure: Any, task: Task) -> None:
    models = shown(task)
    figure.set_size_inches(max(3.6, 2.1 * len(models)), 2.9)
    panels = figure.subplots(1, len(models), squeeze=False, sharex=True, sharey=True)[0]
    for axes, (called, model) in zip(panels, models, strict=True):
        axes.plot([0, 1], [0, 1], color=INK, alpha=0.3, linewidth=0.8)
        for told, style, label in (
            (model.reliability, {"color": INK, "alpha": 0.5, "linestyle": ":"}, "as it is"),
            (model.reliability_scaled, {"color": colour(model.kind)}, "after temperature scaling"),
        ):
            axes.plot(told.confidence, told.share, label=label, linewidth=0.8, **style)
            sizes = [120 * count / sum(told.count) for count in told.count]
            axes.scatter(told.confidence, told.share, sizes, color=style["color"], alpha=style.get("alpha"))
        axes.set(aspect="equal", xlim=(0, 1.03), ylim=(0, 1.03))
        axes.set_title(short(called, 22))
    figure.supxlabel("probability that the model says", fontsize=9)
    panels[0].set_ylabel("share that is true")
    legend(figure, panels[0])


def _strata(figure: Any, task: Task) -> None:
    models = [(called, model) for called, model in shown(task) if model.strata]
    parts = [(part.by, part.name, part.photos) for part in models[0][1].strata]
    rows = [
        Row(
            f"{'EXIF' if by == 'exif' else by} {name} ({photos:,})" if not number else "",
            next(part.accuracy for part in model.strata if (part.by, part.name) == (by, name)),
            model.kind,
            ruled=not number and place > 0,
        )
        for place, (by, name, photos) in enumerate(parts)
        for number, (_, model) in enumerate(models)
    ]
    figure.set_size_inches(7, 1.2 + 0.17 * len(rows))
    axes = figure.subplots()
    forest(axes, rows, label="accuracy on test, 95 % interval; number of photos")
    for called, model in models:
        axes.plot([], [], marker(model.kind), color=colour(model.kind), label=called)
    legend(figure, axes)


def _learning(figure: Any, task: Task) -> None:
    figure.set_size_inches(7, 3)
    axes = figure.subplots()
    for called, model in shown(task):
        for number, curve in enumerate(model.curves):
            label = {"label": called} if not number else {}
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
    figure.set_size_inches(7 if len(found) > 1 else 5, 0.9 + ROW * max(len(one.drops) for one in found))
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
    "classes": ("F1 of each class", classes, _always),
    "confusion": ("Share of the photos of a class by answer", confusion, _few),
    "roc": ("ROC curves of the first seed, each class against the others", roc, curved),
    "reliability": (
        "What models say against what is true; the larger a point, the more photos it stands for",
        _reliability,
        _always,
    ),
    "strata": (
        "Accuracy on parts of the test photos",
        _strata,
        lambda task: any(model.strata for _, model in shown(task)),
    ),
    "learning": (
        "Score on val against training time, a line a seed",
        _learning,
        lambda task: any(model.curves for _, model in shown(task)),
    ),
    "importance": (
        "Accuracy that models lose on test when tags are exchanged between photos, 95 % interval",
        _importance,
        lambda task: bool(task.importance),
    ),
    "tags": ("How many EXIF tags photos have", _tags, _always),
}
"""By name: what it shows, what draws it, and whether there is something to draw."""
