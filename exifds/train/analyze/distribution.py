"""Distribution: how the values of a tag are spread in each class, and how often it is there at all."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.export.record import Feature
from exifds.train.analyze.sample import Sample

__all__ = ["QUANTILES", "Distribution", "Tag", "tags"]

QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_BARS: Final = 20
_STOPS: Final = frozenset({"s", "f-number", "ISO", "mm"})
"""Units in which a factor of two is a step."""

Floats = NDArray[np.float64]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Distribution(_Part):
    """How the values of a tag are spread.

    Args:
        edges: Of the bars of a number, one more than bars; thirds of stops or several of them for s, mm,
            ISO and f-numbers. Values beyond the 1st and 99th percentile are counted in the outer bars. Empty
            for codes.
        codes: Of the bars of a code.
        names: What these mean.
        counts: Photos by class and bar, (C, bars).
        quantiles: The 5th, 25th, 50th, 75th and 95th percentile of a number, by class; empty for codes, and
            for classes without any.
    """

    edges: tuple[float, ...] = ()
    codes: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    counts: tuple[tuple[int, ...], ...]
    quantiles: tuple[tuple[float, ...], ...] = ()


class Tag(_Part):
    """One tag.

    Args:
        name: As in `exifds.export.features.FEATURES`, or `ev100`.
        unit: Of a number.
        coverage: Share of the photos that have it.
        by_class: Share of the photos of each class that have it; None for a class without photos.
        distribution: Of its values; None if no photo has it.
    """

    name: str
    unit: str
    coverage: float
    by_class: tuple[float | None, ...]
    distribution: Distribution | None


def tags(sample: Sample) -> tuple[Tag, ...]:
    """How often each tag is there, and how its values are spread.

    Args:
        sample: The photos.

    Returns:
        One for each of its tags, in their order.
    """
    return tuple(_tag(sample, number, feature) for number, feature in enumerate(sample.features))


def _tag(sample: Sample, number: int, feature: Feature) -> Tag:
    there = sample.present[:, number]
    member = sample.indicators > 0
    photos = member.sum(axis=0)
    having = (member & there[:, None]).sum(axis=0)
    return Tag(
        name=feature.name,
        unit=feature.unit,
        coverage=float(there.mean()),
        by_class=tuple(
            float(some) / int(all_of_it) if all_of_it else None
            for some, all_of_it in zip(having, photos, strict=True)
        ),
        distribution=_spread(feature, sample.values[there, number], member[there]) if there.any() else None,
    )


def _spread(feature: Feature, values: Floats, member: NDArray[np.bool_]) -> Distribution:
    if feature.kind != "numeric":
        codes, bar = np.unique(values.astype(int), return_inverse=True)
        return Distribution(
            codes=tuple(codes.tolist()),
            names=tuple(feature.categories.get(code, str(code)) for code in codes.tolist()),
            counts=_counted(bar, len(codes), member),
        )
    edges = _edges(values, stops=feature.unit in _STOPS)
    bar = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return Distribution(
        edges=tuple(edges.tolist()),
        counts=_counted(bar, len(edges) - 1, member),
        quantiles=tuple(
            tuple(np.quantile(values[one], QUANTILES).tolist()) if one.any() else () for one in member.T
        ),
    )


def _counted(bar: NDArray[np.int64], bars: int, member: NDArray[np.bool_]) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(np.bincount(bar[one], minlength=bars).tolist()) for one in member.T)


def _edges(values: Floats, *, stops: bool) -> Floats:
    """Edges of bars between the 1st and the 99th percentile, which damaged values do not stretch."""
    if stops and values.min() > 0:
        return np.asarray(np.exp2(_thirds(np.log2(values))))
    low, high = np.quantile(values, (0.01, 0.99))
    if not high > low:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, _BARS + 1)


def _thirds(stops: Floats) -> Floats:
    """Edges between thirds of stops, the steps of cameras, so that no bar is empty for its place alone."""
    low, high = np.rint(3 * np.quantile(stops, (0.01, 0.99)))
    step = max(1, -(-(high - low + 1) // _BARS))
    return np.asarray((np.arange(low, high + step + 1, step) - 0.5) / 3)
