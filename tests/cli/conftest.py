"""`exifds`, run against the database of a test."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from exifds.cli.app import app
from exifds.settings import Settings
from tests.cli.running import DONE, SOME_FAILED, Run


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command against the database of this test, in a wide terminal."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))

    def invoke(*arguments: object, code: int = DONE) -> str:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        return result.stdout if code in (DONE, SOME_FAILED) else result.stderr

    return invoke


@pytest.fixture
def filled(run: Run, rendered: Path) -> None:
    """A dataset `cameras` of 60 photos with places."""
    run("ingest", rendered, "--into", "cameras", "--concepts-from-folders")
    run("geocode", "cameras")
