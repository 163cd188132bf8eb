"""`exifds scrape search`: every option arrives."""

from typing import Any

import exifds
from tests.cli.scrape.running import FETCHED, Run, assert_fetched


def test_every_option_of_a_search(run: Run, asked: dict[str, Any]) -> None:
    """Each is what the same word is in Python."""
    run(
        *("search", "wild", "monkey", "--into", "animals", "--language", "en", "--language", "de"),
        *("--tags", "cat,dog", "--tag-mode", "all", "--machine-tags", "geo:country=de", "--group", "1@N01"),
        *("--bbox", "170 -10 -170 10", "--since", "2020", "--until", "2021-06", "--taken-since", "2019"),
        *("--taken-until", "2022", "--license", "4,5", "--user", "12345678@N00", "--sort", "relevance"),
        *("--content-type", "photo", "--safe-search", 2, "--start-page", 2, "--page-limit", 3),
        *("--per-page", 50, "--filter-tag", "wild", *FETCHED),
    )
    assert asked["sources"] == [
        exifds.flickr.search(
            term,
            language=language,
            tags=["cat", "dog"],
            tag_mode="all",
            machine_tags="geo:country=de",
            group_id="1@N01",
            bbox=(170, -10, -170, 10),
            since="2020",
            until="2021-06",
            taken_since="2019",
            taken_until="2022",
            license=[4, 5],
            user_id="12345678@N00",
            sort="relevance",
            content_types="photo",
            safe_search=2,
            start_page=2,
            page_limit=3,
            per_page=50,
            filter_tag="wild",
            concepts=["a", "b"],
        )
        for term, language in (("wild", "en"), ("monkey", "de"))
    ]
    assert_fetched(asked)
