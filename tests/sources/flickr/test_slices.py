"""Slices cover their search exactly, however Flickr lies about totals, and cutting them comes to an end."""

import json
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.sources import flickr
from exifds.sources.flickr.paging import next_page, pages
from exifds.sources.flickr.search_query import CAP
from exifds.sources.flickr.slices import FIRST_UPLOAD, FLOOR_S, TARGET, Slice, first_slices, split, too_many

NOW = 1_767_225_600  # 2026-01-01
ALL_LICENSES = range(17)
BOX = (116.0, 4.0, 127.0, 22.0)

Photo = tuple[int, int, float, float]
"""Second of upload, licence, longitude and latitude."""

degrees = st.floats(-80, 80).map(lambda value: round(value, 6))
boxes = st.tuples(degrees, degrees, st.floats(0.0001, 90), st.floats(0.0001, 9)).map(
    lambda drawn: (drawn[0], drawn[1], round(drawn[0] + drawn[2], 6), round(drawn[1] + drawn[3], 6))
)
licenses = st.lists(st.integers(0, 16), unique=True, max_size=17).map(sorted)
totals = st.one_of(st.integers(TARGET + 1, 30_000), st.integers(-5, 10**12))


@st.composite
def slices(draw: st.DrawFn) -> Slice:
    """Any slice of a crawl."""
    since = draw(st.integers(FIRST_UPLOAD, NOW))
    until = draw(
        st.one_of(st.just(since), st.integers(since, min(NOW, since + 2000)), st.integers(since, NOW))
    )
    ids = draw(st.none() | licenses.filter(bool).map(tuple))
    return Slice(since, until, ids, draw(st.none() | boxes))


def holds(piece: Slice, photo: Photo) -> bool:
    """Whether Flickr would give a photo for a slice."""
    second, license_id, longitude, latitude = photo
    west, south, east, north = piece.box or (-180, -90, 180, 90)
    return (
        piece.since <= second <= piece.until
        and (piece.license is None or license_id in piece.license)
        and west <= longitude <= east
        and south <= latitude <= north
    )


def size(piece: Slice, known: Sequence[int]) -> float:
    """A measure that every cut must make smaller."""
    west, south, east, north = piece.box or (0, 0, 1, 1)
    ids = len(known) if piece.license is None else len(piece.license)
    return (piece.until - piece.since + 1) * ids * (east - west) * (north - south)


@settings(max_examples=300)
@given(piece=slices(), total=totals, known=licenses, data=st.data())
def test_the_parts_of_a_slice_cover_it_exactly(
    piece: Slice, total: int, known: list[int], data: st.DataObject
) -> None:
    """Every photo of a slice is in one of its parts, and every photo of a part is in the slice."""
    parts = split(piece, total, known)
    ids = known if piece.license is None else piece.license
    west, south, east, north = piece.box or (-180, -90, 180, 90)
    if parts and ids:
        photo = (
            data.draw(st.integers(piece.since, piece.until)),
            data.draw(st.sampled_from(ids)),
            data.draw(st.floats(west, east)),
            data.draw(st.floats(south, north)),
        )
        assert holds(piece, photo)
        assert any(holds(part, photo) for part in parts)
    for part in parts:
        assert piece.since <= part.since <= part.until <= piece.until
        assert set(part.license or ()) <= set(ids)
        assert piece.license is None or part.license is not None
        assert (part.box is None) == (piece.box is None)
        if part.box:
            assert west <= part.box[0] < part.box[2] <= east
            assert south <= part.box[1] < part.box[3] <= north


@settings(max_examples=300)
@given(piece=slices(), total=totals, known=licenses)
def test_each_part_is_smaller_than_the_whole(piece: Slice, total: int, known: list[int]) -> None:
    """There are two parts or none, at most 64, no two the same, each smaller."""
    parts = split(piece, total, known)
    assert len(parts) != 1
    assert len(parts) <= 64
    assert len({part.key for part in parts}) == len(parts)
    assert all(size(part, known or [0]) < size(piece, known or [0]) for part in parts)
    assert parts == split(piece, total, known)


