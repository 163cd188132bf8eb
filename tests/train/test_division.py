"""Division: what belongs together, shares, copies, and that later photos move none of the earlier ones."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.train.division import divide
from exifds.train.photos import OUT, TEST, TRAIN, VAL, Photos
from exifds.train.recipe import LEDERER2023, MODERN
from tests.train.samples import manifest, photos

SPLITS = (TRAIN, VAL, TEST)


def some(n: int, **columns: Any) -> Photos:
    """Photos without EXIF, of 200 owners; half of them of 400 cameras."""
    names = tuple(f"猿 {number % 800}" if number % 2 else "" for number in range(n))
    return photos([{}] * n, **{"make": names, "model": names, "group": np.arange(n) % 200} | columns)


def divided(kind: str, given: Photos, **more: Any) -> Photos:
    """The photos, divided so."""
    return divide(given, MODERN.with_switches({"split": kind, "dedup": False}), **more)


def shares(found: Photos) -> list[float]:
    """Of train, val and test."""
    return [len(found.where(split)) / len(found.ids) for split in SPLITS]


def first(found: Photos, n: int) -> Photos:
    """The first of them."""
    return some(n, labels=found.labels[:n], taken_at=found.taken_at[:n])


def test_the_splits_of_the_export_stay() -> None:
    """The default divides nothing anew."""
    given = some(60)
    assert divide(given, MODERN).split.tolist() == given.split.tolist()


@pytest.mark.parametrize("kind", ["owner", "camera"])
def test_later_photos_move_none(kind: str) -> None:
    """Of the same owners and cameras or of others."""
    many = some(3000)
    few = first(many, 1200)
    assert divided(kind, many).split[:1200].tolist() == divided(kind, few).split.tolist()


@pytest.mark.parametrize("kind", ["random", "camera", "time"])
def test_shares_are_70_20_10(kind: str) -> None:
    """Exactly, where single photos or moments are divided; nearly, where groups are."""
    taken = np.datetime64("2020-01-01", "s") + np.arange(4000)[::-1]
    found = shares(divided(kind, some(4000, taken_at=taken)))
    assert found == pytest.approx([0.7, 0.2, 0.1], abs=0.001 if kind != "camera" else 0.04)


def test_owners_are_divided_70_20_10() -> None:
    """Each owner as a whole."""
    found = divided("owner", some(4000, group=np.arange(4000) // 2))
    assert shares(found) == pytest.approx([0.7, 0.2, 0.1], abs=0.03)
    assert (found.split[::2] == found.split[1::2]).all()


@pytest.mark.parametrize("kind", ["random", "owner", "camera"])
def test_another_seed_divides_otherwise(kind: str) -> None:
    """And the same seed in the same way."""
    given = some(1000)
    assert divided(kind, given).split.tolist() == divided(kind, given, seed=131).split.tolist()
    assert divided(kind, given).split.tolist() != divided(kind, given, seed=7).split.tolist()


@pytest.mark.parametrize("kind", ["random", "owner", "camera", "time"])
def test_the_order_of_photos_does_not_matter(kind: str) -> None:
    """Nor what split they had."""
    taken = np.datetime64("2020-01-01", "s") + np.arange(600)
    given = some(600, taken_at=taken)
    order = np.random.default_rng(0).permutation(600)
    turned = photos(
        [{}] * 600,
        **{name: tuple(np.array(getattr(given, name))[order]) for name in ("ids", "make", "model")},
        **{name: getattr(given, name)[order] for name in ("group", "labels", "split", "taken_at")},
    )
    assert divided(kind, turned).split.tolist() == divided(kind, given).split[order].tolist()


def test_a_random_division_has_all_classes_alike() -> None:
    """Stratified as that of the thesis: a class has its shares, one of 10 photos, too."""
    labels = np.array([0] * 980 + [1] * 10 + [2] * 10)
    found = divided("random", some(1000, labels=labels))
    for label, sizes in ((0, (686, 196, 98)), (1, (7, 2, 1)), (2, (7, 2, 1))):
        counts = [int((found.labels[found.where(split)] == label).sum()) for split in SPLITS]
        assert counts == pytest.approx(sizes, abs=1)


def test_a_random_division_of_several_labels_keeps_their_combinations_alike() -> None:
    """Photos with both labels are divided by themselves; the rarest are not all in train."""
    both = np.arange(1000) % 10 == 0
    labels = np.stack([np.arange(1000) % 2 == 0, both], axis=1).astype(np.int64)
    found = divided("random", some(1000, labels=labels))
    counts = [int(found.labels[found.where(split), 1].sum()) for split in SPLITS]
    assert counts == pytest.approx([70, 20, 10], abs=1)
    rare = divided("random", some(600, labels=np.arange(600)))
    assert shares(rare) == pytest.approx([0.7, 0.2, 0.1], abs=0.05)


def test_later_photos_move_few_of_a_random_division() -> None:
    """Shares that are exact in each class cost that: about one in a hundred moves."""
    many = some(4000)
    before, after = divided("random", first(many, 2000)).split, divided("random", many).split[:2000]
    assert (before != after).mean() < 0.03


def test_photos_of_a_camera_stay_together() -> None:
    """Those whose camera is unknown are divided one by one."""
    found = divided("camera", some(3000))
    for name in set(found.make) - {""}:
        assert len({int(found.split[row]) for row, make in enumerate(found.make) if make == name}) == 1
    unknown = [int(found.split[row]) for row, make in enumerate(found.make) if not make]
    assert np.bincount(unknown).tolist() == pytest.approx([1050, 300, 150], abs=60)


def test_few_cameras_are_divided_so_that_no_split_is_empty() -> None:
    """With three of them, the next seeds are tried."""
    names = tuple("abc"[number % 3] for number in range(60))
    for seed in range(20):
        found = divided("camera", some(60, make=names, model=names, labels=np.arange(60) // 3 % 2), seed=seed)
        assert min(shares(found)) > 0.3


@pytest.mark.parametrize("names", ["a", "ab", "a" * 98 + "bc"])
def test_too_few_cameras_are_refused(names: str) -> None:
    """Two cannot fill three splits."""
    made = tuple((names * 100)[:100])
    with pytest.raises(UsageError, match="expected owners or cameras that can be divided 70/20/10"):
        divided("camera", some(100, make=made, model=made))


@pytest.mark.parametrize("group", ["camera", "place", "time", "none"])
def test_owners_must_be_known(group: str) -> None:
    """An export that is grouped otherwise does not tell them."""
    with pytest.raises(UsageError, match=f"an export that knows owners, got one grouped by {group}"):
        divided("owner", some(60, manifest=manifest(group=group)))


def test_time_goes_forward() -> None:
    """Train is before val, val before test; photos of one second stay together. Undated ones are out."""
    taken = np.datetime64("2020-01-01", "s") + np.random.default_rng(0).integers(0, 40, 400)
    taken[:25] = np.datetime64("NaT")
    found = divided("time", some(400, taken_at=taken))
    assert found.where(OUT).tolist() == list(range(25))
    last, first_val, last_val, first_test = (
        function(found.taken_at[found.where(split)])
        for split, function in ((TRAIN, np.max), (VAL, np.min), (VAL, np.max), (TEST, np.min))
    )
    assert last < first_val <= last_val < first_test


def test_photos_without_dates_cannot_be_divided_by_time() -> None:
    """None is left to learn from."""
    with pytest.raises(UsageError, match="train has no photos"):
        divided("time", some(60))


def test_copies_stay_in_the_earliest_split_only() -> None:
    """Train before val before test; copies inside one split stay, and those left out are no copies."""
    split = np.array([TEST, VAL, TRAIN, TRAIN, TEST, VAL, TEST, OUT, VAL, TRAIN, TEST, TEST])
    digest = np.array([1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 6], np.uint64)
    given = some(12, digest=digest).with_split(split)
    found = divide(given, MODERN).split
    assert found.tolist() == [OUT, OUT, TRAIN, TRAIN, OUT, VAL, TEST, OUT, VAL, TRAIN, TEST, TEST]
    kept = divide(given, MODERN.with_switches({"dedup": False}))
    assert kept.split.tolist() == split.tolist()


def test_the_thesis_leaves_copies_on_both_sides() -> None:
    """Its random split and no search for copies put some of them into train and test."""
    given = some(400, digest=(np.arange(400) // 2).astype(np.uint64))
    assert not (divide(given, LEDERER2023).split == OUT).any()
    mended = divide(given, LEDERER2023.with_switches({"dedup": True}))
    inside = [set(mended.digest[mended.where(split)].tolist()) for split in SPLITS]
    assert not inside[0] & inside[1] | inside[0] & inside[2] | inside[1] & inside[2]
    assert inside[0] | inside[1] | inside[2] == set(range(200))


@given(st.lists(st.tuples(st.sampled_from([TRAIN, VAL, TEST, OUT]), st.integers(0, 5)), min_size=1))
def test_no_copy_crosses(drawn: list[tuple[int, int]]) -> None:
    """Every image that is in some split stays in exactly one."""
    rows = [(TRAIN, 100), (TRAIN, 101), (TRAIN, 102), (VAL, 103), (TEST, 104), *drawn]
    split, digest = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], np.uint64)
    given = some(len(rows), digest=digest).with_split(split)
    found = divide(given, MODERN)
    for image in set(digest.tolist()):
        before, after = (set(each[digest == image].tolist()) - {OUT} for each in (split, found.split))
        assert after == ({min(before)} if before else set())


def test_a_division_that_leaves_nothing_to_test_is_refused() -> None:
    """All test photos are copies of training photos."""
    given = some(12, digest=np.zeros(12, np.uint64))
    with pytest.raises(UsageError, match="val has no photos"):
        divide(given, MODERN)
