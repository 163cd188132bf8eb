"""Scoring by the sandbox's Google Vision, against Google's client in a loop.

The sandbox runs in a process of its own on the same machine and takes 100 ms for every answer. Its photos
are small, so that what is measured is the work around the requests, not the network. Both sides send the same
photos, 16 in a request, over gRPC. Nobody has labels of them before: the cache is emptied before each turn.

- exifds: `Dataset.score`, 8 requests in flight: ask which photos have no labels, claim them, read the files
  and check their hashes, scale them, send, keep the labels in the cache and in the photos, score, journalled.
- bare client: a loop that reads 16 files and calls `batch_annotate_images`, and keeps the labels in a list.
- bare client, 8 threads: the same in as many threads as exifds has requests in flight.

Target: 3 times the rate of the loop.
"""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import exifds
from benchmarks.result import Result, in_turns, rate, versus
from benchmarks.sandbox import vision
from exifds.dataset import Dataset
from exifds.enrich.score.client import connected
from exifds.enrich.score.google import WORKERS
from exifds.sandbox import photographer
from exifds.sandbox.studio import Studio
from exifds.settings import Settings
from exifds.store.embedded import attach
from exifds.store.labels import LABELS

__all__ = ["run"]

FASTER_THAN_A_LOOP = 3.0
LATENCY_MS = 100.0
BATCH = 16
SIDE = 96

Turn = Callable[[], float]


def run(*, quick: bool = False) -> list[Result]:
    """Measure scoring.

    Args:
        quick: The smallest size that works: the figures mean nothing.

    Returns:
        `Dataset.score` against the bare client in a loop, and in threads.
    """
    photos, rounds = (32, 1) if quick else (1_600, 5)
    with (
        tempfile.TemporaryDirectory(prefix="exifds-bench-") as name,
        _bench(Path(name), photos) as bench,
    ):
        found = in_turns(bench.turns(), rounds)
    ours = found["exifds"]
    note = f"{photos:,} photos of {SIDE} pixels, {BATCH} in a request, {LATENCY_MS:.0f} ms for each answer"
    return [
        versus(
            "score / bare client in a loop",
            ours,
            found["loop"],
            target=FASTER_THAN_A_LOOP,
            unit="requests",
            note=note,
        ),
        versus(f"score / bare client, {WORKERS} threads", ours, found["threads"], unit="requests"),
    ]


class _Bench:
    """A dataset without labels, a Vision, and the image files."""

    def __init__(self, dataset: Dataset, settings: Settings, files: list[Path]) -> None:
        self._dataset = dataset
        key = settings.vision_key.get_secret_value() if settings.vision_key else None
        self._client, self._headers = connected(settings.vision_endpoint, key, WORKERS)
        self._batches = [files[at : at + BATCH] for at in range(0, len(files), BATCH)]

    def turns(self) -> dict[str, Turn]:
        """The contestants."""
        return {"exifds": self._score, "loop": self._loop, "threads": self._threads}

    def _score(self) -> float:
        collection = self._dataset.collection
        collection.database.drop_collection(LABELS)
        collection.update_many({}, {"$unset": {"labels": "", "scores": ""}})

        def work() -> int:
            report = self._dataset.score(concepts={"monkey": ["monkey", "macaque"]}, progress=False)
            assert report.requests == len(self._batches), report
            assert not report.failures, report
            return report.requests

        return rate(work)

    def _loop(self) -> float:
        return rate(lambda: len([self._label(batch) for batch in self._batches]))

    def _threads(self) -> float:
        with ThreadPoolExecutor(WORKERS) as pool:
            return rate(lambda: len(list(pool.map(self._label, self._batches))))

    def _label(self, files: list[Path]) -> list[list[tuple[str, float]]]:
        """One request."""
        feature = {"type_": "LABEL_DETECTION", "max_results": 50}
        asked = [{"image": {"content": path.read_bytes()}, "features": [feature]} for path in files]
        answer = self._client.batch_annotate_images({"requests": asked}, metadata=self._headers)
        return [
            [(item.description, item.score) for item in one.label_annotations] for one in answer.responses
        ]


@contextmanager
def _bench(root: Path, photos: int) -> Iterator[_Bench]:
    photographer.write(root / "photos", photos, Studio(size=SIDE))
    with vision(LATENCY_MS) as server:
        settings = Settings(
            uri=None, home=root / "home", config=root / "config", key=None, passphrase=None, **server
        )
        with attach(settings.home), exifds.open("bench", settings=settings) as dataset:
            dataset.ingest(root / "photos", progress=False)
            files = sorted((settings.home / "images").rglob("*.jpg"))
            assert len(files) == photos, len(files)
            yield _Bench(dataset, settings, files)
