"""Shown: the photos that are shown, page by page or one of them large, and what is done with them."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any, Final

from nicegui import ui

from exifds.curate.asking import ask
from exifds.curate.code import Code
from exifds.curate.controls import button
from exifds.curate.desk import Desk
from exifds.curate.detail import Detail
from exifds.curate.frame import Frame, Pager
from exifds.curate.grid import Grid
from exifds.curate.judge import Judge
from exifds.curate.listing import Listing
from exifds.curate.turns import Turns
from exifds.curate.verdicts import Verdict

__all__ = ["Shown"]

_LOOKS_S: Final = 0.5
"""How often it is looked whether verdicts are stored."""


class Shown:
    """The photos that are shown.

    Args:
        desk: The dataset.
        frame: Where they stand.
        judge: Judges those of its session.
        turns: The queue of the page.
        on_next: Called when the photos after these are wanted.
        code: What opens personal fields.

    Attributes:
        is_read: Whether they are those that were asked for: if not, the database did not answer.
        undo: Takes the last verdict back.
    """

    def __init__(
        self,
        desk: Desk,
        frame: Frame,
        judge: Judge,
        turns: Turns,
        on_next: Callable[[], Coroutine[Any, Any, None]],
        *,
        code: Code,
    ) -> None:
        self._desk, self._frame, self._judge = desk, frame, judge
        self._session, self._on_next = judge.session, on_next
        self._listing, self._more = Listing({}), False
        self.is_read = False
        turn = turns.take
        self._go, self._give, self.undo = turn(self._move), turn(self._store), turn(self._undo)
        with frame.main:
            self._grid = Grid(self._session, turn(self._open), self._mark, self._judge_one)
            self._pager = Pager(turn(self._previous), turn(on_next))
        no, yes = partial(self.judge, "rejected"), partial(self.judge, "accepted")
        with frame.actions:
            button("Mark all (X marks one)", self._mark_all, icon="done_all", label="All", classes="quiet")
            button("Undo (U)", self.undo, icon="undo", label="Undo", classes="quiet")
            button("Reject (R)", no, icon="close", label="Reject", classes="no")
            button("Accept (A)", yes, icon="check", label="Accept", classes="yes")
        self._detail = Detail(desk.look, code, turns, self.move, self.judge)
        ui.timer(_LOOKS_S, self._say_if_late)

    @property
    def has_photos(self) -> bool:
        """Whether there are any on the screen."""
        return bool(self._session.cards)

    # ---- pages ----

    async def turn(self, listing: Listing, order: Sequence[str] = (), more: bool = False) -> None:
        """Show a page of photos.

        Args:
            listing: Where it is.
            order: The ids of its photos in the order to show; none takes theirs.
            more: Whether others follow that are not in the listing.
        """
        read = await ask(listing.read, self._desk.store, self._desk.codec)
        self.is_read = read is not None
        if read is not None:
            cards, follows = read
            if order:
                cards.sort(key=lambda card: order.index(card.id))
            self._listing, self._more = listing, follows or more
            self._session.show(cards)
            self._refresh()

    async def next(self) -> None:
        """Show the page after this one, if there is one."""
        if self._more and self._session.cards:
            await self.turn(self._listing.next(self._session.cards[-1].id))

    async def _previous(self) -> None:
        if self._listing.offset:
            await self.turn(self._listing.previous())

    def _refresh(self) -> None:
        self._grid.refresh()
        self._pager.tell(self._listing.offset, len(self._session.cards), more=self._more)
        self._frame.marked(len(self._session.marked))

    # ---- the current photo, and the marked ones ----

    def focus(self) -> None:
        """Give the current photo the keyboard."""
        self._grid.focus()

    async def move(self, step: int) -> None:
        """Go to another photo: at once if it is on the screen, else when its turn comes.

        Args:
            step: 1 or -1.
        """
        if self._detail.card is None and self._step(step):
            self._grid.focus()
        else:
            await self._go(step)

    def _step(self, step: int) -> bool:
        """Go to another photo of the page; whether there is one."""
        before = self._session.current
        if not self._session.move(step):
            return False
        self._grid.update(before)
        self._grid.update(self._session.current)
        return True

    async def _move(self, step: int) -> None:
        """Go to another photo, also of another page."""
        if self._step(step):
            pass
        elif step > 0 and self._more:
            await self._on_next()
        elif step < 0 and self._listing.offset:
            await self._previous()
            self._session.move(len(self._session.cards) - 1)
            self._grid.refresh()
        if self._detail.card is not None:
            await self._look()
        else:
            self._grid.focus()

    async def _open(self, index: int) -> None:
        self._session.move(index - self._session.current)
        self._grid.refresh()
        await self._look()

    async def _look(self) -> None:
        card = self._session.card
        if card is not None:
            await self._detail.show(card)

    def mark(self, *, through: bool) -> None:
        """Mark the current photo, unless it is shown large.

        Args:
            through: Mark all from the one that was marked last to this one.
        """
        if self._detail.card is None:
            self._mark(self._session.current, through)

    def _mark(self, index: int, through: bool) -> None:
        if index < len(self._session.cards):
            self._session.mark(index, through=through)
            self._refresh()

    def _mark_all(self) -> None:
        self._session.mark_all()
        self._refresh()

    # ---- verdicts ----

    async def judge(self, verdict: Verdict) -> None:
        """Judge what is on the screen now: the marked photos, or the current one and go on.

        Those whose verdict is not stored yet stay as they are. In the grid the next photo is current at once.

        Args:
            verdict: What they get.
        """
        large, session = self._detail.card, self._session
        ids = session.waiting.begin([large.id] if large else session.targets())
        on = large is not None or not session.marked
        if ids and on and large is None and self._step(1):
            self._grid.focus()
            on = False
        await self._begin(ids, verdict, on=on)

    async def _judge_one(self, index: int, verdict: Verdict) -> None:
        if index < len(self._session.cards):
            self._step(index - self._session.current)
            await self._begin(self._session.waiting.begin([self._session.cards[index].id]), verdict, on=False)

    async def _begin(self, ids: list[str], verdict: Verdict, *, on: bool) -> None:
        """Show that photos wait, and judge them when their turn comes."""
        self._grid.refresh()
        if ids:
            await self._give(ids, verdict, on=on)

    async def _store(self, ids: list[str], verdict: Verdict, *, on: bool) -> None:
        """Judge photos, and go on if that is wanted."""
        try:
            changed = await self._judge.give(ids, verdict)
            if changed is not None:
                self._session.marked -= {*ids}
                self._update(changed)
                if on:
                    await self._move(1)
        finally:
            self._session.waiting.end(ids)
            self._refresh()

    def _say_if_late(self) -> None:
        if self._session.waiting.is_news():
            ui.notify("The database has not answered yet. Verdicts with an hourglass are not stored.")

    async def _undo(self) -> None:
        self._update(await self._judge.undo())

    async def hear(self) -> bool:
        """Show the verdicts of others.

        Returns:
            Whether there are new ones.

        Raises:
            DatabaseError: The database did not answer.
        """
        changed = await self._judge.hear()
        self._update(changed)
        return bool(changed)

    def _update(self, changed: Iterable[int]) -> None:
        """Show photos of this page as they are now."""
        large = self._detail.card
        for index in changed:
            self._grid.update(index)
            if large is not None and self._session.cards[index].id == large.id:
                self._detail.tell(self._session.cards[index])
