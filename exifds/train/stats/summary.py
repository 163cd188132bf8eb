"""Summary: the scores of one model, with intervals."""

import numpy as np
from pydantic import BaseModel, ConfigDict

from exifds.train.stats import bootstrap, curves, scores
from exifds.train.stats.answers import Answers
from exifds.train.stats.bootstrap import Interval

__all__ = ["Scores", "summary"]


class Scores(BaseModel):
    """How good the answers of a model are.

    Args:
        photos: How many were asked about.
        groups: Of how many groups.
        accuracy: Share of photos of which all is right.
        macro_f1: Mean over the classes that occur.
        f1: Of each class; None for one that no photo has and none is given.
        log_loss: Mean cross-entropy in nats.
        brier: Mean Brier score; 0 to 2, for several labels 0 to 1.
        ece: Expected calibration error.
        bins: Of equal width, over which it is taken.
        auc: Of each class against the others; None where all photos or none are of the class.
        support: Photos of each class.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    photos: int
    groups: int
    accuracy: Interval
    macro_f1: Interval
    f1: tuple[Interval | None, ...]
    log_loss: Interval
    brier: Interval
    ece: float
    bins: int
    auc: tuple[float | None, ...]
    support: tuple[int, ...]


def summary(answers: Answers, *, draws: int = bootstrap.DRAWS, seed: int = 0) -> Scores:
    """The scores of a model.

    Args:
        answers: What it says.
        draws: Of the bootstrap by group.
        seed: Of the draws.

    Returns:
        Scores with 95 % intervals.

    Example:
        >>> answers = Answers(np.array([0, 1]), np.array([[2.0, 0.0], [0.0, 2.0]]), np.array([7, 8]))
        >>> summary(answers).macro_f1.estimate
        1.0
    """
    truth, decided = answers.truth, answers.decided
    overall = (
        bootstrap.mean(answers.right),
        bootstrap.macro_f1(truth, decided),
        bootstrap.mean(answers.log_losses),
        bootstrap.mean(answers.briers),
    )
    each = [bootstrap.class_f1(truth[:, c], decided[:, c]) for c in range(answers.classes)]
    found = bootstrap.intervals([*overall, *each], answers.groups, draws=draws, seed=seed)
    right, macro, loss, brier = (one for one in found[:4] if one is not None)
    told = curves.reliability(answers.labels, answers.logits)
    odds = scores.log_odds(answers.logits, several=answers.several)
    return Scores(
        photos=len(answers.labels),
        groups=len(np.unique(answers.groups)),
        accuracy=right,
        macro_f1=macro,
        f1=tuple(found[4:]),
        log_loss=loss,
        brier=brier,
        ece=told.ece,
        bins=told.bins,
        auc=tuple(curves.auc(truth[:, c], odds[:, c]) for c in range(answers.classes)),
        support=tuple(truth.sum(axis=0).tolist()),
    )
