"""Claims: what the numbers of a task support, and what they do not, in sentences. Pure."""

from typing import Final

from exifds.train.report.comparison import Claim, Pair, Task
from exifds.train.report.facts import best, facts
from exifds.train.report.pairs import FEWEST_SEEDS, LEVEL, differences
from exifds.train.report.questions import ALARMING, SAID
from exifds.train.report.wording import change, interval, p_value, score
from exifds.train.stats.bootstrap import Interval

__all__ = ["claims"]

_ORDER: Final = {"better": "first", "worse": "second"}


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
    return (best(task), *ranked, *facts(task))


def _claim(pair: Pair, task: Task) -> Claim:
    better, worse, asked = SAID[pair.question]
    said = {"better": better, "worse": worse, "open": f"It is open {asked}"}[pair.verdict]
    if pair.trained != pair.verdict:
        said = f"Of these trained models the {_ORDER[pair.trained]} is better, but it is open {asked}"
    alarming = pair.question in ALARMING and pair.verdict == "better"
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