@given(piece=slices(), lie=st.integers(TARGET + 1, 10**12), known=licenses, choice=st.randoms())
def test_cutting_ends_whatever_total_is_reported(
    piece: Slice, lie: int, known: list[int], choice: random.Random
) -> None:
    """A server that always reports too many is left after few steps down."""
    for _depth in range(100):
        parts = split(piece, lie, known)
        if not parts:
            break
        piece = choice.choice(parts)
    else:
        pytest.fail("still cut after 100 steps")
    assert piece.until - piece.since <= 1


def test_all_cuts_of_ten_minutes_are_few() -> None:
    """In the worst case a stretch of 10 minutes ends as its seconds, for each licence and place."""
    waiting, leaves = [Slice(0, FLOOR_S, None, (0, 0, 0.002, 0.002))], 0
    while waiting:
        parts = split(waiting.pop(), 10**9, [0, 4])
        waiting += parts
        leaves += not parts
    assert leaves == FLOOR_S * 2 * 4


def test_ways_to_cut_have_an_order() -> None:
    """By date down to 10 minutes, then by licence, then by quadrant, then down to seconds."""
    hour, minute = Slice(0, 3600, None, BOX), Slice(0, 60, None, BOX)
    assert [(part.since, part.until) for part in split(hour, 5000, [0, 4])] == [
        (0, 1200),
        (1200, 2400),
        (2400, 3600),
    ]
    assert [(part.since, part.until) for part in split(hour, 10**9, [0, 4])][:2] == [(0, 600), (600, 1200)]
    assert [part.license for part in split(minute, 5000, [5, 0, 4, 4])] == [(0,), (4,), (5,)]
    assert [part.license for part in split(minute, 5000, ALL_LICENSES)] == [
        (0, 1, 2, 3, 4),
        (5, 6, 7, 8, 9, 10),
        (11, 12, 13, 14, 15, 16),
    ]
    licensed = Slice(0, 60, (4,), BOX)
    assert [part.box for part in split(licensed, 5000, ALL_LICENSES)] == [
        (116.0, 4.0, 121.5, 13.0),
        (116.0, 13.0, 121.5, 22.0),
        (121.5, 4.0, 127.0, 13.0),
        (121.5, 13.0, 127.0, 22.0),
    ]
    assert [(part.since, part.until) for part in split(Slice(0, 60, (4,)), 5000, ())] == [
        (0, 20),
        (20, 40),
        (40, 60),
    ]
    assert split(Slice(0, 1, (4,)), 5000, ALL_LICENSES) == []
    assert split(Slice(7, 7), 5000, ()) == []


def test_the_licences_of_a_slice_stay() -> None:
    """A slice that was cut by licence is not widened again by those of the search."""
    assert [part.license for part in split(Slice(0, 60, (4, 5)), 5000, ALL_LICENSES)] == [(4,), (5,)]
    assert {part.license for part in split(Slice(0, 3600, (4, 5)), 5000, ALL_LICENSES)} == {(4, 5)}


