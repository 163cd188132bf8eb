"""Panel: a slider for each concept, and the result of the thresholds."""

from collections.abc import Callable, Coroutine
from typing import Any

from nicegui import ui

from exifds.curate.choice import Choice
from exifds.curate.controls import attributes, text
from exifds.curate.result import Result
from exifds.curate.slider import Slider

__all__ = ["Panel"]

Does = Callable[[], Coroutine[Any, Any, None]]


class Panel:
    """Sliders and numbers. Numbers follow while a slider moves; photos when it is let go.

    Args:
        choice: What is tried out.
        on_slide: Called while a slider moves.
        on_settle: Called when thresholds are to take effect on the photos.
        on_propose: Called with a concept for which a threshold is wanted.
        on_next: Called when photos that are worth judging are wanted.
        on_want: Called when another precision is wanted.
    """

    def __init__(
        self,
        choice: Choice,
        on_slide: Callable[[], None],
        on_settle: Does,
        on_propose: Callable[[str], Coroutine[Any, Any, None]],
        *,
        on_next: Does,
        on_want: Does,
    ) -> None:
        self._choice = choice
        self._on = (on_slide, on_settle, on_propose)
        self._sliders: dict[str, Slider] = {}
        self._concepts = ui.element("section").classes("concepts")
        attributes(self._concepts, aria_label="Concepts")
        with self._concepts:
            said = "No scores yet: exifds score gives each photo scores by concept."
            self._none = text("p", said, "note")
        self._none.set_visibility(False)
        self._result = Result(choice, on_next, on_want)

    def count(self) -> None:
        """Show the histograms of photos that were counted anew. The sliders stay: somebody may hold one."""
        concepts = self._choice.cube.concepts
        self._none.set_visibility(not concepts)
        for concept in concepts:
            if concept not in self._sliders:
                with self._concepts:
                    self._sliders[concept] = Slider(concept, self._choice, *self._on)
            self._sliders[concept].count()

    def tell(self, *, place: bool = False) -> None:
        """Show the numbers of the thresholds.

        Args:
            place: Also move the sliders to the thresholds.
        """
        outcome = self._choice.outcome()
        for slider in self._sliders.values():
            slider.tell(outcome, place=place)
        self._result.tell(outcome, self._choice.estimate())
