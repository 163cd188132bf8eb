"""Splits: properties that hold for any photos, and single rules by example."""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from exifds.errors import LeakError
from exifds.export import splits
from exifds.export.leaks import leaks
from exifds.export.splits import SPLITS, Photos, Splitting, assign, links

MOMENT = np.datetime64("2020-01-01T12:00:00", "ms")

Row = tuple[str | None, int, int, int, int | None, bool]
"""Group, file, picture, owner, second, class."""

rows: st.SearchStrategy[Row] = st.tuples(
    st.none() | st.sampled_from("abcdefgh"),
    st.integers(0, 60),
    st.integers(0, 255),
    st.integers(-1, 5),
    st.none() | st.integers(0, 900),
    st.booleans(),
)


def columns(photos: Iterable[Row]) -> Photos:
    """Photos of few groups, files, pictures and owners, so that much belongs together."""
    row = list(photos)
    taken = ["NaT" if second is None else MOMENT + 1000 * second for _, _, _, _, second, _ in row]
    return Photos(
        id=[f"file:{number}" for number in range(len(row))],
        group=[group for group, *_ in row],
        session=[None if second is None else f"{owner} {second // 300}" for _, _, _, owner, second, _ in row],
        sha256=[f"{file:064x}" for _, file, *_ in row],
        fingerprint=np.array([(picture, 0) for _, _, picture, *_ in row], dtype=np.uint64).reshape(-1, 2),
        known=np.ones(len(row), dtype=np.bool_),
        owner=np.array([owner for _, _, _, owner, *_ in row], dtype=np.int64),
        taken=np.array(taken, dtype="datetime64[ms]"),
        strata=np.array([cat for *_, cat in row], dtype=np.bool_).reshape(-1, 1),
    )


def first(photos: Photos, n: int) -> Photos:
    """The first n photos."""
    return Photos(**{field.name: getattr(photos, field.name)[:n] for field in dataclasses.fields(photos)})


splittings = st.builds(
    Splitting,
    group=st.sampled_from(["owner", "camera", "place", "none"]),
    shares=st.sampled_from([(0.7, 0.2, 0.1), (0.4, 0.3, 0.3), (0.5, 0.5, 0.0), (0.5, 0.0, 0.5)]),
    burst_seconds=st.sampled_from([None, 0, 10]),
    near_duplicate_bits=st.sampled_from([None, 0, 1]),
)
by_time = st.builds(
    Splitting,
    group=st.just("time"),
    cuts=st.tuples(st.integers(0, 900), st.integers(0, 900)).map(
        lambda cuts: tuple((MOMENT + 1000 * second).item() for second in sorted(cuts))
    ),
    near_duplicate_bits=st.just(1),
)


def plain(rows: list[Row], splitting: Splitting, a: int, b: int) -> bool:
    """Whether two photos belong together, by definition."""
    (group, file, picture, owner, second, _), (group_, file_, picture_, owner_, second_, _) = rows[a], rows[b]
    bits, seconds = splitting.near_duplicate_bits, splitting.burst_seconds
    grouped = splitting.group not in ("none", "time") and group is not None and group == group_
    alike = bits is not None and picture and picture_ and (picture ^ picture_).bit_count() <= bits
    dated = seconds is not None and owner == owner_ >= 0 and None not in (second, second_)
    burst = dated and abs((second or 0) - (second_ or 0)) <= (seconds or 0)
    return bool(grouped or file == file_ or alike or burst)


@given(st.lists(rows, max_size=40), splittings | by_time, st.integers(0, 50))
def test_nothing_that_belongs_together_crosses(photos: list[Row], splitting: Splitting, seed: int) -> None:
    """No two photos of a group, a file, a picture or a burst stand in two splits."""
    split = assign(columns(photos), splitting, seed).split
    for b in range(len(photos)):
        for a in range(b):
            if split[a] >= 0 and split[b] >= 0 and plain(photos, splitting, a, b):
                assert split[a] == split[b]


@given(st.lists(rows, max_size=40), splittings | by_time, st.integers(0, 50), st.data())
def test_more_photos_change_nothing(
    photos: list[Row], splitting: Splitting, seed: int, data: st.DataObject
) -> None:
    """The first n photos get the same splits, for the same reasons, whatever comes after them."""
    n = data.draw(st.integers(0, len(photos)))
    everything, before = columns(photos), columns(photos[:n])
    later, sooner = assign(everything, splitting, seed), assign(before, splitting, seed)
    assert later.split[:n].tolist() == sooner.split.tolist()
    assert later.reason[:n] == sooner.reason
    assert later.key[:n].tolist() == sooner.key.tolist()


