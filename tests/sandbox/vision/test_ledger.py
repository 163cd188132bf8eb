"""The ledger adds up, whoever writes into it."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from exifds.sandbox.vision import Ledger


def test_it_counts_what_was_sent_and_what_was_charged() -> None:
    """An image that was charged twice counts twice."""
    ledger = Ledger()
    ledger.note("rest", ("a", "b"), "lost")
    ledger.charge(["a", "b"])
    ledger.note("grpc", ("a",), None)
    ledger.charge(["a"])
    ledger.note("grpc", ("c",), "unavailable")
    assert ledger.images == 3
    assert ledger.twice == {"a"}
    assert ledger.sent == {"a": 2, "b": 1, "c": 1}
    assert ledger.faults == {"lost": 1, "unavailable": 1}
    assert ledger.usd == Decimal("0.0045")


def test_threads_lose_nothing() -> None:
    """64 workers charge at once."""
    ledger = Ledger()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: ledger.charge(["a", "b"]), range(2000)))
    assert ledger.paid == {"a": 2000, "b": 2000}
