"""Shown: the photos that are shown, page by page or one of them large, and what is done with them."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from typing import Any

from exifds.curate.asking import ask
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


class Shown:
    """The photos that are shown.

    Args:
        desk: The dataset.
        frame: Where they stand.
        judge: Judges those of its session.
        turns: The queue of the page.
        on_next: Called when the photos after these are wanted.
    """

    def __init__(
        self,
        desk: Desk,
        frame: Frame,
        judge: Judge,
        turns: Turns,
        on_next: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._desk, self._frame, self._judge = desk, frame, judge
        self._session, self._on_next = judge.session, on_next
        self._listing, self._more = Listing({}), False
        turn = turns.take
        with frame.main:
            self._grid = Grid(self._session, turn(self._open), self._mark, turn(self._judge_one))
            self._pager = Pager(turn(self._previous), turn(on_next))
        give, undo = turn(self.judge), turn(self.undo)
        with frame.actions:
            button("Mark all (X marks one)", self._mark_all, icon="done_all", label="All", classes="quiet")
            button("Undo (U)", undo, icon="undo", label="Undo", classes="quiet")
            button("Reject (R)", partial(give, "rejected"), icon="close", label="Reject", classes="no")
            button("Accept (A)", partial(give, "accepted"), icon="check", label="Accept", classes="yes")
        self._detail = Detail(desk.look, turns, turn(self.move), give)

    # ---- pages ----

    async def turn(self, listing: Listing, order: Sequence[str] = (), more: bool = False) -> None:
        """Show a page of photos.

        Args:
            listing: Where it is.
            order: The ids of its photos in the order to show; none takes theirs.
            more: Whether others follow that are not in the listing.
        """
        read = await ask(listing.read, self._desk.store, self._desk.codec)
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
        """Go to another photo, also of another page.

        Args:
            step: 1 or -1.
        """
        before = self._session.current
        if self._session.move(step):
            self._grid.update(before)
            self._grid.update(self._session.current)
        elif step > 0 and self._more:
            await self._on_next()
        elif step < 0 and self._listing.offset:
            await self._previous()
            self._session.move(len(self._session.cards) - 1)
            self._grid.refresh()
        if self._detail.is_open:
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
        if not self._detail.is_open:
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
        """Judge the photos that are marked, or the current one and go on.

        Args:
            verdict: What they get.
        """
        card = self._session.card
        if self._session.marked and not self._detail.is_open:
            if await self._give(self._session.targets(), verdict):
                self._session.marked.clear()
                self._refresh()
        elif card is not None and await self._give([card.id], verdict):
            await self.move(1)

    async def _judge_one(self, index: int, verdict: Verdict) -> None:
        if index < len(self._session.cards):
            self._session.move(index - self._session.current)
            if await self._give([self._session.cards[index].id], verdict):
                self._refresh()

    async def _give(self, ids: list[str], verdict: Verdict) -> bool:
        """Judge photos; whether the database took it."""
        changed = await self._judge.give(ids, verdict)
        self._update(changed or ())
        return changed is not None

    async def undo(self) -> None:
        """Take the last verdict back."""
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
        for index in changed:
            self._grid.update(index)
            if index == self._session.current:
                self._detail.tell(self._session.cards[index])
