"""Training: the same bytes each time, also after a kill, and no work that is not needed."""

import errno
import hashlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exifds.dataset import Dataset
from exifds.errors import DiskFullError, UsageError
from exifds.train.predictions import Predictions
from exifds.train.recipe import MODERN, Phase, Recipe
from exifds.train.run import Run, find
from exifds.train.state import Checkpoint, State, held
from exifds.train.trained import fault
from exifds.train.training import fit
from tests.train.damage import harm

SHORT = MODERN.model_copy(
    update={
        "name": "short",
        "exif_phases": (
            Phase(epochs=2, learning_rate=3e-3, patience=1),
            Phase(epochs=5, learning_rate=1e-3, decay="cosine", patience=2),
        ),
    }
)
"""Two phases of a few epochs."""

KILLED = """
import os, signal, sys
from exifds.train.state import Checkpoint
from exifds.train.training import fit

save = Checkpoint.save

def save_and_die(self, state, variables):
    save(self, state, variables)
    if len(state.history) == 2:
        os.kill(os.getpid(), signal.SIGKILL)

Checkpoint.save = save_and_die
fit(sys.argv[1], sys.argv[2], ["fusion"], backbones=["tiny"], epochs=3, energy=False)
"""


def trained(export: Path, out: Path, *inputs: str, **more: Any) -> list[Run]:
    """Runs of a few epochs."""
    few: dict[str, Any] = {"backbones": ["tiny"], "epochs": 2, "energy": False, "progress": False}
    return fit(export, out, inputs, **few | more)


def bytes_of(run: Run) -> dict[str, str]:
    """Its weights, predictions and encoder."""
    names = ("model.weights.h5", "predictions.csv", "encoder.json")
    return {name: sha(run.path / name) for name in names if (run.path / name).exists()}


def sha(path: Path) -> str:
    """Of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def named(runs: Path, start: str) -> Run:
    """The run whose name starts so."""
    return next(run for run in find(runs) if run.path.name.startswith(start))


def log_loss(found: Predictions) -> float:
    """In nats."""
    return float(
        np.mean(np.logaddexp.reduce(found.logits, 1) - found.logits[range(len(found.ids)), found.labels])
    )


def test_a_run_is_whole(runs: Path) -> None:
    """Each has its configuration, weights, history, predictions and cost, and nothing else."""
    found = list(find(runs))
    assert len(found) == 6
    for run in found:
        config, result = run.config(), run.result()
        names = {"config.json", "history.json", "model.weights.h5", "predictions.csv", "run.json"}
        assert {path.name for path in run.path.iterdir()} == names | (
            {"encoder.json"} if config.inputs != "image" else set()
        )
        assert run.path.name == config.name
        assert [epoch.epoch for epoch in run.history()] == [0, 1, 2]
        told = [path for path in run.path.iterdir() if path.name != "run.json"]
        assert result.sha256 == {path.name: sha(path) for path in told}
        assert result.cost.parameters >= result.cost.trainable > 0
        assert result.cost.train_seconds == sum(epoch.seconds for epoch in run.history())
        assert {energy.phase for energy in result.cost.energy} <= {"train", "predict"}


def test_predictions_are_those_of_the_kept_weights(runs: Path, exported: Path) -> None:
    """The best epoch's loss on val is that of the predictions; all photos of val and test are there."""
    for run in find(runs):
        found = run.predictions()
        assert set(found.split) == {1, 2}
        best = run.history()[run.result().best_epoch]
        assert log_loss(found.of(1)) == pytest.approx(best.val_loss, abs=1e-6)
        assert (found.of(1).logits.argmax(1) == found.of(1).labels).mean() == pytest.approx(best.val_score)
        assert best.val_loss == min(epoch.val_loss for epoch in run.history())


def test_seeds_differ(runs: Path) -> None:
    """In weights and in order."""
    for inputs in ("exif-", "image-", "fusion-"):
        first, second = (run for run in find(runs) if run.path.name.startswith(inputs))
        assert not set(bytes_of(first).values()) <= set(bytes_of(second).values())
        assert first.predictions().ids == second.predictions().ids


def test_what_is_finished_is_left_as_it_is(runs: Path, exported: Path) -> None:
    """Run again, no file is touched."""
    before = {path: path.stat().st_mtime_ns for path in runs.rglob("*")}
    again = fit(exported, runs, backbones=["tiny"], seeds=[1, 0], epochs=3, progress=False)
    assert {run.path for run in again} == {run.path for run in find(runs)}
    assert {path: path.stat().st_mtime_ns for path in runs.rglob("*")} == before


