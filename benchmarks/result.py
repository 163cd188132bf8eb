"""Result: what a benchmark gives, and the alternating rounds it comes from.

A time on its own says more about the machine than about the code. So every figure here is a ratio of two
rates taken in turns within one run: a noisy minute hits both sides, and the median of the rounds' ratios
forgets a round that was hit on one side only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

__all__ = ["Result", "in_turns", "rate", "versus"]


@dataclass(frozen=True)
class Result:
    """One row of the table.

    Args:
        name: What was done, and against what.
        ours: Our rate: `unit` per second.
        theirs: The other side's rate; None where it could not be run, `note` then says why.
        ratio: Median over the rounds of ours / theirs.
        target: What `ratio` should be at least; None for rows that only inform.
        unit: What is counted, such as "photos".
        note: What a reader must know beside the figures.
    """

    name: str
    ours: float
    theirs: float | None = None
    ratio: float | None = None
    target: float | None = None
    unit: str = "photos"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target was met; None where there is none, or the other side is missing."""
        return None if self.ratio is None or self.target is None else self.ratio >= self.target


def rate(work: Callable[[], float]) -> float:
    """Time one piece of work.

    Args:
        work: What is timed; it returns how many units it did.

    Returns:
        Units per second.
    """
    started = perf_counter()
    done = work()
    return done / (perf_counter() - started)


def in_turns(contestants: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Let contestants take turns, each round beginning with another one, after a turn that does not count.

    Args:
        contestants: Name to one turn, which returns the rate of what it timed with `rate`. What a turn
            does outside `rate` is preparation and counts for nobody.
        rounds: How often each has its turn.

    Returns:
        Name to the rate of each round.
    """
    names = list(contestants)
    found: dict[str, list[float]] = {name: [] for name in names}
    for turn in contestants.values():
        turn()
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            found[name].append(contestants[name]())
    return found


def versus(
    name: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    *,
    target: float | None = None,
    unit: str = "photos",
    note: str = "",
) -> Result:
    """Compare two contestants round by round.

    Args:
        name: Name of the row.
        ours: Our rate of each round.
        theirs: The other side's rates of the same rounds.
        target: What the ratio should be at least.
        unit: What is counted.
        note: What a reader must know.

    Returns:
        The row: median rates, and the median of the ratios.

    Example:
        >>> versus("reading", [10, 12, 50], [20, 24, 20]).ratio
        0.5
    """
    ratio = median(a / b for a, b in zip(ours, theirs, strict=True))
    return Result(name, median(ours), median(theirs), ratio, target, unit, note)
