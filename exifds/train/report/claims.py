"""Claims: what the numbers of a task support, and what they do not, in sentences. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from exifds.train.report.comparison import Claim, Pair, Task
from exifds.train.report.model import Model
from exifds.train.report.pairs import FEWEST_SEEDS, LEVEL, differences
from exifds.train.report.wording import change, duration, interval, listed, p_value, percent, score, shares
from exifds.train.stats.bootstrap import Interval

__all__ = ["claims"]

_SAID: Final[Mapping[str, tuple[str, str, str]]] = {
    "fusion-image": (
        "EXIF helps beside the image",
        "EXIF harms beside the image",
        "whether EXIF helps beside the image",
    ),
    "late-image": (
        "EXIF helps beside the image, by calibrated late fusion",
        "Late fusion harms",
        "whether late fusion is better than the image alone",
    ),
    "fusion-late": (
        "The learned fusion is better than calibrated late fusion",
        "Calibrated late fusion is better than the learned fusion",
        "whether the learned fusion is better or worse than calibrated late fusion",
    ),
    "fusion-exif": (
        "The image helps beside EXIF",
        "The image harms beside EXIF",
        "whether the image helps beside EXIF",
    ),
    "image-exif": (
        "The image says more than EXIF",
        "EXIF says more than the image",
        "whether the image says more than EXIF, or less",
    ),
    "fusion-head": (
        "The gain is one of EXIF, not of the larger head",
        "The larger head alone does better than the fusion",
        "whether the fusion is better than an image model with as large a head",
    ),
    "fusion-permuted": (
        "It is the EXIF of the photo itself that helps",
        "EXIF of other photos does better than that of the photo itself",
        "whether the EXIF of the photo itself does better than that of another photo",
    ),
    "permuted-image": (
        "Even EXIF of other photos seems to help, so part of the gain is not one of EXIF",
        "EXIF of other photos misleads",
        "whether EXIF of other photos helps or harms; it should do neither",
    ),
    "head-image": (
        "A larger head alone helps, so part of a gain over the image is not one of EXIF",
        "A larger head alone harms",
        "whether a larger head alone helps or harms",
    ),
    "exif-mask": (
        "The values of the tags say more than which tags are there",
        "Which tags are there says more than their values",
        "whether the values of the tags say more than which tags are there",
    ),
    "exif-camera": (
        "The tags say more than make and model of the camera",
        "Make and model of the camera say more than the tags",
        "whether the tags say more than make and model of the camera",
    ),
    "exif-majority": (
        "EXIF alone tells the class better than the most frequent answer",
        "EXIF alone does worse than the most frequent answer",
        "whether EXIF alone tells the class",
    ),
    "image-majority": (
        "The image alone tells the class better than the most frequent answer",
        "The image alone does worse than the most frequent answer",
        "whether the image alone tells the class",
    ),
    "mask-majority": (
        "Which tags are missing betrays the class, whatever their values",
        "Which tags are missing misleads about the class",
        "whether missing tags betray the class",
    ),
    "camera-majority": (
        "Make and model of the camera betray the class",
        "Make and model of the camera mislead about the class",
        "whether the camera betrays the class",
    ),
    "recipe": ("The recipe matters", "The recipe matters", "whether the recipe matters"),
    "backbone": ("The backbone matters", "The backbone matters", "whether the backbone matters"),
}
"""If A is better, if B is better, and what else is not shown."""

_ALARMING: Final = frozenset({"permuted-image", "mask-majority", "camera-majority"})
"""Questions whose answer should be no."""

_ORDER: Final = {"better": "first", "worse": "second"}

_NO_TIME: Final = 0.05
"""Change of a training time that is not worth a word."""


def claims(task: Task) -> tuple[Claim, ...]:
    """The sentences of a task.

    Args:
        task: With its models and pairs.

    Returns:
        What is supported, what is open, and what needs no test, in this order.
    """
    tested = [_claim(pair, task) for pair in task.pairs]
    order = ("supported", "warning", "open")
    ranked = sorted(tested, key=lambda claim: order.index(claim.verdict))
    return (*_best(task), *ranked, *_leak(task), *_facts(task))


def _claim(pair: Pair, task: Task) -> Claim:
    better, worse, asked = _SAID[pair.question]
    said = {"better": better, "worse": worse, "open": f"It is open {asked}"}[pair.verdict]
    if pair.trained != pair.verdict:
        said = f"Of these trained models the {_ORDER[pair.trained]} is better, but it is open {asked}"
    alarming = pair.question in _ALARMING and pair.verdict == "better"
    told = {"open": "open"}.get(pair.verdict, "warning" if alarming else "supported")
    power = f" {_power(pair, task)}" if pair.trained == "open" else ""
    return Claim.model_validate(
        {
            "verdict": told,
            "text": f"{said}: {pair.a} against {pair.b}, {_decisive(pair)}, adjusted p "
            f"{p_value(pair.p_adjusted)}{_short_of_seeds(pair)}.",
            "evidence": f"{_evidence(pair)}{power}",
        }
    )


def _decisive(pair: Pair) -> str:
    """The difference that decides."""
    by, _ = differences(pair)
    name = "accuracy" if by is pair.accuracy.difference else "macro-F1"
    return f"{name} {interval(by, signed=True)}"


def _short_of_seeds(pair: Pair) -> str:
    """Where that is the reason why it is open."""
    seeds = pair.macro_f1.seeds
    return "" if pair.trained == pair.verdict else f" ({'one seed' if seeds == 1 else f'{seeds} seeds'})"


def _evidence(pair: Pair) -> str:
    seeds = pair.macro_f1.seeds
    wins = (
        f"P(A > B) {interval(pair.macro_f1.superiority)} from {seeds} seeds"
        if seeds > 1
        else "one seed, so another training could come out otherwise"
    )
    if seeds < FEWEST_SEEDS and not pair.question.endswith("-majority"):
        wins += f"; a claim about kinds of models takes {FEWEST_SEEDS} seeds"
    return (
        f"Accuracy {interval(pair.accuracy.difference, signed=True)}, log-loss "
        f"{interval(pair.log_loss.difference, signed=True)}; exact McNemar p {p_value(pair.p)}, adjusted p "
        f"{p_value(pair.p_adjusted)}; {wins}."
    )


def _power(pair: Pair, task: Task) -> str:
    """What the test photos could have shown, and why this was not."""
    photos = task.photos["test"]
    by, accuracy = differences(pair)
    if pair.detectable is None:
        return f"{photos:,} test photos are too few to show any difference."
    could = (
        f"{photos:,} test photos would show a difference of accuracy of {score(pair.detectable)} in four of "
        "five tries"
    )
    if by.excludes(0) and pair.p_adjusted >= LEVEL and by.estimate * accuracy > 0:
        could = f"The interval excludes 0, but the adjusted test does not agree: a hint, no more. {could}"
    elif pair.p_adjusted < LEVEL:
        return f"The test alone finds a difference of accuracy, but {_disagreeing(by)}."
    if pair.photos_needed is None or pair.photos_needed <= photos:
        return f"{could}."
    return f"{could}; for {change(accuracy)} it takes about {pair.photos_needed:,}."


def _disagreeing(by: Interval) -> str:
    """Why a difference that McNemar's test finds is open all the same."""
    if by.low is None:
        return "there are too few groups of photos for an interval"
    return "accuracy goes the other way" if by.excludes(0) else "the interval includes 0"


