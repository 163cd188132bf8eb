"""Pairs: which models are compared with which, how, and what makes a difference a claim. Pure."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from statistics import median
from typing import Final, Literal

import numpy as np

from exifds.train.report.comparison import Pair
from exifds.train.report.entries import Entry
from exifds.train.report.questions import QUESTIONS
from exifds.train.stats import bootstrap, power
from exifds.train.stats.answers import Answers
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.paired import Seeds, by_group, holm, mcnemar, over_seeds

__all__ = ["FEWEST_SEEDS", "LEVEL", "adjusted", "compared", "differences", "planned", "verdict"]

LEVEL: Final = 0.05
"""Of all tests of a report together."""

FEWEST_SEEDS: Final = 3
"""For a claim about kinds of models. Fewer tell about the trained models only: what another seed would give
is not known from one, and hardly from two. One training can show that a model beats the majority."""


def planned(entries: Sequence[Entry]) -> list[tuple[Entry, Entry, str]]:
    """Which models are compared; decided before any of them is looked at on test.

    Args:
        entries: The models of a task.

    Returns:
        First, second and question, in the order of `QUESTIONS`.
    """
    found = [*_asked(entries), *_recipes(entries), *_backbones(entries)]
    return sorted(found, key=lambda pair: QUESTIONS.index(pair[2]))


def _asked(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry, str]]:
    """Models trained alike that see different things."""
    for question in QUESTIONS:
        first, _, second = question.partition("-")
        for a in (entry for entry in entries if entry.kind == first):
            for b in (entry for entry in entries if entry.kind == second):
                if (b.kind == "majority" or a.akin(b)) and _seeds(a, b):
                    yield a, b, question


def _recipes(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry, str]]:
    """Each recipe against the plainest, by name; all else the same."""
    for a, b in _two(entries):
        both = [(one.kind, one.backbone, one.weights, one.epochs, one.precision) for one in (a, b)]
        if both[0] == both[1] and a.kind in {"exif", "image", "fusion"} and a.recipe != b.recipe:
            alike = [one.recipe_name for one in entries if one.kind == a.kind and one.recipe_name]
            plain = min(alike, key=lambda name: (name != "modern", len(name), name))
            if b.recipe_name == plain:
                yield a, b, "recipe"
            elif a.recipe_name == plain:
                yield b, a, "recipe"


def _backbones(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry, str]]:
    """Image models, and fusions, that differ in the backbone only."""
    for a, b in _two(entries):
        both = [(one.kind, one.recipe, one.epochs, one.precision) for one in (a, b)]
        if both[0] == both[1] and a.kind in {"image", "fusion"} and a.backbone != b.backbone:
            yield a, b, "backbone"


def _two(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Entry]]:
    return ((a, b) for a, b in combinations(entries, 2) if _seeds(a, b))


def _seeds(a: Entry, b: Entry) -> list[int]:
    """Seeds that both have; of the majority any is as good."""
    return sorted(a.seeds) if b.kind == "majority" else sorted(set(a.seeds) & set(b.seeds))


def _answers(a: Entry, b: Entry) -> tuple[list[Answers], list[Answers]]:
    """What both say, seed by seed.

    Against the majority several labels are decided at 0.5: thresholds of the best F1 give more labels than
    are likely, and then hardly any photo is all right.
    """
    seeds = _seeds(a, b)
    if b.kind != "majority":
        return [a.seeds[seed].answers for seed in seeds], [b.seeds[seed].answers for seed in seeds]
    plain = [Answers.of(a.seeds[seed].test) for seed in seeds]
    return plain, [b.first.answers for _ in seeds]


def compared(a: Entry, b: Entry, question: str, *, draws: int = bootstrap.DRAWS, tests: int = 1) -> Pair:
    """Compare two models; `adjusted` then gives the verdict.

    Args:
        a: The first.
        b: The second.
        question: One of `QUESTIONS`.
        draws: Of the bootstrap.
        tests: How many pairs the report has. What could be shown is told for the level that each of them has
            at worst: `LEVEL` over their number, and half of it where twice the median p of seeds counts.

    Returns:
        The pair, as if it were the only one.
    """
    first, second = _answers(a, b)
    groups, photos = first[0].groups, len(first[0].labels)
    gained = [one.right.astype(float) - other.right for one, other in zip(first, second, strict=True)]
    only_a, only_b = ([int((sign * each > 0).sum()) for each in gained] for sign in (1, -1))
    each = [mcnemar(*counts) for counts in zip(only_a, only_b, strict=True)]
    p, p_groups = _together(each), _together([by_group(one, groups) for one in gained])
    scored = {
        score: over_seeds(first, second, score=score, draws=draws)
        for score in ("macro_f1", "accuracy", "log_loss")
    }
    deciding = scored["accuracy" if b.kind == "majority" else "macro_f1"]
    detectable, needed = _power(
        photos,
        len(np.unique(groups)),
        float(np.abs(gained).mean()),
        scored["accuracy"],
        deciding,
        effect=power.design_effect(np.mean(gained, axis=0), groups),
        alpha=LEVEL / tests / (1 if len(each) == 1 else 2),
    )
    return Pair(
        a=a.name,
        b=b.name,
        question=question,
        **scored,
        only_a=tuple(only_a),
        only_b=tuple(only_b),
        p_seeds=tuple(each),
        p=p,
        p_groups=p_groups,
        p_adjusted=max(p, p_groups),
        detectable=detectable,
        photos_needed=needed,
        trained="open",
        verdict="open",
    )


def _together(each: Sequence[float]) -> float:
    """One p of those of all seeds."""
    return each[0] if len(each) == 1 else min(1.0, 2 * median(each))


def _power(
    photos: int,
    groups: int,
    discordance: float,
    accuracy: Seeds,
    deciding: Seeds,
    *,
    effect: float,
    alpha: float,
) -> tuple[float | None, int | None]:
    """Which gain of accuracy the tests and an interval would show, and how many photos those found take.

    The tests are of accuracy, the interval may be of another score: each is held against its own difference.
    """
    least = power.detectable(photos, discordance, alpha=alpha, effect=effect)
    needed = power.photos_needed(accuracy.difference.estimate, discordance, alpha=alpha)
    more = power.few_groups(groups, alpha=alpha)
    shown, decides = _chance(accuracy), _chance(deciding)
    if shown is None or decides is None or least is None or more is None:
        return None, None
    could = max(least * more, math.hypot(*shown))
    (by_photos, by_seeds), gain = decides, deciding.difference.estimate
    if needed is None or abs(gain) <= by_seeds:
        return could, None
    return could, round(max(needed * effect * more**2, photos * by_photos**2 / (gain**2 - by_seeds**2)))


def _chance(found: Seeds) -> tuple[float, float] | None:
    """What the draw of photos and that of seeds take of a difference; None without an interval."""
    ends = found.difference
    if ends.low is None or ends.high is None:
        return None
    error = (found.sd_difference or 0.0) / math.sqrt(found.seeds)
    return power.chance((ends.high - ends.low) / 2, error, found.seeds)


def adjusted(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Adjust p for the number of comparisons, and decide.

    Args:
        pairs: All of a report.

    Returns:
        The same with `p_adjusted`, `trained` and `verdict`.
    """
    return tuple(map(_decided, pairs, holm([max(pair.p, pair.p_groups) for pair in pairs])))


