"""`exifds scrape group`: every option arrives."""

from typing import Any

import pytest

import exifds
from tests.cli.scrape.running import FAILED, FETCHED, Run, assert_fetched


def test_every_option_of_a_group(run: Run, asked: dict[str, Any]) -> None:
    run(
        *("group", "https://www.flickr.com/groups/wild-animals/", "--into", "animals", "--language", "en"),
        *("--start-page", 2, "--page-limit", 3, "--per-page", 50, "--filter-tag", "wild", *FETCHED),
    )
    pages = {"start_page": 2, "page_limit": 3, "per_page": 50}
    named = {"language": "en", "filter_tag": "wild", "concepts": ["a", "b"]}
    assert asked["sources"] == [exifds.flickr.group("wild-animals", **pages, **named)]
    assert_fetched(asked)


@pytest.mark.usefixtures("flickr")
def test_flickr_refuses(run: Run) -> None:
    said = run("group", "no-such-group", "--into", "animals", code=FAILED).stderr
    assert "Group not found" in said
    assert said.count("\n") == 1
