"""Verdicts: what people say about photos, taken back as easily as given."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from exifds.store.queries import Update
from exifds.store.sync import Store

__all__ = ["Judgement", "Verdict", "Verdicts", "judging", "restoring"]

Verdict = Literal["accepted", "rejected"] | None
"""None: nobody has judged the photo."""

Judgement = tuple[Mapping[str, Verdict], Verdict]
"""The verdicts that photos had or have, by id, and the one that they were given."""

_REMEMBERED = 100
"""Judgements that can be taken back."""


def judging(before: Mapping[str, Verdict], verdict: Verdict, at: datetime) -> list[Update]:
    """Updates that judge photos, except those that somebody has judged otherwise since they were read.

    Applied twice, they change nothing more.

    Args:
        before: The verdicts that the photos have, by `_id`; those that have this one already stay.
        verdict: What they get; None takes away what they have.
        at: When.

    Returns:
        Pairs of filter and update.

    Example:
        >>> judging({"file:1": None}, "accepted", datetime(2026, 1, 1))[0][0]
        {'_id': 'file:1', 'verdict': None}
    """
    change: dict[str, Any] = {"$set": {"updated_at": at}}
    if verdict is None:
        change["$unset"] = {"verdict": ""}
    else:
        change["$set"]["verdict"] = verdict
    return [({"_id": photo, "verdict": had}, change) for photo, had in before.items() if had != verdict]


def restoring(judgement: Judgement, at: datetime) -> list[Update]:
    """Updates that take a judgement back, except where somebody has judged otherwise since.

    Args:
        judgement: The judgement.
        at: When it is taken back.

    Returns:
        Pairs of filter and update.
    """
    before, given = judgement
    return [update for photo, verdict in before.items() for update in judging({photo: given}, verdict, at)]


class Verdicts:
    """The verdicts that one person gives, and how to take them back.

    Args:
        store: The dataset.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._given: list[Judgement] = []

    def read(self, ids: Iterable[str]) -> dict[str, Verdict]:
        """The verdicts of photos as they are now, whoever gave them.

        Args:
            ids: `_id`s of the photos.

        Returns:
            Verdict by id, of those that are stored.
        """
        rows = self._store.read(list(ids), {"verdict": 1})
        return {row["_id"]: row.get("verdict") for row in rows}

    def judge(self, ids: Iterable[str], verdict: Verdict) -> dict[str, Verdict]:
        """Judge photos, journalled. Of two people who judge a photo at once, the first one is heard.

        Args:
            ids: `_id`s of the photos.
            verdict: What they get; None takes away what they have.

        Returns:
            The verdicts of the photos that had another, as they are now, by id.
        """
        before = {photo: had for photo, had in self.read(ids).items() if had != verdict}
        if not before:
            return {}
        self._store.update(judging(before, verdict, datetime.now(UTC)))
        after = self.read(before)
        ours = {photo: before[photo] for photo, has in after.items() if has == verdict}
        if ours:
            self._given = [*self._given, (ours, verdict)][-_REMEMBERED:]
        return after

    def undo(self) -> Judgement | None:
        """Take the last judgement back. What others have judged otherwise since stays as it is.

        Returns:
            The verdicts of its photos as they are now, by id, and the one that was taken back; None if there
            is nothing to take back.
        """
        if not self._given:
            return None
        before, given = self._given[-1]
        self._store.update(restoring((before, given), datetime.now(UTC)))
        self._given.pop()
        return self.read(before), given
