"""Links: each way of belonging together against the plain definition, pair by pair."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from exifds.export import links
from exifds.export.fingerprint import fingerprint
from exifds.export.links import Bursts, Links, NearDuplicates, Shared
from exifds.sandbox.photographer import shoot

Linked = Callable[[int, int], bool]
"""Whether two photos are linked, by definition."""


@st.composite
def near_duplicates(draw: st.DrawFn) -> tuple[NearDuplicates, Linked, int]:
    """Fingerprints of few bits, so that many are near one another, some unknown and some even."""
    n = draw(st.integers(0, 60))
    bits = draw(st.lists(st.integers(0, 255), min_size=n, max_size=n))
    known = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    within = draw(st.sampled_from([None, 0, 1, 2]))
    words = np.array([[b & 15, (b >> 4) << 60] for b in bits], dtype=np.uint64).reshape(n, 2)

    def linked(a: int, b: int) -> bool:
        compared = within is not None and known[a] and known[b] and bits[a] and bits[b]
        return bool(compared) and (bits[a] ^ bits[b]).bit_count() <= (within or 0)

    return NearDuplicates(words, np.array(known, dtype=np.bool_), within), linked, n


@st.composite
def bursts(draw: st.DrawFn) -> tuple[Bursts, Linked, int]:
    """Photos of few owners within a minute, some without an owner or a date."""
    n = draw(st.integers(0, 60))
    owner = draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n))
    second = draw(st.lists(st.none() | st.integers(0, 60), min_size=n, max_size=n))
    seconds = draw(st.sampled_from([None, 0, 0.5, 2, 10]))
    taken = [np.datetime64("NaT") if s is None else np.datetime64(1_700_000_000 + s, "s") for s in second]

    def linked(a: int, b: int) -> bool:
        one, other = second[a], second[b]
        if one is None or other is None or seconds is None:
            return False
        return owner[a] == owner[b] >= 0 and abs(one - other) <= seconds

    columns = np.array(owner, dtype=np.int64), np.array(taken, dtype="datetime64[ms]")
    return Bursts(*columns, seconds), linked, n


@st.composite
def shared(draw: st.DrawFn) -> tuple[Shared, Linked, int]:
    """Few values, some unknown."""
    values = draw(st.lists(st.none() | st.sampled_from("abc"), max_size=60))
    return Shared(values), lambda a, b: values[a] is not None and values[a] == values[b], len(values)


@given(st.one_of(near_duplicates(), bursts(), shared()))
def test_the_earliest_linked_photo_is_found(case: tuple[Links, Linked, int]) -> None:
    """Of all earlier photos that are linked with a photo it is the first; without any, the photo itself."""
    link, linked, n = case
    assert link.earliest().tolist() == [min([b, *(a for a in range(b) if linked(a, b))]) for b in range(n)]


@given(st.one_of(near_duplicates(), bursts(), shared()), st.data())
def test_the_earliest_linked_photo_of_another_split_is_found(
    case: tuple[Links, Linked, int], data: st.DataObject
) -> None:
    """Links within a split, and those of photos that are left out, are not looked at."""
    link, linked, n = case
    split = data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n))

    def crosses(a: int, b: int) -> bool:
        return min(split[a], split[b]) >= 0 and split[a] != split[b] and linked(a, b)

    expected = [min([b, *(a for a in range(b) if crosses(a, b))]) for b in range(n)]
    assert link.earliest(np.array(split, dtype=np.int8)).tolist() == expected


@given(st.one_of(near_duplicates(), bursts()), st.data())
def test_of_two_photos_the_later_one_goes(
    case: tuple[NearDuplicates | Bursts, Linked, int], data: st.DataObject
) -> None:
    """In their order, each photo goes that is linked with an earlier one which stays in another split."""
    link, linked, n = case
    split = data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n))
    late: list[bool] = []
    for b in range(n):
        stays = [a for a in range(b) if split[a] >= 0 and not late[a]]
        late.append(split[b] >= 0 and any(split[a] != split[b] and linked(a, b) for a in stays))
    assert link.late(np.array(split, dtype=np.int8)).tolist() == late


def test_photos_are_compared_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """However the columns are cut into blocks, the same links are found."""
    random = np.random.default_rng(0)
    words = random.integers(1, 16, (300, 2), dtype=np.uint64)
    split = random.integers(-1, 3, 300).astype(np.int8)
    near = NearDuplicates(words, np.ones(300, dtype=np.bool_), 1)
    whole = near.earliest(), near.earliest(split), near.late(split)
    monkeypatch.setattr(links, "_ROWS", 7)
    monkeypatch.setattr(links, "_COLUMNS", 31)
    for expected, found in zip(whole, (near.earliest(), near.earliest(split), near.late(split)), strict=True):
        assert found.tolist() == expected.tolist()


def test_ten_thousand_equal_photos_are_linked_to_the_first() -> None:
    """Photos that are all alike cost no more than others: their pairs are never written down."""
    n = 10_000
    near = NearDuplicates(np.full((n, 2), 5, dtype=np.uint64), np.ones(n, dtype=np.bool_))
    moment = Bursts(np.zeros(n, dtype=np.int64), np.full(n, "2000-01-01", dtype="datetime64[ms]"), 10)
    split = (np.arange(n) % 3).astype(np.int8)
    for link in (near, moment):
        assert not link.earliest().any()
        assert link.late(split).tolist() == (split != 0).tolist()


def test_a_burst_ends_with_its_owner() -> None:
    """The last photo of one owner and the first of the next are no burst, whenever they were taken."""
    taken = np.array(
        ["1830-01-01T00:00:05", "2300-01-01T00:00:00", "1830-01-01T00:00:00"], dtype="datetime64[ms]"
    )
    assert Bursts(np.array([1, 0, 0]), taken, 10).earliest().tolist() == [0, 1, 2]


def bits(picture: Image.Image) -> NDArray[np.uint64]:
    """The fingerprint of a picture, (2,)."""
    return np.frombuffer(fingerprint(picture.convert("L")), dtype="<u8")


def test_copies_of_real_photos_are_found(shared_photos: Path) -> None:
    """Half as large, 2 % cropped: a copy is linked with its photo, and with none of the others."""
    pictures = [Image.open(path).convert("RGB") for path in sorted(shared_photos.glob("Canon*.jpg"))[:12]]
    copies = [
        picture.crop((picture.width // 100, 0, picture.width, picture.height)).reduce(2)
        for picture in pictures
    ]
    words = np.array([bits(picture) for picture in (*pictures, *copies)])
    found = NearDuplicates(words, np.ones(len(words), dtype=np.bool_)).earliest()
    assert found.tolist() == [*range(len(pictures)), *range(len(pictures))]


def test_rendered_photos_are_no_copies() -> None:
    """The photographer's pictures look much alike, and yet none is taken for another."""
    words = np.array([bits(Image.open(io.BytesIO(shot.data))) for shot in shoot(500)])
    assert NearDuplicates(words, np.ones(500, dtype=np.bool_)).earliest().tolist() == list(range(500))
