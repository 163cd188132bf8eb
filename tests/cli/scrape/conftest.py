"""A Flickr, and `exifds scrape` to run against it."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from exifds.cli.app import app
from exifds.crawl.report import ScrapeReport
from exifds.dataset import Dataset
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.settings import Settings
from tests.cli.scrape.running import DONE, Run


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds the key of who runs it."""
    for name in ("KEY", "SECRET"):
        monkeypatch.delenv(f"EXIFDS_FLICKR_{name}", raising=False)


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `exifds scrape` against the database of this test, and check its exit code."""
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))

    def invoke(*arguments: object, code: int = DONE) -> Result:
        result = CliRunner().invoke(app, ["scrape", *map(str, arguments)])
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture(scope="package")
def catalogue() -> Catalogue:
    """Sixty photos."""
    return Catalogue(60)


@pytest.fixture
def flickr(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlickrServer]:
    """A Flickr to which the settings in the environment point."""
    with FlickrServer(catalogue, Faults(video=0.1, lost=0.1)) as server:
        for name, value in server.settings().items():
            monkeypatch.setenv(f"EXIFDS_{name.upper()}", str(value))
        yield server


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `Dataset.scrape` is asked for in place of scraping."""
    found: dict[str, Any] = {}

    def note(dataset: Dataset, sources: Any, limit: int | None = None, **options: Any) -> ScrapeReport:
        found.update(dataset=dataset, sources=sources, limit=limit, options=options)
        return ScrapeReport()

    monkeypatch.setattr(Dataset, "scrape", note)
    return found
