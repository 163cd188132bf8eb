"""Run: one trained model in a folder of its own, from its configuration to its predictions.

```
config.json       what was asked for; written first
encoder.json      the fitted columns of EXIF; absent for image models
history.json      one entry an epoch
model.weights.h5  the weights
predictions.csv   what the model says of each photo of val and test
run.json          environment and cost; written last, so a run with one is whole
.work/            the state of a training that goes on
```
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from exifds.errors import UsageError
from exifds.export.record import TargetKind
from exifds.train.predictions import Predictions
from exifds.train.recipe import Recipe

__all__ = [
    "INPUTS",
    "WITH_EXIF",
    "WITH_IMAGE",
    "Config",
    "Cost",
    "Energy",
    "Epoch",
    "ExportRef",
    "Inputs",
    "Latency",
    "Result",
    "Run",
    "find",
]

Inputs = Literal["exif", "image", "fusion", "mask", "camera", "permuted", "head"]
"""What a model sees. `exif`, `image` and `fusion` are the models; the others are controls:

`mask`: only which tags are there. `camera`: only make and model. `permuted`: the fusion with the EXIF of
another photo of the same split. `head`: image only, with dense layers as many as those of the fusion.
"""
INPUTS: Final[tuple[Inputs, ...]] = ("exif", "image", "fusion", "mask", "camera", "permuted", "head")
WITH_IMAGE: Final = frozenset({"image", "fusion", "permuted", "head"})
WITH_EXIF: Final = frozenset({"exif", "fusion", "mask", "camera", "permuted"})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExportRef(_Part):
    """The export that a model was trained on.

    Args:
        name: Of the dataset.
        sha256: Of the manifest.
        photos: How many it holds.
        group: What never stands in two of its splits.
        options: Of the export, as in its manifest: how images were rendered.
    """

    name: str
    sha256: str
    photos: int
    group: str
    options: Mapping[str, Any]


class Config(_Part):
    """What was asked for; two runs with the same configuration are the same run.

    Args:
        version: Of this form.
        exifds: Version of exifds.
        inputs: What the model sees.
        backbone: Name in `keras.applications`, or `tiny`; None for models without an image.
        weights: Of the backbone at the start: `imagenet`, `none`, or `sha256:` of a local file.
        recipe: How it is trained.
        seed: Of weights, order, dropout and augmentation.
        epochs: At most so many in each phase; None leaves it to the recipe.
        precision: `float32` or `mixed_float16`.
        export: The photos.
        kind: Of the target: `multi_class` and `binary` are learned by softmax, `multi_label` by sigmoid.
        classes: Names by number.
        features: Names of the columns of `exif` in the export.
        height: Of the images, in pixels.
        width: Of the images, in pixels.
    """

    version: int = 1
    exifds: str
    inputs: Inputs
    backbone: str | None
    weights: str
    recipe: Recipe
    seed: int
    epochs: int | None = None
    precision: Literal["float32", "mixed_float16"] = "float32"
    export: ExportRef
    kind: TargetKind
    classes: tuple[str, ...]
    features: tuple[str, ...]
    height: int | None
    width: int | None

    @property
    def name(self) -> str:
        """Of the folder: legible, and different for different configurations."""
        parts = [self.inputs, *([self.backbone] if self.backbone else []), self.recipe.name.split("+")[0]]
        return "-".join([*parts, f"s{self.seed}", self.digest[:8]])

    @property
    def digest(self) -> str:
        """SHA-256 of it all but the versions."""
        kept = self.model_dump_json(exclude={"version", "exifds"})
        return hashlib.sha256(kept.encode()).hexdigest()


class Epoch(_Part):
    """What an epoch came to.

    Args:
        epoch: Counted from 0 over all phases.
        phase: Number of its phase, from 0.
        seconds: Training and validation.
        learning_rate: In it.
        loss: Mean over the training photos, with penalties.
        val_loss: Cross-entropy on val, in nats.
        val_score: Accuracy on val; for several labels the macro-F1 at 0.5.
    """

    epoch: int
    phase: int
    seconds: float
    learning_rate: float
    loss: float
    val_loss: float
    val_score: float


class Latency(_Part):
    """Time of a prediction after warm-up.

    Args:
        batch_size: Photos of a call.
        p50: Median, in ms.
        p95: 95th percentile, in ms.
        calls: How many were timed.
    """

    batch_size: int
    p50: float
    p95: float
    calls: int


class Energy(_Part):
    """Energy of one phase of the work, by codecarbon.

    Args:
        phase: `train` or `predict`.
        seconds: How long it took.
        kwh: All of it.
        cpu_kwh: Of the processor.
        gpu_kwh: Of graphics cards.
        ram_kwh: Of memory.
        co2_kg: With the electricity of `country`.
        country: ISO 3166 code of three letters.
        measured: Whether counters of the hardware gave it; else it is estimated from its nominal power.
        codecarbon: Version.
    """

    phase: str
    seconds: float
    kwh: float
    cpu_kwh: float
    gpu_kwh: float
    ram_kwh: float
    co2_kg: float
    country: str
    measured: bool
    codecarbon: str


class Cost(_Part):
    """What a model costs.

    Args:
        parameters: All of them.
        trainable: Those that learned at some time.
        macs: Multiply-accumulate operations of one prediction; None where they cannot be counted.
        latency: At batch sizes 1 and 32.
        peak_bytes: By how much the resident memory of the process grew while building, training and asking
            the model, at most. What was there before does not count: TensorFlow itself, and the decoded
            images if they are kept in memory. The first training of a process grows by a little more.
        train_seconds: Sum over the epochs, also of those before an interruption.
        energy: Of training and predicting; empty where it was switched off.
    """

    parameters: int
    trainable: int
    macs: int | None = None
    latency: tuple[Latency, ...] = ()
    peak_bytes: int
    train_seconds: float
    energy: tuple[Energy, ...] = ()


class Result(_Part):
    """What ends a run.

    Args:
        cost: What the model costs.
        best_epoch: Whose weights were kept.
        environment: Versions of libraries, processor, graphics cards, threads.
        interruptions: How often the training went on after one.
    """

    cost: Cost
    best_epoch: int
    environment: Mapping[str, str]
    interruptions: int = 0


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
        except (OSError, KeyError, ValueError) as error:
            raise UsageError(
                f"{path} cannot be read ({type(error).__name__}): train this run again"
            ) from None

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
