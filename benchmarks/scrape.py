"""Scraping: photos of the sandbox's Flickr, against bare downloads of the same photos; and a complete search.

The sandbox runs in a process of its own on the same machine and takes 50 ms for every answer. Its photos are
small, so that what is measured is the work for each photo, not the network. Every turn writes to new folders,
which are removed at the very end: a disk that has just deleted thousands of files is slower.

- exifds: `Dataset.scrape`, search included, into an embedded mongod: ask for the pages, parse their rows,
  download, SHA-256, read all EXIF with its checks, cut the metadata out, write the file durably, encrypt,
  open every token again, seal, insert with `j=True`, and keep the work list of the crawl.
- bare aiohttp: a loop over the URLs of the photos with 64 connections that writes files. It searches,
  checks, reads and stores nothing.
- bare aiohttp, durable: the same, but each file is synced to disk, renamed, and its folder synced, as exifds
  promises; in threads.
- img2dataset: the same URLs as they are, a process per core and 64 threads each. It hashes each photo and
  reads its EXIF; it neither searches nor syncs nor encrypts.

Targets: 0.8 of the rate of bare aiohttp, and the rate of img2dataset.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import exifds
from benchmarks import bare_download, img2dataset
from benchmarks.result import Result, in_turns, rate, versus
from benchmarks.sandbox import flickr
from exifds.dataset import Dataset
from exifds.settings import Settings
from exifds.store.embedded import attach

__all__ = ["run"]

OF_THE_BARE_RATE = 0.8
OF_IMG2DATASET = 1.0
LATENCY_MS = 50.0

EVERYTHING = exifds.flickr.search("wild")
NOTHING = exifds.flickr.search("no photo of the sandbox has this text")

Turn = Callable[[], float]


def run(*, quick: bool = False) -> list[Result]:
    """Measure scraping.

    Args:
        quick: The smallest size that works: the figures mean nothing.

    Returns:
        A scrape against bare downloads and img2dataset, and a search that is complete.
    """
    photos, rounds, matches = (20, 1, 200) if quick else (2_000, 5, 20_000)
    peer = "a quick run leaves img2dataset out" if quick else img2dataset.installed()
    with tempfile.TemporaryDirectory(prefix="exifds-bench-") as name:
        root = Path(name)
        with _bench(root / "scrape", photos, warm=True) as bench:
            found = in_turns(bench.turns(peer), rounds)
        with _bench(root / "search", matches, warm=False) as bench:
            search = bench.search(matches)
    ours = found["exifds"]
    results = [
        versus("scrape / bare aiohttp", ours, found["bare"], target=OF_THE_BARE_RATE),
        versus("scrape / bare aiohttp, durable", ours, found["durable"]),
    ]
    if isinstance(peer, str):
        results.append(Result("scrape / img2dataset", results[0].ours, note=peer))
    else:
        results.append(versus("scrape / img2dataset", ours, found["img2dataset"], target=OF_IMG2DATASET))
    return [*results, search]


class _Bench:
    """One Flickr, one mongod, and a new folder for each turn."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self._root = root
        self._settings = settings
        self._numbers = count()

    def turns(self, peer: Path | str) -> dict[str, Turn]:
        """The contestants."""
        urls = self._urls()
        turns: dict[str, Turn] = {
            "exifds": lambda: self._scrape(len(urls)),
            "bare": lambda: self._bare(urls, durably=False),
            "durable": lambda: self._bare(urls, durably=True),
        }
        if isinstance(peer, Path):
            turns["img2dataset"] = lambda: img2dataset.download(peer, urls, self._fresh())
        return turns

    def search(self, matches: int) -> Result:
        """Search for more than Flickr shows of one query; only what it says about the photos is stored."""
        with self._dataset() as dataset:
            reports = []

            def work() -> int:
                reports.append(dataset.scrape(EVERYTHING, download=False, progress=False))
                return reports[0].stored

            speed = rate(work)
            found = dataset.find().count()
        seen = reports[0].coverage[EVERYTHING.label]
        coverage = {
            "expected": seen.expected,
            "seen": seen.fetched,
            "unique": seen.unique,
            "slices": seen.slices,
            "slices over the cap": len(seen.over),
        }
        told = ", ".join(f"{number:,} {name}" for name, number in coverage.items())
        note = f"{found:,} of {matches:,} photos with {reports[0].calls} API calls; coverage: {told}"
        return Result("complete search", speed, note=note)

    def _urls(self) -> list[str]:
        """Where the originals are."""
        with self._dataset() as dataset:
            dataset.scrape(EVERYTHING, download=False, progress=False)
            return [photo.sizes["o"].url for photo in dataset.find()]

    def _scrape(self, total: int) -> float:
        with self._dataset() as dataset:

            def work() -> int:
                report = dataset.scrape(EVERYTHING, progress=False)
                assert report.stored == total, report
                return report.stored

            return rate(work)

    def _bare(self, urls: list[str], *, durably: bool) -> float:
        folder = self._fresh()
        return rate(partial(bare_download.download, urls, folder, durably=durably))

    def _dataset(self) -> Dataset:
        """A dataset that is made, and empty."""
        folder = self._fresh()
        dataset = exifds.open(f"bench_{folder.name}", settings=self._settings, images=folder)
        dataset.scrape(NOTHING, progress=False)
        os.sync()
        return dataset

    def _fresh(self) -> Path:
        """A new folder, after everything earlier went to disk."""
        os.sync()
        return self._root / f"{next(self._numbers):03d}"


@contextmanager
def _bench(root: Path, photos: int, *, warm: bool) -> Iterator[_Bench]:
    with flickr(photos, LATENCY_MS, warm=warm) as server:
        settings = Settings(
            uri=None, home=root / "home", config=root / "config", key=None, passphrase=None, **server
        )
        with attach(settings.home):
            yield _Bench(root, settings)
