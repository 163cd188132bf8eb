"""What a reader must know before the scores."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from exifds.train.recipe import MODERN
from exifds.train.report.gather import gather
from exifds.train.report.hazards import hazards
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
        (Export(), {"dedup": False}, "Exact copies of training photos were left in test"),
        (Export(), {"fit_scope": "all"}, "fitted on test photos, too"),
        (Export(owners=6), {}, "of 6 groups only"),
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


def test_the_share_of_seen_owners_is_told(tmp_path: Path) -> None:
    """Where the training has seen the groups of the test photos, it says how many."""
    told = _told(tmp_path, Export(seen=True), {"split": "random"})
    assert "% of the test photos are of a group that training has seen" in told


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
