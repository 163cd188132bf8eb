"""Measure: how a model does on the test photos, as means over its seeds. Pure."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exifds.train.report.entries import Entry, Spoken
from exifds.train.report.model import AgainstTruth, Best, Kind, Model, StratumScores
from exifds.train.stats import alarm, bootstrap, curves, scores, statistic, strata
from exifds.train.stats.answers import Answers
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.statistic import Statistic

__all__ = ["FEWEST", "MAIN", "against", "averaged", "measure", "rocs", "stratified"]

MAIN: Final[tuple[Kind, ...]] = ("fusion", "late", "image", "exif")
"""The models; others are controls."""

FEWEST: Final = 10
"""Photos of a part that scores are told of."""


def measure(entry: Entry, *, draws: int = bootstrap.DRAWS) -> Model:
    """The scores of a model.

    Args:
        entry: The model and what its runs say.
        draws: Of the bootstrap by group.

    Returns:
        All of it but strata, curves, cost and truth.
    """
    said = entry.spoken()
    answers = [one.answers for one in said]
    found = averaged(answers, _statistics, draws=draws)
    accuracy, macro, loss, brier = (one for one in found[:4] if one is not None)
    scaled = [one.test.logits / one.temperature for one in said]
    labels = answers[0].labels
    return Model(
        name=entry.name,
        kind=entry.kind,
        backbone=entry.backbone,
        recipe=entry.recipe_name,
        seeds=tuple(sorted(entry.seeds)),
        runs=tuple(one.run for one in said),
        macro_f1=macro,
        macro_f1_sd=_sd([scores.macro_f1(one.truth, one.decided) for one in answers]),
        macro_f1_at_half=_at_half(said),
        accuracy=accuracy,
        accuracy_sd=_sd([float(one.right.mean()) for one in answers]),
        log_loss=loss,
        log_loss_sd=_sd([float(one.log_losses.mean()) for one in answers]),
        brier=brier,
        val_macro_f1=_mean([scores.macro_f1(one.val_answers.truth, one.val_answers.decided) for one in said]),
        temperature=_mean([one.temperature for one in said]),
        ece=_mean([curves.reliability(labels, one.logits).ece for one in answers]),
        ece_scaled=_mean([curves.reliability(labels, logits).ece for logits in scaled]),
        log_loss_scaled=_mean([float(scores.log_losses(labels, logits).mean()) for logits in scaled]),
        f1=tuple(found[4:]),
        auc=_aucs(answers),
        confusion=_confusion(answers),
        reliability=_reliability(labels, [one.logits for one in answers]),
        reliability_scaled=_reliability(labels, scaled),
    )


def averaged(
    answers: Sequence[Answers],
    statistics: Callable[[Answers], list[Statistic]],
    *,
    draws: int = bootstrap.DRAWS,
) -> list[Interval | None]:
    """Means over seeds, with intervals for the draw of photos by group and, of two or more, of seeds.

    Args:
        answers: What each run says of the same photos.
        statistics: What is wanted of one run.
        draws: Of the bootstrap by group.

    Returns:
        One for each statistic; None where it is undefined for some seed.
    """
    return bootstrap.over_runs([statistics(one) for one in answers], answers[0].groups, draws=draws)


def _statistics(answers: Answers) -> list[Statistic]:
    truth, decided = answers.truth, answers.decided
    overall = [
        statistic.mean(answers.right),
        statistic.macro_f1(truth, decided),
        statistic.mean(answers.log_losses, within=statistic.LOSS),
        statistic.mean(answers.briers, within=statistic.LOSS),
    ]
    return [*overall, *(statistic.class_f1(truth[:, c], decided[:, c]) for c in range(answers.classes))]


def _at_half(said: Sequence[Spoken]) -> float | None:
    """Macro-F1 with the threshold that the thesis took."""
    plain = [Answers.of(one.test) for one in said]
    if not plain[0].several:
        return None
    return _mean([scores.macro_f1(one.truth, one.decided) for one in plain])


def _aucs(answers: Sequence[Answers]) -> tuple[float | None, ...]:
    ranks = [scores.log_odds(one.logits, several=one.several) for one in answers]
    each = [
        [curves.auc(one.truth[:, c], odds[:, c]) for c in range(one.classes)]
        for one, odds in zip(answers, ranks, strict=True)
    ]
    return tuple(
        None if any(one is None for one in column) else _mean([one for one in column if one is not None])
        for column in zip(*each, strict=True)
    )


def _confusion(answers: Sequence[Answers]) -> tuple[tuple[int, ...], ...]:
    several = answers[0].several
    tables = [scores.confusion(one.truth, one.decided, several=several) for one in answers]
    whole = np.sum(tables, axis=0)
    return tuple(tuple(row.ravel().tolist()) for row in whole)


def _reliability(labels: NDArray[np.int64], logits: Sequence[NDArray[np.float64]]) -> curves.Reliability:
    """Of all seeds together."""
    return curves.reliability(np.concatenate([labels] * len(logits)), np.concatenate(logits))


def rocs(entry: Entry) -> tuple[curves.Roc | None, ...]:
    """The ROC curve of each class.

    Args:
        entry: The model.

    Returns:
        Those of its first seed: log-odds of several runs share no scale.
    """
    answers = entry.first.answers
    odds = scores.log_odds(answers.logits, several=answers.several)
    return tuple(curves.roc(answers.truth[:, c], odds[:, c]) for c in range(answers.classes))


def stratified(
    entry: Entry, image: Entry | None = None, *, draws: int = bootstrap.DRAWS
) -> tuple[StratumScores, ...]:
    """A model on parts of the test photos.

    Args:
        entry: The model.
        image: The model over which its gain is taken; None for none.
        draws: Of the bootstrap by group.

    Returns:
        One for each part that holds photos.
    """
    seeds = sorted(set(entry.seeds) & set(image.seeds)) if image else []
    found = []
    for part in strata.strata(entry.first.test):
        answers = [_part(one, part.rows) for one in entry.spoken()]
        enough = part.photos >= FEWEST
        accuracy, macro = (
            averaged(answers, lambda one: _statistics(one)[:2], draws=draws) if enough else [None] * 2
        )
        whole = bool(answers[0].truth.any(axis=0).all())
        found.append(
            StratumScores(
                by=part.by,
                name=part.name,
                photos=part.photos,
                groups=len(np.unique(answers[0].groups)),
                accuracy=accuracy,
                macro_f1=macro if whole else None,
                gain=_gain(entry, image, seeds, part.rows, draws=draws)
                if image and seeds and enough
                else None,
            )
        )
    return tuple(found)


def _part(said: Spoken, rows: NDArray[np.bool_]) -> Answers:
    whole = said.answers
    return Answers(whole.labels[rows], whole.logits[rows], whole.groups[rows], whole.thresholds)


def _gain(
    entry: Entry, image: Entry, seeds: Sequence[int], rows: NDArray[np.bool_], *, draws: int
) -> Interval | None:
    """Of accuracy over that model, mean over the seeds that both have."""
    groups = entry.first.test.group[rows]
    right = (
        [statistic.mean(one.seeds[seed].answers.right[rows]) for seed in seeds] for one in (entry, image)
    )
    gains = [[statistic.difference(*both)] for both in zip(*right, strict=True)]
    return bootstrap.over_runs(gains, groups, draws=draws)[0]


def against(
    entry: Entry, best: Best, gain: Interval | None = None, possible: float | None = None
) -> AgainstTruth:
    """A model beside the best possible observer of the same.

    Args:
        entry: The model.
        best: What that observer reaches.
        gain: Accuracy of the model less that of its image model, recalibrated for a late fusion.
        possible: The same of the best possible observers.

    Returns:
        The comparison.
    """
    each = [one.answers for one in entry.spoken()]
    told = [alarm.too_good(one.log_losses, one.groups, best.log_loss) for one in each]
    reached = None
    if gain is not None and possible is not None and possible > 0:
        ends = [None if end is None else end / possible for end in (gain.low, gain.high)]
        reached = Interval(estimate=gain.estimate / possible, low=ends[0], high=ends[1], level=gain.level)
    return AgainstTruth(
        best=best,
        regret=_mean([one.log_loss for one in told]) - best.log_loss,
        gain_reached=reached,
        alarms=tuple(sorted(one.log_loss for one in told if one.alarm)),
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values))


def _sd(values: Sequence[float]) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 else None
