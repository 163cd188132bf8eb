"""`exifds scrape list`: every option arrives."""

from pathlib import Path
from typing import Any

import exifds
from tests.cli.scrape.running import FETCHED, Run, assert_fetched


def test_every_option_of_a_list(run: Run, asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("50000000000")
    run("list", file, "--into", "animals", *FETCHED)
    assert asked["sources"] == [exifds.flickr.listed(file, concepts=["a", "b"])]
    assert asked["options"]["metadata"] is True
    assert_fetched(asked)
    run("list", file, "--into", "animals", "--no-metadata")
    assert asked["options"]["metadata"] is False
