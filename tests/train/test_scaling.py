"""Scaling: fitted on what is known, and the same for what is not."""

import numpy as np
import pytest

from exifds.train.columns import Column, plan
from exifds.train.recipe import LEDERER2023, MODERN, Recipe
from exifds.train.scaling import CLIP, Scaling

ISO = Column("log2 iso", ("iso",), lambda found: np.log2(found["iso"]))
RAW_ISO = Column("iso", ("iso",), lambda found: found["iso"])


def scaled(column: Column, values: list[float], recipe: Recipe) -> list[float]:
    """A column, scaled as fitted on the values of its only tag."""
    found = {column.tags[0]: np.array(values)}
    scaling = Scaling.fit(column, found, recipe)
    assert scaling is not None
    numbers: list[float] = scaling(column.of(found)).tolist()
    return numbers


def category(name: str) -> Column:
    """A column of the thesis."""
    return next(column for column in plan("lederer2023", "raw", "exif").columns if column.name == name)


def test_median_and_quartiles_scale_stops() -> None:
    """The middle half of the training photos is as wide as 1; outliers end at 4."""
    found = scaled(ISO, [100, 200, 400, 800, 1600, 100 * 2.0**40, np.nan], MODERN)
    assert found == pytest.approx([-1, -0.6, -0.2, 0.2, 0.6, CLIP, 0])


def test_mean_and_deviation_scale_raw_values() -> None:
    """As they are, those of the training photos that have the tag."""
    assert scaled(RAW_ISO, [100, 300, np.nan], MODERN.with_switches({"scale": "raw"})) == [-1, 1, 0]


def test_the_thesis_imputes_before_it_scales() -> None:
    """The mean in place of the missing makes the deviation smaller: 100, 300, 200, 200 has 70.7."""
    found = scaled(RAW_ISO, [100, 300, np.nan, np.nan], LEDERER2023)
    assert found == pytest.approx([-(2**0.5), 2**0.5, 0, 0])


def test_the_thesis_imputes_the_most_frequent_category() -> None:
    """Of two that are as frequent the first, as scikit-learn does. `contrast` is low, normal, high."""
    given = [2.0, 2.0, 1.0, np.nan]
    assert scaled(category("contrast=high"), given, LEDERER2023) == [1, 1, 0, 1]
    assert scaled(category("contrast=normal"), given, LEDERER2023) == [0, 0, 1, 0]
    assert scaled(category("contrast=low"), [2, 0, np.nan], LEDERER2023) == [0, 1, 1]


def test_a_column_that_nobody_has_is_not_scaled() -> None:
    """There is nothing to fit."""
    assert Scaling.fit(ISO, {"iso": np.full(3, np.nan)}, MODERN) is None


@pytest.mark.parametrize("recipe", [MODERN, MODERN.with_switches({"scale": "raw"}), LEDERER2023])
@pytest.mark.parametrize("constant", [0.1, 1 / 3, 1e-7, 1e7])
def test_a_column_that_is_always_the_same_is_constant(recipe: Recipe, constant: float) -> None:
    """Rounding errors are no spread."""
    assert scaled(RAW_ISO, [constant] * 7, recipe) == pytest.approx([0] * 7, abs=1e-5)