@given(st.lists(rows, max_size=40), splittings, st.integers(0, 50))
def test_a_photo_is_left_out_for_a_reason(photos: list[Row], splitting: Splitting, seed: int) -> None:
    """It is a copy of a file, or linked with an earlier photo that stays elsewhere; others are exported."""
    made = assign(columns(photos), splitting, seed)
    files: set[int] = set()
    for b, (split, reason) in enumerate(zip(made.split, made.reason, strict=True)):
        file = photos[b][1]
        assert (split < 0) == (reason is not None)
        assert (reason == "duplicate") == (file in files)
        files.add(file)
    photo = made.split >= 0
    assert made.counts[:, 0].tolist() == [(made.split == number).sum() for number in range(3)]
    assert made.counts[:, 1].sum() == columns(photos).strata[photo].sum()


@given(st.lists(rows, max_size=40), splittings, st.integers(0, 50))
def test_allowed_leaks_are_reported_and_nothing_is_left_out(
    photos: list[Row], splitting: Splitting, seed: int
) -> None:
    """Every photo has a split then, and each one with an earlier companion in another split is named."""
    allowed = splitting.model_copy(update={"allow_leaks": True})
    made = assign(columns(photos), allowed, seed)
    assert not any(made.reason)
    crossing = {
        f"file:{b}"
        for b in range(len(photos))
        if any(made.split[a] != made.split[b] and plain(photos, splitting, a, b) for a in range(b))
    }
    assert {leak.b for leak in made.leaks} == crossing


def many(n: int, owners: int, **given: Any) -> Photos:
    """Photos that differ in everything but their owner."""
    random = np.random.default_rng(1)
    owner = random.integers(0, owners, n)
    return Photos(
        id=[f"file:{number}" for number in range(n)],
        group=[f"owner-{number}" for number in owner],
        session=[None] * n,
        sha256=[f"{number:064x}" for number in range(n)],
        fingerprint=random.integers(1, 2**63, (n, 2), dtype=np.uint64),
        known=np.ones(n, dtype=np.bool_),
        owner=owner,
        taken=MOMENT + 60_000 * np.arange(n),
        strata=random.random((n, 3)) < (0.5, 0.3, 0.02),
    )


def shares(split: NDArray[np.int8]) -> NDArray[np.float64]:
    """Shares of train, val and test among the photos that have a split."""
    reached: NDArray[np.float64] = np.bincount(split[split >= 0], minlength=len(SPLITS)) / (split >= 0).sum()
    return reached


def test_without_a_seed_the_shares_are_as_asked() -> None:
    """12 owners with about as many photos: every share within 1 % of what such groups allow, classes too."""
    photos = many(6000, 12)
    made = assign(photos, Splitting(shares=(0.5, 0.25, 0.25)))
    assert np.abs(shares(made.split) - (0.5, 0.25, 0.25)).max() < 0.01
    assert made.shares == pytest.approx(shares(made.split).tolist())
    by_class = made.counts[:, 1:] / made.counts[:, 1:].sum(axis=0)
    assert np.abs(by_class[:, :2].T - (0.5, 0.25, 0.25)).max() < 0.03
    assert (
        assign(photos, Splitting(shares=(0.5, 0.25, 0.25)), made.seed).split.tolist() == made.split.tolist()
    )


def test_a_recorded_seed_keeps_old_photos_where_they_are() -> None:
    """The seed is chosen once: 5,000 more photos move none of the first 2,000."""
    photos = many(7000, 300)
    before = assign(first(photos, 2000), Splitting())
    after = assign(photos, Splitting(), before.seed)
    assert after.split[:2000].tolist() == before.split.tolist()
    assert np.abs(shares(after.split) - (0.7, 0.2, 0.1)).max() < 0.05


def test_the_seed_that_a_user_names_comes_first() -> None:
    """It is taken instead of the recorded one."""
    photos = many(100, 50)
    assert assign(photos, Splitting(seed=7), 3).seed == 7
    assert assign(photos, Splitting(), 3).seed == 3


@given(st.lists(rows, max_size=40), splittings, st.integers(0, 50), st.data())
def test_other_photos_never_move_a_photo(
    photos: list[Row], splitting: Splitting, seed: int, data: st.DataObject
) -> None:
    """Whatever else is chosen, added or deleted: a photo that is exported stands where it always stood."""
    everything = columns(photos)
    some = np.array(data.draw(st.lists(st.booleans(), min_size=len(photos), max_size=len(photos))), bool)
    chosen: dict[str, Any] = {
        field.name: np.array(getattr(everything, field.name))[some]
        for field in dataclasses.fields(everything)
    }
    fewer = Photos(**chosen)
    all_of_them = assign(everything, splitting, seed).split[some]
    alone = assign(fewer, splitting, seed).split
    both = (all_of_them >= 0) & (alone >= 0)
    assert all_of_them[both].tolist() == alone[both].tolist()


