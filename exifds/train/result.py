"""Result: what a training came to; `history.json` and `run.json` of a run."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Cost", "Energy", "Epoch", "Latency", "Result"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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
        sha256: Of the other files of the run, by their names; empty for a run of an earlier version.
    """

    cost: Cost
    best_epoch: int
    environment: Mapping[str, str]
    interruptions: int = 0
    sha256: Mapping[str, str] = Field(default_factory=dict)
