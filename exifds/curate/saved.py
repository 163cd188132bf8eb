"""Saved: the selections, saved under a name and loaded again."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from nicegui import ui

from exifds.curate.asking import ask, said
from exifds.curate.choice import Choice
from exifds.curate.counts import Counts
from exifds.curate.desk import Desk
from exifds.curate.fields import SelectionFields
from exifds.curate.turns import Turns
from exifds.curate.wording import counted
from exifds.store import selections

__all__ = ["Saved"]


class Saved:
    """Saves a choice as a selection, and takes one over.

    Args:
        desk: The dataset.
        choice: What is tried out.
        counts: Its numbers.
        turns: The queue of the page.
        on_load: Called when the choice has become that of a selection.
    """

    def __init__(
        self,
        desk: Desk,
        choice: Choice,
        counts: Counts,
        turns: Turns,
        on_load: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._desk, self._choice, self._counts, self._on_load = desk, choice, counts, on_load
        self._fields = SelectionFields(turns.take(self._save), turns.take(self._load))

    async def offer(self) -> None:
        """Say which selections there are.

        Raises:
            DatabaseError: The database did not answer.
        """
        desk = self._desk
        self._fields.offer(await asyncio.to_thread(selections.listed, desk.database, desk.name))

    async def _save(self, name: str) -> None:
        await said(self._counts.count())  # photos may have come a moment ago
        choice, desk, photos = self._choice, self._desk, self._choice.outcome().photos
        counts = {"kept": photos.kept, "dropped": photos.dropped, "unscored": photos.unscored}
        saved = await ask(
            selections.save, desk.database, desk.name, name, choice.thresholds, choice.filters, counts=counts
        )
        if saved is not None:
            kept = counted(photos.kept, "photo")
            ui.notify(f"Saved {saved.name}, version {saved.version}: {kept}", type="positive")
            await said(self.offer())

    async def _load(self, name: str, version: int) -> None:
        found = await ask(selections.get, self._desk.database, self._desk.name, name, version)
        if found is not None:
            self._choice.adopt(found.thresholds, found.filters)
            self._fields.name(found.name)
            await self._on_load()
