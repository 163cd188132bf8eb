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
"""The verdicts that photos had, by id, and the one that they got."""

_REMEMBERED = 100
"""Judgements that can be taken back."""


def judging(ids: Iterable[str], verdict: Verdict, at: datetime) -> list[Update]:
    """Updates that judge photos. Applied twice, they change nothing more.

    Args:
        ids: `_id`s of the photos.
        verdict: What they get; None takes away what they have.
        at: When.

    Returns:
        Pairs of filter and update.

    Example:
        >>> judging(["file:1"], None, datetime(2026, 1, 1))[0][0]
        {'_id': 'file:1', 'verdict': {'$ne': None}}
    """
    change: dict[str, Any] = {"$set": {"updated_at": at}}
    if verdict is None:
        change["$unset"] = {"verdict": ""}
    else:
        change["$set"]["verdict"] = verdict
    return [({"_id": photo, "verdict": {"$ne": verdict}}, change) for photo in ids]


def restoring(judgement: Judgement, at: datetime) -> list[Update]:
    """Updates that take a judgement back, except where somebody has judged otherwise since.

    Args:
        judgement: The judgement.
        at: When it is taken back.

    Returns:
        Pairs of filter and update.
    """
    before, given = judgement
    return [
        ({**query, "verdict": given}, change)
        for photo, verdict in before.items()
        if verdict != given
        for query, change in judging([photo], verdict, at)
    ]


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
        """Judge photos, journalled.

        Args:
            ids: `_id`s of the photos.
            verdict: What they get; None takes away what they have.

        Returns:
            The verdicts that changed, by id.
        """
        wanted = list(ids)
        before = {photo: had for photo, had in self.read(wanted).items() if had != verdict}
        if not before:
            return {}
        self._store.update(judging(before, verdict, datetime.now(UTC)))
        self._given = [*self._given, (before, verdict)][-_REMEMBERED:]
        return dict.fromkeys(before, verdict)

    def undo(self) -> dict[str, Verdict]:
        """Take the last judgement back. What others have judged otherwise since stays as it is.

        Returns:
            The verdicts of its photos as they are now, by id; empty if there is nothing to take back.
        """
        if not self._given:
            return {}
        judgement = self._given.pop()
        self._store.update(restoring(judgement, datetime.now(UTC)))
        return self.read(judgement[0])
