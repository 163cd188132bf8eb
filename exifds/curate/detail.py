"""Detail: one photo, large, with all that is known about it."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from nicegui import ui
from nicegui.element import Element

from exifds.curate.asking import ask
from exifds.curate.controls import attributes, button, heading, text
from exifds.curate.facts import Facts, credit, facts, personal, source_page, web_address
from exifds.curate.grid import name
from exifds.curate.listing import Card
from exifds.curate.turns import Turns
from exifds.curate.verdicts import Verdict
from exifds.photo import Photo

__all__ = ["Detail"]


class Detail:
    """The detail view.

    Args:
        look: Gives a photo by its id; with True, opens its personal fields.
        turns: The queue of the page.
        on_move: Called with the number of photos to go on.
        on_judge: Called with a verdict for the photo.
    """

    def __init__(
        self,
        look: Callable[[str, bool], Photo | None],
        turns: Turns,
        on_move: Callable[[int], Coroutine[Any, Any, None]],
        on_judge: Callable[[Verdict], Coroutine[Any, Any, None]],
    ) -> None:
        self._look, self._on_unlock = look, turns.take(self._unlock)
        self._card: Card | None = None
        self._unlocked = False
        with ui.dialog() as self._dialog, ui.element("div").classes("detail") as card:
            attributes(card, aria_label="Photo", role="document")
            with ui.element("div").classes("stage"):
                self._image = ui.element("img")
                button("Previous photo (K)", lambda: on_move(-1), icon="chevron_left", classes="back")
                button("Next photo (J)", lambda: on_move(1), icon="chevron_right", classes="on")
            with ui.element("div").classes("side"):
                with ui.element("header"):
                    self._title = text("h2", "")
                    button("Close (Esc)", self._dialog.close, icon="close", classes="quiet")
                with ui.element("div").classes("verdicts"):
                    accept, reject = partial(on_judge, "accepted"), partial(on_judge, "rejected")
                    self._yes = button("Accept (A)", accept, icon="check", label="Accept", classes="yes")
                    self._no = button("Reject (R)", reject, icon="close", label="Reject", classes="no")
                self._facts: Element = ui.element("div").classes("facts")
        self._dialog.props("maximized transition-show=fade transition-hide=fade")
        attributes(self._dialog, aria_label="Photo")

    @property
    def is_open(self) -> bool:
        """Whether the view is on the screen."""
        return bool(self._dialog.value)

    async def show(self, card: Card) -> None:
        """Show a photo.

        Args:
            card: The photo as the grid knows it.
        """
        photo = await ask(self._look, card.id, self._unlocked)
        if photo is None and self._unlocked:
            self._unlocked = False  # the keyring did not open them
            photo = await ask(self._look, card.id, False)
        title = (photo.title if photo and self._unlocked else None) or name(card)
        self._title.set_text(title)
        attributes(self._image, src=card.source("view"), alt=title)
        self.tell(card)
        self._facts.clear()
        with self._facts:
            if photo is None:
                text("p", "This photo is gone.")
            else:
                self._describe(photo)
        self._dialog.open()

    def tell(self, card: Card) -> None:
        """Show the verdict of the photo as it is now."""
        self._card = card
        attributes(self._yes, aria_pressed="true" if card.verdict == "accepted" else "false")
        attributes(self._no, aria_pressed="true" if card.verdict == "rejected" else "false")

    def _describe(self, photo: Photo) -> None:
        text("p", credit(photo), "credit")
        with ui.element("p").classes("links"):
            _link("At the source", source_page(photo.id))
            _link("Licence", web_address(photo.license.url) if photo.license else None)
        for section, rows in facts(photo).items():
            _table(section, rows)
        if self._unlocked:
            _table("Personal", personal(photo) or [("", "Nothing personal is stored.")])
        label = "Lock personal fields" if self._unlocked else "Unlock personal fields"
        icon = "lock" if self._unlocked else "lock_open"
        button(label, self._on_unlock, icon=icon, label=label, classes="unlock")

    async def _unlock(self) -> None:
        self._unlocked = not self._unlocked
        if self._card is not None:
            await self.show(self._card)


def _table(section: str, rows: Facts) -> None:
    heading(section)
    with ui.element("dl"):
        for term, value in rows:
            text("dt", term)
            text("dd", value)


def _link(words: str, address: str | None) -> None:
    if address:
        attributes(ui.link(words, address, new_tab=True), rel="noopener noreferrer")
