"""How the tests run `exifds scrape`, and what all three commands that scrape are asked."""

from collections.abc import Callable
from typing import Any

from typer.testing import Result

DONE, FAILED, USAGE, SOME_FAILED = 0, 1, 2, 3

Run = Callable[..., Result]

FETCHED = (
    *("--size", "q", "--exif", "both", "--require-exif", "ISO,FNumber"),
    *("--comments", "--limit", 7, "--concept", "a", "--concept", "b"),
)
"""Options of all three commands that have a value."""


def assert_fetched(asked: dict[str, Any]) -> None:
    """What `FETCHED` asks for has arrived."""
    assert (asked["dataset"].name, asked["limit"]) == ("animals", 7)
    expected = {
        "size": "q",
        "exif": "both",
        "require_exif": "ISO,FNumber",
        "download": True,
        "comments": True,
    }
    assert asked["options"].items() >= expected.items()
