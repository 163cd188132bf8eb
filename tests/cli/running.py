"""How the tests run `exifds`."""

from typing import Protocol

DONE, FAILED, USAGE, SOME_FAILED = 0, 1, 2, 3


class Run(Protocol):
    """Runs a command, checks its exit code, and gives what it printed."""

    def __call__(self, *arguments: object, code: int = 0) -> str: ...
