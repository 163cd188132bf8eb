"""Response times of the curation page, against the 100 ms that an answer may take.

Datasets of rendered photos with scores for two concepts, a tenth of them unscored, and verdicts on one in
fifty, in an embedded mongod. The documents are as large as those of an ingest; the photos share image files.

- slider move: one hundredth further, and all numbers anew: tabs, class balance, precision and recall.
- on the screen: the same in Debian's Chromium, from the movement of the mouse to the number on the page. The
  page sends at most 20 moves a second, so that up to 50 ms of it are spent waiting.
- cube: what opening the page and every filter cost: the aggregation, and reading what it gives. It reads
  every photo; no slider waits for it, so it has no target.
- grid: what letting a slider go costs: the 30 photos of a tab.

`theirs` is the rate that 100 ms allow. Target: 1.
"""

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter

import exifds
from benchmarks.result import Result
from exifds.curate.choice import Choice
from exifds.curate.desk import Desk
from exifds.curate.listing import Listing
from exifds.sandbox import photographer
from exifds.settings import Settings
from exifds.store.codec import Codec
from exifds.store.embedded import attach
from exifds.store.sync import Store

__all__ = ["run"]

ALLOWED_S = 0.1
MOST_STEPS = 25
"""Movements on the screen: each is more than a hundredth, so that each changes a number."""
CONCEPTS = ("cage", "monkey")
CHROMIUM = os.environ.get("EXIFDS_CHROMIUM") or shutil.which("chromium")

WATCH = """() => {
  window.waits = [];
  let moved;
  document.addEventListener('mousemove', () => { moved ??= performance.now(); }, true);
  new MutationObserver(() => {
    if (moved !== undefined) window.waits.push((performance.now() - moved) / 1000);
    moved = undefined;
  }).observe(document.querySelector('.app'), {subtree: true, childList: true, characterData: true});
}"""
"""Notes the seconds from the first movement of the mouse to the next change of a number."""


def run(*, quick: bool = False) -> list[Result]:
    """Measure the page.

    Args:
        quick: The smallest size that works: the figures mean nothing.

    Returns:
        For each size of a dataset a slider move, the same on the screen, the cube and the grid.
    """
    sizes, times = ((200,), 3) if quick else ((1_000, 10_000, 100_000), 31)
    results = []
    with tempfile.TemporaryDirectory(prefix="exifds-bench-") as name:
        root = Path(name)
        settings = Settings(uri=None, home=root / "home", config=root / "config", key=None, passphrase=None)
        with attach(settings.home):
            for photos in sizes:
                with _filled(root, settings, photos) as desk:
                    results += _measured(desk, photos, times)
    return results


@contextmanager
def _filled(root: Path, settings: Settings, photos: int) -> Iterator[Desk]:
    """The desk of a dataset of photos with scores."""
    folder = root / "photos"
    photographer.write(folder, 30)
    name = f"photos_{photos}"
    with exifds.open(name, settings=settings, images=root / "images") as dataset:
        dataset.ingest(folder, concepts_from_folders=True, progress=False)
        rows, draws = cycle(list(dataset.collection.find())), random.Random(0)
        dataset.collection.delete_many({})
        batch = []
        for number in range(photos):
            scores = {concept: _score(draws) for concept in CONCEPTS} if draws.random() > 0.1 else {}
            verdict = {"verdict": draws.choice(("accepted", "rejected"))} if draws.random() < 0.02 else {}
            batch.append(next(rows) | {"_id": f"file:{number:032x}", "scores": scores} | verdict)
            if len(batch) == 1000 or number == photos - 1:
                dataset.collection.insert_many(batch, ordered=False)
                batch = []
        database = dataset.collection.database
        yield Desk(
            Store(database, name),
            database,
            Codec(name),
            dataset.images,
            root / "thumbnails",
            lambda photo, _decrypt: next(iter(dataset.find({"_id": photo})), None),
        )
        dataset.collection.drop()


def _score(draws: random.Random) -> float | None:
    """A score as Vision gives it: of seven digits, none below 0.5."""
    score = round(draws.betavariate(5, 2), 7)
    return score if score >= 0.5 else None


def _measured(desk: Desk, photos: int, times: int) -> list[Result]:
    choice = Choice()
    cube = _seconds(lambda: choice.read(desk.store, CONCEPTS), times)
    choice.cube = choice.read(desk.store, CONCEPTS)
    choice.put("cage", 0.7)
    positions = cycle(range(50, 101))

    def move() -> None:
        choice.put("monkey", next(positions) / 100)
        choice.photos()
        choice.outcome()
        choice.estimate()

    moves = _seconds(move, times)
    choice.put("monkey", 0.8)
    grid = _seconds(lambda: Listing(choice.query("kept")).read(desk.store, desk.codec), times)
    of = f"{photos:,} photos"
    entries = f"{len(choice.cube.photos):,} entries in the cube"
    return [
        _row(f"slider move, {of}", "moves", moves, entries),
        _on_screen(desk, f"slider move on the screen, {of}", times),
        replace(_row(f"cube, {of}", "counts", cube), target=None),
        _row(f"grid, {of}", "pages", grid),
    ]


def _seconds(work: Callable[[], object], times: int) -> list[float]:
    """How long something takes, each time; a first time does not count."""
    work()
    found = []
    for _ in range(times):
        started = perf_counter()
        work()
        found.append(perf_counter() - started)
    return found


def _on_screen(desk: Desk, name: str, times: int) -> Result:
    """Drag the slider of `monkey` with the mouse."""
    if CHROMIUM is None:
        return Result(name, 1 / ALLOWED_S, note="no chromium is here: set EXIFDS_CHROMIUM", unit="moves")
    from playwright.sync_api import sync_playwright  # not needed for the rest

    from exifds.curate.app import CurationServer

    with CurationServer(desk) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(server.url)
        page.locator(".tile:not(.absent) .photo").first.wait_for()
        page.evaluate(WATCH)
        slider = page.get_by_role("slider", name="Threshold of monkey")
        box = slider.bounding_box()
        assert box is not None
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 1, middle)
        page.mouse.down()
        for step in range(min(times, MOST_STEPS) + 1):
            page.mouse.move(box["x"] + box["width"] * (0.2 + 0.03 * step), middle)
            page.wait_for_timeout(2000 * ALLOWED_S)  # so that each movement has its answer
        page.mouse.up()
        waits: list[float] = page.evaluate("() => window.waits")
        browser.close()
    return _row(name, "moves", waits[1:])


def _row(name: str, unit: str, seconds: list[float], note: str = "") -> Result:
    usual, slowest = median(seconds), max(seconds)
    told = f"{1000 * usual:.1f} ms, {1000 * slowest:.1f} ms at most; {1000 * ALLOWED_S:.0f} ms allowed"
    return Result(
        name,
        1 / usual,
        1 / ALLOWED_S,
        ALLOWED_S / usual,
        target=1.0,
        unit=unit,
        note=", ".join(part for part in (told, note) if part),
    )
