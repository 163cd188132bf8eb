"""What a reader must know before the scores."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exifds.train.recipe import MODERN
from exifds.train.report.comparison import Comparison
from exifds.train.report.entries import Spoken
from exifds.train.report.gather import gather
from exifds.train.report.hazards import hazards, merged
from tests.train.report.folders import OPTIONS, Export, write
from tests.train.report.test_methods import MANIFEST

LEAKY = {**OPTIONS, "splitting": {"group": "owner", "allow_leaks": True}}


def _told(
    folder: Path, export: Export, switches: Mapping[str, Any], seeds: tuple[int, ...] = (0, 1, 2)
) -> str:
    write(folder, export, ("exif",), seeds=seeds, recipe=MODERN.with_switches(switches))
    ((task,), _) = gather(folder)
    labels = task.photos.test.labels
    support = [int((labels == number).sum()) for number in range(len(export.classes))]
    return "\n".join(hazards(task, None, support))


def test_a_clean_task_has_none(tmp_path: Path) -> None:
    """Owners apart, many of them, several seeds: nothing to warn of."""
    assert _told(tmp_path, Export(), {}) == ""


@pytest.mark.parametrize(
    ("export", "switches", "told"),
    [
        (Export(seen=True), {"split": "random"}, "OWNERS CROSS THE SPLITS: photos were divided at random"),
        (Export(group="none"), {}, "OWNERS CROSS THE SPLITS: the export keeps no owners apart"),
        (Export(group="camera"), {}, "keeps cameras apart, not owners"),
        (
            Export(group="time"),
            {},
            "by time, not by owner, and an owner's photos are no group: intervals take",
        ),
        (Export(group="none"), {}, "and intervals too narrow, for they take photos as independent"),
        (Export(), {"split": "time"}, "divided by time, so one owner can stand in training and in test"),
        (Export(options=LEAKY), {}, "The export allowed leaks"),
        (Export(), {"dedup": False}, "Exact copies of training photos in test were not looked for"),
        (
            Export(options={**OPTIONS, "target": "camera.flash"}),
            {},
            "THE TARGET IS AN INPUT: EXIF reads flash and need only copy it",
        ),
        (Export(), {"fit_scope": "all"}, "fitted on test photos, too"),
        (Export(owners=6), {}, "of 6 groups only"),
        (Export(owners=1), {}, "of 1 group only"),
        (Export(test=30, owners=20), {}, "classes have fewer than"),
        (Export(owners=5000), {}, "Nearly every test photo is a group of its own"),
    ],
)
def test_each_weakness_is_told(
    tmp_path: Path, export: Export, switches: Mapping[str, Any], told: str
) -> None:
    """What makes scores too good, or intervals too narrow, stands above all else."""
    export = replace(export, classes=("a", "b", "c", "d")) if export.test == 30 else export
    assert told in _told(tmp_path, export, switches)


def test_copies_are_counted_where_the_export_is_known(tmp_path: Path) -> None:
    """None is no hazard."""
    write(tmp_path, Export(), ("exif",), seeds=(0, 1, 2), recipe=MODERN.with_switches({"dedup": "false"}))
    ((task,), _) = gather(tmp_path)
    name = "modern+dedup=false"
    assert hazards(task, None, [200, 200], {name: 0}) == ()
    (one,) = hazards(task, None, [200, 200], {name: 1})
    assert one == (
        f"Of 400 test photos 1 is an exact copy of training photos ({name}), so the scores may be too good."
    )
    assert "12 are exact copies" in hazards(task, None, [200, 200], {name: 12})[0]


def test_the_share_of_seen_owners_is_told(tmp_path: Path) -> None:
    """Where the training has seen the groups of the test photos, it says how many."""
    told = _told(tmp_path, Export(seen=True), {"split": "random"})
    assert "% of the test photos are of a group that training has seen" in told


def test_warnings_of_several_tasks_stand_once(hostile: Comparison) -> None:
    """With the number of tasks that share one; without it where there is one task."""
    one, other = hostile.tasks
    first, second = (
        task.model_copy(update={"hazards": told})
        for task, told in ((one, ("both", "first")), (other, ("both",)))
    )
    assert merged([first, second]) == ["In all tasks: both", f"{one.title}: first"]
    assert merged([first, second, other.model_copy(update={"hazards": ()})])[0] == "In 2 tasks: both"
    assert merged([first]) == ["both", "first"]


def test_a_model_of_one_answer_is_told(tmp_path: Path) -> None:
    """It may have learned nothing."""
    write(tmp_path, Export(), ("exif",), seeds=(0, 1, 2))
    ((task,), _) = gather(tmp_path)
    entries = [
        replace(one, seeds={seed: _constant(said) for seed, said in one.seeds.items()})
        for one in task.entries
    ]
    told = "\n".join(hazards(replace(task, entries=entries), None, [200, 200]))
    assert "EXIF gives one answer to all test photos, with 3 of 3 seeds" in told
    assert "majority gives" not in told


def _constant(said: Spoken) -> Spoken:
    return said.saying(said.run, lambda part: np.zeros_like(part.logits))


def test_one_seed_is_a_hazard(tmp_path: Path) -> None:
    """Where each model was trained once."""
    assert "Each model was trained once" in _told(tmp_path, Export(), {}, seeds=(0,))


def test_two_seeds_are_few(tmp_path: Path) -> None:
    """Nothing is claimed about kinds of models."""
    assert "fewer than 3 seeds" in _told(tmp_path, Export(), {}, seeds=(0, 1))


def test_versions_of_exifds_are_told_where_they_differ(tmp_path: Path) -> None:
    """Seeds of one model may come from several."""
    write(tmp_path, Export(), ("exif",), seeds=(0, 1))
    write(tmp_path, Export(), ("exif",), seeds=(2,), exifds="0.1")
    ((task,), _) = gather(tmp_path)
    assert "different versions of exifds (0.0 and 0.1)" in "\n".join(hazards(task, None, [200, 200]))


def test_times_of_several_machines_cannot_be_compared(tmp_path: Path) -> None:
    """The runs tell which processor they had."""
    first, _ = write(tmp_path, Export(), ("exif",), seeds=(0, 1))
    result = first.result()
    first.write("run.json", result.model_copy(update={"environment": {**result.environment, "cores": "64"}}))
    ((task,), _) = gather(tmp_path)
    assert "from 2 different machines" in "\n".join(hazards(task, None, [200, 200]))


def test_unknown_owners_are_told(tmp_path: Path) -> None:
    """The manifest of the export knows how many there are."""
    write(tmp_path, Export(), ("exif",), seeds=(0, 1, 2))
    ((task,), _) = gather(tmp_path)
    manifest = MANIFEST.model_copy(update={"without_group": 400})
    (told,) = hazards(task, manifest, [200, 200])
    assert told.startswith("The owner of 400 of 1,000 photos is unknown")
