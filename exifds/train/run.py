"""Run: one trained model in a folder of its own, from its configuration to its predictions.

```
config.json       what was asked for; written first
encoder.json      the fitted columns of EXIF; absent for image models
history.json      one entry an epoch
model.weights.h5  the weights
predictions.csv   what the model says of each photo of val and test
run.json          environment, cost, and hashes of the files above; written last
.work/            the state of a training that goes on
```
"""

import csv
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter, ValidationError

from exifds.errors import UsageError
from exifds.train.config import Config
from exifds.train.predictions import Predictions
from exifds.train.result import Epoch, Result

__all__ = ["Run", "find"]

_FILES: Final = ("config.json", "encoder.json", "history.json", "model.weights.h5", "predictions.csv")
_HISTORY: Final = TypeAdapter(tuple[Epoch, ...])


@dataclass(frozen=True)
class Run:
    """The folder of a run.

    Args:
        path: Of the folder.
    """

    path: Path

    @property
    def finished(self) -> bool:
        """Whether the training came to its end."""
        return (self.path / "run.json").is_file()

    @property
    def weights(self) -> Path:
        """The weights of the model."""
        return self.path / "model.weights.h5"

    @property
    def work(self) -> Path:
        """The state of a training that goes on."""
        return self.path / ".work"

    def config(self) -> Config:
        """What was asked for.

        Raises:
            UsageError: This is no run, or one of a later exifds.
        """
        found: Config = self._read("config.json", TypeAdapter(Config))
        return found

    def result(self) -> Result:
        """What ends it.

        Raises:
            UsageError: It is not finished.
        """
        found: Result = self._read("run.json", TypeAdapter(Result))
        return found

    def history(self) -> tuple[Epoch, ...]:
        """Its epochs.

        Raises:
            UsageError: There is no history.
        """
        found: tuple[Epoch, ...] = self._read("history.json", _HISTORY)
        return found

    def predictions(self) -> Predictions:
        """What the model says of val and test.

        Raises:
            UsageError: There are none, or the file is damaged.
        """
        path = self.path / "predictions.csv"
        try:
            return Predictions.from_csv(path.read_bytes())
        except (OSError, KeyError, OverflowError, ValueError, csv.Error) as error:
            raise UsageError(
                f"{path} cannot be read ({type(error).__name__}): train this run again"
            ) from None

    def hashes(self) -> dict[str, str]:
        """SHA-256 of the files that a training writes, as they are now, by their names."""
        return {name: self.sha256(name) for name in _FILES if (self.path / name).exists()}

    def sha256(self, name: str) -> str:
        """SHA-256 of a file.

        Raises:
            UsageError: It cannot be read.
        """
        path = self.path / name
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise UsageError(
                f"{path} cannot be read ({error.strerror or error}): train this run again"
            ) from None

    def check(self, *names: str) -> None:
        """Make sure that files are as the training left them, as far as its result tells.

        Args:
            names: Of the files; none for all.

        Raises:
            UsageError: One is missing or was changed, or the run is not finished.
        """
        known = self.result().sha256
        for name in names or {**known, self.weights.name: ""}:
            if (found := self.sha256(name)) != known.get(name, found):
                raise UsageError(f"{self.path / name} is damaged, or of another run: train this run again")

    def write(self, name: str, part: BaseModel | tuple[Epoch, ...]) -> None:
        """Write `config.json`, `history.json` or `run.json`, whole or not at all."""
        data = (
            part.model_dump_json(indent=2).encode()
            if isinstance(part, BaseModel)
            else _HISTORY.dump_json(part, indent=2)
        )
        self.replace(name, data)

    def write_predictions(self, found: Predictions) -> None:
        """Write `predictions.csv`, whole or not at all."""
        self.replace("predictions.csv", found.to_csv())

    def replace(self, name: str, data: bytes) -> None:
        """Put a file in place whole: written beside it first, then renamed."""
        draft = self.path / f".{name}.part"
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / name)

    def _read(self, name: str, form: TypeAdapter[Any]) -> Any:
        path = self.path / name
        try:
            return form.validate_json(path.read_bytes())
        except FileNotFoundError:
            raise UsageError(
                f"{self.path} has no {name}: it is no run, or one that was not finished"
            ) from None
        except (OSError, ValidationError):
            raise UsageError(f"{path} cannot be read: it is damaged, or of a later exifds") from None


def find(folder: str | Path) -> Iterator[Run]:
    """The runs in a folder, by name, also those that are not finished.

    Args:
        folder: As given to `exifds train --out`; or a run.

    Yields:
        The runs.

    Raises:
        UsageError: There is no such folder, or no run in it.
    """
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise UsageError(f"there is no folder {folder}")
    paths = sorted(path.parent for path in [*root.glob("config.json"), *root.glob("*/config.json")])
    if not paths:
        raise UsageError(f"{folder} holds no runs: exifds train EXPORT --out {folder} makes some")
    yield from map(Run, paths)
