"""`exifds scrape status`: the crawls of a dataset."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exifds.cli.app import app
from tests.cli.scrape.running import Run


@pytest.mark.usefixtures("flickr")
def test_status(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each crawl with its state, its pages, and what became of its photos."""
    monkeypatch.setenv("COLUMNS", "200")
    run("search", "wild", "cat", "--into", "animals", "--limit", 3)
    rows = json.loads(run("status", "animals", "--json").stdout)
    assert [(row["source"], row["state"]) for row in rows] == [
        ("search wild", "done"),
        ("search cat", "done"),
    ]
    assert [row["kept"] for row in rows] == [3, 3]
    shown = run("status", "animals").stdout
    assert "crawls of animals" in shown
    assert "search wild" in shown


def test_status_before_any_crawl(run: Run, rendered: Path) -> None:
    CliRunner().invoke(app, ["ingest", str(rendered), "--into", "cameras"])
    assert run("status", "cameras").stdout == "cameras: no crawl was begun\n"
