"""Judge: the verdicts that are given at one page, and those of others that it hears of."""

import asyncio
from collections import Counter
from collections.abc import Mapping

from nicegui import ui

from exifds.curate.asking import ask
from exifds.curate.counts import Counts
from exifds.curate.session import Session
from exifds.curate.verdicts import Verdict, Verdicts
from exifds.curate.wording import counted
from exifds.errors import ExifdsError
from exifds.store.sync import Store

__all__ = ["Judge"]


class Judge:
    """Judges the photos of a session; the session and the counts take the verdicts over.

    Args:
        store: The dataset.
        session: The photos on the screen.
        counts: Their numbers.
    """

    def __init__(self, store: Store, session: Session, counts: Counts) -> None:
        self._verdicts = Verdicts(store)
        self.session, self._counts = session, counts

    async def give(self, ids: list[str], verdict: Verdict) -> list[int] | None:
        """Judge photos.

        Args:
            ids: Their ids.
            verdict: What they get.

        Returns:
            Indices of the photos that changed; None if the database did not take it.
        """
        given = await ask(self._verdicts.judge, ids, verdict)
        return None if given is None else self._taken_over(given)

    async def undo(self) -> list[int]:
        """Take the last verdict back.

        Returns:
            Indices of the photos that changed.
        """
        try:
            undone = await asyncio.to_thread(self._verdicts.undo)
        except ExifdsError as error:
            ui.notify(str(error), type="negative")
            return []
        ui.notify(_undone(*undone) if undone else "Nothing to undo")
        return self._taken_over(undone[0] if undone else {})

    async def hear(self) -> list[int]:
        """Read the verdicts that the photos have now, whoever gave them.

        Returns:
            Indices of the photos that changed.

        Raises:
            DatabaseError: The database did not answer.
        """
        return self.session.tell(await asyncio.to_thread(self._verdicts.read, list(self.session.ids())))

    def _taken_over(self, verdicts: Mapping[str, Verdict]) -> list[int]:
        """Take over verdicts that were given here."""
        before = list(self.session.cards)
        changed = self.session.tell(verdicts)
        if verdicts:
            self._counts.follow(before, verdicts)
        return changed


def _undone(now: Mapping[str, Verdict], given: Verdict) -> str:
    """What was taken back: of a photo that is not on the screen, nothing else shows it."""
    photos = Counter(now.values())
    has = ", ".join(f"{verdict or 'not judged'} ({counted(photos[verdict], 'photo')})" for verdict in photos)
    return f"Undone: {given or 'not judged'}, now {has or 'gone'}"
