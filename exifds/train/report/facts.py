"""Facts: what is to be known of a task without a test, in sentences. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from exifds.train.report.comparison import Claim, Task
from exifds.train.report.model import Model
from exifds.train.report.pairs import FEWEST_SEEDS
from exifds.train.report.wording import change, counted, duration, interval, listed, percent, score, shares
from exifds.train.stats.alarm import Leak

__all__ = ["best", "facts"]

_NO_TIME: Final = 0.05
"""Change of a training time that is not worth a word."""


def best(task: Task) -> Claim:
    """The model that one would take by val; a late fusion is fitted on it.

    Args:
        task: With its models.

    Returns:
        How it does on test.
    """
    trained = [model for model in task.models if model.kind not in {"late", "recalibrated", "majority"}]
    model = max(trained, key=lambda one: one.val_macro_f1)
    return Claim(
        verdict="fact",
        text=(
            f"Of the trained models {model.name} is best on val. On test it has macro-F1 "
            f"{interval(model.macro_f1)}, accuracy {interval(model.accuracy)} and log-loss "
            f"{interval(model.log_loss)} nats."
        ),
    )


def facts(task: Task) -> Iterator[Claim]:
    """What else is to be known of a task.

    Args:
        task: With its models and pairs.

    Yields:
        What a random split would pretend; photos without EXIF; times; calibration; the best possible.
    """
    yield from _leak(task)
    for pair in task.pairs:
        if pair.question == "fusion-image":
            fusion, image = task.model(pair.a), task.model(pair.b)
            yield from _without_exif(fusion)
            yield from _time(fusion, image)
    yield _calibration([task.model(name) for name in task.shown], task.photos["test"])
    for name in task.shown:
        yield from _truth(task.model(name), task.photos["test"])


def _leak(task: Task) -> Iterator[Claim]:
    """What a random split would pretend."""
    if (leak := task.leak) is not None:
        group = task.export.group
        told = (
            f"is right for {percent(leak.random, 1)} of the photos where they are parted at random, and for "
        )
        told += f"{percent(leak.grouped, 1)} where photos of one {group} stay together: accuracy "
        told += interval(leak.difference, signed=True)
        yield Claim(
            verdict="warning" if leak.alarm else "fact" if leak.ruled_out else "open",
            text=f"A quick model of EXIF {told}{_leaking(leak, group)}.",
            evidence=f"{leak.folds} folds, {leak.seeds} times, of {leak.photos:,} photos.",
        )


def _leaking(leak: Leak, group: str) -> str:
    """What it means. That no leak is seen takes an interval that ends below what were worth an alarm."""
    if leak.alarm:
        return f": a random split would seem better than it is for photos of another {group}"
    untold = "it cannot be told whether that is a leak"
    if leak.blind:
        why = f"nearly every photo is the only one of its {group}"
        if leak.unknown >= leak.lone:
            why = f"the {group} of most photos is unknown"
        return f". As {why}, {untold}"
    if not leak.told:
        return f". Of {counted(leak.groups, group)} {untold}"
    if leak.ruled_out:
        return ": no leak is seen"
    return f". It is open whether that is a leak: one of {change(leak.difference.high)} is not ruled out"


def _without_exif(fusion: Model) -> Iterator[Claim]:
    for part in fusion.strata:
        if (part.by, part.name) == ("exif", "none") and part.gain is not None:
            harm = part.gain.high is not None and part.gain.high < 0
            alone = ", as trained here," if len(fusion.seeds) < FEWEST_SEEDS else ""
            word = f"{alone} is worse than" if harm else " is not shown to be worse than"
            yield Claim(
                verdict="warning" if harm else "fact",
                text=(
                    f"On the {part.photos:,} test photos without EXIF {fusion.name}{word} the image alone: "
                    f"accuracy {interval(part.gain, signed=True)}."
                ),
            )


def _time(fusion: Model, image: Model) -> Iterator[Claim]:
    """The training time of the thesis, and beside it what it is made of."""
    one, other = fusion.cost, image.cost
    if one is None or other is None or not other.train_seconds:
        return
    whole = one.train_seconds / other.train_seconds - 1
    told = f"Training {fusion.name} took {duration(one.train_seconds)}, {image.name} "
    told += f"{duration(other.train_seconds)} ({change(100 * whole, 0)} %), with compilation"
    if one.epoch_seconds and other.epoch_seconds:
        each = one.epoch_seconds / other.epoch_seconds - 1
        told += (
            f"; an epoch {change(100 * each, 0)} %, and {one.epochs:.1f} epochs against {other.epochs:.1f}"
        )
        if one.epochs != other.epochs and abs(whole - each) > _NO_TIME:
            told += ". How many epochs early stopping takes is luck of a run, not efficiency"
    yield Claim(verdict="fact", text=told + ".")


def _calibration(models: Sequence[Model], photos: int) -> Claim:
    each = [
        f"{model.name} {score(model.ece)} and {score(model.ece_scaled)} (T {score(model.temperature, 2)})"
        for model in models
    ]
    chance = max(model.reliability_scaled.by_chance(len(model.seeds)) for model in models)
    return Claim(
        verdict="fact",
        text=f"Expected calibration error as it is, and after temperature scaling on val: {listed(each)}.",
        evidence=(
            "T above 1: too sure of itself; below 1: not sure enough. On "
            f"{counted(photos, 'test photo')} chance alone gives a model whose probabilities are true an "
            f"error of up to {score(chance)}, and more where photos are alike: smaller differences tell "
            "nothing."
        ),
    )


def _truth(model: Model, photos: int) -> Iterator[Claim]:
    """Beside the best possible observer."""
    if model.truth is None:
        return
    best = model.truth.best
    reached = model.truth.gain_reached
    gain = "" if reached is None else f" It reaches {shares(reached)} of what EXIF can add."
    regret = f"{score(abs(model.truth.regret))} nats {'above' if model.truth.regret >= 0 else 'below'}"
    exceeds = model.accuracy.estimate > best.accuracy or model.truth.regret < 0
    chance = f"; on {photos:,} photos chance can exceed it" if exceeds and not model.truth.too_good else ""
    yield Claim(
        verdict="fact",
        text=(
            f"{model.name} has accuracy {score(model.accuracy.estimate)}; the best possible observer who "
            f"sees the same has {score(best.accuracy)} on average over such photos{chance}. The log-loss of "
            f"the model is {regret} the least possible.{gain}"
        ),
    )
    if alarms := model.truth.alarms:
        seeds = len(model.seeds)
        which = f"with {len(alarms)} of {seeds} seeds " if seeds > 1 else ""
        least = " at the least" if len(alarms) > 1 else ""
        yield Claim(
            verdict="warning",
            text=(
                f"{model.name} is too good to be true: {which}its log-loss, {score(alarms[0])}{least}, is "
                f"more than three standard errors below the {score(best.log_loss)} of the best possible "
                "observer. Something of the test photos has leaked."
            ),
        )
