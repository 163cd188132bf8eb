"""Schedule: which epoch comes next, at which learning rate, and whose weights are kept. Pure decisions.

All of it follows from the phases of the recipe and the history so far, so a training that goes on after a
kill decides as one that was not disturbed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from exifds.train.recipe import Phase
from exifds.train.result import Epoch

__all__ = ["Step", "kept", "learning_rate", "most_epochs", "next_step"]


@dataclass(frozen=True)
class Step:
    """The epoch that comes next.

    Args:
        number: Of its phase, from 0.
        phase: Its phase.
        first: First epoch of the phase.
        end: One past the last epoch that the phase may have.
        epoch: Counted from 0 over all phases.
    """

    number: int
    phase: Phase
    first: int
    end: int
    epoch: int


def next_step(phases: Sequence[Phase], history: Sequence[Epoch], epochs: int | None = None) -> Step | None:
    """The epoch that comes next.

    Args:
        phases: Of the training.
        history: Its epochs so far.
        epochs: At most so many in each phase; None leaves it to the phases.

    Returns:
        The epoch; None if the training is over.

    Example:
        >>> next_step([Phase(epochs=10), Phase(epochs=50)], [])
        Step(number=0, phase=Phase(epochs=10, ...), first=0, end=10, epoch=0)
    """
    first = 0
    for number, phase in enumerate(phases):
        done = [epoch for epoch in history if epoch.phase == number]
        end = phase.epochs if epochs is None else min(phase.epochs, first + epochs)
        if first + len(done) < end and not _patience_is_over(phases, done):
            return Step(number, phase, first, end, first + len(done))
        first += len(done)
    return None


def most_epochs(phases: Sequence[Phase], epochs: int | None = None) -> int:
    """How many epochs a training has if no phase ends early.

    Args:
        phases: Of the training.
        epochs: At most so many in each phase.

    Returns:
        Their number.

    Example:
        >>> most_epochs([Phase(epochs=10), Phase(epochs=50)], 20)
        30
    """
    end = 0
    for phase in phases:
        end = max(end, phase.epochs if epochs is None else min(phase.epochs, end + epochs))
    return end


def learning_rate(step: Step) -> float:
    """The learning rate of an epoch.

    `cosine` is lr (1 + cos(pi t)) / 2, with t from 0 in the first epoch to 1 after the last (Loshchilov and
    Hutter, SGDR, 2017, without restarts). `lederer2023` is that of the thesis, which trains epoch 14, the
    last of its first phase, once more: five epochs of 5e-5 (its 14 to 18), ten of 1e-5 (19 to 28), and then
    each a 1.01th of the one before.

    Args:
        step: The epoch.

    Returns:
        The rate of Adam.

    Example:
        >>> learning_rate(Step(0, Phase(epochs=4, learning_rate=0.1, decay="cosine"), 0, 4, 2))
        0.05
    """
    since = step.epoch - step.first
    if step.phase.decay == "cosine":
        return step.phase.learning_rate * (1 + math.cos(math.pi * since / (step.end - step.first))) / 2
    if step.phase.decay == "lederer2023":
        return 5e-5 if since < 5 else 1e-5 / 1.01 ** max(0, since - 14)  # noqa: PLR2004  # as documented
    return step.phase.learning_rate


def kept(phases: Sequence[Phase], history: Sequence[Epoch]) -> int:
    """Whose weights are kept so far, and end the latest phase.

    Args:
        phases: Of the training.
        history: Its epochs so far, one at least.

    Returns:
        The best epoch by validation loss, of all phases since the last one without patience: fine-tuning
        that makes it worse is not kept. The last epoch if its phase has no patience.
    """
    latest = history[-1].phase
    blind = [number for number in range(latest + 1) if phases[number].patience is None]
    judged = [epoch for epoch in history if epoch.phase > max(blind, default=-1)]
    return judged[_best(phases, judged)].epoch if judged else history[-1].epoch


def _patience_is_over(phases: Sequence[Phase], done: Sequence[Epoch]) -> bool:
    patience = phases[done[0].phase].patience if done else None
    return patience is not None and len(done) - 1 - _best(phases, done) >= patience


def _best(phases: Sequence[Phase], done: Sequence[Epoch]) -> int:
    """Position of the last epoch whose loss was below all before it by more than `min_delta` of its phase."""
    best = 0
    for position, epoch in enumerate(done):
        if epoch.val_loss < done[best].val_loss - phases[epoch.phase].min_delta:
            best = position
    return best
