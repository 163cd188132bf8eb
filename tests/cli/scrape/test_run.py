"""A run of `exifds scrape`: every end has its code, and one line says what to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from exifds.crawl.report import ScrapeReport
from exifds.dataset import Dataset
from exifds.sandbox.flickr import Catalogue, FlickrServer
from exifds.store.coverage import Coverage
from exifds.store.outcomes import Outcome
from tests.cli.scrape.running import FAILED, SOME_FAILED, USAGE, Run


@pytest.mark.parametrize("arguments", [("search", "wild"), ("group", "wild-animals"), ("list", "ids.txt")])
def test_without_a_key(
    run: Run, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence says how to get one, and what needs none; no dataset was made."""
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text("50000000000")
    said = run(*arguments, "--into", "animals", code=USAGE).stderr
    assert "https://www.flickr.com/services/apps/create/" in said
    assert "EXIFDS_FLICKR_KEY" in said
    assert "exifds sandbox flickr" in said
    assert said.count("\n") == 1
    assert "there is no dataset" in run("status", "animals", code=USAGE).stderr


def test_a_wrong_key(run: Run, flickr: FlickrServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable, never the key."""
    monkeypatch.setenv("EXIFDS_FLICKR_KEY", "my-wrong-key")
    said = run("search", "wild", "--into", "animals", code=FAILED).stderr
    assert "EXIFDS_FLICKR_KEY" in said
    assert "my-wrong-key" not in said
    assert said.count("\n") == 1


def test_what_a_run_says(run: Run, flickr: FlickrServer) -> None:
    """Counts, then how much of each source was seen, and on stderr why photos are not there."""
    truth = [flickr.catalogue.truth(i) for i in range(60)]
    gone, kept = sum(bool(one.gone) for one in truth), sum(one.obtainable for one in truth)
    result = run("search", "wild", "--into", "animals")
    calls = flickr.stats.calls.total()
    assert result.stdout == (
        f"animals: {kept} stored, 0 known, 0 rejected, {gone} gone, 0 failed; {calls} API calls\n"
        f"  wild: {kept + gone} expected, {kept + gone} seen, {kept + gone} unique, 1 slice\n"
    )
    assert result.stderr == f"  {gone} the photo host has no image of it\n"
    again = run("search", "wild", "--into", "animals")
    assert again.stdout.startswith(
        f"animals: 0 stored, {kept} known, 0 rejected, {gone} gone, 0 failed; 2 API"
    )


def test_json(run: Run, flickr: FlickrServer, tmp_path: Path) -> None:
    """One object with all that Python gives."""
    (tmp_path / "ids.txt").write_text("50000000000\nnonsense\n1\n")
    result = run("list", tmp_path / "ids.txt", "--into", "animals", "--json", code=SOME_FAILED)
    report = json.loads(result.stdout)
    assert (report["stored"], report["known"], report["rejected"], report["retries"]) == (1, 0, {}, {})
    assert report["gone"] == {"Flickr has the photo no longer, or not for everybody": 1}
    assert [failure["photo"] for failure in report["failed"]] == ["line:2"]
    assert report["coverage"]["ids.txt"]["outcomes"] == {"failed": 1, "gone": 1, "kept": 1}
    assert report["calls"] == flickr.stats.calls.total()
    assert result.stderr == ""


def test_photos_that_failed_are_listed(run: Run, flickr: FlickrServer, tmp_path: Path) -> None:
    """The exit code says that there are some, stderr which and why."""
    (tmp_path / "ids.txt").write_text("50000000000\nnonsense\n")
    result = run("list", tmp_path / "ids.txt", "--into", "animals", code=SOME_FAILED)
    assert "line:2: expected a photo" in result.stderr


@pytest.mark.usefixtures("flickr")
def test_nothing_steers_the_terminal(run: Run, tmp_path: Path, catalogue: Catalogue) -> None:
    """Neither titles of photos nor the name of a list, which others may have given it."""
    file = tmp_path / "\x1b[31mred\x07.txt"
    file.write_text("\n".join([*(catalogue.photo_id(i) for i in range(60)), "\x1b]0;owned\x07"]))
    outputs = [
        run("list", file, "--into", "animals", code=SOME_FAILED),
        run("list", file, "--into", "animals", "--json", code=SOME_FAILED),
        run("status", "animals"),
        run("status", "animals", "--json"),
    ]
    for result in outputs:
        assert all(char.isprintable() or char == "\n" for char in result.output)


def test_what_cannot_be_reached_is_told(
    run: Run, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slices that are too full count, in numbers that can be read."""
    report = ScrapeReport(stored=4000, coverage={"wild": Coverage(12_000, 4000, 4000, 1, 8, ({"since": 0},))})
    report.add("flickr:1", Outcome("failed", "status 500"), fresh=False)
    monkeypatch.setattr(Dataset, "scrape", lambda *_arguments, **_options: report)
    result = run("search", "wild", "--into", "animals", code=SOME_FAILED)
    assert "wild: 12,000 expected, 4,000 seen, 4,000 unique, 1 slice" in result.stdout
    assert "1 slice" in result.stderr
    assert "some photos cannot be reached" in result.stderr
    assert "flickr:1: status 500" in result.stderr
