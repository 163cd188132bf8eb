"""Schedule: which epoch comes next, how fast it learns, and whose weights are kept."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.train.recipe import LEDERER2023, MODERN, Phase
from exifds.train.result import Epoch
from exifds.train.schedule import Step, kept, learning_rate, most_epochs, next_step


def history(*losses: Sequence[float]) -> list[Epoch]:
    """Epochs with these validation losses, phase by phase."""
    flat = [(phase, loss) for phase, part in enumerate(losses) for loss in part]
    return [
        Epoch(epoch=number, phase=phase, seconds=1, learning_rate=1, loss=1, val_loss=loss, val_score=0)
        for number, (phase, loss) in enumerate(flat)
    ]


def rates(phase: Phase, first: int) -> list[float]:
    """Learning rates of all epochs of a phase."""
    return [learning_rate(Step(0, phase, first, phase.epochs, epoch)) for epoch in range(first, phase.epochs)]


def test_fine_tuning_of_the_thesis_learns_as_its_table_says() -> None:
    """5e-5 in its epochs 14 to 18, 1e-5 in 19 to 28, and a 1.01th less in each one after."""
    second = LEDERER2023.phases[1]
    assert (second.patience, second.min_delta, second.unfrozen) == (5, 1e-4, 50)
    found = rates(second, first=15)
    assert len(found) == 86  # its epochs 14 to 99
    assert found[:15] == [5e-5] * 5 + [1e-5] * 10
    assert found[15:] == pytest.approx([1e-5 / 1.01**since for since in range(1, len(found) - 14)])


def test_the_first_phase_of_the_thesis_learns_at_the_rate_of_adam() -> None:
    """15 epochs at 1e-3, without early stopping and with a frozen backbone."""
    first = LEDERER2023.phases[0]
    assert rates(first, first=0) == [1e-3] * 15
    assert (first.patience, first.unfrozen) == (None, 0)


def test_cosine_falls_from_the_full_rate_to_zero() -> None:
    """It starts where the phase starts, and would be 0 in the epoch after the last."""
    phase = Phase(epochs=20, learning_rate=0.1, decay="cosine")
    found = rates(phase, first=10)
    assert found[0] == 0.1
    assert found[5] == pytest.approx(0.05)
    assert found == sorted(found, reverse=True)
    assert learning_rate(Step(0, phase, 10, 20, 20)) == pytest.approx(0)


def test_a_phase_ends_after_its_patience() -> None:
    """Three epochs without a smaller loss: the best of them is kept, and the next phase follows."""
    phases = [Phase(epochs=10, patience=3), Phase(epochs=50)]
    losses = [0.9, 0.5, 0.6, 0.5]
    step = next_step(phases, history(losses))
    assert step is not None
    assert (step.number, step.epoch) == (0, 4)
    over = history([*losses, 0.7])
    assert kept(phases, over) == 1
    assert next_step(phases, over) == Step(1, phases[1], 5, 50, 5)


def test_a_loss_must_fall_by_more_than_the_least_difference() -> None:
    """Otherwise small steps down count as none."""
    small = [0.5, 0.45, 0.41, 0.37]
    assert kept([Phase(epochs=9, patience=9)], history(small)) == 3
    assert kept([Phase(epochs=9, patience=9, min_delta=0.08)], history(small)) == 2


def test_without_patience_the_last_weights_are_kept() -> None:
    """However good earlier ones were."""
    phases = [Phase(epochs=2), Phase(epochs=5)]
    assert kept(phases, history([0.1, 0.9])) == 1
    assert next_step(phases, history([0.1, 0.9], [0.5, 0.6, 0.7])) is None


def test_a_limit_holds_in_each_phase() -> None:
    """A training that is cut short has its phases one after the other, each with so many epochs."""
    phases = [Phase(epochs=15), Phase(epochs=100)]
    assert most_epochs(phases) == 100
    assert most_epochs(phases, 3) == 6
    assert next_step(phases, history([1, 1, 1]), 3) == Step(1, phases[1], 3, 6, 3)
    assert next_step(phases, history([1, 1, 1], [1, 1, 1]), 3) is None


def test_the_patience_of_a_phase_begins_with_the_phase() -> None:
    """The best loss of an earlier phase does not end a later one; its weights are kept all the same."""
    phases = [Phase(epochs=2, patience=2), Phase(epochs=9, patience=2)]
    step = next_step(phases, history([0.1, 0.2], [0.9, 0.8]))
    assert step is not None
    assert step.epoch == 4
    assert kept(phases, history([0.1, 0.2], [0.9, 0.8])) == 0


def test_fine_tuning_that_makes_it_worse_is_not_kept() -> None:
    """The best epoch of all phases that are chosen by loss, here the second and one of the last phase."""
    assert kept(MODERN.phases, history([0.40, 0.35], [0.60, 0.55])) == 1
    assert kept(MODERN.phases, history([0.40, 0.35], [0.60, 0.34])) == 3


def test_fine_tuning_of_the_thesis_is_kept_however_it_ends() -> None:
    """Its first phase is not chosen by loss, so neither are its weights."""
    assert kept(LEDERER2023.phases, history([0.40, 0.35], [0.60, 0.55, 0.58])) == 3


@given(
    losses=st.lists(st.floats(0, 1), min_size=60, max_size=60),
    patience=st.one_of(st.none(), st.integers(1, 5)),
    limit=st.one_of(st.none(), st.integers(1, 30)),
)
def test_every_training_comes_to_an_end(losses: list[float], patience: int | None, limit: int | None) -> None:
    """Epochs follow each other without a gap, no more than announced; the best or the last is kept."""
    phases = [Phase(epochs=10, patience=patience), Phase(epochs=30, patience=patience)]
    done: list[Epoch] = []
    while (step := next_step(phases, done, limit)) is not None:
        assert step.first <= step.epoch == len(done) < step.end
        assert learning_rate(step) > 0
        done.append(
            Epoch(
                epoch=step.epoch,
                phase=step.number,
                seconds=1,
                learning_rate=1,
                loss=1,
                val_loss=losses[len(done)],
                val_score=0,
            )
        )
    assert 2 <= len(done) <= most_epochs(phases, limit)
    best = done[kept(phases, done)]
    assert done[-1].phase == 1
    if patience is None:
        assert best == done[-1]
    else:
        assert best.val_loss == min(epoch.val_loss for epoch in done)