def _best(task: Task) -> Iterator[Claim]:
    """The model that one would take by val; a late fusion is fitted on it."""
    trained = [model for model in task.models if model.kind not in {"late", "majority"}]
    model = max(trained, key=lambda one: one.val_macro_f1)
    yield Claim(
        verdict="fact",
        text=(
            f"Of the trained models {model.name} is best on val. On test it has macro-F1 "
            f"{interval(model.macro_f1)}, accuracy {interval(model.accuracy)} and log-loss "
            f"{interval(model.log_loss)} nats."
        ),
    )


def _leak(task: Task) -> Iterator[Claim]:
    """What a random split would pretend."""
    if (leak := task.leak) is not None:
        group = task.export.group
        told = (
            f"is right for {percent(leak.random, 1)} of the photos where they are parted at random, and for "
        )
        told += f"{percent(leak.grouped, 1)} where photos of one {group} stay together: accuracy "
        told += interval(leak.difference, signed=True)
        means = (
            f": a random split would seem better than it is for photos of another {group}"
            if leak.alarm
            else ": no leak is seen"
        )
        yield Claim(
            verdict="warning" if leak.alarm else "fact",
            text=f"A quick model of EXIF {told}{means}.",
            evidence=f"{leak.folds} folds, {leak.seeds} times, of {leak.photos:,} photos.",
        )


def _facts(task: Task) -> Iterator[Claim]:
    for pair in task.pairs:
        if pair.question == "fusion-image":
            fusion, image = task.model(pair.a), task.model(pair.b)
            yield from _without_exif(fusion)
            yield from _time(fusion, image)
    yield _calibration([task.model(name) for name in task.shown])
    for name in task.shown:
        yield from _truth(task.model(name), task.photos["test"])


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


def _calibration(models: Sequence[Model]) -> Claim:
    each = [
        f"{model.name} {score(model.ece)} and {score(model.ece_scaled)} (T {score(model.temperature, 2)})"
        for model in models
    ]
    return Claim(
        verdict="fact",
        text=f"Expected calibration error as it is, and after temperature scaling on val: {listed(each)}.",
        evidence="T above 1: too sure of itself; below 1: not sure enough.",
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
    if model.truth.too_good:
        yield Claim(
            verdict="warning",
            text=(
                f"{model.name} is too good to be true: its log-loss of {score(model.log_loss.estimate)} is "
                f"more than three standard errors below the {score(best.log_loss)} of the best possible "
                "observer. Something of the test photos has leaked."
            ),
        )
