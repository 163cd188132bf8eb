"""Advice: seeds and photos that would settle whether EXIF helps."""

from typing import Any

import pytest

from exifds.train.report.advice import advice
from exifds.train.report.blocks import Text
from exifds.train.report.chapters import document
from exifds.train.report.comparison import Comparison, Task
from exifds.train.report.questions import CONTROLS


def _open(full: Comparison, seeds: tuple[int, ...] = (0, 1, 2), **changes: Any) -> Task:
    """The task, open whether the fusion is better than the image."""
    (task,) = full.tasks
    update = {"verdict": "open", "trained": "open", "photos_needed": None, **changes}
    pairs = [
        pair.model_copy(update=update) if pair.question == "fusion-image" else pair for pair in task.pairs
    ]
    models = [model.model_copy(update={"seeds": seeds}) for model in task.models]
    return task.model_copy(update={"pairs": tuple(pairs), "models": tuple(models)})


@pytest.mark.parametrize(
    ("seeds", "changes", "told"),
    [
        (
            (0,),
            {"photos_needed": 1234},
            ": --seeds 0,1,2 and 1,300 test photos or more (there are 400), if the",
        ),
        ((1,), {"trained": "better"}, ": --seeds 0,1,2."),
        ((0, 2), {"photos_needed": 300}, ": --seeds 0,1,2."),
        ((0, 1, 2), {}, ": more than 3 seeds, for these scatter"),
        ((0, 1, 2), {"detectable": None}, ": test photos of more groups (there are 40 groups)."),
    ],
)
def test_what_is_missing_is_asked_for(
    full: Comparison, seeds: tuple[int, ...], changes: dict[str, Any], told: str
) -> None:
    """Seeds beside those that are there; photos for the difference that was found; groups."""
    assert told in advice(_open(full, seeds, **changes))


def test_where_nothing_is_open_there_is_no_advice(full: Comparison) -> None:
    """Nor where nothing is known that would settle it, or nothing was asked."""
    assert full.tasks[0].advice == ""
    assert advice(_open(full, photos_needed=300)) == ""
    assert advice(full.tasks[0].model_copy(update={"pairs": ()})) == ""


def _judged(task: Task, question: str, **changes: Any) -> Task:
    """The task with another pair of this question."""
    pairs = [pair.model_copy(update=changes) if pair.question == question else pair for pair in task.pairs]
    return task.model_copy(update={"pairs": tuple(pairs)})


@pytest.mark.parametrize("missing", [CONTROLS, CONTROLS[1:]])
def test_of_a_gain_the_controls_are_asked_for(full: Comparison, missing: tuple[str, ...]) -> None:
    """Those that were not trained, with the seeds of the fusion."""
    (task,) = full.tasks
    pairs = tuple(pair for pair in task.pairs if pair.question not in missing)
    names = ",".join(question.removeprefix("fusion-") for question in missing)
    told = f"To settle whether the gain is one of EXIF: --inputs {names} --seeds 0,1,2."
    assert advice(task.model_copy(update={"pairs": pairs})) == told


def test_a_control_that_is_open_takes_seeds_and_photos(full: Comparison) -> None:
    """Like any other question; one that the fusion does not beat is settled."""
    (task,) = full.tasks
    told = advice(_judged(task, CONTROLS[1], verdict="open", trained="open", photos_needed=1234))
    assert told.startswith(
        "To settle whether the fusion is better with the EXIF of the photo itself than with"
    )
    assert ": 1,300 test photos or more (there are 400), if the difference" in told
    assert advice(_judged(task, CONTROLS[1], verdict="worse")) == ""
    assert advice(_judged(task, "fusion-image", verdict="worse")) == ""


def test_advice_stands_before_all_sentences(full: Comparison, hostile: Comparison) -> None:
    """Of one task, and of each of several."""
    told = full.model_copy(update={"tasks": (full.tasks[0].model_copy(update={"advice": "More photos."}),)})
    assert document(told, {}, [{}]).chapters[0].blocks[0] == Text("More photos.", "Next")
    task = max(hostile.tasks, key=lambda task: len(task.pairs))
    (chapter,) = (one for one in document(hostile, {}, [{}, {}]).chapters if one.title == task.title)
    assert chapter.blocks[0] == Text(task.advice, "Next")