def _decided(pair: Pair, p: float) -> Pair:
    trained = verdict(*differences(pair), p)
    enough = pair.macro_f1.seeds >= FEWEST_SEEDS or pair.question.endswith("-majority")
    return pair.model_copy(
        update={"p_adjusted": p, "trained": trained, "verdict": trained if enough else "open"}
    )


def differences(pair: Pair) -> tuple[Interval, float]:
    """What decides on a pair.

    Args:
        pair: Two models.

    Returns:
        The difference of macro-F1, and of accuracy. Against the majority both are of accuracy: its macro-F1
        is so low that a coin beats it.
    """
    accuracy = pair.accuracy.difference
    by = accuracy if pair.question.endswith("-majority") else pair.macro_f1.difference
    return by, accuracy.estimate


def verdict(difference: Interval, accuracy: float, p: float) -> Literal["better", "worse", "open"]:
    """Whether a difference is a claim: two tests that look at different things must agree.

    The interval covers the draw of owners and, of two seeds or more, of seeds, but not the number of
    comparisons; the adjusted p covers that: the larger one of McNemar's exact test, which takes photos as
    independent, and of the same test by group.

    Args:
        difference: Of the two models.
        accuracy: Difference.
        p: Adjusted.

    Returns:
        `better` or `worse` if the interval excludes 0, p is below `LEVEL`, and accuracy goes the same way.

    Example:
        >>> verdict(Interval(estimate=0.03, low=0.01, high=0.05), 0.02, 0.01)
        'better'
        >>> verdict(Interval(estimate=0.03, low=0.01, high=0.05), 0.02, 0.2)
        'open'
    """
    if not difference.excludes(0) or p >= LEVEL or difference.estimate * accuracy <= 0:
        return "open"
    return "better" if difference.estimate > 0 else "worse"