@dataclass
class FalseFlickr:
    """Answers searches over times of upload and licences as Flickr does, with totals that are off."""

    photos: list[tuple[int, int]]
    off: Callable[[int], int]
    calls: int = 0
    over: list[Slice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.photos.sort()

    def ask(self, piece: Slice, page: int) -> tuple[int, list[int]]:
        """The total and the photos (by number) of a page of 500."""
        self.calls += 1
        first = bisect_left(self.photos, (piece.since, -1))
        last = bisect_right(self.photos, (piece.until, 99))
        found = [n for n in range(first, last) if piece.license is None or self.photos[n][1] in piece.license]
        return self.off(len(found)), found[:CAP][(page - 1) * 500 : page * 500]

    def crawl(self, search: flickr.Search) -> set[int]:
        """All that the plan finds."""
        found: set[int] = set()
        waiting = first_slices(search, NOW)
        while waiting:
            piece = waiting.pop()
            total, rows = self.ask(piece, 1)
            parts = split(piece, total, ALL_LICENSES) if too_many(total) else []
            waiting += parts
            if too_many(total) and not parts:
                self.over.append(piece)
            page: int | None = 1
            while page and not parts:
                found.update(rows)
                page = page + 1 if page < pages(total, 500) else next_page(page, len(rows), total, 500)
                if page:
                    rows = self.ask(piece, page)[1]
        return found


def uneven(photos: int, burst: int, seed: int = 1) -> list[tuple[int, int]]:
    """Uploads over the years, more and more of them, and a minute with `burst`; most all rights reserved."""
    draw = random.Random(seed)
    times = [FIRST_UPLOAD + int((NOW - FIRST_UPLOAD) * draw.random() ** 0.4) for _ in range(photos - burst)]
    times += [1_600_000_000 + draw.randrange(60) for _ in range(burst)]
    return [(time, 0 if draw.random() < 0.9 else draw.randrange(17)) for time in times]


@pytest.mark.parametrize("error", [0, 0.1, -0.1], ids=["exact", "high", "low"])
@pytest.mark.parametrize("burst", [0, 3000, 12_000])
def test_a_search_with_20_000_matches_is_found_whole(burst: int, error: float) -> None:
    """Every photo is found, though totals are off by a tenth; 40 of the calls are pages of photos."""
    server = FalseFlickr(uneven(20_000, burst), lambda total: int(total * (1 + error)))
    assert len(server.crawl(flickr.search("monkey"))) == 20_000
    assert server.over == []
    assert server.calls <= 150


def test_a_second_with_too_many_is_told_and_does_not_stop_the_rest() -> None:
    """What cannot be cut gives its 4,000 photos at most; everything around it is found."""
    server = FalseFlickr(uneven(5000, 0) + [(1_500_000_000, 0)] * 9000, lambda total: total)
    found = server.crawl(flickr.search("monkey"))
    assert 8900 <= len(found) <= 9100
    assert {(piece.license, piece.until - piece.since) for piece in server.over} == {((0,), 1)}


def test_the_first_slices_are_all_of_the_search() -> None:
    """From Flickr's opening to the start of the crawl, as far as the search reaches, once for each box."""
    assert first_slices(flickr.search("x"), NOW) == [Slice(FIRST_UPLOAD, NOW)]
    assert first_slices(flickr.search("x", since="1999", until="2020"), NOW) == [
        Slice(FIRST_UPLOAD, 1609459199)
    ]
    assert first_slices(flickr.search("x", since="2020", until="2050"), NOW) == [Slice(1577836800, NOW)]
    assert first_slices(flickr.search("x", since="2050"), NOW) == []
    assert [piece.box for piece in first_slices(flickr.search(bbox="170 0 -170 9"), NOW)] == [
        (170.0, 0.0, 180.0, 9.0),
        (-180.0, 0.0, -170.0, 9.0),
    ]


@given(piece=slices())
def test_a_slice_survives_the_database(piece: Slice) -> None:
    """JSON and BSON know lists, not tuples."""
    again = Slice.from_dict(json.loads(json.dumps(piece.to_dict())))
    assert again == piece
    assert again.key == piece.key
    assert piece.key.isascii()


def test_slices_have_different_keys() -> None:
    """Each bound is in the key."""
    pieces = [
        Slice(0, 9),
        Slice(1, 9),
        Slice(0, 8),
        Slice(0, 9, ()),
        Slice(0, 9, (4,)),
        Slice(0, 9, None, BOX),
    ]
    assert len({piece.key for piece in pieces}) == len(pieces)
    assert (
        Slice(0, 9, (4, 5), BOX).key == "1970-01-01T00:00:00/1970-01-01T00:00:09 license 4,5 box 116,4,127,22"
    )


def test_neighbours_share_the_second_between_them() -> None:
    """Whichever end a server leaves out, no photo falls between two slices."""
    parts = split(Slice(FIRST_UPLOAD, NOW), 40_000, ())
    assert len(parts) == 20
    assert all(one.until == other.since for one, other in pairwise(parts))
