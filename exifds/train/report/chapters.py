"""Chapters: the report put together, from the sentences to the commands that make it again. Pure."""

from collections.abc import Iterator, Mapping

from exifds.train.report import class_tables, tables
from exifds.train.report.blocks import Block, Chapter, Code, Document, Picture, Sentences, Table, Text
from exifds.train.report.comparison import Claim, Comparison, Task
from exifds.train.report.drawing import Drawing
from exifds.train.report.grouping import grouped
from exifds.train.report.hazards import merged
from exifds.train.report.overview import Cell, cells
from exifds.train.report.wording import change, counted, score

__all__ = ["Figures", "document"]

Figures = Mapping[str, Drawing]


def document(comparison: Comparison, overview: Figures, figures: list[Figures]) -> Document:
    """Put a report together.

    Args:
        comparison: All numbers.
        overview: Figures over all tasks.
        figures: Those of each task.

    Returns:
        The report.
    """
    several = len(comparison.tasks) > 1
    return Document(
        title=f"Comparison: {comparison.tasks[0].title}" if not several else "Comparison of models",
        made=f"exifds {comparison.exifds}, {comparison.created_at:%Y-%m-%d %H:%M} UTC",
        alarms=merged(comparison.tasks),
        chapters=tuple(_chapters(comparison, overview, figures)),
    )


def _chapters(comparison: Comparison, overview: Figures, figures: list[Figures]) -> Iterator[Chapter]:
    several = len(comparison.tasks) > 1
    yield Chapter("What the numbers say", 2, tuple(_said(comparison)))
    if several:
        for task in comparison.tasks:
            yield Chapter(task.title, 3, (*_advice(task), Sentences(grouped(task))))
    for task, drawn in zip(comparison.tasks, figures, strict=True):
        yield Chapter(f"Task: {task.title}" if several else "The task", 2, (_about(task),))
        yield from _task(task, drawn)
    found = cells(comparison)
    if found:
        yield Chapter("By task and backbone", 2, (*_pictures(overview), _cells(found)))
    for task in comparison.tasks:
        yield Chapter(f"Methods: {task.title}" if several else "Methods", 2, tuple(_methods(task)))
        yield Chapter("How to make it again", 3, (Code(task.again),))
    if comparison.left_out:
        yield Chapter("Runs that are left out", 2, (_left_out(comparison),))


def _said(comparison: Comparison) -> Iterator[Block]:
    found = cells(comparison)
    overall = [_overall(found)] if len(found) > 1 else []
    if len(comparison.tasks) > 1:
        yield Text(
            f"The runs are of {len(comparison.tasks)} tasks: of different exports, or tested on different "
            "photos. Models are compared within a task only."
        )
        if overall:
            yield Sentences(overall)
    else:
        yield from _advice(comparison.tasks[0])
        yield Sentences([*overall, *grouped(comparison.tasks[0])])
    if comparison.truth is not None:
        note = comparison.truth.note.strip().removesuffix(".")
        yield Text(
            f"What the best possible observer reaches on average is known for such photos"
            f"{f' ({note})' if note else ''}."
        )


def _advice(task: Task) -> Iterator[Text]:
    if task.advice:
        yield Text(task.advice, "Next")


def _overall(found: list[Cell]) -> Claim:
    gains = [cell.pair.macro_f1.difference.estimate for cell in found]
    ahead = sum(gain > 0 for gain in gains)
    shown = sum(cell.pair.verdict == "better" for cell in found)
    worse = sum(cell.pair.verdict == "worse" for cell in found)
    return Claim(
        verdict="fact",
        text=(
            f"Fusion is ahead of the image in {ahead} of {len(found)} cells of task, backbone and recipe, in "
            f"the mean by macro-F1 {change(sum(gains) / len(gains))}; one by one this is shown for {shown}, "
            f"and the reverse for {worse}."
        ),
    )


def _about(task: Task) -> Text:
    classes = f"{len(task.classes)} {'labels, any of them' if task.several else 'classes'}"
    return Text(
        f"{task.title}: {classes}; {counted(task.photos['val'], 'photo')} in "
        f"{counted(task.groups['val'], 'group')} to choose by (val), {counted(task.photos['test'], 'photo')} "
        f"in {counted(task.groups['test'], 'group')} to test."
    )


def _pictures(drawn: Figures, *names: str) -> Iterator[Picture]:
    yield from (Picture(drawn[name]) for name in (names or drawn) if name in drawn)


def _task(task: Task, drawn: Figures) -> Iterator[Chapter]:
    beside = tables.truth(task)
    yield Chapter("Models", 3, (tables.models(task), *_pictures(drawn, "scores")))
    if beside.rows:
        yield Chapter("Beside the best possible observer", 3, (beside,))
    if task.pairs:
        yield Chapter("Paired differences", 3, (*_pictures(drawn, "differences"), tables.differences(task)))
    if any(task.model(name).strata for name in task.shown):
        yield Chapter("Parts of the test photos", 3, (*_pictures(drawn, "strata"), tables.strata(task)))
    yield Chapter("Classes", 3, (*_pictures(drawn, "classes"), class_tables.classes(task)))
    yield Chapter("Confusion", 3, (*_pictures(drawn, "confusion"), *_confusions(task)))
    if "roc" in drawn:
        yield Chapter("ROC", 3, tuple(_pictures(drawn, "roc")))
    yield Chapter("Calibration", 3, (*_pictures(drawn, "reliability"), tables.calibration(task)))
    yield Chapter("Cost", 3, (tables.costs(task), *_pictures(drawn, "learning")))
    yield Chapter("EXIF tags", 3, tuple(_pictures(drawn, "tags")))
    if task.importance:
        told = [tables.importance(one) for one in task.importance]
        yield Chapter("Importance of tags", 3, (*_pictures(drawn, "importance"), *told))


def _confusions(task: Task) -> Iterator[Table]:
    """One table, of the first model; the figure and `report.json` have the others."""
    yield class_tables.confusion(task, task.model(task.shown[0]))


def _cells(found: list[Cell]) -> Table:
    rows = [
        [
            *(cell.task.title, cell.fusion.backbone or "-", cell.fusion.recipe or "-"),
            *(score(cell.image.macro_f1.estimate), score(cell.fusion.macro_f1.estimate)),
            change(cell.pair.macro_f1.difference.estimate),
            *(_percent(cell.time), _percent(cell.epoch_time)),
        ]
        for cell in found
    ]
    header = (
        *("Task", "Backbone", "Recipe", "Macro-F1, image", "Macro-F1, fusion", "Gain"),
        *("Training time, %", "Time of an epoch, %"),
    )
    return Table(
        header,
        rows,
        texts=3,
        note="Time of the fusion against that of the image model; training with compilation.",
    )


def _percent(share: float | None) -> str:
    return change(None if share is None else 100 * share, 0)


def _methods(task: Task) -> Iterator[Text]:
    yield from (Text(text, heading) for heading, text in task.methods.items())


def _left_out(comparison: Comparison) -> Table:
    return Table(("Run", "Reason"), [(left.run, left.reason) for left in comparison.left_out], texts=2)
