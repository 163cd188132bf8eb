"""State: what a training leaves after each epoch, and who holds it."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from exifds.errors import UsageError
from exifds.train.result import Epoch
from exifds.train.run import Run
from exifds.train.state import Checkpoint, State, held, sweep


@dataclass
class Variable:
    """What a Keras variable can do."""

    value: NDArray[Any] = field(default_factory=lambda: np.zeros(2, np.float32))

    def numpy(self) -> NDArray[Any]:
        """Its value."""
        return self.value

    def assign(self, value: NDArray[Any]) -> None:
        """Another value."""
        self.value = value


def state(epochs: int, best: int) -> State:
    """A state after some epochs."""
    history = tuple(
        Epoch(epoch=number, phase=0, seconds=1, learning_rate=1e-3, loss=0.1, val_loss=0.1, val_score=0.5)
        for number in range(epochs)
    )
    return State(history=history, best=best)


def saved(checkpoint: Checkpoint, *bests: int) -> list[Variable]:
    """Save one epoch for each of the bests; the variables count the epochs."""
    variables = [Variable(), Variable(np.zeros((), np.int64))]
    for epoch, best in enumerate(bests):
        for variable in variables:
            variable.assign(np.full_like(variable.value, epoch + 1))
        checkpoint.save(state(epoch + 1, best), variables)
    return variables


def test_a_new_training_has_an_empty_state(tmp_path: Path) -> None:
    """It begins at its first epoch."""
    assert Checkpoint(tmp_path).load() == State()


def test_last_and_best_can_be_restored(tmp_path: Path) -> None:
    """All variables of the last epoch, and the first of them, the weights, of the best."""
    checkpoint = Checkpoint(tmp_path)
    saved(checkpoint, 0, 1, 1, 1)
    assert checkpoint.load() == state(4, 1)
    fresh = [Variable(), Variable()]
    checkpoint.restore(3, fresh)
    assert [np.unique(variable.value).tolist() for variable in fresh] == [[4], [4]]
    checkpoint.restore(1, fresh[:1])
    assert [np.unique(variable.value).tolist() for variable in fresh] == [[2], [4]]


def test_only_last_and_best_stay_on_disk(tmp_path: Path) -> None:
    """A training of a thousand epochs takes no more room than one of two."""
    saved(Checkpoint(tmp_path), 0, 0, 2, 2, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "epoch-00002.npz",
        "epoch-00004.npz",
        "state.json",
    ]


def test_what_a_kill_left_half_written_does_not_count(tmp_path: Path) -> None:
    """Drafts beside the state change nothing, and go with the next epoch's."""
    checkpoint = Checkpoint(tmp_path)
    saved(checkpoint, 0, 1)
    (tmp_path / "epoch-00002.part").write_bytes(b"half")
    (tmp_path / "epoch-00002.npz").write_bytes(b"PK whole, but not yet told of")
    (tmp_path / "state.part").write_text("{")
    assert checkpoint.load() == state(2, 1)
    saved(checkpoint, 0, 1, 2)
    assert checkpoint.load() == state(3, 2)


def test_no_flipped_byte_is_a_crash(tmp_path: Path) -> None:
    """Wherever it is: the state is one that can be restored, or none."""
    checkpoint = Checkpoint(tmp_path)
    saved(checkpoint, 0)
    path = tmp_path / "epoch-00000.npz"
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        if checkpoint.load() != State():
            checkpoint.restore(0, [Variable(), Variable()])


@pytest.mark.parametrize("name", ["state.json", "epoch-00001.npz", "epoch-00000.npz"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_damaged_state_is_a_new_beginning(
    tmp_path: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A power cut may leave files empty: the training begins anew and says so."""
    checkpoint = Checkpoint(tmp_path)
    saved(checkpoint, 0, 0)
    if damage == "cut":
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:40])
    else:
        (tmp_path / name).unlink()
    assert checkpoint.load() == State()
    assert ("begins anew" in caplog.text) == ((name, damage) != ("state.json", "gone"))


def test_a_flipped_byte_is_a_new_beginning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """In the numbers themselves, too, where the archive still lists all its members."""
    checkpoint = Checkpoint(tmp_path)
    saved(checkpoint, 0, 0)
    path = tmp_path / "epoch-00000.npz"
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(b"\x93NUMPY") + 130] ^= 0xFF  # behind the header of the first array
    path.write_bytes(damaged)
    assert checkpoint.load() == State()
    assert "begins anew" in caplog.text


def test_the_state_of_another_version_is_a_new_beginning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Other versions may build other networks, and end elsewhere."""
    saved(Checkpoint(tmp_path, "keras 3.15"), 0)
    assert Checkpoint(tmp_path, "keras 3.15").load() != State()
    assert Checkpoint(tmp_path, "keras 3.16").load() == State()
    assert "begins anew" in caplog.text


def test_what_a_finished_run_left_is_swept(tmp_path: Path) -> None:
    """A kill may come after the run and before its state is gone; what another process holds stays."""
    run = Run(tmp_path / "run")
    sweep(run)
    assert not run.path.exists()
    with held(run):
        (run.work / "epoch-00001.npz").write_bytes(b"weights")
    with held(run):
        sweep(run)
        assert run.work.exists()
    (run.path / "run.json").write_text("{}")
    sweep(run)
    assert not run.work.exists()


def test_variables_are_read_without_pickle(tmp_path: Path) -> None:
    """An object that runs code when it is unpickled is refused."""
    np.savez(tmp_path / "epoch-00000.npz", np.array([{"code": 1}], object))
    with pytest.raises(UsageError, match="another version"):
        Checkpoint(tmp_path).restore(0, [Variable()])


def test_the_state_of_another_network_is_refused(tmp_path: Path) -> None:
    """One with more variables, say."""
    saved(Checkpoint(tmp_path), 0)
    with pytest.raises(UsageError, match="another version: remove it"):
        Checkpoint(tmp_path).restore(0, [Variable(), Variable(), Variable()])


def test_a_run_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    """The second is refused; when the first has let go, it is not."""
    run = Run(tmp_path / "run")
    with held(run), pytest.raises(UsageError, match="another process is training"), held(run):
        pass
    with held(run) as work:
        assert work.is_dir()


def test_the_state_goes_when_the_run_is_finished(tmp_path: Path) -> None:
    """And stays while it is not, also when the training fails."""
    run = Run(tmp_path / "run")
    with suppress(KeyboardInterrupt), held(run) as work:
        (work / "state.json").write_text("{}")
        raise KeyboardInterrupt
    assert (work / "state.json").is_file()
    with held(run):
        (run.path / "run.json").write_text("{}")
    assert not work.exists()
