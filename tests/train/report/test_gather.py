"""Runs as they are read and put together."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exifds.errors import UsageError
from exifds.train.recipe import LEDERER2023, MODERN
from exifds.train.report.gather import gather
from exifds.train.report.hazards import hazards
from exifds.train.run import Run
from tests.train.report.folders import Export, write


def test_runs_that_differ_in_the_seed_are_one_model(tmp_path: Path) -> None:
    """Models have all their seeds, main ones first, and late fusion and majority stand beside them."""
    write(tmp_path, Export(), ("exif", "image", "fusion", "mask"), seeds=(0, 1))
    ((task,), left_out) = gather(tmp_path)
    assert [entry.name for entry in task.entries] == [
        *("fusion", "late fusion", "image", "EXIF", "recalibrated image", "mask only", "majority")
    ]
    assert [sorted(entry.seeds) for entry in task.entries] == [[0, 1]] * 6 + [[0]]
    assert not left_out
    assert task.title == "concept of cats, 48 x 48 px"


def test_a_name_tells_what_is_not_the_same_for_all(tmp_path: Path) -> None:
    """Backbones are told where there are two, for the models that have one."""
    write(tmp_path, Export(), backbones=("tiny", "MobileNetV2"))
    ((task,), _) = gather(tmp_path)
    names = {entry.name for entry in task.entries}
    assert {"fusion (tiny)", "fusion (MobileNetV2)", "late fusion (tiny)", "EXIF"} <= names


def test_models_of_a_kind_stand_by_name(tmp_path: Path) -> None:
    """Not by the digest of what they were asked for, which is chance."""
    for switches in ({}, {"scale": "raw"}, {"head": "concat50"}, {"impute": "mean_mode"}, {"shuffle": False}):
        write(tmp_path, Export(), ("exif",), recipe=MODERN.with_switches(switches))
    ((task,), _) = gather(tmp_path)
    names = [entry.name for entry in task.entries if entry.kind == "exif"]
    assert len(names) == 5
    assert names == sorted(names)


def test_other_test_photos_are_another_task(tmp_path: Path) -> None:
    """Models that were tested on different photos, or trained on different exports, never meet."""
    write(tmp_path, Export())
    write(tmp_path, Export(test=300), recipe=LEDERER2023)
    write(tmp_path, Export(seed=5, name="dogs"))
    tasks, _ = gather(tmp_path)
    titles = [
        *("concept of cats, 48 x 48 px, lederer2023", "concept of cats, 48 x 48 px, modern"),
        "concept of dogs, 48 x 48 px",
    ]
    assert sorted(task.title for task in tasks) == titles
    assert all(len(task.entries) == 6 for task in tasks)


def test_late_fusion_needs_the_same_seed_and_recipe(tmp_path: Path) -> None:
    """It is made for seeds that both models have, and it costs what both cost."""
    write(tmp_path, Export(), ("image",), seeds=(0, 1, 2))
    write(tmp_path, Export(), ("exif",), seeds=(1, 2, 3))
    write(tmp_path, Export(), ("exif",), recipe=LEDERER2023)
    ((task,), _) = gather(tmp_path)
    (late,) = (entry for entry in task.entries if entry.kind == "late")
    image = next(entry for entry in task.entries if entry.kind == "image")
    assert sorted(late.seeds) == [1, 2]
    cost, alone = late.seeds[1].cost, image.seeds[1].cost
    assert cost
    assert alone
    assert (cost.parameters, cost.macs) == (100_000, 9_020_000)
    assert cost.train_seconds > alone.train_seconds
    bare = late.seeds[1].test.tags == 0
    same = late.seeds[1].test.logits[bare].argmax(1) == image.seeds[1].test.logits[bare].argmax(1)
    assert same.all()


def test_the_image_is_recalibrated_as_late_fusion_is(tmp_path: Path) -> None:
    """An image model that prefers a class is mended without any EXIF: late fusion gains nothing over that."""
    classes = np.random.default_rng(0).normal(size=(520, 2))
    for run in write(tmp_path, Export(), ("image", "exif")):
        found = run.predictions()
        logits = found.logits + np.array([0.0, 4.0]) if run.config().inputs == "image" else classes / 20
        run.write_predictions(replace(found, logits=logits))
    ((task,), _) = gather(tmp_path)
    right = {entry.kind: entry.first.answers.right.mean() for entry in task.entries}
    assert right["late"] > right["image"] + 0.03
    assert right["late"] == pytest.approx(right["recalibrated"], abs=0.01)
    alone = next(entry for entry in task.entries if entry.kind == "recalibrated").first
    assert alone.cost is None
    bare = alone.test.tags == 0
    image = next(entry for entry in task.entries if entry.kind == "image").first
    assert (alone.answers.decided == image.answers.decided)[bare].all()


def test_the_majority_of_several_labels_gives_one_set_of_them(tmp_path: Path) -> None:
    """The one that most photos of val have, not each label that some have."""
    write(tmp_path, Export(kind="multi_label", classes=("cat", "dog", "tree")), ("exif",))
    ((task,), _) = gather(tmp_path)
    said = next(entry for entry in task.entries if entry.kind == "majority").first
    sets, counts = np.unique(said.val.labels, axis=0, return_counts=True)
    assert (said.answers.decided == sets[counts.argmax()]).all()
    assert said.val_answers.right.mean() == pytest.approx(counts.max() / counts.sum())


def test_late_fusion_needs_equal_limits_of_epochs(tmp_path: Path) -> None:
    """An EXIF model of a smoke run would lower the bar for the fusion; that there is none is said."""
    write(tmp_path, Export(), ("exif",), epochs=1)
    write(tmp_path, Export(), ("image",), epochs=2)
    ((task,), _) = gather(tmp_path)
    assert "late" not in {entry.kind for entry in task.entries}
    assert "no late fusion for image (at most 2 epochs)" in "\n".join(hazards(task, None, [200, 200]))


def _unfinish(run: Run) -> None:
    (run.path / "run.json").unlink()


def _diverge(run: Run) -> None:
    found = run.predictions()
    run.write_predictions(replace(found, logits=np.full_like(found.logits, np.nan)))


def _lose_a_class(run: Run) -> None:
    found = run.predictions()
    run.write_predictions(replace(found, logits=np.hstack([found.logits, found.logits])))


def _break(run: Run) -> None:
    (run.path / "history.json").write_text("{")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [(_unfinish, "not finished"), (_diverge, "finite"), (_lose_a_class, "classes"), (_break, "damaged")],
)
def test_a_run_that_cannot_be_used_is_left_out_and_named(tmp_path: Path, spoil: object, reason: str) -> None:
    """The others are compared all the same."""
    spoiled, *_ = write(tmp_path, Export(), ("image", "exif"))
    assert callable(spoil)
    spoil(spoiled)
    ((task,), (left,)) = gather(tmp_path)
    assert left.run == spoiled.path.name
    assert reason in left.reason
    assert {entry.kind for entry in task.entries} == {"exif", "majority"}


@pytest.mark.parametrize("name", ["config.json", "history.json", "predictions.csv"])
def test_a_run_that_was_changed_is_left_out(tmp_path: Path, name: str) -> None:
    """A digit is enough, where the run has hashes; of the weights the report makes no use."""
    changed, *others = write(tmp_path, Export(), ("image", "exif"))
    for run in (changed, *others):
        run.write("run.json", run.result().model_copy(update={"sha256": run.hashes() | {"x.h5": "0"}}))
    path = changed.path / name
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    ((task,), (left,)) = gather(tmp_path)
    assert (left.run, left.reason) == (
        changed.path.name,
        f"{path} is damaged, or of another run: train this run again",
    )
    assert {entry.kind for entry in task.entries} == {"exif", "majority"}


def test_without_a_usable_run_there_is_nothing_to_compare(tmp_path: Path) -> None:
    """It is said which run there is, and what to do."""
    (run,) = write(tmp_path, Export(), ("image",))
    _unfinish(run)
    with pytest.raises(UsageError, match=f"{run.path.name}: it is not finished: run the same exifds train"):
        gather(tmp_path)
