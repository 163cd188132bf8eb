"""Slider: the threshold of one concept, over the histogram of its scores."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from exifds.curate import chart
from exifds.curate.choice import FLOOR, Choice, Shape
from exifds.curate.controls import VALUE, attributes, button, put, text
from exifds.curate.thresholds import Outcome
from exifds.curate.wording import LOW
from exifds.store.criteria import STEPS, Direction, Threshold

__all__ = ["Slider"]

_SETTLES_S: Final = 0.3
"""How often photos follow a slider that is moved by a key that is held."""

_TO_PHOTOS: Final = "(event) => event.key.length === 1 && event.target.blur()"
"""Letters are for the photos, and keys pressed in an input are not heard there."""


class Slider:
    """The threshold of one concept.

    Args:
        concept: The concept.
        choice: What is tried out.
        on_slide: Called while the slider moves.
        on_settle: Called when the threshold is to take effect on the photos.
        on_propose: Called with the concept when a threshold is wanted for it.
    """

    def __init__(
        self,
        concept: str,
        choice: Choice,
        on_slide: Callable[[], None],
        on_settle: Callable[[], Coroutine[Any, Any, None]],
        on_propose: Callable[[str], Coroutine[Any, Any, None]],
    ) -> None:
        self._concept, self._choice = concept, choice
        self._on_slide, self._on_settle = on_slide, on_settle
        self._shape = Shape((), FLOOR, 1, 0, 0)
        self._value = FLOOR / STEPS
        with ui.element("div").classes("concept") as box:
            attributes(box, role="group", aria_label=concept)
            with ui.element("div").classes("line"):
                text("h2", concept, "name")
                self._reading = text("span", "", "value")
            self._draw()
            self._input = self._track()
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

    def _track(self) -> Element:
        """The browser's own slider, as screen readers and keys know it."""
        slider = ui.element("input").classes("slider")
        attributes(slider, type="range", max="1", step="0.01", aria_label=f"Threshold of {self._concept}")
        slider.on("input", self._slid, js_handler=VALUE, throttle=0.05)
        slider.on("change", self._let_go, js_handler=VALUE, throttle=_SETTLES_S)
        slider.on("keydown", js_handler=_TO_PHOTOS)
        return slider

    def count(self) -> None:
        """Show photos that were counted anew."""
        self._shape = self._choice.shape(self._concept)
        attributes(self._all, d=chart.bars(self._shape.counts))
        if self._input.props.get("min") != self._first:
            attributes(self._input, min=self._first)
            self._place()

    @property
    def _first(self) -> str:
        return f"{self._shape.first / STEPS:g}"

    def _place(self) -> None:
        """Move the slider to the threshold."""
        self._value = self._at().value
        put(self._input, min=self._first, value=f"{self._value:g}")

    def _at(self) -> Threshold:
        return self._choice.thresholds.get(self._concept, Threshold(self._shape.first / STEPS))

    async def _let_go(self, event: GenericEventArguments) -> None:
        """Where a slider is let go may be told before its last move, of which only some are sent."""
        self._slid(event)
        await self._on_settle()

    def _slid(self, event: GenericEventArguments) -> None:
        self._value = float(event.args)
        known = self._concept in self._choice.thresholds or self._value != self._shape.first / STEPS
        if known and self._choice.put(self._concept, self._value):
            self._on_slide()

    async def _turn(self, side: Direction) -> None:
        """Choose a side; the side that is chosen already is given up, and the threshold with it."""
        at = self._choice.thresholds.get(self._concept)
        if at is not None and at.direction is side:
            del self._choice.thresholds[self._concept]
        else:
            self._choice.put(self._concept, self._value, side)
        self._on_slide()
        await self._on_settle()

    def tell(self, outcome: Outcome, *, place: bool) -> None:
        """Show what the threshold does.

        Args:
            outcome: What becomes of the photos.
            place: Also move the slider to the threshold.
        """
        at, shape = self._choice.thresholds.get(self._concept), self._shape
        attributes(self._kept, d=_kept(shape, at))
        for side, pressed in self._sides.items():
            attributes(pressed, aria_pressed="true" if at is not None and at.direction is side else "false")
        self._reading.set_text("off" if at is None else f"{at.value:.2f}")
        self._note.set_text(_note(shape, outcome, self._concept))
        attributes(self._note, title=LOW if shape.below else None)
        if place:
            self._place()


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
