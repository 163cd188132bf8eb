"""Features: the columns of the vector `exif` of an export, and their statistics for scaling.

Values are raw, in the units of the document: nothing is scaled, filled in or one-hot here, so that all of it
can be fitted on the train split alone. A value that is absent is 0 with its presence bit off.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exifds.exif import codes
from exifds.export.record import Feature, Statistics

__all__ = ["FEATURES", "finite", "fit", "values_of"]


def _numeric(name: str, unit: str) -> Feature:
    return Feature(name=name, kind="numeric", unit=unit)


def _category(name: str, table: codes.Table) -> Feature:
    return Feature(name=name, kind="category", categories={code: names[0] for code, names in table.items()})


FEATURES: Final = (
    _numeric("exposure_time", "s"),
    _numeric("f_number", "f-number"),
    _numeric("iso", "ISO"),
    _numeric("focal_length", "mm"),
    _numeric("focal_length_35mm", "mm"),
    _numeric("exposure_bias", "EV"),
    _numeric("brightness", "EV"),
    _numeric("max_aperture", "f-number"),
    Feature(name="flash", kind="binary", categories={0: "not fired", 1: "fired"}),
    _category("orientation", codes.ORIENTATION),
    _category("light_source", codes.LIGHT_SOURCE),
    _category("metering_mode", codes.METERING_MODE),
    _category("white_balance", codes.WHITE_BALANCE),
    _category("saturation", codes.SATURATION),
    _category("contrast", codes.CONTRAST),
    _category("sharpness", codes.SHARPNESS),
    _numeric("hour", "h"),
    _numeric("day_of_year", "d"),
)
"""The F = 18 columns of `exif`, in their order. Codes and their meanings are those of CIPA DC-008, 4.6."""

_LARGEST: Final = float(np.finfo(np.float32).max)
"""Exports hold 32-bit floats; a larger number would be infinite there."""

_RATIO_UNITS: Final = frozenset({"s", "f-number", "ISO", "mm"})
"""Units in which a stop is a factor. EV are binary logarithms already, and the clock is a circle."""


def values_of(document: Mapping[str, Any]) -> tuple[tuple[float, ...], tuple[bool, ...]]:
    """The features of a photo.

    Args:
        document: Shaped as in MongoDB: numbers in `camera`, `taken_at` on the camera's clock.

    Returns:
        F values, in the order and units of `FEATURES`, 0 where absent; and F times whether it is there. What
        is no finite number, or a code that the standard does not have, counts as absent. The time of day
        (hours, 0 to 24) and the day of the year (1 to 366) are absent where `taken_at` is not exact.

    Example:
        >>> values, present = values_of({"camera": {"iso": 200, "flash": True}})
        >>> [(feature.name, value) for feature, value, there in zip(FEATURES, values, present) if there]
        [('iso', 200.0), ('flash', 1.0)]
    """
    camera = document.get("camera")
    given = {**camera, **_clock(document)} if isinstance(camera, Mapping) else _clock(document)
    values = [_value(feature, given.get(feature.name)) for feature in FEATURES]
    return tuple(value or 0.0 for value in values), tuple(value is not None for value in values)


def _clock(document: Mapping[str, Any]) -> dict[str, float]:
    """When on the day and in the year, on the camera's clock."""
    taken = document.get("taken_at")
    if not isinstance(taken, datetime) or document.get("taken_granularity") not in (None, "second"):
        return {}
    hour = taken.hour + taken.minute / 60 + taken.second / 3600
    return {"hour": hour, "day_of_year": taken.timetuple().tm_yday}


def _value(feature: Feature, value: Any) -> float | None:
    """The value of one feature, or None if it is absent or not what the feature holds."""
    if feature.kind == "binary":
        return float(value) if isinstance(value, bool) else None
    number = finite(value)
    return None if feature.kind == "category" and number not in feature.categories else number


def finite(value: Any) -> float | None:
    """A value as a number that a 32-bit float holds too.

    Args:
        value: Anything a document may hold.

    Returns:
        The number; None for what is none, NaN, infinite, or would be infinite in 32 bits.

    Example:
        >>> finite(200), finite("200"), finite(True), finite(1e39)
        (200.0, None, None, None)
    """
    numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if numeric and abs(value) <= _LARGEST else None


def fit(values: NDArray[np.float64], present: NDArray[np.bool_]) -> tuple[Statistics, ...]:
    """What scaling needs to know, from the photos of the train split.

    Args:
        values: Shape (N, F), as `values_of` gives them. Hand in the train split alone: what is fitted on test
            photos too makes a test score too good.
        present: Shape (N, F).

    Returns:
        One for each of `FEATURES`. Numbers have moments and quartiles, with `std` of the population (divided
        by N); those whose stops are factors (s, mm, ISO, f-number) also have them as binary logarithms.
        Flags and categories have the number of photos by code. A feature that no photo has has a count of 0.

    Example:
        >>> import numpy as np
        >>> rows = [values_of({"camera": {"iso": iso}}) for iso in (100, 300)]
        >>> iso = fit(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]))[2]
        >>> iso.count, iso.mean, iso.std
        (2, 200.0, 100.0)
    """
    columns = zip(FEATURES, values.T, present.T, strict=True)
    return tuple(_statistics(feature, column[there]) for feature, column, there in columns)


def _statistics(feature: Feature, values: NDArray[np.float64]) -> Statistics:
    """Of one feature, from the values that are there."""
    if feature.kind != "numeric":
        found, counts = np.unique(values, return_counts=True)
        by_code = {int(code): int(count) for code, count in zip(found, counts, strict=True)}
        return Statistics(name=feature.name, count=len(values), codes=by_code)
    stops = feature.unit in _RATIO_UNITS and len(values) > 0 and values.min() > 0
    return Statistics(
        name=feature.name,
        count=len(values),
        log2=Statistics(name=feature.name, count=len(values), **_moments(np.log2(values))) if stops else None,
        **_moments(values),
    )


def _moments(values: NDArray[np.float64]) -> dict[str, float]:
    if not len(values):
        return {}
    q25, median, q75 = np.quantile(values, (0.25, 0.5, 0.75))
    found = {"mean": values.mean(), "std": values.std(), "min": values.min(), "max": values.max()}
    return {
        name: float(value) for name, value in (found | {"median": median, "q25": q25, "q75": q75}).items()
    }
