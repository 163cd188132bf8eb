"""An ingest killed at any point goes on when it is run again: nothing lost, doubled or half written.

`make test` kills a few times; `make faults` (EXIFDS_FAULTS=long) as often as the closing notes say.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import exifds
from exifds.sandbox import photographer
from exifds.settings import Settings
from tests.servers import mongods, wait_until

pytestmark = pytest.mark.faults

LONG = os.environ.get("EXIFDS_FAULTS") == "long"
KILLS = 20 if LONG else 4
PHOTOS = 2000 if LONG else 1000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of rendered photos."""
    folder = tmp_path_factory.mktemp("photos")
    photographer.write(folder, PHOTOS)
    return folder


def ingesting(folder: Path) -> subprocess.Popen[bytes]:
    """The command in a process group of its own."""
    command = [sys.executable, "-m", "exifds", "ingest", str(folder), "--into", "cameras"]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def assert_complete(settings: Settings, folder: Path) -> None:
    """Every file is one photo with the right bytes, and there is nothing else."""
    files = {hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.rglob("*.jpg")}
    with exifds.open("cameras", settings=settings) as dataset:
        report = dataset.ingest(folder)
        assert report.failed == []
        photos = list(dataset.find())
        assert len(photos) == len(files)
        assert {photo.image.original_sha256 for photo in photos if photo.image} == files
        assert all(len(photo.found_by) == 1 for photo in photos)
        assert dataset.verify().faults == []
        paths = {photo.image.path for photo in photos if photo.image}
    images = settings.home / "images"
    stored = {str(path.relative_to(images)) for path in images.rglob("*") if path.is_file()}
    assert stored == paths


def test_kill_the_ingest(embedded: Settings, folder: Path) -> None:
    """Kill -9 of the command at random points, then the same command: complete."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  # shown when the test fails
    draw = random.Random(seed)
    stored = []
    for _ in range(KILLS):
        process = ingesting(folder)
        time.sleep(draw.uniform(0.3, 2.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with exifds.open("cameras", settings=embedded) as dataset:
            stored.append(dataset.collection.count_documents({}))
    assert stored == sorted(stored), "an acknowledged photo was lost"
    assert_complete(embedded, folder)


def test_kill_the_database(embedded: Settings, folder: Path) -> None:
    """Kill -9 of mongod while photos are ingested: the command waits for it, goes on and ends well."""
    process = ingesting(folder)
    try:
        wait_until(lambda: any((embedded.home / "images").rglob("*.jpg")), 60)
        for _ in range(5 if LONG else 2):
            time.sleep(0.7)
            for server in mongods(embedded.home):
                server.kill()
        assert process.wait(timeout=120) == 0
    finally:
        process.kill()
        process.wait()
    assert_complete(embedded, folder)


def test_interrupt(embedded: Settings, folder: Path) -> None:
    """Ctrl-C ends the command soon and in words; the same command goes on."""
    command = [sys.executable, "-m", "exifds", "ingest", str(folder), "--into", "cameras"]
    with exifds.open("cameras", settings=embedded) as dataset:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not dataset.collection.count_documents({}):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        assert 0 < dataset.collection.count_documents({}) < PHOTOS
    assert errors == "exifds: stopped; run the same command again to go on\n"
    assert process.returncode == 130
    assert_complete(embedded, folder)
