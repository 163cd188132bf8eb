"""Class tables: what they show of many classes, and what they say of the rest."""

import numpy as np
import pytest

from exifds.train.report import class_tables
from exifds.train.report.comparison import Comparison


def test_of_many_classes_the_most_frequent_confusions_are_listed(full: Comparison) -> None:
    """Photos and their share of the class, the most frequent first, and how many are left out."""
    counts = np.diag(np.full(30, 40))
    counts[3, 7], counts[5, 0] = 10, 60
    counts[10:, 9] = 1
    counts[20:, 8] = counts[20:, 7] = counts[20:, 6] = 2
    (task,) = full.tasks
    task = task.model_copy(update={"classes": tuple(f"c{number}" for number in range(30))})
    model = task.models[0].model_copy(update={"confusion": tuple(map(tuple, counts.tolist()))})
    found = class_tables.confusion(task, model)
    assert found.header == ("Class", "Answer", "Photos", "Of the class")
    assert list(found.rows[:2]) == [["c5", "c0", "60", "60.0 %"], ["c3", "c7", "10", "20.0 %"]]
    assert len(found.rows) == 50
    assert found.note.endswith("for 2 others, of 2 photos together, see report.json.")


def test_few_classes_stand_in_a_matrix(full: Comparison) -> None:
    """Class by answer."""
    (task,) = full.tasks
    found = class_tables.confusion(task, task.models[0])
    assert list(found.header[1:]) == list(task.classes)
    assert [row[0] for row in found.rows] == list(task.classes)
    assert "others" not in found.note


@pytest.mark.parametrize(("count", "told"), [(60, "10 labels"), (51, "1 label")])
def test_of_many_labels_the_most_frequent_stand_in_the_table(full: Comparison, count: int, told: str) -> None:
    """And what is left out is told."""
    (task,) = full.tasks
    many = {
        "kind": "multi_label",
        "classes": tuple(f"c{number}" for number in range(count)),
        "support": tuple(range(count)),
    }
    task = task.model_copy(update=many)
    model = task.models[0].model_copy(update={"confusion": ((1, 2, 3, 4),) * count})
    found = class_tables.confusion(task, model)
    assert [row[0] for row in found.rows] == [f"c{number}" for number in range(count - 50, count)]
    assert found.note.endswith(f"For {told} with fewer photos see report.json.")
