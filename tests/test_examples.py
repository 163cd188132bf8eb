"""The examples do what they say, as a user would run them."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

import exifds
from exifds.dataset import Dataset
from exifds.sandbox.flickr import Catalogue, FlickrServer
from exifds.settings import Settings

EXAMPLES = Path(__file__).parents[1] / "examples"

Run = Callable[..., str]


@pytest.fixture
def run(settings: Settings) -> Run:
    """Run an example against the database of this test."""

    def example(name: str, *arguments: object, typed: str = "") -> str:
        environment = os.environ | {
            "EXIFDS_URI": str(settings.uri),
            "EXIFDS_HOME": str(settings.home),
            "EXIFDS_CONFIG": str(settings.config),
            "COLUMNS": "200",
        }
        done = subprocess.run(
            [sys.executable, "-W", "error", EXAMPLES / name, *map(str, arguments)],
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return example


def key_of(settings: Settings) -> str:
    """What `exifds keys export` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "exifds", "keys", "export"],
        env=os.environ | {"EXIFDS_CONFIG": str(settings.config)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_exif_is_read_without_exifds(
    run: Run, dataset: Dataset, settings: Settings, rendered: Path
) -> None:
    """PyMongo, cryptography and the exported key read what exifds wrote."""
    dataset.ingest(rendered)
    opened = {
        photo.id: photo.exif["IFD0"]["Artist"]
        for photo in dataset.find(decrypt=True)
        if photo.exif is not None
    }
    printed = run("read_with_pymongo.py", settings.uri, "cameras", typed=key_of(settings))
    assert opened
    assert dict(line.split(" ", 1) for line in printed.splitlines()) == opened


def test_a_reader_who_leaves_ends_the_script_quietly(
    dataset: Dataset, settings: Settings, rendered: Path
) -> None:
    """`| head` is no traceback."""
    dataset.ingest(rendered)
    key = key_of(settings)
    script = f"{sys.executable} {EXAMPLES / 'read_with_pymongo.py'} {shlex.quote(str(settings.uri))} cameras"
    done = subprocess.run(
        ["bash", "-c", f"{script} | true"], input=key, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def test_the_script_that_needs_no_exifds_imports_none() -> None:
    """The example proves something only if nothing of exifds is in it."""
    code = (EXAMPLES / "read_with_pymongo.py").read_text()
    assert "import exifds" not in code
    assert "from exifds" not in code


def test_a_folder_becomes_tables(run: Run, rendered: Path) -> None:
    """The first queries ingest, find places and print three tables; a second run finds all known."""
    printed = run("first_queries.py", rendered, "holidays")
    assert "60 stored, 0 known, 0 failed" in printed
    for title in ("median exposure by label", "photos by country and camera", "share of photos with each"):
        assert title in printed
    assert "indoor" in printed
    assert "0 stored, 60 known, 0 failed" in run("first_queries.py", rendered, "holidays")


def test_a_folder_without_exif_becomes_tables_too(run: Run, tmp_path: Path) -> None:
    """Tables of nothing are empty, and no error."""
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "photos" / "bare.png")
    assert "1 stored" in run("first_queries.py", tmp_path / "photos", "nothing")


def test_the_thesis_is_reproduced(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a list of the thesis' form to the report, on the local Flickr with a small network."""
    with FlickrServer(Catalogue(120)) as server:
        for name, value in server.settings().items():
            monkeypatch.setenv(f"EXIFDS_{name.upper()}", str(value))
        there = Settings(uri=settings.uri, home=settings.home, config=settings.config)
        with exifds.open("found", settings=there) as found:
            found.scrape(exifds.flickr.search("wild"), 100, exif="none", download=False, progress=False)
            ids = [photo.source_id for photo in found.find()]
        listed = {
            key: [{"id": photo} for photo in ids[start::4]]
            for start, key in enumerate(["moving,boat", "moving,car", "static,boat", "static,car"])
        }
        metadata = tmp_path / "moving_static.json"
        metadata.write_text(json.dumps(listed))
        small = ("--backbone", "tiny", "--weights", "none", "--pixels", "48", "--epochs", "1")
        printed = run("reproduce_iciap2023.py", tmp_path / "out", metadata, *small)
    assert printed.count("Of the trained models") == 2
    assert "OWNERS CROSS" in printed.upper()
    assert (tmp_path / "out" / "report.html").is_file()
