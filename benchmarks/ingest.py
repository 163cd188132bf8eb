"""Ingest of photos into an embedded mongod, against ExifTool and against the bare libraries.

All sides work on the same files, JPEGs of real cameras (rendered ones where those are not at hand), which
the page cache holds. Every turn begins with an empty collection and with everything earlier on disk.

- exifds, in place: `Dataset.ingest(in_place=True)`: find the files, read, SHA-256, read all EXIF with its
  checks, type the camera's tags, encrypt EXIF, raw EXIF, XMP and IPTC, open every token again, seal, encode,
  ask the server what it has, insert with `j=True`. One thread per core.
- exifds, copies: the same, and each file is written again without its metadata, which is encrypted too;
  file and folder are synced to disk.
- ExifTool: `exiftool -json -n -r` on the folder: reads all tags, maker notes too, and prints them. It neither
  encrypts nor stores, and runs in one process; its start-up counts.
- bare: the loop in `bare.py`: the same steps on as many threads, into a collection with the same validator
  and indexes, batches as large, as durable; but nothing checked, modelled or told apart.

Targets: 5 times the rate of ExifTool, 0.7 of the bare libraries.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from pymongo import IndexModel, MongoClient
from pymongo.synchronous.database import Database
from pymongo.write_concern import WriteConcern

import exifds
from benchmarks import photos
from benchmarks.bare import BareIngester
from benchmarks.result import Result, in_turns, rate, versus
from exifds.photo import Privacy
from exifds.settings import Settings
from exifds.store.connect import DEFAULT_DATABASE
from exifds.store.embedded import attach
from exifds.store.embedded.mongod import filesystem_type
from exifds.store.schema import indexes, validator

__all__ = ["run"]

FASTER_THAN_EXIFTOOL = 5.0
OF_THE_BARE_RATE = 0.7
NO_EXIFTOOL = "exiftool is not on PATH: apt-get install -y libimage-exiftool-perl"

Turn = Callable[[], float]


def run(*, quick: bool = False) -> list[Result]:
    """Measure ingest.

    Args:
        quick: The smallest size that works: the figures mean nothing.

    Returns:
        Both ways of ingest against ExifTool and against the bare libraries.
    """
    kind, originals = photos.originals(most=4 if quick else None)
    times, rounds = (1, 1) if quick else (5, 7)
    with tempfile.TemporaryDirectory(prefix="exifds-bench-") as name, _bench(Path(name)) as bench:
        files = photos.copies(originals, times, bench.files)
        note = f"{len(files)} files of {kind}, on {filesystem_type(bench.root) or 'an unknown file system'}"
        found = in_turns(bench.turns(files), rounds)
    in_place, copies = found["in place"], found["copies"]
    results = [
        versus(
            "ingest in place / bare libraries", in_place, found["bare"], target=OF_THE_BARE_RATE, note=note
        ),
        versus("ingest with copies / bare libraries", copies, found["bare copies"], target=OF_THE_BARE_RATE),
    ]
    if "exiftool" not in found:
        return [*results, Result("ingest in place / exiftool", results[0].ours, note=NO_EXIFTOOL)]
    return [
        *results,
        versus("ingest in place / exiftool", in_place, found["exiftool"], target=FASTER_THAN_EXIFTOOL),
        versus("ingest with copies / exiftool", copies, found["exiftool"], target=FASTER_THAN_EXIFTOOL),
    ]


class _Bench:
    """A folder and an embedded server in which each turn finds the same conditions."""

    def __init__(self, root: Path, database: Database[dict[str, Any]]) -> None:
        self.root = root
        self.files = root / "files"
        self._database = database
        self._settings = Settings(
            uri=None, home=root / "home", config=root / "config", key=None, passphrase=None
        )
        self._numbers = count()

    def turns(self, files: list[Path]) -> dict[str, Turn]:
        """The contestants."""
        spare = photos.copies([files[0].read_bytes()], 1, self.root / "spare")
        turns: dict[str, Turn] = {
            "in place": lambda: self._ours(len(files), spare, in_place=True),
            "bare": lambda: self._bare(files, None),
            "copies": lambda: self._ours(len(files), spare, in_place=False),
            "bare copies": lambda: self._bare(files, self.root / "bare"),
        }
        if shutil.which("exiftool"):
            turns["exiftool"] = lambda: self._exiftool(len(files))
        return turns

    @contextmanager
    def _fresh(self) -> Iterator[str]:
        """Name of a collection for one turn; before it, everything earlier goes to disk."""
        name = f"bench_{next(self._numbers)}"
        self._database.client.admin.command("fsync")
        os.sync()
        yield name
        self._database.drop_collection(name)
        for folder in (self.root / "images", self.root / "bare"):
            shutil.rmtree(folder, ignore_errors=True)

    def _ours(self, total: int, spare: list[Path], *, in_place: bool) -> float:
        with self._fresh() as name:
            images = self.root / "images"
            with exifds.open(name, settings=self._settings, images=images) as dataset:
                dataset.ingest(spare, progress=False)  # makes the collection and its indexes
                os.sync()

                def work() -> int:
                    report = dataset.ingest(self.files, in_place=in_place, progress=False)
                    assert report.stored == total, report
                    return report.stored

                return rate(work)

    def _bare(self, files: list[Path], images: Path | None) -> float:
        with self._fresh() as name:
            self._database.create_collection(name, validator=validator(Privacy.STANDARD))
            collection = self._database.get_collection(name, write_concern=WriteConcern(w=1, j=True))
            collection.create_indexes([IndexModel(**index) for index in indexes(Privacy.STANDARD)])
            if images is not None:
                images.mkdir()
            ingester = BareIngester(collection, images)
            os.sync()
            return rate(lambda: ingester.run(files))

    def _exiftool(self, total: int) -> float:
        with self._fresh():
            command = ["exiftool", "-json", "-n", "-r", str(self.files)]

            def work() -> int:
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
                return total

            return rate(work)


@contextmanager
def _bench(root: Path) -> Iterator[_Bench]:
    with attach(root / "home") as lease, MongoClient[dict[str, Any]](lease.uri, tz_aware=True) as client:
        yield _Bench(root, client[DEFAULT_DATABASE])
