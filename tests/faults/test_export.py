"""An export killed at any point goes on when it is run again, and ends with the bytes of an undisturbed one.

`make test` kills a few times; `make faults` (EXIFDS_FAULTS=long) as often as the closing notes say.
"""

import logging
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

import exifds
from exifds.export.manifest import MANIFEST, load
from exifds.sandbox import photographer
from exifds.sandbox.flickr import Catalogue, FlickrServer
from exifds.sandbox.studio import Studio
from exifds.settings import Settings
from tests.export.exported import examples

pytestmark = pytest.mark.faults

LOG = logging.getLogger(__name__)
"""What the closing notes say: `make faults` shows it with `--log-cli-level=INFO`."""

LONG = os.environ.get("EXIFDS_FAULTS") == "long"
KILLS = 30 if LONG else 4
PHOTOS = 3000 if LONG else 800
FLICKR = {name for name in Settings.model_fields if name.startswith("flickr_")}
DATED = {MANIFEST, "DATASHEET.md"}


@pytest.fixture(scope="module")
def filled(server_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A dataset of rendered photos."""
    folder = tmp_path_factory.mktemp("filled")
    photographer.write(folder / "photos", PHOTOS)
    settings = Settings(uri=f"{server_uri}/killed", home=folder / "home", config=folder / "config")
    with exifds.open("cameras", settings=settings) as dataset:
        dataset.ingest(folder / "photos", concepts_from_folders=True, progress=False)
    yield settings
    with MongoClient[dict[str, object]](server_uri) as client:
        client.drop_database("killed")


DEADLY = """
import os, signal, sys
from exifds.cli import main

out, moment, counted = sys.argv.pop(1), int(sys.argv.pop(1)), 0

def touches(event, arguments):
    if event == "open":
        written = isinstance(arguments[0], str) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    else:
        written = event in {"os.rename", "os.remove", "os.mkdir", "os.rmdir"}
    return written and str(arguments[0]).startswith(out)

def counting(event, arguments):
    global counted
    if touches(event, arguments):
        counted += 1
        if counted == moment:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(counting)
try:
    main()
finally:
    print(counted)
"""
"""The command, killed when it is about to touch the files of an export for the n-th time; 0 is never."""


def exporting(settings: Settings, out: Path, moment: int = 0) -> subprocess.CompletedProcess[str]:
    """The command, killed at that moment; the seed is given, so that runs differ in nothing."""
    options = ("--target", "concept", "--image-size", "64", "--shard-bytes", "100000", "--seed", "3")
    environment = os.environ | {
        "EXIFDS_URI": settings.uri or "",
        "EXIFDS_HOME": str(settings.home),
        "EXIFDS_CONFIG": str(settings.config),
    }
    command = [sys.executable, "-c", DEADLY, str(out), str(moment), "export", "cameras", str(out), *options]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def visible(out: Path) -> dict[str, bytes]:
    """The files that a reader sees, but the two that hold dates."""
    return {
        path.name: path.read_bytes() for path in out.glob("*") if path.is_file() and path.name not in DATED
    }


def test_a_killed_export_ends_with_the_same_bytes(filled: Settings, tmp_path: Path) -> None:
    """Whatever is visible after a kill is whole, and in the end nothing tells that there were any."""
    undisturbed = tmp_path / "undisturbed"
    done = exporting(filled, undisturbed)
    assert done.returncode == 0, done.stderr
    touches = int(done.stdout.splitlines()[-1])
    expected = visible(undisturbed)
    moments = random.Random(7)
    for number in range(KILLS):
        out = tmp_path / f"killed-{number}"
        # The first kills are spread over the whole export, the second ones hit what goes on afterwards.
        for moment in (1 + (touches - 1) * (number + moments.random()) / KILLS, 1 + moments.random() * 3):
            died = exporting(filled, out, int(moment))
            assert died.returncode == -signal.SIGKILL, died.stderr
            seen = visible(out) if out.is_dir() else {}
            assert seen.items() <= expected.items()
            if (out / MANIFEST).exists():
                assert load(out).photos == load(undisturbed).photos
        assert exporting(filled, out).returncode == 0
        assert visible(out) == expected
        assert not (out / ".work").exists()


def _scraped(settings: Settings, photos: int) -> None:
    """Scrape all photos of a Flickr of 12 members."""
    with FlickrServer(Catalogue(photos, studio=Studio(size=48))) as server:
        there = settings.model_copy(update=Settings(**server.settings()).model_dump(include=FLICKR))
        with exifds.open("animals", settings=there) as dataset:
            both = [exifds.flickr.search(name, concepts=name) for name in ("indoor", "outdoor")]
            dataset.scrape(both, progress=False)


def _splits(out: Path) -> dict[str, str]:
    """The split of each photo."""
    return {row["id"][0].decode(): split for split, rows in examples(out).items() for row in rows}


@pytest.mark.parametrize("group", ["owner", "none"])
def test_a_large_export_is_split_as_asked(settings: Settings, tmp_path: Path, group: str) -> None:
    """No owner, burst or near-duplicate crosses, and a grown dataset splits its old photos as before."""
    photos, more = (20_000, 5_000) if LONG else (600, 150)
    _scraped(settings, photos)
    with exifds.open("animals", settings=settings) as dataset:
        manifest = dataset.export(tmp_path / "before", target="concept", group=group, progress=False).manifest
    _scraped(settings, photos + more)
    with exifds.open("animals", settings=settings) as dataset:
        dataset.export(tmp_path / "after", target="concept", group=group, progress=False)
        owners = {photo.id: photo.owner_bx for photo in dataset.find()}
    shares = {name: round(split.share, 4) for name, split in manifest.splits.items()}
    LOG.info("%s: %d photos, shares %s, left out %s", group, manifest.photos, shares, manifest.left_out)
    before, after = _splits(tmp_path / "before"), _splits(tmp_path / "after")
    assert before.items() <= after.items()
    if group == "owner":
        of = {(owners[photo], split) for photo, split in after.items()}
        assert len(of) == len(set(owners.values()))
    else:
        assert all(abs(split.share - (split.asked or 0)) < 0.01 for split in manifest.splits.values())
