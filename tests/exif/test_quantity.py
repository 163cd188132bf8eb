"""Numbers in the shapes people, cameras and APIs write them."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL.TiffImagePlugin import IFDRational

from exifds.exif.quantity import each, is_printed, number, within


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1/250", 0.004),
        ("0.004 sec (1/250)", 0.004),
        ("1/250 s", 0.004),
        ("2 seconds", 2),
        ("f/4.2", 4.2),
        ("F4", 4),
        ("5.8 mm", 5.8),
        ("35mm", 35),
        ("+0.33 EV", 0.33),
        ("-2/3 EV", -2 / 3),
        ("ISO 400", 400),
        (" 7\0", 7),
        (".5", 0.5),
        ("1e2", 100),
        (3, 3),
        (2.5, 2.5),
        (Fraction(1, 4), 0.25),
        (IFDRational(1, 4), 0.25),
    ],
)
def test_a_number_is_read_in_every_shape(written: object, meant: float) -> None:
    """Fractions, units and prefixes do not hide the number."""
    assert number(written) == pytest.approx(meant)


@pytest.mark.parametrize(
    "written",
    [
        *("", "0/0", "1/0", "inf", "nan", "undef", "unknown", "5.8 miles", "18-55", "1" * 101, "1e999", "٣"),
        *(True, None, b"5", [], {}, math.inf, math.nan, 10**400, IFDRational(0, 0), IFDRational(1, 0)),
    ],
)
def test_anything_else_is_no_number(written: object) -> None:
    """Infinities, x/0, other units and other types give None, never a default."""
    assert number(written) is None


def test_the_first_plausible_of_a_list_counts() -> None:
    """A list is searched for a number within the bounds."""
    assert within([0, "undef", 400, 800], 1, 1000) == 400
    assert within((0, 5000), 1, 1000) is None
    assert within("400", 1, 1000) == 400


def test_each_gives_items_or_the_value() -> None:
    """Text is one value, not a list of letters."""
    assert list(each((1, 2))) == [1, 2]
    assert list(each("ab")) == ["ab"]


@pytest.mark.parametrize("text", ["2.8", "f/2.8", "1/250", "1/250 s", "0.004 sec (1/250)", "8"])
def test_printed_values_are_told_from_fractions(text: str) -> None:
    """Text without a slash, or a fraction of one, is a printout."""
    assert is_printed(text)


@pytest.mark.parametrize("value", ["297/100", "-5/1", "1/1", "0/0", 3, 2.5, Fraction(1, 250), None])
def test_a_files_own_values_are_not_printed(value: object) -> None:
    """Numbers and all other fractions are what stands in the file."""
    assert not is_printed(value)


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(st.text(), st.floats(), st.integers(), st.binary(), st.fractions(), st.none(), st.booleans())
)
def test_a_number_is_finite_or_none(value: object) -> None:
    """No input raises or gives infinity or NaN."""
    found = number(value)
    assert found is None or math.isfinite(found)
