"""Figures: labels are whole, and legends of many models do not run off."""

import re
from pathlib import Path

from exifds.train.report.compare import compare
from exifds.train.report.comparison import Comparison, Task
from exifds.train.report.drawing import Drawing
from exifds.train.report.figures import drawings
from exifds.train.report.overview import cells
from tests.train.report.folders import Export, write


def _texts(drawing: Drawing) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", drawing.svg.decode())


def _long(hostile: Comparison) -> Task:
    """Two backbones, with models of long names."""
    task = max(hostile.tasks, key=lambda task: len(task.pairs))

    def long(name: str) -> str:
        return name.replace("(", "(EfficientNetV2B3, modern+head=concat50, ")

    return task.model_copy(
        update={
            "models": tuple(model.model_copy(update={"name": long(model.name)}) for model in task.models),
            "pairs": tuple(
                pair.model_copy(update={"a": long(pair.a), "b": long(pair.b)}) for pair in task.pairs
            ),
            "shown": tuple(map(long, task.shown)),
        }
    )


def test_each_difference_has_a_label_of_its_own(hostile: Comparison) -> None:
    """Both models are named in full, but for what they share."""
    task = _long(hostile)
    labels = [text for text in _texts(drawings(task)["differences"]) if " − " in text]  # noqa: RUF001
    assert len(set(labels)) == len(task.pairs)
    assert not [label for label in labels if "…" in label]
    fusions = "fusion (EfficientNetV2B3, modern+head=concat50, MobileNetV2) − fusion (tiny)"  # noqa: RUF001
    assert fusions in labels


def test_models_that_are_drawn_are_called_by_their_kind(hostile: Comparison) -> None:
    """What they have in common is said once, below; other models are not in it."""
    task = _long(hostile)
    drawn = drawings(task)["learning"]
    assert [text for text in _texts(drawn) if "EfficientNet" in text] == []
    assert {"fusion", "image", "EXIF"} <= set(_texts(drawn))
    assert drawn.alt.endswith(f" {task.shown[0].removeprefix('fusion ')}")
    assert "EfficientNet" not in drawings(task)["tags"].alt


def test_cells_are_told_apart(hostile: Comparison, full: Comparison) -> None:
    """By what is not the same for all of them."""
    assert [cell.label for cell in cells(full)] == ["tiny"]
    assert [cell.label for cell in cells(hostile)] == ["MobileNetV2", "tiny"]


def test_cells_that_differ_in_something_else_are_told_apart(tmp_path: Path, full: Comparison) -> None:
    """Such as the epochs; by the name of the fusion, and of several tasks by the title."""
    for epochs in (1, 2):
        write(tmp_path, Export(test=60), ("image", "fusion"), epochs=epochs)
    found = compare(tmp_path, progress=False)
    labels = ["fusion (at most 1 epoch)", "fusion (at most 2 epochs)"]
    assert [cell.label for cell in cells(found)] == labels
    both = found.model_copy(update={"tasks": (*full.tasks, *found.tasks)})
    assert [cell.label for cell in cells(both)][1:] == [f"{found.tasks[0].title}, {one}" for one in labels]


def test_a_class_without_test_photos_has_no_curve(hostile: Comparison) -> None:
    """No empty panel, and no figure where no class has one."""
    task = max(hostile.tasks, key=lambda task: len(task.pairs))

    def without(first: int) -> Task:
        models = [
            one.model_copy(update={"roc": (None,) * first + one.roc[first:]}) if one.roc else one
            for one in task.models
        ]
        return task.model_copy(update={"models": tuple(models)})

    assert drawings(without(1))["roc"].svg.count(b'id="axes_') == 2
    assert "roc" not in drawings(without(3))
