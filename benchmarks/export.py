"""Export of photos as TFRecords of 224 x 224 pixels, against plain Pillow and against img2dataset's resizer.

All sides work on the same files, JPEGs of real cameras (rendered ones of 1,536 pixels where those are not at
hand), which the page cache holds, on all cores. Every turn writes to a new folder, after everything earlier
went to disk; folders are removed at the very end.

- exifds: `Dataset.export` from an embedded mongod: query, decode, turn upright, crop and resize, encode at
  quality 90, tell near-duplicates, share out to splits, look for leaks, write durable shards with a hash
  each, and all that lies beside them. A thread per core. Leaks are allowed: the files are copies of others.
- exifds, images only: a thread per core that reads, renders and writes each image as a file.
- Pillow: `open().convert("RGB").resize((224, 224)).save()`, a process per core, which is as fast as a thread
  per core or faster; the processes run before the turn begins.
- img2dataset: its `Resizer` at `center_crop`, quality 90, in the processes of its own virtual environment,
  one per core as it does it; its start and one photo for each process do not count.

Targets: 2.5 times the rate of Pillow, 1.3 times the rate of img2dataset.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from PIL import Image

import exifds
from benchmarks import img2dataset, photos
from benchmarks.result import Result, in_turns, rate, versus
from exifds.dataset import Dataset
from exifds.export.images import Rendering, render
from exifds.settings import Settings
from exifds.store.embedded import attach

__all__ = ["run"]

FASTER_THAN_PILLOW = 2.5
FASTER_THAN_IMG2DATASET = 1.3

SIDE = 224
QUALITY = 90
RENDERED = 1536
"""Side of rendered photos, in pixels: they have as many as those of real cameras have on average."""
AT_ONCE = 8
"""Photos that a process is handed at a time."""

Turn = Callable[[], float]


def run(*, quick: bool = False) -> list[Result]:
    """Measure export.

    Args:
        quick: The smallest size that works: the figures mean nothing.

    Returns:
        A whole export, and the work on its images alone, against Pillow and against img2dataset's resizer.
    """
    kind, originals = photos.originals(most=4 if quick else None, side=64 if quick else RENDERED)
    times, rounds = (1, 1) if quick else (4, 7)
    peer = "a quick run leaves img2dataset out" if quick else img2dataset.installed()
    with tempfile.TemporaryDirectory(prefix="exifds-bench-") as name:
        root = Path(name)
        files = photos.copies(originals, times, root / "files")
        with _bench(root, files) as bench:
            found = in_turns(bench.turns(peer), rounds)
    whole, images, pillow = found["export"], found["images"], found["pillow"]
    results = [
        versus(
            "export / Pillow", whole, pillow, target=FASTER_THAN_PILLOW, note=f"{len(files)} files of {kind}"
        ),
        versus("export, images only / Pillow", images, pillow),
    ]
    if isinstance(peer, str):
        return [*results, Result("export / img2dataset's resizer", results[0].ours, note=peer)]
    return [
        *results,
        versus("export / img2dataset's resizer", whole, found["peer"], target=FASTER_THAN_IMG2DATASET),
        versus("export, images only / its resizer", images, found["peer"]),
    ]


class _Bench:
    """A dataset with all the photos, workers that wait, and a new folder for each turn."""

    def __init__(
        self, root: Path, files: list[Path], dataset: Dataset, pools: tuple[Executor, Executor]
    ) -> None:
        self._root = root
        self._files = files
        self._dataset = dataset
        self._threads, self._processes = pools
        self._numbers = count()

    def turns(self, peer: Path | str) -> dict[str, Turn]:
        """The contestants."""
        turns: dict[str, Turn] = {
            "export": self._export,
            "images": partial(self._each, self._threads, _ours),
            "pillow": partial(self._each, self._processes, _pillow),
        }
        if isinstance(peer, Path):
            turns["peer"] = lambda: img2dataset.resize(peer, self._files, self._fresh(), SIDE, QUALITY)
        return turns

    def _export(self) -> float:
        out = self._fresh()

        def work() -> int:
            report = self._dataset.export(
                out, image_size=SIDE, quality=QUALITY, allow_leaks=True, progress=False
            )
            assert report.manifest.photos == len(self._files), report
            return report.manifest.photos

        return rate(work)

    def _each(self, pool: Executor, step: Callable[[Path, Path], None]) -> float:
        out = self._fresh()
        out.mkdir()
        targets = [out / path.name for path in self._files]

        def work() -> int:
            return len(list(pool.map(step, self._files, targets, chunksize=AT_ONCE)))

        return rate(work)

    def _fresh(self) -> Path:
        """A new folder, after everything earlier went to disk."""
        os.sync()
        return self._root / f"out-{next(self._numbers):03d}"


def _ours(path: Path, target: Path) -> None:
    target.write_bytes(render(path.read_bytes(), Rendering(size=SIDE, quality=QUALITY)).data)


def _pillow(path: Path, target: Path) -> None:
    Image.open(path).convert("RGB").resize((SIDE, SIDE)).save(target)


@contextmanager
def _bench(root: Path, files: list[Path]) -> Iterator[_Bench]:
    settings = Settings(uri=None, home=root / "home", config=root / "config", key=None, passphrase=None)
    cores = os.cpu_count() or 1
    with (
        ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as processes,
        ThreadPoolExecutor(cores) as threads,
        attach(settings.home),
        exifds.open("bench", settings=settings, images=root / "images") as dataset,
    ):
        stored = dataset.ingest(root / "files", in_place=True, progress=False).stored
        assert stored == len(files), stored
        yield _Bench(root, files, dataset, (threads, processes))