def test_a_killed_training_goes_on_and_ends_with_the_same_bytes(
    runs: Path, exported: Path, tmp_path: Path
) -> None:
    """Killed for good after its second epoch, in another process."""
    command = [sys.executable, "-c", KILLED, str(exported), str(tmp_path)]
    died = subprocess.run(command, check=False, capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    (run,) = find(tmp_path)
    assert not run.finished
    assert (run.work / "state.json").is_file()
    fit(exported, tmp_path, ["fusion"], backbones=["tiny"], epochs=3, energy=False, progress=False)
    assert run.result().interruptions == 1
    assert bytes_of(run) == bytes_of(named(runs, "fusion-tiny-modern-s0"))
    assert not run.work.exists()


@pytest.fixture(scope="module")
def undisturbed(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A training of two phases."""
    return trained(exported, tmp_path_factory.mktemp("undisturbed"), "exif", recipe=SHORT, epochs=None)[0]


@pytest.mark.parametrize("stops", [(2,), (3, 4)])
def test_ctrl_c_costs_no_epoch(
    undisturbed: Run, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stops: tuple[int, ...]
) -> None:
    """Between two phases, or within one, and more than once: the bytes are those of a training in one go."""
    assert [epoch.phase for epoch in undisturbed.history()][:4] == [0, 0, 1, 1]
    save = Checkpoint.save
    for stop in stops:

        def save_and_stop(self: Checkpoint, state: State, variables: Sequence[Any], stop: int = stop) -> None:
            save(self, state, variables)
            if len(state.history) == stop:
                signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(Checkpoint, "save", save_and_stop)
        with pytest.raises(KeyboardInterrupt):
            trained(exported, tmp_path, "exif", recipe=SHORT, epochs=None)
    monkeypatch.undo()
    (run,) = trained(exported, tmp_path, "exif", recipe=SHORT, epochs=None)
    assert run.result().interruptions == len(stops)
    assert bytes_of(run) == bytes_of(undisturbed)
    assert run.result().cost.trainable == undisturbed.result().cost.trainable


def test_ctrl_c_that_python_drops_is_heard(
    undisturbed: Run, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the end of the epoch, as in the callback of a weak reference; the old handler is back then."""
    save = Checkpoint.save

    def save_and_drop(self: Checkpoint, state: State, variables: Sequence[Any]) -> None:
        save(self, state, variables)
        if len(state.history) == 2:
            with suppress(KeyboardInterrupt):
                signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Checkpoint, "save", save_and_drop)
    with pytest.raises(KeyboardInterrupt):
        trained(exported, tmp_path, "exif", recipe=SHORT, epochs=None)
    monkeypatch.undo()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    (run,) = trained(exported, tmp_path, "exif", recipe=SHORT, epochs=None)
    assert run.result().interruptions == 1
    assert bytes_of(run) == bytes_of(undisturbed)


def test_a_full_disk_is_told_and_costs_no_epoch(
    undisturbed: Run, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the weights are written, for HDF5 would end the process."""

    def full(folder: Path, size: int) -> None:
        raise OSError(errno.ENOSPC, f"no {size} bytes in {folder}")

    monkeypatch.setattr("exifds.train.weights.require_room", full)
    with pytest.raises(DiskFullError, match="make room and run the same command again"):
        trained(exported, tmp_path, "exif", recipe=SHORT, epochs=None)
    monkeypatch.undo()
    (run,) = trained(exported, tmp_path, "exif", recipe=SHORT, epochs=None)
    assert bytes_of(run) == bytes_of(undisturbed)


@pytest.mark.parametrize(
    "damage",
    [
        ("run.json", "gone"),
        ("run.json", "{}"),
        ("model.weights.h5", "gone"),
        ("model.weights.h5", "flipped"),
        ("predictions.csv", "cut"),
        ("encoder.json", "flipped"),
        ("config.json", "cut"),
    ],
)
def test_a_damaged_run_is_trained_anew(
    exported: Path, once: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: tuple[str, str]
) -> None:
    """It is told, and the bytes are those of the first time."""
    shutil.copytree(once.path, tmp_path / once.path.name)
    run = Run(tmp_path / once.path.name)
    harm(run.path / damage[0], damage[1])
    (again,) = trained(exported, tmp_path, "exif", epochs=1)
    assert again == run
    assert bytes_of(run) == bytes_of(once)
    assert fault(run) is None
    if damage != ("run.json", "gone"):  # which says that the run was never finished
        assert damage[0] in caplog.text
        assert caplog.text.count("is trained anew: ") == 1


def test_a_damaged_run_is_read_twice(
    exported: Path, once: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before all training, and again when no other process can change it."""
    run = Run(shutil.copytree(once.path, tmp_path / once.path.name))
    harm(run.weights, "flipped")
    found: list[str | None] = []

    def noted(run: Run) -> str | None:
        found.append(fault(run))
        return found[-1]

    monkeypatch.setattr("exifds.train.training.fault", noted)
    trained(exported, tmp_path, "exif", epochs=1)
    first, second = found
    assert first == second is not None


@pytest.fixture(scope="module")
def once(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A training of one epoch."""
    return trained(exported, tmp_path_factory.mktemp("once"), "exif", epochs=1)[0]


def test_a_run_of_an_earlier_version_is_left_as_it_is(exported: Path, once: Run, tmp_path: Path) -> None:
    """Its result has no hashes."""
    shutil.copytree(once.path, tmp_path / once.path.name)
    run = Run(tmp_path / once.path.name)
    run.write("run.json", run.result().model_copy(update={"sha256": {}}))
    before = run.weights.stat().st_mtime_ns
    trained(exported, tmp_path, "exif", epochs=1)
    assert run.weights.stat().st_mtime_ns == before
    run.weights.unlink()
    trained(exported, tmp_path, "exif", epochs=1)
    assert bytes_of(run) == bytes_of(once)


def test_a_target_that_models_read_is_told(
    photographed: Dataset, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, with the models that do."""
    photographed.export(tmp_path / "out", target="camera.flash", image_size=48, progress=False)
    trained(tmp_path / "out", tmp_path / "runs", "exif", "mask", epochs=1)
    (told,) = caplog.records
    assert told.getMessage().startswith("the target camera.flash is an input of exif: the answer need only")


def test_a_run_is_trained_by_one_process(exported: Path, undisturbed: Run, tmp_path: Path) -> None:
    """The second one is told so, and disturbs nothing."""
    run = Run(tmp_path / undisturbed.path.name)
    with held(run), pytest.raises(UsageError, match="another process is training"):
        trained(exported, tmp_path, "exif", recipe=SHORT, epochs=None)
    assert not run.finished


def test_the_controls_are_trained_like_the_others(exported: Path, tmp_path: Path) -> None:
    """Only which tags there are, only make and model, and only images under the head of the fusion."""
    found = trained(exported, tmp_path, "mask", "camera", "head", epochs=1)
    assert [run.config().inputs for run in found] == ["mask", "camera", "head"]
    assert all(np.isfinite(run.predictions().logits).all() for run in found)


def test_several_labels_are_learned_by_sigmoid(exported_labels: Path, tmp_path: Path) -> None:
    """Each label by itself; the score is the macro-F1."""
    (run,) = trained(exported_labels, tmp_path, "exif")
    found = run.predictions()
    assert found.labels.shape == found.logits.shape == (len(found.ids), 3)
    assert set(np.unique(found.labels)) == {0, 1}
    assert 0 <= run.history()[-1].val_score <= 1


def test_the_thesis_is_trained_to_the_letter(exported: Path, tmp_path: Path) -> None:
    """With its own split, which puts other photos into val and test."""
    (run,) = trained(exported, tmp_path, "exif", recipe="lederer2023")
    config = run.config()
    assert (config.recipe.shuffle, config.recipe.split) == (False, "random")
    assert run.result().cost.parameters == 55_074
    assert run.history()[0].learning_rate == 1e-4


def test_images_are_learned_in_16_bits(exported: Path, tmp_path: Path) -> None:
    """Where it is asked for; what the model says has 32."""
    (run,) = trained(exported, tmp_path, "image", mixed_precision=True, epochs=1)
    assert run.config().precision == "mixed_float16"
    assert np.isfinite(run.predictions().logits).all()


def unusable(folder: Path) -> Path:
    """A file where a folder is expected."""
    folder.write_text("")
    return folder


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"inputs": ["sound"]}, "there are no inputs 'sound'"),
        ({"backbones": ["tyni"]}, "no backbone 'tyni': did you mean tiny"),
        ({"recipe": "none"}, "there is no recipe"),
        ({"switches": {"dedup": "perhaps"}}, "dedup: expected"),
        ({"country": "Germany", "energy": True}, "DEU"),
        ({"export": "nowhere"}, "there is no folder nowhere"),
        ({"export": "."}, "not finished"),
        ({"switches": {"split": "owner"}}, "split=owner needs"),
        ({"backbones": ["tiny", "ResNet50V2"], "weights": __file__}, "weights.h5"),
    ],
)
def test_wrong_arguments_are_told_before_any_training(
    exported_cameras: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], said: str
) -> None:
    """Nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    known: dict[str, Any] = {"export": exported_cameras, "backbones": ["tiny"], "energy": False}
    with pytest.raises(UsageError, match=said):
        fit(**known | given, out=tmp_path / "runs", progress=False)
    assert not list(tmp_path.rglob("config.json"))


def test_a_folder_that_cannot_be_written_is_refused(exported: Path, tmp_path: Path) -> None:
    """Before any training."""
    with pytest.raises(UsageError, match="cannot be written"):
        trained(exported, unusable(tmp_path / "file"), "exif")


def test_a_folder_of_another_configuration_is_not_touched(
    exported: Path, undisturbed: Run, tmp_path: Path
) -> None:
    """Somebody has renamed a run."""
    other = undisturbed.config().model_copy(update={"seed": 9})
    (tmp_path / undisturbed.path.name).mkdir()
    Run(tmp_path / undisturbed.path.name).write("config.json", other)
    with pytest.raises(UsageError, match="another run than its name says"):
        trained(exported, tmp_path, "exif", recipe=SHORT, epochs=None)


def test_a_loss_that_is_no_number_is_told(exported: Path, tmp_path: Path) -> None:
    """Rather than trained on to the end."""
    wild = SHORT.model_copy(update={"exif_phases": (Phase(epochs=9, learning_rate=3e38),)})
    with pytest.raises(UsageError, match="no finite number after epoch"):
        trained(exported, tmp_path, "exif", recipe=Recipe.model_validate(wild.model_dump()), epochs=None)
