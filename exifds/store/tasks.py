"""Tasks: the pages of results that a crawl has to fetch, as plain dictionaries. No I/O: `work` does it.

A task is leased to whoever works on it, by the clock of the server, with a number that grows each time it
changes hands: who finds a higher number has lost it. A crawl with a limit is leased as a whole besides, so
that one process at a time counts photos: its turn.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from exifds.store.crawls import Change, hashed

__all__ = [
    "INDEX",
    "LEASE_S",
    "NEXT",
    "SWEEPS",
    "TASKS",
    "NewTask",
    "Task",
    "addition",
    "closing",
    "document",
    "giving_turn",
    "held",
    "holding",
    "keeping_turn",
    "leasing",
    "release",
    "renewal",
    "settling",
    "sweeps",
    "turn",
    "wants_sweep",
]

TASKS = "_exifds_tasks"

LEASE_S = 60
"""A task or turn that was not renewed for so many seconds is free again."""

NEXT = (("order", 1), ("sweep", 1), ("page", 1), ("_id", 1))
"""The order in which tasks are taken."""

INDEX = ("crawl", "state", *(name for name, _ in NEXT))

SWEEPS = 3
"""A slice is gone through so many times at most."""

_LEASE_MS = LEASE_S * 1000
_LEASE_END = {"$add": ["$$NOW", _LEASE_MS]}


@dataclass(frozen=True)
class NewTask:
    """A page of results to fetch. The same slice, page and sweep of a crawl is the same task.

    Args:
        slice: The part of the source.
        page: Its page.
        sweep: How often the slice was gone through before.
        order: Tasks with lower numbers are taken first; then by sweep and page.
    """

    slice: Mapping[str, Any]
    page: int = 1
    sweep: int = 0
    order: int = 0


@dataclass(frozen=True)
class Task:
    """A task in the hands of who took it; `fence` tells this taking from others of the same task."""

    id: str
    slice: Mapping[str, Any]
    page: int
    sweep: int
    fence: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read a task as MongoDB returned it."""
        return cls(row["_id"], row["slice"], row["page"], row["sweep"], row["lease"]["n"])


def document(crawl: str, task: NewTask) -> dict[str, Any]:
    """A task as it begins, with an `_id` that depends on nothing but crawl, slice, page and sweep.

    Example:
        >>> document("cameras/0123456789abcdef/1", NewTask({"since": 0, "until": 9}))["_id"]
        'cameras/0123456789abcdef/1/ee6c54e2e894b84820a3959e'
    """
    place = {"slice": dict(task.slice), "page": task.page, "sweep": task.sweep}
    own = {"_id": f"{crawl}/{hashed(place)[:24]}", "crawl": crawl, "key": hashed(task.slice)[:16]}
    return own | place | {"order": task.order, "state": "open", "lease": {"n": 0}}


def addition(tasks: Iterable[Mapping[str, Any]]) -> list[Change]:
    """Upserts that add tasks; those that are there already stay as they are."""
    return [
        ({"_id": task["_id"]}, {"$setOnInsert": {name: task[name] for name in task if name != "_id"}})
        for task in tasks
    ]


def turn(crawl: str, owner: str) -> Change:
    """What takes the turn of a limited crawl, or renews it. Its `turn.n` grows when the owner changes."""
    free = {"$or": [{"turn.owner": owner}, {"$expr": _free("turn")}]}
    same = {"$eq": ["$turn.owner", owner]}
    number = {"$cond": [same, "$turn.n", {"$add": [{"$ifNull": ["$turn.n", 0]}, 1]}]}
    query = {"_id": crawl, "state": "running", **free}
    return query, [{"$set": {"turn": {"owner": owner, "until": _LEASE_END, "n": number}}}]


def keeping_turn(crawl: str, owner: str) -> Change:
    """What renews the turn of a limited crawl, if it is still ours."""
    query = {"_id": crawl, "state": "running", "turn.owner": owner}
    return query, [{"$set": {"turn.until": _LEASE_END}}]


def giving_turn(crawl: str, owner: str) -> Change:
    """What gives the turn of a limited crawl to whoever asks next."""
    return {"_id": crawl, "turn.owner": owner}, {"$unset": {"turn.owner": "", "turn.until": ""}}


