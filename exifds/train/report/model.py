"""Model: the numbers of one model on the test photos of a task."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from exifds.train.config import Inputs
from exifds.train.result import Latency
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.curves import Reliability, Roc

__all__ = ["AgainstTruth", "Best", "Costs", "Curve", "Kind", "Model", "StratumScores"]

Kind = Inputs | Literal["late", "recalibrated", "majority"]
"""What a model sees. Three are made here: `late` is the calibrated late fusion of an image and an EXIF model;
`recalibrated` is the same without EXIF; `majority` says of each photo how frequent the classes are on val."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Best(_Part):
    """What the best possible observer reaches.

    Args:
        accuracy: From 0 to 1.
        log_loss: In nats.
    """

    accuracy: float
    log_loss: float


class AgainstTruth(_Part):
    """A model beside the best possible observer of the same.

    Args:
        best: What that one reaches.
        regret: By how much the log-loss of the model is larger, in nats.
        gain_reached: Share of the gain of EXIF, from the best of the image alone to the best of both, that
            the model has over the image model of its own kind, or a late fusion over the recalibrated one;
            None but for fusions.
        alarms: Log-losses that are below the best by more than three standard errors, one for each such
            seed, the smallest first.
    """

    best: Best
    regret: float
    gain_reached: Interval | None = None
    alarms: tuple[float, ...] = ()

    @property
    def too_good(self) -> bool:
        """Whether a seed is better than the best: a leak."""
        return bool(self.alarms)


class StratumScores(_Part):
    """A model on some of the test photos.

    Args:
        by: What they are parted by: `exif`, `group` or `flash`.
        name: Of the part.
        photos: How many.
        groups: Of how many groups.
        accuracy: Mean over seeds; None for fewer photos than tell something.
        macro_f1: Alike; None also where a class is absent.
        gain: Accuracy less that of the image model of the same kind, of a late fusion less that of the
            recalibrated one; None for others than fusions, and for few photos.
    """

    by: str
    name: str
    photos: int
    groups: int
    accuracy: Interval | None
    macro_f1: Interval | None
    gain: Interval | None = None


class Curve(_Part):
    """How a run came on.

    Args:
        seed: Of the run.
        seconds: From the start to the end of each epoch.
        val_score: At its end.
    """

    seed: int
    seconds: tuple[float, ...]
    val_score: tuple[float, ...]


class Costs(_Part):
    """What a model costs: means over its seeds.

    Args:
        parameters: All of them.
        trainable: Those that learned.
        macs: Multiply-accumulate operations of a prediction.
        latency: At several batch sizes.
        peak_bytes: Growth of memory while training, without decoded images; the median of the seeds.
        epochs: Until the end of the training.
        train_seconds: All epochs.
        epoch_seconds: One of them, without the first, which compiles; None where there is no other.
        target_seconds: Until the score on val reached the target; None where a seed never did.
        train_kwh: Of the training; None where energy was switched off.
        epoch_kwh: Of one epoch.
        predict_kwh: Of predicting val and test.
        co2_kg: Of both.
        measured: Whether counters of the hardware gave the energy; else it is estimated.
        price: Of one training, at the prices of the settings; None where its energy is not known.
    """

    parameters: int
    trainable: int
    macs: int | None
    latency: tuple[Latency, ...]
    peak_bytes: int
    epochs: float
    train_seconds: float
    epoch_seconds: float | None
    target_seconds: float | None
    train_kwh: float | None
    epoch_kwh: float | None
    predict_kwh: float | None
    co2_kg: float | None
    measured: bool | None
    price: float | None


class Model(_Part):
    """A model and how it does on the test photos: means over its seeds.

    Intervals are for the draw of photos by group and, of two seeds or more, of seeds.

    Args:
        name: Legible, and different for different models of a task.
        kind: What it sees.
        backbone: Of the image network.
        recipe: How it was trained.
        seeds: Of its runs.
        runs: Names of their folders; for a late fusion, and what it is compared with, those of the image
            models.
        macro_f1: With thresholds tuned on val where photos can have several labels.
        macro_f1_sd: Standard deviation over seeds; None for one seed.
        macro_f1_at_half: With the threshold 0.5; None unless photos can have several labels.
        accuracy: Share of photos of which all is right.
        accuracy_sd: Standard deviation over seeds.
        log_loss: In nats.
        log_loss_sd: Standard deviation over seeds.
        brier: Brier score.
        val_macro_f1: On val, by which models are chosen to be shown.
        temperature: By which logits are divided, fitted on val; above 1 for a model too sure of itself.
        ece: Expected calibration error.
        ece_scaled: After division by the temperature.
        log_loss_scaled: Alike.
        f1: Of each class; None for one that never occurs.
        auc: Of each class against the others.
        confusion: Photos by class (rows) and answer (columns), summed over seeds; for several labels a row
            for each label: rightly absent, wrongly given, missed, rightly given.
        reliability: As it is, over all seeds together.
        reliability_scaled: After division by the temperature.
        roc: Of each class, of the first seed; only for the models that are drawn.
        strata: Parts of the test photos.
        curves: How the runs came on.
        cost: None for `majority`.
        truth: Beside the best possible observer.
    """

    name: str
    kind: Kind
    backbone: str | None
    recipe: str | None
    seeds: tuple[int, ...]
    runs: tuple[str, ...]
    macro_f1: Interval
    macro_f1_sd: float | None
    macro_f1_at_half: float | None
    accuracy: Interval
    accuracy_sd: float | None
    log_loss: Interval
    log_loss_sd: float | None
    brier: Interval
    val_macro_f1: float
    temperature: float
    ece: float
    ece_scaled: float
    log_loss_scaled: float
    f1: tuple[Interval | None, ...]
    auc: tuple[float | None, ...]
    confusion: tuple[tuple[int, ...], ...]
    reliability: Reliability
    reliability_scaled: Reliability
    roc: tuple[Roc | None, ...] = Field(default=(), exclude=True)
    strata: tuple[StratumScores, ...] = ()
    curves: tuple[Curve, ...] = ()
    cost: Costs | None = None
    truth: AgainstTruth | None = None
