"""Page: puts the parts together and does what people ask for."""

import asyncio
from typing import Final

from nicegui import ui
from nicegui.events import KeyEventArguments

from exifds.curate import aggregations
from exifds.curate.asking import ask, said
from exifds.curate.choice import Choice, Tab
from exifds.curate.code import Code
from exifds.curate.counts import Counts
from exifds.curate.desk import Desk
from exifds.curate.fields import FilterFields
from exifds.curate.frame import Frame
from exifds.curate.judge import Judge
from exifds.curate.listing import Listing
from exifds.curate.panel import Panel
from exifds.curate.saved import Saved
from exifds.curate.session import Session
from exifds.curate.shown import Shown
from exifds.curate.thresholds import proposal
from exifds.curate.turns import Turns
from exifds.errors import ExifdsError
from exifds.store import criteria
from exifds.store.criteria import Direction
from exifds.store.selection_filters import Filters

__all__ = ["build"]

_EVERY_S: Final = 1.0
"""How often a page looks for the verdicts of others."""

_PATHS: Final = {"concept": "concepts", "country": "place.country_code", "camera": "camera.model"}


def build(desk: Desk, code: Code) -> None:
    """Build the page for one browser tab. What it shows is read once it is there.

    Args:
        desk: The dataset.
        code: What opens personal fields.
    """
    ui.add_head_html('<link rel="stylesheet" href="/curate.css">')
    _Page(desk, code)


class _Page:
    """One browser tab."""

    def __init__(self, desk: Desk, code: Code) -> None:
        self._desk, self._choice = desk, Choice()
        self._tab: Tab = "kept"
        self._away = True
        turns = Turns()
        turn = turns.take
        self._counts = Counts(desk, self._choice, self._counted, self._tell)
        self._frame = Frame(desk.name, turn(self._show_tab))
        with self._frame.panel:
            settle, propose = turn(self._settle), turn(self._propose)
            on = {"on_next": turn(self._judge_next), "on_want": turn(self._want)}
            self._panel = Panel(self._choice, self._tell, settle, propose, **on)
            self._filters = FilterFields(turn(self._filter))
            self._saved = Saved(desk, self._choice, self._counts, turns, self._loaded)
        judge = Judge(desk.store, Session(), self._counts)
        self._shown = Shown(desk, self._frame, judge, turns, self._next, code=code)
        self._hear = turn(self._shown.hear)  # else what was read before a verdict would undo it on the screen
        self._settle_in_turn = settle
        ui.keyboard(self._key, ignore=["input", "textarea", "select"])
        ui.timer(_EVERY_S, self._look_around)  # counts out of turn: nobody waits for it

    async def _look_around(self) -> None:
        """Show what there is, and what came: verdicts of others, new photos and scores."""
        try:
            await (self._begin() if self._away else self._go_on())
        except ExifdsError as error:
            self._away = True
            self._frame.notice(f"{error}. The page tries again by itself.")

    async def _begin(self) -> None:
        """Read what there is: when the page opens, and when the database is back."""
        await self._counts.look(now=True)
        for name, path in _PATHS.items():
            rows = await asyncio.to_thread(self._desk.store.aggregate, aggregations.values(path))
            self._filters.offer(name, [str(row["value"]) for row in rows])
        await self._saved.offer()
        await self._counts.count()
        self._away = False
        self._frame.notice()
        if not self._shown.is_read:
            await self._settle_in_turn()
            self._shown.focus()

    async def _go_on(self) -> None:
        await self._counts.look()
        if await self._hear() or not self._counts.is_current:
            await self._counts.count()
            if not self._shown.has_photos:
                await self._settle_in_turn()

    # ---- numbers ----

    def _counted(self) -> None:
        self._panel.count()
        self._tell()

    def _tell(self) -> None:
        self._panel.tell()
        self._frame.tell(self._choice.photos(), self._tab)

    # ---- which photos are shown ----

    async def _settle(self) -> None:
        """Show the photos of the thresholds as they are now."""
        if self._tab == "next":
            await self._draw()
            return
        there = self._choice.photos().get(self._tab, 1)  # to find that there is none, all would be read
        query = self._choice.query(self._tab) if there else criteria.NONE
        await self._shown.turn(Listing(query))

    async def _draw(self) -> None:
        """Show photos that are worth judging, the most telling first."""
        before = self._choice.cube
        drawn = await ask(self._choice.draw, self._desk.store)
        if self._choice.cube is not before:
            self._counted()
        if drawn is not None:
            await self._shown.turn(Listing({"_id": {"$in": drawn[0]}}), *drawn)

    async def _next(self) -> None:
        await (self._draw() if self._tab == "next" else self._shown.next())

    async def _show_tab(self, tab: Tab) -> None:
        self._tab = tab
        self._tell()
        await self._settle()

    async def _judge_next(self) -> None:
        self._frame.close_panel()
        await self._show_tab("next")

    async def _propose(self, concept: str) -> None:
        at = self._choice.thresholds.get(concept)
        side = at.direction if at else Direction.KEEP_ABOVE
        choice = self._choice
        found = await ask(proposal, choice.cube, concept, choice.precision, choice.thresholds, side)
        if found is None:
            wanted = f"{100 * choice.precision:g}%"
            ui.notify(f"No threshold reaches {wanted} by the verdicts so far: judge some more photos")
            return
        right = f"{found.precision.value:.0%} right (at least {found.precision.low:.0%})"
        if not found.certain:
            ui.notify(f"{found.threshold.value:.2f} may be {right}: judge some more photos to be sure")
            return
        self._choice.put(concept, found.threshold.value, side)
        ui.notify(right)
        self._panel.tell(place=True)
        await self._show_tab(self._tab)

    async def _want(self) -> None:
        if self._tab == "next":
            await self._draw()

    async def _filter(self, filters: Filters) -> None:
        self._choice.filters = filters
        await said(self._counts.count())
        await self._settle()

    async def _loaded(self) -> None:
        self._filters.show(self._choice.filters)
        await said(self._counts.count())
        self._panel.tell(place=True)
        await self._settle()

    # ---- keys ----

    async def _key(self, event: KeyEventArguments) -> None:
        held = event.modifiers
        if not event.action.keydown or held.ctrl or held.alt or held.meta or self._frame.is_covered:
            return
        key = event.key.name.lower()
        if key in {"j", "k"}:
            await self._shown.move(1 if key == "j" else -1)
        elif key in {"a", "r"} and not event.action.repeat:
            await self._shown.judge("accepted" if key == "a" else "rejected")
        elif key == "u" and not event.action.repeat:
            await self._shown.undo()
        elif key == "x":
            self._shown.mark(through=held.shift)
