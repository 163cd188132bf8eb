"""Stats: what was asked of the sandbox, request by request."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

__all__ = ["Request", "Stats"]


class Request(NamedTuple):
    """One request that came in."""

    at: float
    """Seconds of `time.monotonic()`."""
    side: Literal["api", "photo"]
    what: str
    """The method, or the path of the file."""
    identity: str
    """The method with its parameters, or the path: what repeated requests have in common."""
    fault: str | None
    """What was served in place of the answer: `429`, `drip` ...; None for the answer."""


@dataclass
class Stats:
    """Counts and the ledger of all requests."""

    ledger: list[Request] = field(default_factory=list)

    def note(self, side: Literal["api", "photo"], what: str, identity: str, fault: str | None) -> None:
        """Enter one request."""
        self.ledger.append(Request(time.monotonic(), side, what, identity, fault))

    @property
    def calls(self) -> Counter[str]:
        """API calls by method, those that met a fault too."""
        return Counter(request.what for request in self.ledger if request.side == "api")

    @property
    def photos(self) -> int:
        """Requests for photo files, those that met a fault too."""
        return sum(request.side == "photo" for request in self.ledger)

    @property
    def faults(self) -> Counter[str]:
        """Faults served, by side and kind: `api 429`, `photo truncated` ..."""
        return Counter(f"{request.side} {request.fault}" for request in self.ledger if request.fault)