def leasing(crawl: str, owner: str, token: str, turn: int = 0) -> Change:
    """What leases the next task that is free.

    Args:
        crawl: Its crawl.
        owner: Who wants it.
        token: Marks this taking, so that it is found again when the answer was lost.
        turn: Number of the owner's turn in a limited crawl: leases of earlier turns count no more.

    Returns:
        What to do with the first task in the order of `NEXT`.
    """
    free = {"$or": [_free("lease"), {"$lt": ["$lease.turn", turn]}]}
    lease = {"owner": owner, "token": token, "turn": turn, "until": _LEASE_END}
    number = {"n": {"$add": ["$lease.n", 1]}}
    query = {"crawl": crawl, "state": "open", "$expr": free}
    return query, [{"$set": {"lease": lease | number}}]


def held(tasks: Collection[Task]) -> dict[str, Any]:
    """Filter of those of the tasks (one at least) that are still in the hands of who took them."""
    return {"$or": [{"_id": task.id, "lease.n": task.fence} for task in tasks], "state": "open"}


def holding(crawl: str, owner: str) -> dict[str, Any]:
    """Filter of the tasks that somebody has."""
    return {"crawl": crawl, "state": "open", "lease.owner": owner}


def renewal(tasks: Collection[Task]) -> Change:
    """What renews the leases of tasks."""
    return held(tasks), [{"$set": {"lease.until": _LEASE_END}}]


def release(leased: dict[str, Any]) -> Change:
    """What ends the leases of tasks (`held`, `holding`): they are free, and who had them has them no more."""
    ended = {"lease.owner": "", "lease.token": "", "lease.turn": "", "lease.until": ""}
    return leased, {"$unset": ended, "$inc": {"lease.n": 1}}


def closing(task: Task, results: Mapping[str, Any], then: Collection[Mapping[str, Any]]) -> Change:
    """What writes down the result of a task, if it is still in the hands of who took it.

    The tasks that follow from it are written into it, in the same step. It stays open until they were
    added (`addition`), which anybody can do; then it is done (`settling`). So the tasks that count are those
    of one holder, and a kill in between loses none.

    Args:
        task: The task.
        results: What the page held.
        then: The tasks that follow from it.

    Returns:
        A filter, which also finds the task when this was done before, and an update.
    """
    ending = {"then": list(then)} if then else {"state": "done"}
    return held([task]), {"$set": {**results, "closed": task.fence, **ending}}


def settling(task: str) -> Change:
    """What ends a task of which all that follow were added."""
    return {"_id": task, "closed": {"$exists": True}}, {"$set": {"state": "done"}, "$unset": {"then": ""}}


def sweeps(crawl: str) -> list[dict[str, Any]]:
    """The pipeline over tasks that adds up the last sweep of each slice, with the `_id` of its first task."""
    sums = {
        "first": {"$first": "$_id"},
        "open": {"$sum": {"$cond": [{"$eq": ["$state", "open"]}, 1, 0]}},
        **{name: {"$sum": f"${name}"} for name in ("new", "repeats")},
        "split": {"$max": "$split"},
    }
    fields = ("key", "sweep", "page", "state", "new", "repeats", "split")
    return [
        {"$match": {"crawl": crawl}},
        {"$project": dict.fromkeys(fields, 1)},
        {"$sort": {"sweep": 1, "page": 1}},
        {"$group": {"_id": {"key": "$key", "sweep": "$sweep"}, **sums}},
        {"$sort": {"_id.sweep": -1}},
        {"$group": {"_id": "$_id.key", "last": {"$first": "$$ROOT"}}},
        {"$replaceWith": {"$mergeObjects": ["$last", {"sweep": "$last._id.sweep"}]}},
    ]


def wants_sweep(last: Mapping[str, Any]) -> bool:
    """Whether a slice is to be gone through once more, since photos moved from page to page meanwhile.

    A row that comes twice is the sign that another one never came. So the first sweep is followed by another
    if it had repeats, and that one by another only if it brought something new.

    Args:
        last: Its last sweep, a row of `sweeps`.

    Returns:
        Whether.

    Example:
        >>> wants_sweep({"sweep": 0, "new": 490, "repeats": 10, "split": False})
        True
        >>> wants_sweep({"sweep": 1, "new": 0, "repeats": 500, "split": False})
        False
    """
    sign = last["new"] if last["sweep"] else last["repeats"]
    return not last["split"] and last["sweep"] + 1 < SWEEPS and sign > 0


def _free(lease: str) -> dict[str, Any]:
    """Nobody has it, or not any more. An end too far away was written before the clock was set back."""
    until = f"${lease}.until"
    ended = {"$lte": [until, "$$NOW"]}  # also where it is missing
    return {"$or": [ended, {"$gt": [until, {"$add": ["$$NOW", 2 * _LEASE_MS]}]}]}
