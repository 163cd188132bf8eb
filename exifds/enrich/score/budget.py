"""Budget: what labels of Google Vision cost, and that a run spends no more than it may. No I/O.

The price is an upper bound: that of label detection for the first 5 million images of a month
(https://cloud.google.com/vision/pricing). That the first 1,000 of a month are free, and those above 5 million
cheaper, is not counted on, since nobody here knows what else the account was used for.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Final

from exifds.errors import ExifdsError, UsageError

__all__ = ["PRICE", "Budget", "accounted", "affordable", "checked", "price"]

PRICE: Final = Decimal("0.0015")
"""USD for an image: one feature, 1.50 USD for 1,000."""

_LARGEST: Final = Decimal(10**9)


def price(images: int) -> Decimal:
    """What images cost at most.

    Args:
        images: How many.

    Returns:
        USD.

    Example:
        >>> price(5000)
        Decimal('7.5000')
    """
    return images * PRICE


def affordable(usd: Decimal, spent: int) -> int:
    """How many more images can be paid.

    Args:
        usd: What may be spent.
        spent: Images paid already.

    Returns:
        Images.

    Example:
        >>> affordable(Decimal("1.50"), 990), affordable(Decimal("0.0029"), 0)
        (10, 1)
    """
    return max(int(usd // PRICE) - spent, 0)


def checked(usd: Decimal | float | str | None) -> Decimal | None:
    """A budget as a user gives it.

    Args:
        usd: A number, also as text; None for no limit.

    Returns:
        The budget.

    Raises:
        UsageError: It is no sum of money.

    Example:
        >>> checked("1.50"), checked(0.1), checked(None)
        (Decimal('1.50'), Decimal('0.1'), None)
    """
    if usd is None:
        return None
    try:
        amount = Decimal(str(usd).strip())
    except InvalidOperation:
        raise UsageError(f"expected a budget in USD, like 1.50, got {usd!r}") from None
    if not amount.is_finite() or not 0 <= amount <= _LARGEST:
        raise UsageError(f"expected a budget of 0 to {_LARGEST:,} USD, got {usd}")
    return amount


class Budget:
    """What a run may spend, and what it has spent. Any number of threads may take from it.

    An image is spent when it is sent, whatever becomes of the request: it may be charged although its answer
    is lost. So what is charged never passes the budget.

    Args:
        usd: What may be spent; None for no limit.

    Example:
        >>> budget = Budget(Decimal("0.03"))
        >>> budget.take(16), budget.take(16), budget.take(16)
        (16, 4, 0)
        >>> budget.usd
        Decimal('0.0300')
    """

    def __init__(self, usd: Decimal | None = None) -> None:
        self._limit = usd
        self._lock = threading.Lock()
        self._spent = 0

    @property
    def spent(self) -> int:
        """Images spent."""
        return self._spent

    @property
    def usd(self) -> Decimal:
        """What they cost at most."""
        return price(self._spent)

    def take(self, images: int) -> int:
        """Ask to spend images, before they are sent.

        Args:
            images: How many.

        Returns:
            How many of them may be sent.
        """
        with self._lock:
            taken = images if self._limit is None else min(images, affordable(self._limit, self._spent))
            self._spent += taken
            return taken

    def give_back(self, images: int) -> None:
        """Put back what certainly was not charged.

        Args:
            images: How many, of those taken.
        """
        with self._lock:
            self._spent -= images


@contextmanager
def accounted(budget: Budget) -> Iterator[None]:
    """Whatever ends the block early says what was paid by then.

    Args:
        budget: What the block spends.

    Yields:
        Nothing.

    Raises:
        KeyboardInterrupt: Somebody stopped it; its message says what was paid.
        ExifdsError: As it came, but for this in the message if anything was paid.

    Example:
        >>> budget = Budget()
        >>> with accounted(budget):
        ...     sent = budget.take(16)
        ...     raise UsageError("the account does not pay")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        exifds.errors.UsageError: the account does not pay. 16 images were paid, 0.0240 USD at most, and ...
    """
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"stopped: {_paid(budget)}; run it again to go on") from None
    except ExifdsError as error:
        told = str(error)
        if budget.spent and _paid(budget) not in told:
            error.args = (f"{told.rstrip('.')}. {_paid(budget)}",)
        raise


def _paid(budget: Budget) -> str:
    kept = ", and their labels are kept" if budget.spent else ""
    return f"{budget.spent} images were paid, {budget.usd:.4f} USD at most{kept}"
