"""Permuting: the same photos with some of their EXIF taken from each other, and what that costs a model.

Breiman, Machine Learning 45 (2001), on photos that were held out: the scores of a model fall by what it
relies on. They fall for a model, not for a problem: another model may rely on other tags.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.train.explain.subjects import Kind, Subject
from exifds.train.layout import Encoded, Layout
from exifds.train.stats import bootstrap, statistic
from exifds.train.stats.answers import Answers
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.statistic import Statistic

__all__ = ["Ask", "Drop", "alone", "drop", "together"]

Ask = Callable[[], NDArray[np.float64]]
"""Permutes anew and asks the model: logits, shape (N, C)."""

_DRAWS: Final = 2000
_COLUMNS: Final = ("values", "missing", "codes")


class Drop(BaseModel):
    """What a model loses with some tags. Above 0 it needs them; all intervals are drawn by group.

    Args:
        tags: Their names.
        kind: As of `exifds.train.explain.subjects.Subject`.
        name: For people.
        accuracy: By how much it falls.
        macro_f1: By how much it falls.
        log_loss: By how much it rises, in nats.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tags: tuple[str, ...]
    kind: Kind
    name: str
    accuracy: Interval
    macro_f1: Interval
    log_loss: Interval


def drop(base: Answers, ask: Ask, subject: Subject, repeats: int) -> Drop:
    """What a model loses, on average over permutations.

    Args:
        base: What it answers to the photos as they are.
        ask: Asks about the photos with the tags permuted.
        subject: These tags.
        repeats: How often.

    Returns:
        The losses.
    """
    _, number = np.unique(base.groups, return_inverse=True)
    photos = np.bincount(number).astype(np.float64)
    f1 = statistic.macro_f1(base.truth, base.decided).value

    def sums(found: Answers) -> NDArray[np.float64]:
        """Those of a group, which is all that an interval needs, shape (G, 2 + parts of the F1)."""
        parts = statistic.macro_f1(found.truth, found.decided).parts
        told = np.column_stack([found.right, found.log_losses, parts])
        summed = np.zeros((len(photos), told.shape[1]))
        np.add.at(summed, number, told)
        return summed

    was = sums(base)
    became = [sums(Answers(base.labels, ask(), base.groups, base.thresholds)) for _ in range(repeats)]
    gone = was - np.mean(became, axis=0)
    statistics = (
        statistic.ratio(gone[:, 0], photos),
        _macro_f1(was[:, 2:], [one[:, 2:] for one in became], f1),
        statistic.ratio(-gone[:, 1], photos),
    )
    found = bootstrap.intervals(statistics, np.arange(len(photos)), draws=_DRAWS)
    scores = dict(zip(("accuracy", "macro_f1", "log_loss"), found, strict=True))
    told = {"tags": subject.tags, "kind": subject.kind, "name": subject.name}
    return Drop.model_validate(told | scores)


def _macro_f1(
    was: NDArray[np.float64],
    became: Sequence[NDArray[np.float64]],
    f1: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> Statistic:
    """Macro-F1 as it was, less the mean of those with permuted tags; parts by group."""
    width = was.shape[1]

    def value(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        before, *after = (f1(sums[..., at : at + width]) for at in range(0, sums.shape[-1], width))
        return np.asarray(before - np.mean(after, axis=0))

    return Statistic(np.concatenate([was, *became], axis=1), value)


def together(
    encoded: Callable[[NDArray[np.int64], Sequence[str]], Encoded],
    logits: Callable[[Encoded], NDArray[np.float64]],
    subject: Subject,
    photos: int,
    rng: np.random.Generator,
) -> Ask:
    """Permute all of some tags alike: each photo gets them, and whether they are there, from one other photo.

    Args:
        encoded: From the order and the tags to the columns of a model.
        logits: The model.
        subject: The tags.
        photos: How many photos there are.
        rng: Of the permutations.

    Returns:
        A function that permutes anew and asks.
    """
    return lambda: logits(encoded(rng.permutation(photos), subject.tags))


def alone(
    encoded: Encoded,
    logits: Callable[[Encoded], NDArray[np.float64]],
    subject: Subject,
    layout: Layout,
    rng: np.random.Generator,
) -> Ask:
    """Permute each column by itself, as the thesis did: photos come out that cannot be.

    Args:
        encoded: Of the photos as they are.
        logits: The model.
        subject: The tags whose columns these are.
        layout: Says which.
        rng: Of the permutations.

    Returns:
        A function that permutes anew and asks.
    """
    columns = list(_columns(layout, subject.tags))

    def ask() -> NDArray[np.float64]:
        parts = {name: getattr(encoded, name).copy() for name in _COLUMNS}
        for name, column in columns:
            parts[name][:, column] = rng.permutation(parts[name][:, column])
        return logits(Encoded(**parts))

    return ask


def _columns(layout: Layout, tags: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Where the columns of some tags stand: name of the part, number of the column."""
    numbers = {layout.tags.index(tag) for tag in tags}
    for column, made_of in enumerate(layout.column_tags):
        if numbers & {*made_of}:
            yield "values", column
    yield from (("missing", number) for number in sorted(numbers))
    yield from (("codes", column) for column, number in enumerate(layout.codes) if number in numbers)
