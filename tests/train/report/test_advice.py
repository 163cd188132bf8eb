"""Advice: seeds and photos that would settle whether EXIF helps."""

from typing import Any

import pytest

from exifds.train.report.advice import advice
from exifds.train.report.blocks import Text
from exifds.train.report.chapters import document
from exifds.train.report.comparison import Comparison, Task


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


def test_advice_stands_before_all_sentences(full: Comparison, hostile: Comparison) -> None:
    """Of one task, and of each of several."""
    told = full.model_copy(update={"tasks": (full.tasks[0].model_copy(update={"advice": "More photos."}),)})
    assert document(told, {}, [{}]).chapters[0].blocks[0] == Text("More photos.", "Next")
    task = max(hostile.tasks, key=lambda task: len(task.pairs))
    (chapter,) = (one for one in document(hostile, {}, [{}, {}]).chapters if one.title == task.title)
    assert chapter.blocks[0] == Text(task.advice, "Next")
