"""What labels cost, and that no more is spent than may be."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.enrich.score.budget import PRICE, Budget, affordable, checked, price
from exifds.errors import UsageError

SUMS = st.decimals(min_value=0, max_value=1000, places=6)


def test_a_thousand_images_cost_a_dollar_and_a_half() -> None:
    """Google's price for label detection; the free ones of a month are not counted on."""
    assert price(1000) == Decimal("1.50")
    assert price(0) == 0


@given(SUMS, st.integers(0, 10**6))
def test_what_is_affordable_is_all_that_fits(usd: Decimal, spent: int) -> None:
    """One image more would pass the budget."""
    more = affordable(usd, spent)
    assert more == 0 or price(spent + more) <= usd
    assert price(spent + more + 1) > usd


@given(SUMS, st.lists(st.tuples(st.integers(0, 40), st.booleans())))
def test_a_budget_is_never_passed(usd: Decimal, orders: list[tuple[int, bool]]) -> None:
    """Whatever is taken and given back, and in which order."""
    budget = Budget(usd)
    for images, returned in orders:
        taken = budget.take(images)
        assert 0 <= taken <= images
        assert budget.usd <= usd
        assert taken == images or budget.take(1) == 0
        if returned:
            budget.give_back(taken)


def test_threads_share_a_budget_to_the_unit() -> None:
    """No image is sold twice."""
    budget = Budget(Decimal("1.50"))
    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(budget.take, [7] * 1000))
    assert taken == budget.spent == 1000
    assert budget.take(1) == 0


def test_without_a_budget_everything_is_affordable() -> None:
    """But it is counted."""
    budget = Budget()
    assert budget.take(10**6) == 10**6
    assert budget.usd == Decimal(1500)


@pytest.mark.parametrize(("given", "usd"), [("0", "0"), (" 1.5 ", "1.5"), (0.0015, "0.0015"), (2, "2")])
def test_a_budget_is_a_sum_of_money(given: float | str, usd: str) -> None:
    """As text or number; a float is taken as it is written."""
    assert checked(given) == Decimal(usd)
    assert affordable(Decimal("0.0015"), 0) == 1
    assert Decimal("0.0015") == PRICE


@pytest.mark.parametrize("given", ["", "much", "1,50", "-1", -0.01, "nan", float("inf"), "1e400", "$5"])
def test_anything_else_is_refused(given: float | str) -> None:
    """In words."""
    with pytest.raises(UsageError, match="expected a budget"):
        checked(given)
