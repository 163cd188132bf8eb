"""Atlas: the cities and time zones of the world, and what they say together about points.

The rules, and why they are these, stand in `exifds.enrich.place`, which imports this on first use.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain, repeat
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from reverse_geocode import GeocodeData
from scipy.spatial import cKDTree
from tzfpy import get_tz

__all__ = ["find"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EARTH_KM: Final = 6371.0088
"""Mean radius of the Earth (IUGG)."""

# Zones whose polygon covers (parts of) more countries than zone.tab names.
_SHARED: Final = {
    "Africa/El_Aaiun": ("EH", "MA"),
    "Africa/Juba": ("SS", "SD"),  # Abyei
    "Asia/Bangkok": ("TH", "VN"),  # northern Vietnam
    "Asia/Hebron": ("PS", "IL"),
    "Asia/Jerusalem": ("IL", "PS", "SY"),
    "Europe/Belgrade": ("RS", "XK"),
    "Europe/Oslo": ("NO", "SJ"),  # Jan Mayen
    "Europe/Simferopol": ("UA", "RU"),
}
# The countries that may be certain in a zone with disputed parts: nobody disputes that Tel Aviv is in Israel.
_UNDISPUTED: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    _SHARED["Africa/El_Aaiun"]: (),
    _SHARED["Africa/Juba"]: ("SS",),
    _SHARED["Asia/Hebron"]: ("PS",),
    _SHARED["Asia/Jerusalem"]: ("IL",),
    _SHARED["Europe/Simferopol"]: (),
}

_CONTRADICTED_KM: Final = 1.0
_AT_SEA_KM: Final = 50.0
_CLEAR: Final = 2.0


def find(points: Sequence[tuple[float, float]]) -> list[dict[str, Any] | None]:
    """What `exifds.enrich.place.find` gives.

    Args:
        points: (longitude, latitude) in degrees.

    Returns:
        A place for each point, or None.

    Example:
        >>> find([(2.35, 48.85)])[0]["country_code"]
        'FR'
    """
    flat = np.fromiter(chain.from_iterable(points), float, 2 * len(points))
    degrees = flat.reshape(len(points), 2)
    known = (degrees != 0).any(axis=1) & (np.abs(degrees) <= (180, 90)).all(axis=1)
    # Tile by tile of 2 degrees: neighbours one after the other find all tables in the cache.
    tile = (degrees[known] // 2 @ (90, 1)).astype(np.int16)  # sorted in linear time for having 16 bits
    order = np.flatnonzero(known)[tile.argsort(kind="stable")]
    found = np.full(len(points), None, dtype=object)
    if len(order):
        found[order] = _places(degrees[order])
    places: list[dict[str, Any] | None] = found.tolist()
    return places


@dataclass(frozen=True)
class _Country:
    """The cities of one country: their rows in the atlas, and a tree of them alone."""

    cities: Ints
    tree: cKDTree


@dataclass(frozen=True)
class _Atlas:
    """All cities and zones, ready to be asked.

    A claim is a tuple of countries, one of which a point lies in; they are numbered, 0 is the empty one.
    """

    columns: tuple[NDArray[np.object_], ...]
    """Country code, country, state and name of each city."""
    stateless: NDArray[np.bool_]
    """Cities without a state."""
    tree: cKDTree
    country: NDArray[np.int32]
    """For each city the number of the claim of its country alone."""
    claims: list[tuple[str, ...]]
    zones: dict[str, int]
    """For each zone the number of its claim."""
    countries: dict[str, _Country | None] = field(default_factory=dict)
    """Made when first needed; None for a country without cities."""

    def inside(self, country: str) -> _Country | None:
        """The cities of one country."""
        if country not in self.countries:
            cities = np.flatnonzero(self.country == self.claims.index((country,)))
            tree = cKDTree(self.tree.data[cities]) if len(cities) else None
            self.countries[country] = None if tree is None else _Country(cities, tree)
        return self.countries[country]


@cache
def _atlas() -> _Atlas:
    """Load the tables, once per process."""
    data = GeocodeData(0)  # with its argument: the one that `reverse_geocode.search` shares
    rows, names = data._locations, data._countries  # noqa: SLF001 - the package gives no other access
    zones = {zone: (country,) for zone, country in _zone_countries()} | _SHARED
    alone = {row["country_code"] for row in rows}.union(*zones.values())
    claims = [(), *((country,) for country in sorted(alone)), *_SHARED.values()]
    number = {claim: place for place, claim in enumerate(claims)}
    return _Atlas(
        columns=tuple(np.array(column, dtype=object) for column in zip(*_texts(rows, names), strict=True)),
        stateless=np.array(["state" not in row for row in rows]),
        tree=cKDTree(_vectors(np.array([(row["longitude"], row["latitude"]) for row in rows]))),
        country=np.array([number[row["country_code"],] for row in rows], dtype=np.int32),
        claims=claims,
        zones={zone: number[claim] for zone, claim in zones.items()},
    )


def _zone_countries() -> list[tuple[str, str]]:
    """(zone, country) from zone.tab: tab-separated country, coordinates, zone and comments."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return [(row[2], row[0]) for row in rows]


