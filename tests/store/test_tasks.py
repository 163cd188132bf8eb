"""What tasks are sent as, apart from any server."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from exifds.store.tasks import LEASE_S, NewTask, Task, addition, closing, document, held, leasing, release

values = (
    st.none() | st.integers(0, 2**40) | st.sampled_from([-179.5, 0.25]) | st.text("$.ab\u00e9", max_size=5)
)
slices = st.dictionaries(
    st.sampled_from(["since", "until", "license", "box"]), values | st.lists(values, max_size=4)
)
tasks = st.builds(NewTask, slices, st.integers(1, 16), st.integers(0, 3), st.integers(0, 2**40))


@given(tasks, tasks)
def test_a_task_is_its_slice_page_and_sweep(one: NewTask, other: NewTask) -> None:
    """Two tasks have the same `_id` if and only if these are equal; the order of names does not count."""
    same = (one.slice, one.page, one.sweep) == (other.slice, other.page, other.sweep)
    assert (document("c", one)["_id"] == document("c", other)["_id"]) is same
    turned = NewTask(dict(reversed(list(one.slice.items()))), one.page, one.sweep, order=7)
    assert document("c", turned)["_id"] == document("c", one)["_id"]
    assert document("d", one)["_id"] != document("c", one)["_id"]


@given(tasks)
def test_adding_changes_nothing_that_is_there(task: NewTask) -> None:
    """A task is added by an upsert that sets its fields only when it makes it."""
    ((query, update),) = addition([document("c", task)])
    added = document("c", task)
    assert query == {"_id": added.pop("_id")}
    assert update == {"$setOnInsert": added}
    assert added["lease"] == {"n": 0}


def test_only_the_hand_that_took_it_closes_a_task() -> None:
    """The filter names the number of the taking, and what follows is written in the same step."""
    task = Task("c/1", {}, 1, 0, 7)
    for then in ([], [{"_id": "c/2"}]):
        query, update = closing(task, {"rows": 3}, then)
        assert query == {"$or": [{"_id": "c/1", "lease.n": 7}], "state": "open"} == held([task])
        ending: dict[str, Any] = {"then": then} if then else {"state": "done"}
        assert update == {"$set": {"rows": 3, "closed": 7, **ending}}


def test_what_is_given_back_cannot_be_used_any_more() -> None:
    """Giving back a task is a change of hands: its number grows."""
    _, update = release(held([Task("c/1", {}, 1, 0, 7)]))
    assert isinstance(update, dict)
    assert update["$inc"] == {"lease.n": 1}


def test_leases_go_by_the_clock_of_the_server() -> None:
    """No time of ours is sent: the end of a lease is the server's now and a minute."""
    query, update = leasing("c", "owner", "token")
    assert isinstance(update, list)
    assert update[0]["$set"]["lease"]["until"] == {"$add": ["$$NOW", LEASE_S * 1000]}
    assert "$$NOW" in str(query["$expr"])
