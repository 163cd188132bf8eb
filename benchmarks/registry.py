"""Registry: the benchmarks there are, by name. A module is imported when its benchmark runs."""

from collections.abc import Callable, Mapping
from importlib import import_module

from benchmarks.result import Result

__all__ = ["BENCHMARKS"]

Benchmark = Callable[..., list[Result]]


def _module(name: str) -> Benchmark:
    def run(*, quick: bool = False) -> list[Result]:
        results: list[Result] = import_module(f"benchmarks.{name}").run(quick=quick)
        return results

    return run


def _geocoding(*, quick: bool = False) -> list[Result]:
    """Points per second against the bare `reverse_geocode`; target 0.8."""
    from benchmarks import geocoding  # loads a table of cities

    found = geocoding.run(500, 1) if quick else geocoding.run()
    return [
        Result(
            "geocoding / reverse_geocode",
            found["ours_per_s"],
            found["bare_per_s"],
            found["ratio"],
            target=0.8,
            unit="points",
        )
    ]


BENCHMARKS: Mapping[str, Benchmark] = {
    "ingest": _module("ingest"),
    "scrape": _module("scrape"),
    "startup": _module("startup"),
    "geocoding": _geocoding,
    "exif": _module("exif"),
    "export": _module("export"),
    "memory": _module("memory"),
    "reading": _module("reading"),
    "training": _module("training"),
    "curation": _module("curation"),
    "vision": _module("vision"),
}
"""Name to `run(quick=False)`, which gives rows; `quick` takes the smallest size that works."""
