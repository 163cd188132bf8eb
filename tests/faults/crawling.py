"""What the fault tests of crawls share: the command as a process, and what must be true in the end."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exifds.crawl.photos import PHOTOS
from exifds.dataset import Dataset
from exifds.fetch.images import SPACE_TO_KEEP
from exifds.photo import Photo
from exifds.sandbox.flickr import Catalogue, FlickrServer

LONG = os.environ.get("EXIFDS_FAULTS") == "long"

IN_FLIGHT = PHOTOS
"""Photos that a kill may cost: those under way."""

COMMAND = """
import functools, runpy, sys
lease_s, backoff_s, keep_free = map(float, sys.argv.pop(1).split(","))
from exifds.store import tasks
tasks.LEASE_S, tasks._LEASE_MS = lease_s, lease_s * 1000
tasks._LEASE_END["$add"][1] = tasks._LEASE_MS
from exifds.crawl import runner
from exifds.fetch import images
runner.Scrape = functools.partial(runner.Scrape, backoff_s=backoff_s)
images.SPACE_TO_KEEP = int(keep_free)
print("ready", flush=True)
sys.stdin.readline()
runpy.run_module("exifds", run_name="__main__")
"""
"""The command line with a shorter lease and shorter pauses: it gets ready, and runs when it is told to."""

NORMAL_LEASE_S = 60


@dataclass
class Crawl:
    """One search, and the processes that run it.

    Args:
        server: Its Flickr.
        dataset: Where the photos go.
        options: Of the command.
        lease_s: After so many seconds a task of a killed process is taken over.
        keep_free: Bytes that must be free on the disk.
    """

    server: FlickrServer
    dataset: Dataset
    options: tuple[str, ...] = ()
    lease_s: float = 1
    keep_free: int = SPACE_TO_KEEP
    _started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, count: int = 1, term: str = "wild") -> list[subprocess.Popen[str]]:
        """Run the command so many times at once."""
        there = {f"EXIFDS_{name.upper()}": str(value) for name, value in self.server.settings().items()}
        search = ("scrape", "search", term, "--safe-search", "3", "--into", self.dataset.name, "--json")
        bounds = f"{self.lease_s},0.05,{self.keep_free}"
        begun = [
            subprocess.Popen(
                [sys.executable, "-c", COMMAND, bounds, *search, *self.options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=os.environ | there,
            )
            for _ in range(count)
        ]
        self._started += begun
        assert [one.stdout.readline() for one in begun if one.stdout] == ["ready\n"] * count
        for one in begun:
            assert one.stdin is not None
            one.stdin.write("go\n")
            one.stdin.flush()
        return begun

    def run(self) -> dict[str, Any]:
        """Run the command to its end."""
        (process,) = self.start()
        return report(process)

    @property
    def images(self) -> Path:
        """The folder with the image files."""
        return self.dataset.images.root  # type: ignore[attr-defined, no-any-return]  # it is a local folder

    def calls(self) -> Counter[str]:
        """Calls of the API by method."""
        return self.server.stats.calls

    def ended(self) -> bool:
        """Whether a process ended that nobody killed."""
        return any(process.poll() not in {None, -signal.SIGKILL} for process in self._started)

    def kill_all(self) -> None:
        """End what runs, also what was stopped."""
        for process in self._started:
            process.kill()
            process.communicate()

    def requests(self) -> int:
        """Requests that Flickr got."""
        return len(self.server.stats.ledger)

    def downloads(self) -> Counter[str]:
        """How often each photo file was asked for."""
        return Counter(request.what for request in self.server.stats.ledger if request.side == "photo")

    def redone(self) -> int:
        """Photo files that were asked for again."""
        downloads = self.downloads()
        return downloads.total() - len(downloads)

    def stored(self) -> set[str]:
        """Ids of the photos that the dataset holds with their images."""
        rows = self.dataset.collection.find({"state": "done"}, {"source_id": 1})
        return {row["source_id"] for row in rows}

    def assert_complete(self, ways: int = 1) -> None:
        """Each photo that can be had is stored once with the right bytes, and there is nothing else.

        Args:
            ways: In how many ways each was found.
        """
        catalogue = self.server.catalogue
        photos = [photo for photo in self.dataset.find() if photo.state == "done"]
        right = {name: sha256(catalogue, name) for name in catalogue.obtainable()}
        assert len(photos) == len(right)
        assert {photo.source_id: original(photo) for photo in photos} == right
        assert all(len(photo.found_by) == ways for photo in photos)
        assert self.dataset.verify().faults == []
        assert {crawl.crawl.state for crawl in self.dataset.crawls()} == {"done"}
        assert sum(crawl.open for crawl in self.dataset.crawls()) == 0
        files = {str(path.relative_to(self.images)) for path in self.images.rglob("*") if path.is_file()}
        assert files == {photo.image.path for photo in photos if photo.image}


def report(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait until the command ends well; what it printed."""
    output, errors = process.communicate(timeout=540)
    assert not errors, errors
    assert process.returncode == 0, output
    found: dict[str, Any] = json.loads(output)
    return found


def kill(process: subprocess.Popen[str]) -> None:
    """Kill -9 of a process that runs."""
    process.kill()
    output, errors = process.communicate()
    assert not errors, errors
    assert (process.returncode, output) == (-signal.SIGKILL, "")


def sha256(catalogue: Catalogue, photo_id: str) -> str:
    """Hash of the largest file that can be had of a photo."""
    index = catalogue.index(photo_id)
    assert index is not None
    return hashlib.sha256(catalogue.picture(photo_id, catalogue.sizes(index)[-1].suffix)).hexdigest()


def original(photo: Photo) -> str | None:
    """Hash of the file that a photo was made from."""
    return photo.image.original_sha256 if photo.image else None
