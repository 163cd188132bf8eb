"""Costs: what a model costs, how long it takes to a target score, and what that is in money. Pure."""

from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from statistics import median

from exifds.train.report.comparison import Settings
from exifds.train.report.entries import Entry
from exifds.train.report.model import Costs, Curve
from exifds.train.result import Cost, Energy, Epoch, Latency

__all__ = ["costs", "curves", "seconds_to", "target_of"]


def seconds_to(history: Sequence[Epoch], target: float) -> float | None:
    """Training time until the score on val reached a target.

    Args:
        history: The epochs of a run.
        target: The score.

    Returns:
        Seconds to the end of the first epoch that reached it; None if none did.

    Example:
        >>> epoch = Epoch(epoch=0, phase=0, seconds=3, learning_rate=1, loss=1, val_loss=1, val_score=0.8)
        >>> seconds_to([epoch, epoch.model_copy(update={"val_score": 0.9})], 0.85)
        6.0
    """
    spent = accumulate(epoch.seconds for epoch in history)
    return next((time for time, epoch in zip(spent, history, strict=True) if epoch.val_score >= target), None)


def target_of(entries: Iterable[Entry], wanted: float | None) -> float | None:
    """The score on val until which time is taken.

    Args:
        entries: The models of a task.
        wanted: As it was asked for.

    Returns:
        It, or the highest score that all image and fusion runs reached; None without such runs.
    """
    if wanted is not None:
        return wanted
    best = [
        max(epoch.val_score for epoch in spoken.history)
        for entry in entries
        if entry.kind in {"image", "fusion"}
        for spoken in entry.spoken()
        if spoken.history
    ]
    return min(best, default=None)


def curves(entry: Entry) -> tuple[Curve, ...]:
    """How the runs of a model came on.

    Args:
        entry: The model.

    Returns:
        One for each seed that has a history.
    """
    return tuple(
        Curve(
            seed=seed,
            seconds=tuple(accumulate(epoch.seconds for epoch in spoken.history)),
            val_score=tuple(epoch.val_score for epoch in spoken.history),
        )
        for seed, spoken in sorted(entry.seeds.items())
        if spoken.history
    )


def costs(entry: Entry, target: float | None, settings: Settings) -> Costs | None:
    """What a model costs, as means over its seeds.

    Args:
        entry: The model.
        target: Score on val until which time is taken.
        settings: With the prices.

    Returns:
        The costs; None for a model that costs nothing.
    """
    said = [spoken for spoken in entry.spoken() if spoken.cost]
    each = [spoken.cost for spoken in said if spoken.cost]
    if not each:
        return None
    histories = [spoken.history for spoken in said if spoken.history]
    times = [seconds_to(history, target) for history in histories] if target is not None else []
    train = _mean(_of(each, "train", lambda energy: energy.kwh))
    predict = _mean(_of(each, "predict", lambda energy: energy.kwh))
    seconds = sum(cost.train_seconds for cost in each) / len(each)
    epochs = sum(map(len, histories)) / len(histories) if histories else 0.0
    flags = [energy.measured for cost in each for energy in cost.energy]
    return Costs(
        parameters=each[0].parameters,
        trainable=each[0].trainable,
        macs=each[0].macs,
        latency=_latency(each),
        peak_bytes=round(median(cost.peak_bytes for cost in each)),
        epochs=epochs,
        train_seconds=seconds,
        epoch_seconds=_mean([_epoch(history) for history in histories]),
        target_seconds=_mean(times),
        train_kwh=train,
        epoch_kwh=train / epochs if train is not None and epochs else None,
        predict_kwh=predict,
        co2_kg=_mean(
            [sum(energy.co2_kg for energy in cost.energy) if cost.energy else None for cost in each]
        ),
        measured=all(flags) if flags else None,
        price=_price(train, seconds, settings),
    )


def _price(kwh: float | None, seconds: float, settings: Settings) -> float | None:
    """None where electricity has a price, and nobody knows how much there was."""
    if kwh is None and settings.price_kwh > 0:
        return None
    return (kwh or 0.0) * settings.price_kwh + seconds / 3600 * settings.price_hour


def _epoch(history: Sequence[Epoch]) -> float | None:
    """Mean time of an epoch; the first one also compiles, so of a single one nothing is known."""
    later = history[1:]
    return sum(epoch.seconds for epoch in later) / len(later) if later else None


def _of(each: Sequence[Cost], phase: str, figure: Callable[[Energy], float]) -> list[float | None]:
    """A figure of a phase for each run; None where it was not measured."""
    parts = [[figure(energy) for energy in cost.energy if energy.phase == phase] for cost in each]
    return [sum(part) if part else None for part in parts]


def _mean(values: Sequence[float | None]) -> float | None:
    """Mean; None where one is unknown, for a mean of the others would be of other runs."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _latency(each: Sequence[Cost]) -> tuple[Latency, ...]:
    """Of the run whose median is the median of the seeds, for each batch size."""
    found = []
    for size in sorted({time.batch_size for cost in each for time in cost.latency}):
        times = sorted(
            (time for cost in each for time in cost.latency if time.batch_size == size),
            key=lambda time: time.p50,
        )
        found.append(times[len(times) // 2])
    return tuple(found)
