"""Splitting: what users write, and what cannot be meant."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from exifds.errors import UsageError
from exifds.export.splitting import Splitting


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.7/0.2/0.1", (0.7, 0.2, 0.1)),
        ("70/20/10", (0.7, 0.2, 0.1)),
        (" 60 / 20 / 20 ", (0.6, 0.2, 0.2)),
        ("1/0/0", (1, 0, 0)),
        ("100/0/0", (1, 0, 0)),
        ("0.5/0.5/0", (0.5, 0.5, 0)),
    ],
)
def test_shares_are_parts_of_1_or_percent(text: str, expected: tuple[float, ...]) -> None:
    """Both are understood, with spaces or without."""
    assert Splitting.parse(text).shares == expected


def test_dates_split_by_time() -> None:
    """Two dates are the beginnings of val and test."""
    splitting = Splitting.parse("2019-06-01/2020-01-01T12:00")
    assert splitting.cuts == (
        datetime.fromisoformat("2019-06-01"),
        datetime.fromisoformat("2020-01-01T12:00"),
    )
    assert splitting.group == "time"
    assert splitting.model_dump(exclude_unset=True).keys() == {"cuts", "group"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0.7/0.2/0.2", "shares that add up to 1 or to 100, they give 1.1"),
        ("70/20/20", "shares that add up to 1 or to 100, they give 1.1"),
        ("0/50/50", "greater than 0"),
        ("-1/1/1", "greater than"),
        ("nan/0.5/0.5", "finite number"),
        ("2020-01-01/2019-06-01", "test to begin after val"),
        ("80/20", "such as 70/20/10"),
        ("a/b/c", "such as 70/20/10"),
        ("1/2/3/4", "such as 70/20/10"),
        ("", "such as 70/20/10"),
        ("2020-01-01", "such as 70/20/10"),
    ],
)
def test_what_is_neither_is_refused(text: str, message: str) -> None:
    """The message says what was expected and repeats what came."""
    with pytest.raises(UsageError, match=message) as error:
        Splitting.parse(text)
    assert repr(text) in str(error.value)


@given(st.text(max_size=20))
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    """No text ends in another error."""
    try:
        splitting = Splitting.parse(text)
    except UsageError:
        return
    assert abs(sum(splitting.shares) - 1) < 1e-9


def test_dates_and_another_group_contradict() -> None:
    """Dates cut by time only."""
    cuts = datetime.fromisoformat("2019-01-01"), datetime.fromisoformat("2020-01-01")
    with pytest.raises(ValidationError, match="dates split by time, not by owner"):
        Splitting(cuts=cuts, group="owner")


def test_a_splitting_survives_the_manifest() -> None:
    """Written as JSON and read again it is the same."""
    for splitting in (Splitting(seed=2**63 - 1), Splitting.parse("2019-06-01/2020-01-01")):
        assert Splitting.model_validate_json(splitting.model_dump_json()) == splitting
