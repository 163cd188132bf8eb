"""The command `analyze`: what it prints, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from exifds.cli.app import app
from exifds.dataset import Dataset
from exifds.settings import Settings

DONE, USAGE = 0, 2

Run = Callable[..., Result]


@pytest.fixture
def run(dataset: Dataset, settings: Settings, rendered: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `exifds analyze` on a dataset `cameras` of 60 photos, and check its exit code."""
    dataset.ingest(rendered, concepts_from_folders=True, progress=False)
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))
    monkeypatch.setenv("COLUMNS", "120")

    def invoke(*arguments: object, code: int = DONE) -> Result:
        result = CliRunner().invoke(app, ["analyze", *map(str, arguments)])
        assert result.exit_code == code, result.output
        return result

    return invoke


def test_it_prints_tables_and_warnings(run: Run, tmp_path: Path) -> None:
    """Classes, tags with the most telling first, tags that go together; warnings on stderr."""
    result = run("cameras", "--target", "concept", "--out", tmp_path / "out")
    assert "cameras: From 60 photos, of 12 owners or cameras." in result.stdout
    assert "AUC 0." in result.stdout
    assert "exposure_time" in result.stdout
    assert "the set is small" in result.stderr
    assert f"written: {tmp_path / 'out' / 'analysis.md'}" in result.stdout.replace("\n", "")
    assert (tmp_path / "out" / "associations.svg").is_file()


def test_it_prints_json(run: Run, tmp_path: Path) -> None:
    """All of the analysis, of the photos that match, and nothing else; no file is written without --out."""
    result = run("cameras", "--target", "concept", "--where", '{"camera.iso": {"$gte": 100}}', "--json")
    found = json.loads(result.stdout)
    assert result.stderr == ""
    assert 0 < found["photos"] <= 60
    assert {tag["name"] for tag in found["tags"]} > {"iso", "ev100"}
    assert not list(tmp_path.glob("*.svg"))


def test_a_file_in_place_of_a_folder_is_refused(run: Run, tmp_path: Path) -> None:
    """In one sentence, before any work."""
    (tmp_path / "file").touch()
    result = run("cameras", "--target", "concept", "--out", tmp_path / "file", code=USAGE)
    assert result.stderr == f"exifds: {tmp_path / 'file'} cannot be written: File exists\n"


def test_a_target_that_leaves_nothing_to_learn_is_told(run: Run) -> None:
    """It is a tag that models read; or all photos are alike."""
    assert "models of EXIF read flash" in run("cameras", "--target", "camera.flash").stderr
    alike = run("cameras", "--target", "concept", "--where", '{"concepts": "indoor"}')
    assert "there is nothing to tell apart" in alike.stderr


def test_what_is_refused_leaves_no_folder(run: Run, tmp_path: Path) -> None:
    """Neither the one that was asked for, nor those above it."""
    run("cameras", "--target", "camera.iso", "--out", tmp_path / "a" / "b", code=USAGE)
    assert not (tmp_path / "a").exists()


def test_mistakes_end_with_one_line(run: Run) -> None:
    """A target that is a number, a selection that does not exist, no target at all."""
    result = run("cameras", "--target", "camera.iso", code=USAGE)
    assert result.stderr.startswith("exifds: the target camera.iso is a number")
    assert (
        "expected a selection of cameras, got 'x'"
        in run("cameras", "--target", "concept", "--selection", "x", code=USAGE).stderr
    )
    run("cameras", code=USAGE)