def _texts(rows: list[dict[str, Any]], names: dict[str, str]) -> Iterator[tuple[str, str, str, str]]:
    """Country code, country, state and name of each city; equal texts are one object, to be quick to copy."""
    for row in rows:
        code = sys.intern(row["country_code"])
        yield code, names.get(code, code), sys.intern(row.get("state", "")), row["city"]


def _places(degrees: Floats) -> list[dict[str, Any]]:
    """The places of points that are known to be points."""
    atlas = _atlas()
    vectors = _vectors(degrees)
    chord, city = atlas.tree.query(vectors, workers=-1)
    certain = _settle(atlas, _claims(atlas, degrees), vectors, chord, city)
    return _documents(atlas, city, _km(chord), certain)


def _claims(atlas: _Atlas, degrees: Floats) -> NDArray[np.int32]:
    """For each point the number of the claim of its time zone."""
    zones = map(get_tz, degrees[:, 0].tolist(), degrees[:, 1].tolist())
    return np.fromiter(map(atlas.zones.get, zones, repeat(0)), np.int32, len(degrees))


def _documents(atlas: _Atlas, city: Ints, km: Floats, certain: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """The answers. From columns and spelt out: twice as fast as merging dicts."""
    columns = (column[city].tolist() for column in atlas.columns)
    places = [
        {
            "country_code": code,
            "country": country,
            "state": state,
            "city": name,
            "distance_km": distance,
            "certain": sure,
        }
        for code, country, state, name, distance, sure in zip(
            *columns, km.round(2).tolist(), certain.tolist(), strict=True
        )
    ]
    for row in atlas.stateless[city].nonzero()[0].tolist():
        del places[row]["state"]
    return places


def _settle(
    atlas: _Atlas,
    claim: NDArray[np.int32],
    vectors: Floats,
    chord: Floats,
    city: Ints,
) -> NDArray[np.bool_]:
    """Put right, in place, chords and cities outside of the claimed countries; say what is certain."""
    certain = np.ones(len(city), dtype=bool)
    open_rows = np.flatnonzero(claim != atlas.country[city])
    for number in np.unique(claim[open_rows]).tolist():
        countries = atlas.claims[number]
        rows = open_rows[claim[open_rows] == number]
        inside = [cities for country in countries if (cities := atlas.inside(country))]
        if not inside:
            certain[rows] = _certain_at_sea(atlas, vectors[rows], chord[rows])
            continue
        best, runner_up, there = _nearest_inside(inside, vectors[rows])
        # A city of another country all but at the point, and nearer than any inside, contradicts the zone.
        sure = (chord[rows] >= best) | (_km(chord[rows]) > _CONTRADICTED_KM)
        sure &= runner_up >= _CLEAR * best
        sure &= np.isin(atlas.columns[0][there].astype(str), _UNDISPUTED.get(countries, countries))
        chord[rows], city[rows], certain[rows] = best, there, sure
    return certain


def _nearest_inside(inside: list[_Country], vectors: Floats) -> tuple[Floats, Floats, Ints]:
    """The chord to the nearest city of any of some countries, to the nearest of the next, and that city."""
    found = [country.tree.query(vectors) for country in inside]
    chords = np.stack([chord for chord, _ in found])
    cities = np.stack([country.cities[at] for country, (_, at) in zip(inside, found, strict=True)])
    ranked = np.sort(chords, axis=0)
    runner_up = ranked[1] if len(inside) > 1 else np.full(len(vectors), np.inf)
    return ranked[0], runner_up, np.take_along_axis(cities, chords.argmin(axis=0)[None], axis=0)[0]


def _certain_at_sea(atlas: _Atlas, vectors: Floats, chord: Floats) -> NDArray[np.bool_]:
    """Whether the nearest city is near, and no other country's about as near."""
    certain = _km(chord) <= _AT_SEA_KM
    for row in np.flatnonzero(certain).tolist():
        around = atlas.tree.query_ball_point(vectors[row], _CLEAR * chord[row])
        certain[row] = len(set(atlas.country[around].tolist())) <= 1
    return certain


def _vectors(degrees: Floats) -> Floats:
    """Unit vectors of (longitude, latitude): straight lines between them grow as great circles do."""
    longitude, latitude = np.radians(degrees).T
    across = np.cos(latitude)
    return np.column_stack([across * np.cos(longitude), across * np.sin(longitude), np.sin(latitude)])


def _km(chord: Floats) -> Floats:
    """Great circle distance of points on the unit sphere a straight line `chord` apart."""
    return 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
