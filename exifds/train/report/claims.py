"""Claims: what the numbers of a task support, and what they do not, in sentences. Pure."""

from collections.abc import Sequence
from typing import Final

from exifds.train.report.comparison import Claim, Pair, Task
from exifds.train.report.facts import best, facts
from exifds.train.report.pairs import FEWEST_SEEDS, LEVEL, differences
from exifds.train.report.questions import ALARMING, CONTROLS, SAID
from exifds.train.report.wording import change, counted, interval, listed, p_value, score
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
    controls = [one for one in task.pairs if one.question in CONTROLS and one.a == pair.a]
    gain = pair.question == "fusion-image" and pair.verdict == "better"
    if pair.trained != pair.verdict:
        said = f"Of these trained models the {_ORDER[pair.trained]} is better; of others it is open {asked}"
    elif gain:
        said = _gain(controls)
    alarming = pair.question in ALARMING and pair.verdict == "better"
    told = "warning" if alarming else "supported"
    if pair.verdict == "open" or (pair.verdict == "worse" and pair.question.endswith("-majority")):
        told = "open"
    more = f" {_power(pair, task)}" if pair.trained == "open" else _controlled(controls) if gain else ""
    return Claim.model_validate(
        {
            "verdict": told,
            "text": f"{said}: {pair.a} against {pair.b}, {_decisive(pair)}, adjusted p "
            f"{p_value(pair.p_adjusted)}{_short_of_seeds(pair)}.",
            "evidence": f"{_evidence(pair)}{more}",
        }
    )


def _gain(controls: Sequence[Pair]) -> str:
    """What a fusion shows that is better than the image: that EXIF helps, unless a control may do as well."""
    as_good = [pair.b for pair in controls if pair.verdict != "better"]
    if not as_good:
        return "EXIF helps beside the image"
    return (
        f"{SAID['fusion-image'][0]}, but not shown to be better than {listed(as_good)}, so its gain may not "
        "be one of EXIF"
    )


def _controlled(controls: Sequence[Pair]) -> str:
    """Whether something else could be the cause."""
    if not controls:
        return " No control was trained: the models `head` and `permuted` would tell more."
    better = [pair.b for pair in controls if pair.verdict == "better"]
    return f" It is better than {listed(better)}, too." if better else ""


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
        f"{interval(pair.log_loss.difference, signed=True)}; exact McNemar p {p_value(pair.p)}, by group p "
        f"{p_value(pair.p_groups)}, adjusted p {p_value(pair.p_adjusted)}; {wins}."
    )


def _power(pair: Pair, task: Task) -> str:
    """What the test photos could have shown, and why this was not."""
    photos = task.photos["test"]
    by, accuracy = differences(pair)
    if pair.detectable is None:
        return (
            f"{photos:,} test photos of {counted(task.groups['test'], 'group')} are too few to show any "
            "difference, as one of all comparisons."
        )
    seeds = pair.macro_f1.seeds
    could = (
        f"{photos:,} test photos and {counted(seeds, 'seed')} would show a difference of accuracy of "
        f"{score(pair.detectable)} in about four of five tries"
    )
    if by.excludes(0) and pair.p_adjusted >= LEVEL and by.estimate * accuracy > 0:
        could = f"The interval excludes 0, but the adjusted test does not agree: a hint, no more. {could}"
    elif pair.p_adjusted < LEVEL:
        return f"The test alone finds a difference of accuracy, but {_disagreeing(by)}."
    if pair.photos_needed is None and accuracy and seeds > 1:
        return f"{could}; for {change(accuracy)} it takes more seeds, for these scatter as much."
    if pair.photos_needed is None or pair.photos_needed <= photos:
        return f"{could}."
    return f"{could}; for {change(accuracy)} it takes about {counted(pair.photos_needed, 'photo')}."


def _disagreeing(by: Interval) -> str:
    """Why a difference that McNemar's test finds is open all the same."""
    if by.low is None:
        return "there are too few groups of photos for an interval"
    return "accuracy goes the other way" if by.excludes(0) else "the interval includes 0"
