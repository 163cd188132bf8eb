"""Columns: from raw EXIF values to numbers that a network can use, before any scaling. Pure.

The modern columns are those a photographer thinks in: binary logarithms ("stops") of what multiplies, and the
light of the scene that follows from them. The 45 columns of `lederer2023` are those of Lederer et al., ICIAP
2023: eight numbers and the one-hot codes of six tags with fixed numbers of categories.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from exifds.train.config import Inputs

__all__ = ["CATEGORIES", "Column", "Plan", "Sheet", "Tag", "plan", "sheet"]

Numbers = NDArray[np.float64]
Sheet = Mapping[str, Numbers]
"""Values of N photos by tag, (N,) each; NaN where there is none that can be used."""

RATIOS: Final = ("exposure_time", "f_number", "iso", "focal_length", "focal_length_35mm", "max_aperture")
"""Tags whose stops are factors. They are positive: 0 is what cameras write for unknown."""
NUMBERS: Final = (*RATIOS[:5], "exposure_bias", "brightness", "max_aperture")
CODES: Final = (
    "flash",
    "orientation",
    "light_source",
    "metering_mode",
    "white_balance",
    "saturation",
    "contrast",
    "sharpness",
)
CLOCK: Final[Mapping[str, float]] = MappingProxyType({"hour": 24.0, "day_of_year": 365.25})
"""Tags that come back to where they were, with their period."""

_FLUORESCENT: Final = (2, 12, 13, 14, 15, 16)
_DEGREES: Final = ("low", "normal", "high")
_DEGREE_CODES: Final = MappingProxyType({1: 0, 0: 1, 2: 2})

CATEGORIES: Final[Mapping[str, tuple[tuple[str, ...], Mapping[int, int]]]] = MappingProxyType(
    {
        "flash": (("not fired", "fired"), MappingProxyType({0: 0, 1: 1})),
        "orientation": (
            ("unknown", *map(str, range(1, 9))),
            MappingProxyType({code: code for code in range(9)}),
        ),
        "light_source": (
            (
                *("unknown", "fluorescent", "daylight", "tungsten", "flash", "fine weather", "cloudy"),
                *("shade", "standard A", "standard B", "standard C", "D55", "D65", "D75", "D50"),
                *("ISO studio tungsten", "other"),
            ),
            MappingProxyType(
                dict.fromkeys(_FLUORESCENT, 1)
                | {0: 0, 1: 2, 3: 3, 4: 4, 9: 5, 10: 6, 11: 7, 17: 8, 18: 9, 19: 10}
                | {20: 11, 21: 12, 22: 13, 23: 14, 24: 15, 255: 16}
            ),
        ),
        "saturation": (_DEGREES, _DEGREE_CODES),
        "contrast": (_DEGREES, _DEGREE_CODES),
        "sharpness": (_DEGREES, _DEGREE_CODES),
    }
)
"""Of `lederer2023`: names of the categories of a tag, and the category of each code of CIPA DC-008, 4.6."""


@dataclass(frozen=True)
class Tag:
    """A tag that a network reads.

    Args:
        name: As in the export; or `make` or `model`.
        positive: Whether only numbers above 0 count.
        categories: Category of each code; others count as missing. None takes values as they are.
    """

    name: str
    positive: bool = False
    categories: Mapping[int, int] | None = None


@dataclass(frozen=True)
class Column:
    """A column of numbers.

    Args:
        name: For people.
        tags: What it is made of.
        of: Gives the column, NaN where it cannot be known.
        category: Whether it is 0 or 1 for one category of its tag: never scaled.
    """

    name: str
    tags: tuple[str, ...]
    of: Callable[[Sheet], Numbers]
    category: bool = False


@dataclass(frozen=True)
class Plan:
    """What a network reads.

    Args:
        tags: Each has a bit that tells whether it is missing.
        columns: Of numbers.
        codes: Tags that are given by number.
    """

    tags: tuple[Tag, ...]
    columns: tuple[Column, ...] = ()
    codes: tuple[str, ...] = ()


def plan(columns: Literal["modern", "lederer2023"], scale: Literal["log2", "raw"], inputs: Inputs) -> Plan:
    """What a network reads.

    Args:
        columns: As in `Recipe`.
        scale: As in `Recipe`. `raw` gives ratios in the units of the export in place of stops.
        inputs: `camera` reads make and model only, `mask` only which tags are there, all others the columns.

    Returns:
        The plan.

    Example:
        >>> len(plan("lederer2023", "raw", "exif").columns)
        45
    """
    if inputs == "camera":
        return Plan((Tag("make"), Tag("model")), (), ("make", "model"))
    whole = _modern(scale) if columns == "modern" else _lederer2023(scale)
    return Plan(whole.tags) if inputs == "mask" else whole


def sheet(
    tags: Iterable[Tag], features: Sequence[str], values: NDArray[Any], present: NDArray[np.bool_]
) -> dict[str, Numbers]:
    """The usable values of photos.

    Args:
        tags: Which are wanted.
        features: Names of the columns of `values`.
        values: Shape (N, F), in the units of the export.
        present: Which of them are there, shape (N, F).

    Returns:
        Values by tag. A tag that is not among the features is missing everywhere.

    Example:
        >>> values, present = np.array([[200.0], [0.0]]), np.array([[True], [True]])
        >>> sheet([Tag("iso", positive=True)], ["iso"], values, present)
        {'iso': array([200.,  nan])}
    """
    at = {name: number for number, name in enumerate(features)}
    return {
        tag.name: _usable(tag, values[:, at[tag.name]], present[:, at[tag.name]])
        if tag.name in at
        else np.full(len(values), np.nan)
        for tag in tags
    }


def _usable(tag: Tag, values: NDArray[Any], present: NDArray[np.bool_]) -> Numbers:
    """The values of a tag, NaN where there is none that can be used."""
    given = np.asarray(values, np.float64)
    there = present & np.isfinite(given)
    if tag.positive:
        there = there & (given > 0)
    if tag.categories is None:
        return np.where(there, given, np.nan)
    numbers = np.full(len(given), np.nan)
    for code, category in tag.categories.items():
        numbers[there & (given == code)] = category
    return numbers


@cache
def _modern(scale: str) -> Plan:
    numbers = tuple(_number(tag, scale) for tag in NUMBERS)
    crop = Column(
        "log2 crop" if scale == "log2" else "crop",
        ("focal_length", "focal_length_35mm"),
        lambda of: _scaled(of["focal_length_35mm"] / of["focal_length"], scale),
    )
    turns = tuple(_turn(tag, wave) for tag in CLOCK for wave in ("sin", "cos"))
    tags = (*(Tag(name, positive=name in RATIOS) for name in NUMBERS), *map(Tag, CODES), *map(Tag, CLOCK))
    return Plan(tags, (*numbers, _EV100, crop, *turns), CODES)


@cache
def _lederer2023(scale: str) -> Plan:
    numbers = tuple(_number(tag, scale) for tag in NUMBERS)
    codes = tuple(
        _one_hot(tag, number, name)
        for tag, (names, _) in CATEGORIES.items()
        for number, name in enumerate(names)
    )
    # The thesis took a 0 for what it says; only a logarithm cannot.
    tags = tuple(Tag(name, positive=scale == "log2" and name in RATIOS) for name in NUMBERS)
    coded = tuple(Tag(name, categories=categories) for name, (_, categories) in CATEGORIES.items())
    return Plan((*tags, *coded), (*numbers, *codes))


def _scaled(values: Numbers, scale: str) -> Numbers:
    return np.log2(values) if scale == "log2" else values


def _number(tag: str, scale: str) -> Column:
    """A number; as stops where it is a ratio and `scale` says so."""
    if scale == "raw" or tag not in RATIOS:
        return Column(tag, (tag,), lambda of: of[tag])
    if tag in ("f_number", "max_aperture"):  # light goes with the square: Av of APEX
        return Column(f"2 log2 {tag}", (tag,), lambda of: 2 * np.log2(of[tag]))
    unit = 100 if tag == "iso" else 1
    return Column(f"log2 {tag}", (tag,), lambda of: np.log2(of[tag] / unit))


def _light(of: Sheet) -> Numbers:
    """Light of the scene in EV at ISO 100: log2(N^2 / t) - log2(ISO / 100) + bias (APEX; CIPA DC-008, C).

    Where the flash fired it is unknown: the camera metered the flash.
    """
    metered = 2 * np.log2(of["f_number"]) - np.log2(of["exposure_time"]) - np.log2(of["iso"] / 100)
    return np.where(of["flash"] == 1, np.nan, metered + np.nan_to_num(of["exposure_bias"]))


_EV100: Final = Column("ev100", ("exposure_time", "f_number", "iso", "exposure_bias", "flash"), _light)


def _turn(tag: str, wave: Literal["sin", "cos"]) -> Column:
    """A coordinate on the circle of a clock."""
    function = {"sin": np.sin, "cos": np.cos}[wave]
    return Column(f"{wave} {tag}", (tag,), lambda of: function(of[tag] * (2 * np.pi / CLOCK[tag])))


def _one_hot(tag: str, number: int, name: str) -> Column:
    """Whether a tag is of one category."""
    return Column(
        f"{tag}={name}",
        (tag,),
        lambda of: np.where(np.isnan(of[tag]), np.nan, of[tag] == number),
        category=True,
    )
