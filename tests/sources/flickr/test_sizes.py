"""Where the image of a photo may be."""

import math
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.sources.flickr import parse
from exifds.sources.flickr.sizes import SIZES, Candidate, candidates
from tests.sources.flickr.answers import NOW, STATIC

BARE = {"id": "7", "secret": "ab", "server": "1"}
"""A photo of a list: id, secret and server, as the thesis keeps them."""

ORIGINAL = {"originalsecret": "cd", "originalformat": "png"}


def extras(pixels: Mapping[str, int]) -> dict[str, Any]:
    """The extras of some sizes, each of a longest edge, in a 4:3 upright photo."""
    return {
        f"{part}_{SIZES[key].extra}": value
        for key, edge in pixels.items()
        for part, value in (("url", f"{STATIC}/1/7_{key}.jpg"), ("width", edge * 3 // 4), ("height", edge))
    }


def found(row: Mapping[str, Any], wanted: str) -> list[str]:
    """The sizes of the candidates, best first."""
    return [offer.size for offer in candidates(parse.search_row(row, {}, NOW), wanted, STATIC)]


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("s", "7_ab_s.jpg"),
        ("medium", "7_ab.jpg"),
        ("z", "7_ab_z.jpg"),
        ("b", "7_ab_b.jpg"),
        ("o", "7_cd_o.png"),
    ],
)
def test_a_url_is_built_with_the_secret_of_its_size(wanted: str, name: str) -> None:
    """The sizes up to 1024 share one secret; the original has its own and its own format."""
    offers = candidates(parse.search_row(BARE | ORIGINAL, {}, NOW), wanted, STATIC + "/")
    assert offers[0] == Candidate(f"{STATIC}/1/{name}", wanted)


@pytest.mark.parametrize("wanted", ["h", "k", "3k", "4k", "f", "5k", "6k"])
def test_a_size_with_a_secret_of_its_own_is_never_built(wanted: str) -> None:
    """The largest smaller one stands in for it, then the smallest larger one."""
    assert found(BARE | ORIGINAL, wanted) == ["b", "o"]


def test_the_original_is_not_built_without_its_secret_and_format() -> None:
    """Owners can keep it to themselves."""
    for part in ({}, {"originalsecret": "cd"}, {"originalformat": "jpg"}):
        assert found(BARE | part, "o")[0] == "b"


def test_a_given_url_goes_before_a_built_one() -> None:
    """Flickr knows best where its files are, and how large."""
    photo = parse.search_row(BARE | extras({"b": 1024, "o": 3000}), {}, NOW)
    assert candidates(photo, "b", STATIC)[0] == Candidate(f"{STATIC}/1/7_b.jpg", "b", 768, 1024)


def test_the_wanted_size_comes_first_then_its_neighbours() -> None:
    """The largest smaller one, then the smallest larger one; more would be many requests for a gone photo."""
    row = BARE | extras({"m": 240, "medium": 500, "b": 1024, "k": 2048, "o": 3000})
    assert found(row, "medium") == ["medium", "w", "z"]
    assert found(row, "t") == ["t", "m"]
    assert found(row, "o") == ["o", "k"]


def test_a_size_that_cannot_be_there_is_not_built() -> None:
    """Flickr makes no size larger than the photo: of one of 700 pixels there is no "c" and no "b"."""
    row = BARE | extras({"m": 240, "medium": 500, "z": 640})
    assert found(row, "b") == ["z"]
    assert found(row | extras({"o": 700}), "b") == ["o"]


def test_a_size_that_must_be_there_is_built() -> None:
    """Where a larger one is given, a smaller one that Flickr did not tell of is there too."""
    assert found(BARE | extras({"m": 240, "k": 2048}), "b") == ["b", "c", "k"]


def test_squares_stand_in_for_no_other_size() -> None:
    """They show less than the photo."""
    assert not {"s", "q"} & {*found(BARE, "t"), *found(BARE | ORIGINAL, "o")}
    assert found(BARE, "q")[:2] == ["q", "t"]


def test_a_large_size_falls_back_to_the_largest_there_is() -> None:
    """Also for the original, whose size is not known where it is not offered."""
    row = BARE | extras({"b": 1024, "h": 1600, "k": 1982})
    assert found(row, "o") == ["k"]
    assert found(row | ORIGINAL, "o") == ["o", "k"]
    assert found(row, "3k") == ["k"]


def test_a_video_has_no_image() -> None:
    """What Flickr shows of it are stills."""
    assert found(BARE | ORIGINAL | extras({"b": 1024}) | {"media": "video"}, "b") == []


def test_a_photo_of_which_nothing_is_known_has_no_candidates() -> None:
    """An id alone makes no URL: getSizes must be asked."""
    assert found({"id": "7"}, "b") == found({"id": "7", "secret": "ab"}, "b") == []


@pytest.mark.parametrize("wanted", ["", "l", "sq", "large", "B"])
def test_another_name_is_no_size(wanted: str) -> None:
    """The error lists the names."""
    with pytest.raises(UsageError, match=r"expected a size of s, t, q, m, .*, 6k, o; got '"):
        found(BARE, wanted)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(SIZES)), st.integers(1, 20_000)), st.sampled_from(sorted(SIZES))
)
def test_candidates_are_ordered_for_any_sizes(pixels: dict[str, int], wanted: str) -> None:
    """At most three: the wanted one, and the nearest on either side of all that are offered."""
    row = BARE | ORIGINAL | extras(pixels)
    offers = candidates(parse.search_row(row, {}, NOW), wanted, STATIC)
    assert len({offer.size for offer in offers}) == len(offers) <= 3
    first = offers[0].size == wanted
    assert first or wanted not in {"o", *(key for key, edge in pixels.items() if edge > 1)}
    at = offers[0].edge if first else SIZES[wanted].edge
    edges = {key: float(edge) for key, edge in pixels.items() if edge > 1 and key != wanted}
    others = [edge for key, edge in edges.items() if key not in {"s", "q"}]
    sides = {offer.edge <= at: offer.edge for offer in offers[first:]}
    assert sides.get(True, 0) >= max((edge for edge in others if edge <= at), default=0)
    assert sides.get(False, math.inf) <= min((edge for edge in others if edge > at), default=math.inf)
