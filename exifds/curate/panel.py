"""Panel: a slider for each concept over its histogram, and what the thresholds do."""

from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any, Final

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from exifds.curate import chart
from exifds.curate.choice import FLOOR, Choice, Shape
from exifds.curate.controls import attributes, button, heading, text
from exifds.curate.thresholds import Estimate, Interval, Outcome
from exifds.store.criteria import STEPS, Direction, Threshold

__all__ = ["Panel"]

Does = Callable[[], Coroutine[Any, Any, None]]

_CLASSES: Final = 12
"""Classes whose balance is shown."""


class Panel:
    """Sliders and numbers. Numbers follow while a slider moves; photos when it is let go.

    Args:
        choice: What is tried out.
        on_slide: Called while a slider moves.
        on_settle: Called when thresholds are to take effect on the photos.
        on_propose: Called with a concept for which a threshold is wanted.
        on_next: Called when photos that are worth judging are wanted.
    """

    def __init__(
        self,
        choice: Choice,
        on_slide: Callable[[], None],
        on_settle: Does,
        on_propose: Callable[[str], Coroutine[Any, Any, None]],
        on_next: Does,
    ) -> None:
        self._choice = choice
        self._on = (on_slide, on_settle, on_propose)
        self._sliders: dict[str, _Slider] = {}
        self._concepts = ui.element("section").classes("concepts")
        attributes(self._concepts, aria_label="Concepts")
        self._numbers = _Numbers(on_next)

    def build(self, concepts: Iterable[str]) -> None:
        """Make the sliders.

        Args:
            concepts: Those that photos were scored for.
        """
        with self._concepts:
            self._sliders = {concept: _Slider(concept, self._choice, *self._on) for concept in concepts}
            if not self._sliders:
                text("p", "No scores yet: exifds score gives each photo scores by concept.", "note")

    def count(self) -> None:
        """Show photos that were counted anew. The sliders stay: somebody may be holding one."""
        for slider in self._sliders.values():
            slider.count()
        self.tell()

    def tell(self, *, place: bool = False) -> None:
        """Show the numbers of the thresholds.

        Args:
            place: Also move the sliders to the thresholds.
        """
        outcome = self._choice.outcome()
        for slider in self._sliders.values():
            slider.tell(outcome, place=place)
        self._numbers.tell(outcome, self._choice.estimate())


class _Slider:
    """The threshold of one concept."""

    def __init__(
        self,
        concept: str,
        choice: Choice,
        on_slide: Callable[[], None],
        on_settle: Does,
        on_propose: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        self._concept, self._choice = concept, choice
        self._on_slide, self._on_settle = on_slide, on_settle
        self._shape = Shape((), FLOOR, 1, 0, 0)
        with ui.element("div").classes("concept") as box:
            attributes(box, role="group", aria_label=concept)
            with ui.element("div").classes("line"):
                text("h2", concept, "name")
                self._value = text("span", "", "value")
            self._draw()
            first, value = self._shape.first / STEPS, self._at().value
            self._slider = ui.slider(min=first, max=1, step=0.01, value=value, on_change=self._slid)
            self._slider.on("change", self._let_go, [None])
            attributes(self._slider, aria_label=f"Threshold of {concept}")
            with ui.element("div").classes("line sides"):
                self._sides = {
                    side: button(
                        f"{label} for {concept}",
                        partial(self._turn, side),
                        label=label,
                        classes="side-button",
                    )
                    for side, label in (
                        (Direction.KEEP_ABOVE, "Keep above"),
                        (Direction.DROP_ABOVE, "Drop above"),
                    )
                }
                button(
                    f"Propose a threshold for {concept}",
                    partial(on_propose, concept),
                    icon="auto_fix_high",
                    classes="quiet",
                )
            self._note = text("p", "", "note")

    def _draw(self) -> None:
        with ui.element("svg") as drawing:
            attributes(
                drawing,
                viewBox=f"0 0 {chart.WIDTH:g} {chart.HEIGHT:g}",
                preserveAspectRatio="none",
                aria_hidden="true",
            )
            self._all = ui.element("path").classes("all")
            self._kept = ui.element("path").classes("kept")

    def count(self) -> None:
        """Show photos that were counted anew."""
        self._shape = self._choice.shape(self._concept)
        attributes(self._all, d=chart.bars(self._shape.counts))
        first = self._shape.first / STEPS
        if self._slider.props["min"] != first:
            self._slider.props["min"] = first
            self._slider.set_value(self._at().value)

    def _at(self) -> Threshold:
        return self._choice.thresholds.get(self._concept, Threshold(self._shape.first / STEPS))

    async def _let_go(self, event: GenericEventArguments) -> None:
        """Where a slider is let go may be told before its last move, of which only some are sent."""
        self._slider.set_value(event.args)
        await self._on_settle()

    def _slid(self) -> None:
        value = self._slider.value
        known = self._concept in self._choice.thresholds or value != self._shape.first / STEPS
        if value is not None and known and self._choice.put(self._concept, value):
            self._on_slide()

    async def _turn(self, side: Direction) -> None:
        """Choose a side; the side that is chosen already is given up, and the threshold with it."""
        at = self._choice.thresholds.get(self._concept)
        if at is not None and at.direction is side:
            del self._choice.thresholds[self._concept]
        else:
            self._choice.put(self._concept, self._slider.value or 0, side)
        self._on_slide()
        await self._on_settle()

    def tell(self, outcome: Outcome, *, place: bool) -> None:
        """Show what the threshold does."""
        at, shape = self._choice.thresholds.get(self._concept), self._shape
        attributes(self._kept, d=_kept(shape, at))
        for side, pressed in self._sides.items():
            attributes(pressed, aria_pressed="true" if at is not None and at.direction is side else "false")
        self._value.set_text("off" if at is None else f"{at.value:.2f}")
        self._note.set_text(_note(shape, outcome, self._concept))
        if place:
            self._slider.set_value(self._at().value)


class _Numbers:
    """What becomes of the photos, and how good that is."""

    def __init__(self, on_next: Does) -> None:
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


def _kept(shape: Shape, at: Threshold | None) -> str:
    """The bars of the photos that a threshold keeps."""
    if at is None:
        return chart.bars(shape.counts)
    cut = shape.bar(at.cut)
    return (
        chart.bars(shape.counts, cut)
        if at.direction is Direction.KEEP_ABOVE
        else chart.bars(shape.counts, 0, cut)
    )


def _note(shape: Shape, outcome: Outcome, concept: str) -> str:
    """What a threshold does by itself, and who is not in the histogram."""
    alone = outcome.concepts.get(concept)
    parts = [f"{alone.kept:,} kept, {alone.dropped:,} dropped"] if alone else []
    parts += [f"{shape.below:,} low"] if shape.below else []
    parts += [f"{shape.unscored:,} unscored"] if shape.unscored else []
    return " · ".join(parts)


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return f"{interval.value:.0%} ({interval.low:.0%} to {interval.high:.0%})"
