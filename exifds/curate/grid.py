"""Grid: the photos of a page as tiles."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from exifds.curate.controls import attributes, button, text
from exifds.curate.listing import PAGE, Card
from exifds.curate.session import Session
from exifds.curate.verdicts import Verdict
from exifds.curate.wording import LOW

__all__ = ["Grid", "name"]

MARKS = {"accepted": "check_circle", "rejected": "cancel", "waiting": "hourglass_empty", None: ""}
"""The icon of a verdict, and of one that is not stored yet."""


def name(card: Card) -> str:
    """What a photo is called."""
    return card.title or card.id


class Grid:
    """The tiles of a page. They are made once, and show other photos when the page is turned.

    Args:
        session: What is shown.
        on_open: Called with the index of a photo to look at.
        on_mark: Called with the index of a photo to mark, and whether all up to it are meant.
        on_judge: Called with the index of a photo and a verdict.
    """

    def __init__(
        self,
        session: Session,
        on_open: Callable[[int], Awaitable[None]],
        on_mark: Callable[[int, bool], None],
        on_judge: Callable[[int, Verdict], Awaitable[None]],
    ) -> None:
        self._session = session
        with ui.element("ul").classes("grid") as self._list:
            self._tiles = [_Tile(index, on_open, on_mark, on_judge) for index in range(PAGE)]
        attributes(self._list, aria_label="Photos", role="list")
        self._empty = text("p", "No photos here.", "empty")
        self._empty.set_visibility(False)

    def refresh(self) -> None:
        """Show the whole page."""
        for index in range(PAGE):
            self.update(index)
        self._empty.set_visibility(not self._session.cards)

    def update(self, index: int) -> None:
        """Show one photo as it is now."""
        cards = self._session.cards
        if index < len(cards):
            card, session = cards[index], self._session
            state = "waiting" if card.id in session.waiting else card.verdict
            self._tiles[index].show(card, state, index == session.current, card.id in session.marked)
        else:
            self._tiles[index].hide()

    def focus(self) -> None:
        """Bring the current photo into view and give it the keyboard."""
        if self._session.cards:
            self._tiles[self._session.current].focus()


class _Tile:
    """One photo: its picture, its scores, and what can be done with it."""

    def __init__(
        self,
        index: int,
        on_open: Callable[[int], Awaitable[None]],
        on_mark: Callable[[int, bool], None],
        on_judge: Callable[[int, Verdict], Awaitable[None]],
    ) -> None:
        def mark(event: GenericEventArguments) -> None:
            on_mark(index, bool(event.args.get("shiftKey")))

        async def open_or_mark(event: GenericEventArguments) -> None:
            if event.args.get("shiftKey") or event.args.get("ctrlKey") or event.args.get("metaKey"):
                on_mark(index, bool(event.args.get("shiftKey")))
            else:
                await on_open(index)

        with ui.element("li").classes("tile absent") as self._item:
            keys = ["shiftKey", "ctrlKey", "metaKey"]
            self._photo = button("Open", open_or_mark, classes="photo", args=keys)
            with self._photo:
                self._image = ui.element("img")
                attributes(self._image, alt="", decoding="async", draggable="false")
            self._pick = button("Mark", mark, icon="check", classes="pick", args=["shiftKey"])
            self._verdict = ui.icon("").classes("verdict")
            self._scores = text("span", "", "scores")
            with ui.element("div").classes("judge"):
                self._accept = button(
                    "Accept", lambda: on_judge(index, "accepted"), icon="check", classes="yes"
                )
                self._reject = button(
                    "Reject", lambda: on_judge(index, "rejected"), icon="close", classes="no"
                )
        attributes(self._pick, role="checkbox")
        self._seen: Any = None

    def show(self, card: Card, verdict: str | None, current: bool, marked: bool) -> None:
        """Show a photo."""
        seen = (card.id, verdict, card.title, tuple(card.scores.items()), current, marked)
        if seen == self._seen:
            return
        self._seen = seen
        state = f"tile {verdict or ''} {'current' if current else ''} {'marked' if marked else ''}"
        self._item.classes(replace=state)
        attributes(self._image, src=card.source("thumb"))
        said = f"{name(card)}, {verdict or 'not judged'}"
        attributes(self._photo, aria_label=said, title=name(card), aria_current="true" if current else None)
        attributes(self._pick, aria_label=f"Mark {name(card)}", aria_checked="true" if marked else "false")
        attributes(self._accept, aria_label=f"Accept {name(card)}", title="Accept (A)")
        attributes(self._reject, aria_label=f"Reject {name(card)}", title="Reject (R)")
        attributes(self._verdict, name=MARKS.get(verdict, ""))
        attributes(self._scores, title=LOW if None in card.scores.values() else None)
        self._scores.set_text(
            " · ".join(
                f"{concept}\N{NO-BREAK SPACE}{_short(score)}" for concept, score in card.scores.items()
            )
        )

    def hide(self) -> None:
        """Show nothing."""
        if self._seen != "hidden":
            self._seen = "hidden"
            self._item.classes(replace="tile absent")
            attributes(self._image, src=None)

    def focus(self) -> None:
        """Give the photo the keyboard."""
        self._photo.run_method("focus")


def _short(score: float | None) -> str:
    return "low" if score is None else f"{score:.2f}"
