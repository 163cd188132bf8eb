"""State: what a training leaves after each epoch, so that it goes on there after a kill.

```
.work/lock             held by the process that trains
.work/state.json       the epochs so far; replaced last, and names what else counts
.work/epoch-00007.npz  variables of model and optimizer after the last epoch
.work/epoch-00005.npz  the same after the best epoch, if that is another one
```
"""

import fcntl
import hashlib
import logging
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from exifds import __version__
from exifds.errors import UsageError
from exifds.train.result import Energy, Epoch
from exifds.train.run import Run

__all__ = ["Checkpoint", "State", "form_of", "held", "sweep"]

_LOG = logging.getLogger(__name__)


class State(BaseModel):
    """How far a training came.

    Args:
        history: Its epochs so far.
        best: The epoch whose weights are to be kept, so far.
        interruptions: How often it went on after one.
        energy: Used so far, an entry for each time it went on.
        form: Of the variables, as `form_of` gives it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    history: tuple[Epoch, ...] = ()
    best: int = 0
    interruptions: int = 0
    energy: tuple[Energy, ...] = ()
    form: str = ""


def form_of(variables: Sequence[Any]) -> str:
    """What must be the same for a training to go on: versions, and the shapes of the variables.

    Args:
        variables: Of the model.

    Returns:
        A line of text.
    """
    shapes = hashlib.sha256(repr([tuple(each.shape) for each in variables]).encode()).hexdigest()
    versions = (f"{name} {metadata.version(name)}" for name in ("keras", "tensorflow"))
    return ", ".join((f"exifds {__version__}", *versions, f"shapes {shapes[:16]}"))


@contextmanager
def held(run: Run) -> Iterator[Path]:
    """Hold the working folder of a run.

    Args:
        run: The run.

    Yields:
        The working folder.

    Raises:
        UsageError: Another process holds it, or it cannot be written.
    """
    try:
        run.work.mkdir(parents=True, exist_ok=True)
        lock = (run.work / "lock").open("w")
    except OSError as error:
        raise UsageError(f"{run.path} cannot be written: {error.strerror or error}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"another process is training {run.path}") from None
        yield run.work
        if run.finished:
            shutil.rmtree(run.work, ignore_errors=True)


def sweep(run: Run) -> None:
    """Remove the state of a finished run that a kill left behind, unless another process holds it.

    Args:
        run: The run; one that is not finished stays as it is.
    """
    if run.finished and run.work.exists():
        with suppress(UsageError), held(run):
            pass  # what is held is removed in the end


@dataclass(frozen=True)
class Checkpoint:
    """The state of a training on disk. Each change leaves either the old state or the new one.

    Args:
        folder: The working folder of the run.
        form: Of the variables, as `form_of` gives it.
    """

    folder: Path
    form: str = ""

    def load(self) -> State:
        """How far the training came.

        Returns:
            The state; an empty one if there is none, or none that can be used.
        """
        try:
            state = State.model_validate_json((self.folder / "state.json").read_bytes())
        except FileNotFoundError:
            return State()
        except (OSError, ValidationError):
            state = State()
        if not state.history or not all(map(_is_whole, self._files(state))):
            _LOG.warning("%s is damaged: the training begins anew", self.folder)
            return State()
        if state.form != self.form:
            _LOG.warning(
                "%s was left by %s, and this is %s: the training begins anew",
                self.folder,
                state.form or "another version",
                self.form,
            )
            return State()
        return state

    def save(self, state: State, variables: Sequence[Any]) -> None:
        """Replace the state by that after another epoch.

        Args:
            state: The state.
            variables: Of the model, its weights first, and of the optimizer.
        """
        told = state.model_copy(update={"form": self.form}).model_dump_json()
        arrays = [variable.numpy() for variable in variables]
        _replace(self._file(state.history[-1].epoch), lambda file: np.savez(file, *arrays))
        _replace(self.folder / "state.json", lambda file: file.write(told.encode()))
        for path in set(self.folder.glob("*.npz")) - self._files(state):
            path.unlink()

    def restore(self, epoch: int, variables: Sequence[Any]) -> None:
        """Set variables to what they were after an epoch.

        Args:
            epoch: The last or the best one.
            variables: As they were given to `save`, or the first of them.

        Raises:
            UsageError: The state is that of another network, as another version builds it.
        """
        try:
            with np.load(self._file(epoch), allow_pickle=False) as found:
                for number, variable in enumerate(variables):
                    variable.assign(found[f"arr_{number}"])
        except (KeyError, ValueError):
            raise UsageError(
                f"{self.folder} holds the state of another version: remove it to begin anew"
            ) from None

    def _file(self, epoch: int) -> Path:
        return self.folder / f"epoch-{epoch:05d}.npz"

    def _files(self, state: State) -> set[Path]:
        return {self._file(state.history[-1].epoch), self._file(state.best)}


_DAMAGED: Final = (
    OSError,
    EOFError,
    RuntimeError,  # a flag says that it is encrypted, or compressed in an unknown way
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def _is_whole(path: Path) -> bool:
    """Whether an archive can be read and the sums of all its members are right."""
    try:
        with zipfile.ZipFile(path) as archive:
            hidden = any(member.comment for member in archive.infolist())  # it would be members that follow
            return not hidden and archive.testzip() is None
    except _DAMAGED:
        return False


def _replace(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Put a file in place whole: on the disk beside it first, then renamed."""
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
