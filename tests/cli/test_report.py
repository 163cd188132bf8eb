"""The command `report`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exifds.cli.app import app
from tests.train.report.folders import Export, write


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """One image model, and one that was not finished."""
    folder = tmp_path / "runs"
    write(folder, Export(test=80), ("image",))
    (broken,) = write(folder, Export(test=80), ("exif",))
    (broken.path / "run.json").unlink()
    return folder


def test_it_prints_models_and_sentences_and_where_the_report_is(runs: Path, tmp_path: Path) -> None:
    """What was left out and what spoils the numbers goes to stderr."""
    result = CliRunner().invoke(app, ["report", str(runs), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "The image alone tells the class" in result.stdout
    assert result.stdout.endswith(f"{tmp_path / 'out' / 'report.html'}\n")
    assert "Each model was trained once" in result.stderr
    assert "it is not finished" in result.stderr
    assert (tmp_path / "out" / "report.json").is_file()


def test_it_says_what_would_settle_an_open_question(tmp_path: Path) -> None:
    """Where it is open whether EXIF helps, the first line under the models says what to do."""
    write(tmp_path / "runs", Export(test=80), ("image", "fusion"))
    result = CliRunner().invoke(app, ["report", str(tmp_path / "runs")])
    assert "  Next: To settle whether EXIF helps beside the image: --seeds 0,1,2" in result.stdout


def test_a_file_in_place_of_a_folder_is_refused(runs: Path, tmp_path: Path) -> None:
    """In one sentence, before any work."""
    (tmp_path / "out").touch()
    result = CliRunner().invoke(app, ["report", str(runs), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert result.stderr == f"exifds: {tmp_path / 'out'} cannot be written: File exists\n"


def test_json_is_the_report(runs: Path) -> None:
    """The same as `report.json`, which stands beside the runs."""
    result = CliRunner().invoke(app, ["report", str(runs), "--json", "--price-hour", "2"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) == json.loads((runs / "report.json").read_text("utf-8"))
    assert json.loads(result.stdout)["settings"]["price_hour"] == 2.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "holds no runs: exifds train EXPORT --out"),
        (["--importance"], "importance needs the exports"),
        (["--truth", "nowhere.json"], "expected a JSON file like"),
    ],
)
def test_what_cannot_be_done_is_one_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    """Exit code 2, and what to do."""
    result = CliRunner().invoke(app, ["report", str(tmp_path), *arguments])
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
