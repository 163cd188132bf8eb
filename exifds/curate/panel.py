"""Panel: a slider for each concept, and the result of the thresholds."""

from collections.abc import Callable, Coroutine, Iterable
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
        self._sliders: dict[str, Slider] = {}
        self._concepts = ui.element("section").classes("concepts")
        attributes(self._concepts, aria_label="Concepts")
        self._result = Result(on_next)

    def build(self, concepts: Iterable[str]) -> None:
        """Make the sliders.

        Args:
            concepts: Those that photos were scored for.
        """
        with self._concepts:
            self._sliders = {concept: Slider(concept, self._choice, *self._on) for concept in concepts}
            if not self._sliders:
                text("p", "No scores yet: exifds score gives each photo scores by concept.", "note")

    def count(self) -> None:
        """Show the histograms of photos that were counted anew. The sliders stay: somebody may hold one."""
        for slider in self._sliders.values():
            slider.count()

    def tell(self, *, place: bool = False) -> None:
        """Show the numbers of the thresholds.

        Args:
            place: Also move the sliders to the thresholds.
        """
        outcome = self._choice.outcome()
        for slider in self._sliders.values():
            slider.tell(outcome, place=place)
        self._result.tell(outcome, self._choice.estimate())
