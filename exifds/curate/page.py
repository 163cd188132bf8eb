"""Page: puts the parts together and does what people ask for."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from functools import partial, wraps
from typing import Any, Final, ParamSpec

from nicegui import ui
from nicegui.events import KeyEventArguments

from exifds.curate import cube as cubes
from exifds.curate.choice import Choice, Tab
from exifds.curate.controls import button
from exifds.curate.desk import Desk
from exifds.curate.detail import Detail
from exifds.curate.fields import FilterFields, SelectionFields
from exifds.curate.frame import Frame, Pager
from exifds.curate.grid import Grid
from exifds.curate.listing import Listing
from exifds.curate.panel import Panel
from exifds.curate.sampling import PRECISION
from exifds.curate.session import Session
from exifds.curate.thresholds import proposal
from exifds.curate.verdicts import Verdict, Verdicts
from exifds.errors import ExifdsError
from exifds.store import criteria, selections
from exifds.store.criteria import Direction, Filters

__all__ = ["build"]

Given = ParamSpec("Given")

_EVERY_S: Final = 1.0
"""How often a page looks for the verdicts of others."""

_CONNECTS_WITHIN_S: Final = 60.0

_PATHS: Final = {"concept": "concepts", "country": "place.country_code", "camera": "camera.model"}


async def build(desk: Desk) -> None:
    """Build the page for one browser tab.

    Args:
        desk: The dataset.
    """
    ui.add_head_html('<link rel="stylesheet" href="/curate.css">')
    page = _Page(desk)
    await ui.context.client.connected(_CONNECTS_WITHIN_S)  # what follows may take long in a large dataset
    await page.begin()


class _Page:
    """One browser tab."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._choice, self._session = Choice(), Session()
        self._verdicts = Verdicts(desk.store)
        self._concepts: tuple[str, ...] = ()
        self._tab: Tab = "kept"
        self._listing, self._more = Listing({}), False
        self._unlocked = False
        self._counted = 0
        self._one = asyncio.Lock()
        turn = self._in_turn
        self._frame = Frame(desk.name, turn(self._show_tab))
        with self._frame.panel:
            settle, propose, judge_next = turn(self._settle), turn(self._propose), turn(self._judge_next)
            self._panel = Panel(self._choice, self._tell, settle, propose, judge_next)
            self._filters = FilterFields(turn(self._filter))
            self._saved = SelectionFields(turn(self._save), turn(self._load))
        with self._frame.main:
            self._grid = Grid(self._session, turn(self._open), self._mark, turn(self._judge_one))
            self._pager = Pager(turn(self._previous), turn(self._next))
        judge, undo = turn(self._judge), turn(self._undo)
        with self._frame.actions:
            button("Mark all (X marks one)", self._mark_all, icon="done_all", label="All", classes="quiet")
            button("Undo (U)", undo, icon="undo", label="Undo", classes="quiet")
            button("Reject (R)", partial(judge, "rejected"), icon="close", label="Reject", classes="no")
            button("Accept (A)", partial(judge, "accepted"), icon="check", label="Accept", classes="yes")
        self._detail = Detail(turn(self._move), judge, turn(self._unlock))
        ui.keyboard(turn(self._key), ignore=["input", "textarea", "select"])
        ui.timer(_EVERY_S, self._look_around)  # counts out of turn: nobody waits for it

    def _in_turn(
        self, does: Callable[Given, Coroutine[Any, Any, None]]
    ) -> Callable[Given, Coroutine[Any, Any, None]]:
        """One after the other, in the order people asked: who presses A twice judges two photos."""

        @wraps(does)
        async def wait_and_do(*args: Given.args, **kwargs: Given.kwargs) -> None:
            async with self._one:
                await does(*args, **kwargs)

        return wait_and_do

    async def begin(self) -> None:
        """Read what there is, and show the first photos."""
        store = self._desk.store
        scored = await _away(store.aggregate, cubes.scored()) or []
        self._concepts = tuple(row["value"] for row in scored)
        self._panel.build(self._concepts)
        for name, path in _PATHS.items():
            rows = await _away(store.aggregate, cubes.values(path)) or []
            self._filters.offer(name, [str(row["value"]) for row in rows])
        await self._offer_selections()
        await self._count()
        await self._settle()
        self._grid.focus()

    # ---- numbers ----

    async def _count(self) -> None:
        """Count the photos anew."""
        changes, filters = self._desk.changes.number, self._choice.filters
        cube = await _away(self._choice.read, self._desk.store, self._concepts)
        if cube is not None and self._choice.filters is filters:  # else another count is under way
            self._choice.cube, self._counted = cube, changes
            self._panel.count()
            self._tell()

    def _tell(self) -> None:
        self._panel.tell()
        self._frame.tell(self._choice.photos(), self._tab)

    async def _settle(self) -> None:
        """Show the photos of the thresholds as they are now."""
        if self._tab == "next":
            await self._draw()
            return
        there = self._choice.photos().get(self._tab, 1)  # to find that there is none, all would be read
        query = self._choice.query(self._tab) if there else criteria.NONE
        await self._turn(Listing(query))

    async def _draw(self) -> None:
        """Show photos that are worth judging, the most telling first."""
        before = self._choice.cube
        drawn = await _away(self._choice.draw, self._desk.store)
        if self._choice.cube is not before:
            self._panel.count()
            self._tell()
        if drawn is not None:
            await self._turn(Listing({"_id": {"$in": drawn[0]}}), *drawn)

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
        found = await _away(proposal, choice.cube, concept, PRECISION, choice.thresholds, side)
        if found is None:
            ui.notify(f"No threshold reaches {PRECISION:.0%} by the verdicts so far: judge some more photos")
            return
        right = f"{found.precision.value:.0%} right (at least {found.precision.low:.0%})"
        if not found.certain:
            ui.notify(f"{found.threshold.value:.2f} may be {right}: judge some more photos to be sure")
            return
        self._choice.put(concept, found.threshold.value, side)
        ui.notify(right)
        self._panel.tell(place=True)
        await self._show_tab(self._tab)

    async def _filter(self, filters: Filters) -> None:
        self._choice.filters = filters
        await self._count()
        await self._settle()

    async def _save(self, name: str) -> None:
        photos = self._choice.outcome().photos
        counts = {"kept": photos.kept, "dropped": photos.dropped, "unscored": photos.unscored}
        choice, desk = self._choice, self._desk

        def save() -> selections.Selection:
            return selections.save(
                desk.database, desk.name, name, choice.thresholds, choice.filters, counts=counts
            )

        saved = await _away(save)
        if saved is not None:
            ui.notify(f"Saved {saved.name}, version {saved.version}: {photos.kept:,} photos", type="positive")
            await self._offer_selections()

    async def _load(self, name: str, version: int) -> None:
        found = await _away(selections.get, self._desk.database, self._desk.name, name, version)
        if found is not None:
            self._choice.adopt(found.thresholds, found.filters)
            self._filters.show(found.filters)
            self._saved.name(found.name)
            await self._count()
            self._panel.tell(place=True)
            await self._settle()

    async def _offer_selections(self) -> None:
        self._saved.offer(await _away(selections.listed, self._desk.database, self._desk.name) or [])

    # ---- photos ----

    async def _turn(self, listing: Listing, order: Sequence[str] = (), more: bool = False) -> None:
        """Show a page of photos.

        Args:
            listing: Where it is.
            order: The ids of its photos in the order to show; none takes theirs.
            more: Whether others follow that are not in the listing.
        """
        read = await _away(listing.read, self._desk.store, self._desk.codec)
        if read is not None:
            cards, follows = read
            if order:
                cards.sort(key=lambda card: order.index(card.id))
            self._listing, self._more = listing, follows or more
            self._session.show(cards)
            self._refresh()

    def _refresh(self) -> None:
        self._grid.refresh()
        self._pager.tell(self._listing.offset, len(self._session.cards), more=self._more)
        self._frame.marked(len(self._session.marked))

    async def _previous(self) -> None:
        if self._listing.offset:
            await self._turn(self._listing.previous())

    async def _next(self) -> None:
        if self._tab == "next":
            await self._draw()
        elif self._more and self._session.cards:
            await self._turn(self._listing.next(self._session.cards[-1].id))

    def _mark(self, index: int, through: bool) -> None:
        if index < len(self._session.cards):
            self._session.mark(index, through=through)
            self._refresh()

    def _mark_all(self) -> None:
        self._session.mark_all()
        self._refresh()

    async def _move(self, step: int) -> None:
        before = self._session.current
        if self._session.move(step):
            self._grid.update(before)
            self._grid.update(self._session.current)
        elif step > 0 and self._more:
            await self._next()
        elif step < 0 and self._listing.offset:
            await self._previous()
            self._session.move(len(self._session.cards) - 1)
            self._grid.refresh()
        if self._detail.is_open:
            await self._show()
        else:
            self._grid.focus()

    async def _open(self, index: int) -> None:
        self._session.move(index - self._session.current)
        self._grid.refresh()
        await self._show()

    async def _show(self) -> None:
        card = self._session.card
        if card is None:
            return
        photo = await _away(self._desk.look, card.id, self._unlocked)
        if photo is None and self._unlocked:
            self._unlocked = False  # the keyring did not open them
            photo = await _away(self._desk.look, card.id, False)
        self._detail.show(card, photo, unlocked=self._unlocked)

    async def _unlock(self) -> None:
        self._unlocked = not self._unlocked
        await self._show()

    # ---- verdicts ----

    async def _judge_one(self, index: int, verdict: Verdict) -> None:
        if index < len(self._session.cards):
            self._session.move(index - self._session.current)
            if await self._give([self._session.cards[index].id], verdict):
                self._refresh()

    async def _judge(self, verdict: Verdict) -> None:
        """Judge the photos that are marked, or the current one and go on."""
        card = self._session.card
        if self._session.marked and not self._detail.is_open:
            if await self._give(self._session.targets(), verdict):
                self._session.marked.clear()
                self._refresh()
        elif card is not None and await self._give([card.id], verdict):
            await self._move(1)

    async def _give(self, ids: list[str], verdict: Verdict) -> bool:
        """Judge photos; whether the database took it."""
        given = await _away(self._verdicts.judge, ids, verdict)
        self._heed(given)
        return given is not None

    async def _undo(self) -> None:
        restored = await _away(self._verdicts.undo)
        if restored == {}:
            ui.notify("Nothing to undo")
        self._heed(restored)

    def _heed(self, verdicts: Mapping[str, Verdict] | None) -> None:
        """Take over verdicts that were given here; the numbers follow, at once where they can."""
        if not verdicts:
            return
        before, changes = list(self._session.cards), self._desk.changes
        self._take_over(verdicts)
        followed = self._choice.judge(before, verdicts) and self._counted == changes.number
        changes.tell()
        if followed:
            self._counted = changes.number
            self._tell()

    def _take_over(self, verdicts: Mapping[str, Verdict] | None) -> bool:
        changed = self._session.tell(verdicts or {})
        for index in changed:
            self._grid.update(index)
            if index == self._session.current:
                self._detail.tell(self._session.cards[index])
        return bool(changed)

    async def _look_around(self) -> None:
        """Show the verdicts of others, and count when there are new ones."""
        with suppress(ExifdsError):  # said where somebody asks for something
            async with self._one:  # else what was read before a verdict would undo it on the screen
                found = await asyncio.to_thread(self._verdicts.read, list(self._session.ids()))
                changed = self._take_over(found)
            if changed or self._counted != self._desk.changes.number:
                await self._count()

    async def _key(self, event: KeyEventArguments) -> None:
        held = event.modifiers
        if not event.action.keydown or held.ctrl or held.alt or held.meta or self._frame.is_covered:
            return
        key = event.key.name.lower()
        if key in {"j", "k"}:
            await self._move(1 if key == "j" else -1)
        elif key in {"a", "r"} and not event.action.repeat:
            await self._judge("accepted" if key == "a" else "rejected")
        elif key == "u" and not event.action.repeat:
            await self._undo()
        elif key == "x" and not self._detail.is_open:
            self._mark(self._session.current, held.shift)


async def _away(function: Callable[..., Any], *arguments: Any) -> Any:
    """Ask the database while the page goes on; None when it did not answer, which the page says."""
    try:
        return await asyncio.to_thread(function, *arguments)
    except ExifdsError as error:
        ui.notify(str(error), type="negative")
        return None
