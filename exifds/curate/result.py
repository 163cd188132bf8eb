"""Result: what becomes of the photos, and how good that is."""

from collections.abc import Callable, Coroutine
from math import nan
from typing import Any, Final

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from exifds.curate.choice import Choice
from exifds.curate.controls import attributes, button, entry, heading, put, text
from exifds.curate.thresholds import Estimate, Interval, Outcome
from exifds.curate.wording import counted

__all__ = ["Result"]

_CLASSES: Final = 12
"""Classes whose balance is shown."""

_LOWEST: Final = 50.0
_HIGHEST: Final = 99.9
"""Precisions that can be wanted, in percent."""


class Result:
    """The numbers of the thresholds: their precision and recall, and the classes of what they keep.

    Args:
        choice: What is tried out.
        on_next: Called when photos that are worth judging are wanted.
        on_want: Called when another precision is wanted.
    """

    def __init__(
        self,
        choice: Choice,
        on_next: Callable[[], Coroutine[Any, Any, None]],
        on_want: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._choice, self._on_want = choice, on_want
        with ui.element("section").classes("numbers") as section:
            attributes(section, aria_label="Result")
            heading("Estimated precision")
            self._precision = text("p", "", "estimate")
            self._basis = text("p", "", "note")
            self._recall = text("p", "", "note")
            self._meaning = text("p", "95% interval; thresholds alone, before your verdicts", "note")
            with ui.element("div").classes("fields"):
                bounds = {"min": f"{_LOWEST:g}", "max": f"{_HIGHEST:g}", "step": "any"}
                values = {**bounds, "^value": _percent(choice.precision)}
                self._wanted = entry("Wanted precision, %", "number", self._want, **values)
                button(
                    "Photos whose verdicts tell the most", on_next, icon="casino", label="Judge next"
                ).classes("save")
        with ui.element("section").classes("balance") as section:
            attributes(section, aria_label="Class balance")
            heading("Class balance of what is kept")
            self._rows = [_Balance() for _ in range(_CLASSES)]

    def tell(self, outcome: Outcome, estimate: Estimate) -> None:
        """Show what the thresholds do."""
        self._precision.set_text(_interval(estimate.precision) or "not known yet")
        unlike = f"; none on photos like {estimate.unjudged:.0%} of these" if estimate.unjudged else ""
        self._basis.set_text(
            f"by {counted(estimate.judged, 'verdict')}{unlike}"
            if estimate.precision
            else "judge some photos that are kept"
        )
        recall = _interval(estimate.recall) if outcome.concepts else ""  # without thresholds all is found
        self._recall.set_text(f"recall {recall} of all right photos" if recall else "")
        self._meaning.set_visibility(estimate.precision is not None)
        classes = sorted(outcome.classes.items(), key=lambda item: -(item[1].kept))[:_CLASSES]
        for row, one in zip(self._rows, [*classes, *[None] * (_CLASSES - len(classes))], strict=True):
            if one is None:
                row.tell("", 0, 0)
            else:
                row.tell(one[0] or "no concept", one[1].kept, outcome.photos.kept)

    async def _want(self, event: GenericEventArguments) -> None:
        try:
            wanted = float(str(event.args))
        except ValueError:
            wanted = nan
        if _LOWEST <= wanted <= _HIGHEST:
            self._choice.precision = wanted / 100
            await self._on_want()
        else:
            put(self._wanted, value=_percent(self._choice.precision))
            ui.notify(f"expected a precision of {_LOWEST:g} to {_HIGHEST:g} %", type="warning")


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


def _percent(share: float) -> str:
    return f"{100 * share:g}"


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return f"{interval.value:.0%} ({interval.low:.0%} to {interval.high:.0%})"
