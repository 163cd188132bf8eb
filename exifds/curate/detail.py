"""Detail: one photo, large, with all that is known about it."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from exifds.curate.asking import ask
from exifds.curate.code import Code
from exifds.curate.controls import attributes, button, entry, heading, text
from exifds.curate.facts import Facts, credit, facts, personal, source_page, web_address
from exifds.curate.grid import name
from exifds.curate.listing import Card
from exifds.curate.turns import Turns
from exifds.curate.verdicts import Verdict
from exifds.photo import Photo

__all__ = ["Detail"]

_ENTERED: Final = "(event) => event.repeat || emit(event.target.value)"
"""Sends what an input holds, once: a key that is held is no other try."""


class Detail:
    """The detail view.

    Args:
        look: Gives a photo by its id; with True, opens its personal fields.
        code: What is asked before they are opened.
        turns: The queue of the page.
        on_move: Called with the number of photos to go on.
        on_judge: Called with a verdict for the photo.
    """

    def __init__(
        self,
        look: Callable[[str, bool], Photo | None],
        code: Code,
        turns: Turns,
        on_move: Callable[[int], Coroutine[Any, Any, None]],
        on_judge: Callable[[Verdict], Coroutine[Any, Any, None]],
    ) -> None:
        self._look, self._code, self._turn = look, code, turns.take
        self._card: Card | None = None
        self._unlocked = self._trusted = False
        self._typed = ""
        self._given: Element | None = None
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
                self._asked: Element = ui.element("div").classes("asked")
        self._dialog.props("maximized transition-show=fade transition-hide=fade")
        attributes(self._dialog, aria_label="Photo")

    @property
    def card(self) -> Card | None:
        """The photo, if the view is on the screen."""
        return self._card if self._dialog.value else None

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
        self._asked.clear()
        self._given = None
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
        text("p", credit(photo, unlocked=self._unlocked), "credit")
        with ui.element("p").classes("links"):
            _link("At the source", source_page(photo.id))
            _link("Licence", web_address(photo.license.url) if photo.license else None)
        for section, rows in facts(photo).items():
            _table(section, rows)
        if self._unlocked:
            _table("Personal", personal(photo) or [("", "Nothing personal is stored.")])
        label = "Lock personal fields" if self._unlocked else "Unlock personal fields"
        icon = "lock" if self._unlocked else "lock_open"
        button(label, self._turn(self._unlock), icon=icon, label=label, classes="unlock")

    async def _unlock(self) -> None:
        """Open personal fields or close them; who has not done so at this page has to know the code."""
        if not self._trusted:
            self._ask()
            return
        self._unlocked = not self._unlocked
        if self._card is not None:
            await self.show(self._card)

    def _ask(self) -> None:
        def note(event: GenericEventArguments) -> None:
            self._typed = str(event.args or "")

        async def enter(event: GenericEventArguments) -> None:
            note(event)
            await self._try()

        if self._given is None:  # else somebody may be typing there
            self._typed = ""
            with self._asked:
                self._given = entry(
                    "Code that the terminal shows", "password", note, autocomplete="one-time-code"
                )
                self._given.on("keydown.enter", self._turn(enter), js_handler=_ENTERED)
                button("Open personal fields", self._turn(self._try), label="Open", classes="strong")
        self._given.run_method("focus")

    async def _try(self) -> None:
        given, self._typed = self._typed.strip(), ""
        if self._trusted or not given:
            return
        self._trusted = self._code.opens(given)
        if self._trusted:
            await self._unlock()
        elif self._code.left:
            ui.notify(f"Not the code that the terminal shows; tries left: {self._code.left}", type="warning")
        else:
            ui.notify("No tries are left: stop the page and start it again for another code", type="negative")


def _table(section: str, rows: Facts) -> None:
    heading(section)
    with ui.element("dl"):
        for term, value in rows:
            text("dt", term)
            text("dd", value)


def _link(words: str, address: str | None) -> None:
    if address:
        attributes(ui.link(words, address, new_tab=True), rel="noopener noreferrer")