def test_photos_of_unknown_groups_stay_with_their_session() -> None:
    """What one camera took within an hour is in one split, and is one group of the export."""
    photos = columns(
        [
            (None, 1, 1, 1, 10, False),
            (None, 2, 254, 1, 200, False),  # the same session
            (None, 3, 85, 2, 200, False),  # another owner
            (None, 4, 170, 1, None, False),  # of unknown time
        ]
    )
    for seed in range(20):
        made = assign(photos, Splitting(near_duplicate_bits=0), seed)
        assert made.key.tolist() == [0, 0, 2, 3]
        assert not any(made.reason)


def test_photos_of_one_moment_are_train() -> None:
    """Nothing comes after them that could be val or test."""
    photos = columns([(None, number, number + 1, -1, 5, False) for number in range(5)])
    made = assign(photos, Splitting(group="time", near_duplicate_bits=None))
    assert made.split.tolist() == [0] * 5


def test_a_dated_copy_counts_where_the_first_has_no_date() -> None:
    """By time, the undated photo is left out, not both."""
    photos = columns([(None, 1, 1, -1, None, False), (None, 1, 1, -1, 5, False)])
    assert assign(photos, Splitting(group="time")).reason == ["no_date", None]


def test_of_a_burst_that_two_groups_share_the_later_photo_goes() -> None:
    """An owner photographs with two cameras: the photos of one moment do not stand in two splits."""
    photos = columns([("camera-1", 0, 1, 0, 0, False), ("camera-2", 1, 254, 0, 3, False)])
    made = [assign(photos, Splitting(group="camera", shares=(0.5, 0, 0.5)), seed) for seed in range(20)]
    assert {(tuple(one.reason), bool(one.split[0] == one.split[1])) for one in made} == {
        ((None, None), True),
        ((None, "burst"), False),
    }
    assert all(one.split[0] >= 0 for one in made)


def test_time_splits_follow_one_another() -> None:
    """Train is before val, val before test; the dates are given back and make the same splits again."""
    photos = many(1000, 5)
    made = assign(photos, Splitting(group="time"))
    assert (shares(made.split) * 1000).tolist() == [700, 200, 100]
    assert made.seed is None
    again = assign(photos, Splitting(group="time", cuts=made.cuts))
    assert again.split.tolist() == made.split.tolist()
    for early, late in ((0, 1), (1, 2)):
        assert photos.taken[made.split == early].max() < photos.taken[made.split == late].min()


def test_time_needs_dates() -> None:
    """A photo without a date is left out; without any date there are no cuts."""
    undated = columns([(None, 0, 1, 0, None, True), (None, 1, 254, 0, None, True)])
    made = assign(undated, Splitting(group="time"))
    assert (made.reason, made.cuts) == (["no_date", "no_date"], None)
    cuts = datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2021-01-01")
    assert assign(undated, Splitting(group="time", cuts=cuts)).split.tolist() == [-1, -1]


def test_an_empty_share_begins_after_all_photos() -> None:
    """Shares of 0.8, 0.2 and 0 by time leave test empty."""
    made = assign(many(100, 5), Splitting(group="time", shares=(0.8, 0.2, 0)))
    assert made.counts[:, 0].tolist() == [80, 20, 0]


def test_no_photos_are_no_splits() -> None:
    """An empty dataset is split into nothing."""
    made = assign(columns([]), Splitting())
    assert (made.split.tolist(), made.shares, made.leaks) == ([], (0, 0, 0), [])


def test_a_fault_in_splitting_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check at the end does not trust what went before."""
    photos = many(100, 5)
    monkeypatch.setattr(splits, "_keys", lambda photos, _: photos.id)
    monkeypatch.setattr(splits, "_by_hash", lambda *_: (0, (np.arange(100) % 3).astype(np.int8)))
    with pytest.raises(LeakError, match=r"\d+ photos of a group that is in another split too"):
        assign(photos, Splitting())


def test_links_name_all_ways_to_belong_together() -> None:
    """Any assignment can be checked, also one that was not made here."""
    photos = columns([("a", 0, 1, 0, 0, False), ("a", 0, 1, 0, 0, False)])
    found = leaks(photos.id, np.array([0, 2], dtype=np.int8), links(photos, Splitting()))
    assert Counter(leak.kind for leak in found) == {"group": 1, "sha256": 1, "near_duplicate": 1, "burst": 1}
