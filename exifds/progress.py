"""Progress of anything that takes longer than a second: a bar on a terminal, nothing elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["Advance", "bar"]

Advance = Callable[[int, int], None]


@contextmanager
def bar(
    label: str, total: int | None, *, show: bool | None = None, note: Callable[[], str] = str
) -> Iterator[Advance]:
    """Show a progress bar while the block runs, with a rate of one a second and more, and with failures.

    Args:
        label: What is being done.
        total: Number of steps, or None if unknown.
        show: True or False decide; None shows it when stderr is a terminal.
        note: What else is to be told; asked at every step.

    Yields:
        A function to call with the number of steps done and failed since the last call.

    Example:
        >>> with bar("photos", 2, show=False) as advance:
        ...     advance(2, 0)
    """
    if not (sys.stderr.isatty() if show is None else show):
        yield lambda _done, _failed: None
        return
    from rich.console import Console  # only where a bar is shown
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}"),
        TextColumn("{task.fields[note]}", markup=False),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(label, total=total, pace="", failed=0, note="")

        def advance(done: int, failed: int) -> None:
            state = progress.tasks[0]
            rate = (state.completed + done) / max(state.elapsed or 0, 1e-3)
            failed += state.fields["failed"]
            pace = ", ".join([f"{rate:.0f}/s"] * (rate >= 1) + [f"{failed} failed"] * (failed > 0))
            progress.update(task, advance=done, failed=failed, pace=pace, note=note())

        yield advance
