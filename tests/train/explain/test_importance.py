"""Importance inside trained Keras models."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from exifds.errors import UsageError
from exifds.train.config import Inputs
from exifds.train.explain.importance import Importance, importance
from exifds.train.explain.probe import opened
from exifds.train.run import Run, find


def run_of(runs: Path, inputs: Inputs) -> Run:
    """The first run of a kind."""
    return next(run for run in find(runs) if run.config().inputs == inputs)


@pytest.mark.parametrize("inputs", ["exif", "fusion"])
def test_a_probe_says_what_the_run_said(runs: Path, exported: Path, inputs: Inputs) -> None:
    """Also where the model is cut behind the image: the predictions of the test photos are those on file."""
    run = run_of(runs, inputs)
    probe, material = opened(run, exported, show=False)
    on_file = run.predictions().of(2)
    assert tuple(material.photos.ids[row] for row in material.photos.where(2)) == on_file.ids
    np.testing.assert_allclose(probe.logits(probe.encoded()), on_file.logits, atol=1e-4)


def test_exchanged_exif_changes_what_a_fusion_says(runs: Path, exported: Path) -> None:
    """Although the image is not looked at again."""
    probe, _ = opened(run_of(runs, "fusion"), exported, show=False)
    order = np.roll(np.arange(len(probe.values)), 1)
    before = probe.logits(probe.encoded())
    after = probe.logits(probe.encoded(order, probe.encoder.features))
    assert before.shape == after.shape
    assert not np.allclose(before, after)


def test_importance_in_a_model_of_exif(runs: Path, exported: Path) -> None:
    """All tags together count for more than the least of them; the file form is complete and repeatable."""
    run = run_of(runs, "exif")
    found = importance(run, exported, repeats=2, progress=False)
    by_kind = [one.kind for one in found.drops]
    assert by_kind == sorted(by_kind, key=("tag", "known", "found", "all").index)
    tags = [one for one in found.drops if one.kind == "tag"]
    assert [one.log_loss.estimate for one in tags] == sorted(
        (one.log_loss.estimate for one in tags), reverse=True
    )
    assert found.drops[-1].log_loss.estimate > tags[-1].log_loss.estimate
    assert tags[0].name in {"exposure_time", "f_number", "iso"}
    assert found.photos == len(run.predictions().of(2).ids)
    assert (found.inputs, found.permute, found.repeats) == ("exif", "group", 2)
    assert Importance.model_validate_json(found.model_dump_json()) == found
    assert importance(run, exported, repeats=2, progress=False) == found


def test_columns_can_be_permuted_one_by_one(runs: Path, exported: Path) -> None:
    """The way of the thesis, also in a fusion; the scores of the model as it is are the same."""
    run = run_of(runs, "fusion")
    found = importance(run.path, exported, repeats=1, permute="independent", progress=False)
    assert found.permute == "independent"
    right = run.predictions().of(2)
    assert found.accuracy == pytest.approx((right.logits.argmax(axis=1) == right.labels).mean())


def test_what_cannot_be_asked_is_refused(runs: Path, exported: Path, exported_cameras: Path) -> None:
    """A model of images, several runs, another export, a run without weights, no permutation."""
    run = run_of(runs, "exif")
    with pytest.raises(
        UsageError, match="is a model of image: what EXIF is worth is asked of exif and fusion"
    ):
        importance(run_of(runs, "image"), exported, progress=False)
    with pytest.raises(UsageError, match="holds 6 runs: say which"):
        importance(runs, exported, progress=False)
    with pytest.raises(UsageError, match="was trained on another export"):
        importance(run, exported_cameras, progress=False)
    with pytest.raises(UsageError, match="expected 1 permutation or more, got 0"):
        importance(run, exported, repeats=0)


def test_a_damaged_run_is_named(runs: Path, exported: Path, tmp_path: Path) -> None:
    """Weights that are no weights, and a run that is not finished."""
    copy = Run(tmp_path / "run")
    shutil.copytree(run_of(runs, "exif").path, copy.path)
    copy.weights.write_bytes(b"none")
    with pytest.raises(UsageError, match="train this run again"):
        importance(copy, exported, progress=False)
    shutil.copy(run_of(runs, "image").weights, copy.weights)
    with pytest.raises(UsageError, match="train this run again"):
        importance(copy, exported, progress=False)
    (copy.path / "run.json").unlink()
    with pytest.raises(UsageError, match="was not finished"):
        importance(copy, exported, progress=False)
