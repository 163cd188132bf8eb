"""Result: what becomes of the photos, and how good that is."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from nicegui import ui
from nicegui.element import Element

from exifds.curate.controls import attributes, button, heading, text
from exifds.curate.thresholds import Estimate, Interval, Outcome

__all__ = ["Result"]

_CLASSES: Final = 12
"""Classes whose balance is shown."""


class Result:
    """The numbers of the thresholds: their precision and recall, and the classes of what they keep.

    Args:
        on_next: Called when photos that are worth judging are wanted.
    """

    def __init__(self, on_next: Callable[[], Coroutine[Any, Any, None]]) -> None:
        with ui.element("section").classes("numbers") as section:
            attributes(section, aria_label="Result")
            heading("Estimated precision")
            self._precision = text("p", "", "estimate")
            self._basis = text("p", "", "note")
            self._recall = text("p", "", "note")
            self._next = button(
                "Photos whose verdicts tell the most", on_next, icon="casino", label="Judge next"
            )
        with ui.element("section").classes("balance") as section:
            attributes(section, aria_label="Class balance")
            heading("Class balance of what is kept")
            self._rows = [_Balance() for _ in range(_CLASSES)]

    def tell(self, outcome: Outcome, estimate: Estimate) -> None:
        """Show what the thresholds do."""
        self._precision.set_text(_interval(estimate.precision) or "not known yet")
        unlike = f"; none on photos like {estimate.unjudged:.0%} of these" if estimate.unjudged else ""
        self._basis.set_text(
            f"by {estimate.judged:,} verdicts{unlike}"
            if estimate.precision
            else "judge some photos that are kept"
        )
        recall = _interval(estimate.recall) if outcome.concepts else ""  # without thresholds all is found
        self._recall.set_text(f"recall {recall}" if recall else "")
        classes = sorted(outcome.classes.items(), key=lambda item: -(item[1].kept))[:_CLASSES]
        for row, entry in zip(self._rows, [*classes, *[None] * (_CLASSES - len(classes))], strict=True):
            if entry is None:
                row.tell("", 0, 0)
            else:
                row.tell(entry[0] or "no concept", entry[1].kept, outcome.photos.kept)


class _Balance:
    """One class: its name, its photos, and a bar."""

    def __init__(self) -> None:
        with ui.element("div").classes("pair") as self._row:
            self._name = text("span", "", "key")
            self._meter: Element = ui.element("progress")
            self._count = text("span", "", "number")

    def tell(self, name: str, photos: int, total: int) -> None:
        """Show a class; nothing without a name."""
        self._row.set_visibility(bool(name))
        self._name.set_text(name)
        self._count.set_text(f"{photos:,}")
        attributes(self._meter, value=str(photos), max=str(max(total, 1)), aria_label=name)


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return f"{interval.value:.0%} ({interval.low:.0%} to {interval.high:.0%})"
