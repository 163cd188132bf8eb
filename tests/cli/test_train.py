"""The command `train`: what it prints, and how it ends."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

import exifds
from exifds.cli.app import app
from exifds.settings import Settings
from exifds.train.run import Run

DONE, USAGE = 0, 2
QUICK = ("--inputs", "exif", "--epochs", 1, "--no-energy")


@pytest.fixture(scope="module")
def export(server_uri: str, rendered: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """60 photos of 32 pixels, each a class of two."""
    name, folder = f"test_{uuid.uuid4().hex}", tmp_path_factory.mktemp("trained")
    settings = Settings(uri=f"{server_uri}/{name}", home=folder / "home", config=folder / "config")
    with exifds.open("cameras", settings=settings) as dataset:
        dataset.ingest(rendered, concepts_from_folders=True, progress=False)
        dataset.export(folder / "out", target="concept", image_size=32, progress=False)
    yield folder / "out"
    with MongoClient[dict[str, object]](server_uri) as client:
        client.drop_database(name)


def run(*arguments: object, code: int = DONE) -> tuple[str, str]:
    """What a command prints on stdout and stderr; it must end with this code."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


def test_the_runs_are_shown(export: Path, tmp_path: Path) -> None:
    """A table of runs with their scores; run again, it says that all is there; as JSON it says the same."""
    command = ("train", export, "--out", tmp_path / "runs", *QUICK, "--seeds", "0, 1", "--set", "scale=raw")
    shown, _ = run(*command)
    assert all(word in shown for word in ("exif-modern-s0-", "exif-modern-s1-", "val score", "test score"))
    assert f"2 runs finished; exifds report {tmp_path / 'runs'} compares them" in shown
    again, _ = run(*command)
    assert "2 runs finished, 2 of them before; exifds report" in again
    printed, _ = run(*command, "--json")
    rows = json.loads(printed)
    assert [row["epochs"] for row in rows] == [1, 1]
    assert all(row["was_there"] and 0 <= row["test"] <= 1 and row["seconds"] > 0 for row in rows)
    found = Run(tmp_path / "runs" / rows[0]["run"])
    assert found.config().recipe.scale == "raw"
    found.weights.unlink()
    assert "2 runs finished, 1 of them before" in run(*command)[0]


def test_precision_can_be_chosen(export: Path, tmp_path: Path) -> None:
    """Whatever the machine has."""
    command = ("train", export, "--out", tmp_path, "--inputs", "image", "--backbone", "tiny", "--epochs", 1)
    printed, _ = run(*command, "--no-energy", "--mixed-precision", "--json")
    (row,) = json.loads(printed)
    assert Run(tmp_path / row["run"]).config().precision == "mixed_float16"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--inputs", "exif,sound"), "there are no inputs 'sound'"),
        (("--inputs", ","), "expected inputs"),
        (("--inputs", "image", "--backbone", "MobileNetV1"), "did you mean MobileNet"),
        (("--recipe", "best"), "there is no recipe 'best'"),
        (("--set", "scale"), "expected a switch and its value as scale=raw, got 'scale'"),
        (("--set", "scale=ln"), "scale: expected"),
        (("--seeds", "a"), "expected seeds as 0,1,2, got 'a'"),
        (("--seeds", "-1"), "seeds from 0"),
        (("--country", "Germany"), "a code of three letters"),
        (("--inputs", "image", "--weights", "nowhere.h5"), "imagenet, none or a file"),
    ],
)
def test_wrong_options_are_explained(
    export: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    """One line says what was expected; nothing is left behind; the exit code is 2."""
    _, told = run("train", export, "--out", tmp_path / "runs", *options, code=USAGE)
    assert said in told
    assert told.count("\n") == 1
    assert not (tmp_path / "runs").exists()


def test_an_export_that_is_none_is_explained(tmp_path: Path) -> None:
    """A folder with something else, or no folder."""
    _, told = run("train", tmp_path, "--out", tmp_path / "runs", *QUICK, code=USAGE)
    assert "no manifest.json" in told
    _, told = run("train", tmp_path / "none", "--out", tmp_path / "runs", *QUICK, code=USAGE)
    assert "there is no folder" in told
