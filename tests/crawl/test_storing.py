"""Results are stored in batches, each once, and nobody goes on whose result is not on disk."""

import asyncio
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import cast

import pytest

from exifds import access
from exifds.crawl.keep import Draft, Keeper, Written
from exifds.crawl.options import Options
from exifds.crawl.report import ScrapeReport
from exifds.crawl.storing import BATCH, BATCHES, OVERTAKEN, Result, Storer
from exifds.dataset import Dataset
from exifds.errors import DiskFullError
from exifds.photo import FoundBy, Photo, Privacy
from exifds.settings import Settings
from exifds.store.outcomes import Outcome
from exifds.store.queries import Update
from exifds.store.sync import Store

RESULTS = 300
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Disk:
    """Where results go, in place of a dataset and a work list."""

    def __init__(self, written: Written | None = None, room: int = RESULTS) -> None:
        self.batches: list[int] = []
        self.outcomes: dict[str, Outcome] = {}
        self.most_at_a_time = 0
        self._at_a_time = 0
        self._written = written or Written({}, {})
        self._room = room
        self._lock = threading.Lock()

    def write(self, drafts: Sequence[Draft], seen: Iterable[Update]) -> Written:
        """Take the documents of a batch."""
        del seen
        with self._lock:
            self._at_a_time += 1
            self.most_at_a_time = max(self.most_at_a_time, self._at_a_time)
            self.batches.append(len(drafts))
            if sum(self.batches) > self._room:
                raise DiskFullError("no room is left")
        return self._written

    def record(self, outcomes: Mapping[str, Outcome]) -> None:
        """Take what became of a batch."""
        with self._lock:
            assert not outcomes.keys() & self.outcomes.keys()
            self.outcomes |= outcomes
            self._at_a_time -= 1


@pytest.fixture
def threads() -> Iterator[Executor]:
    """Threads for blocking work."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


def storer_to(disk: Disk, threads: Executor) -> Storer:
    """A storer, and its report."""
    advance = lambda done, failed=0: None  # noqa: E731  # a bar that nobody sees
    return Storer(cast("Keeper", disk), Options(), disk.record, threads, ScrapeReport(), advance)


def kept(number: int) -> Result:
    """A photo that is to be kept."""
    photo_id = f"flickr:{number}"
    return Result(photo_id, lambda: Draft(photo_id, "kept"), f"page {number % 3}")


async def test_all_results_are_stored_in_batches(threads: Executor) -> None:
    """Each is stored once and with its own place, in few batches of which few are under way at a time."""
    disk = Disk()
    storer = storer_to(disk, threads)
    await asyncio.gather(*(storer.store(kept(number)) for number in range(RESULTS)))
    assert disk.outcomes == {
        f"flickr:{number}": Outcome("kept", place=f"page {number % 3}") for number in range(RESULTS)
    }
    assert sum(disk.batches) == RESULTS
    assert max(disk.batches) == BATCH
    assert len(disk.batches) <= -(-RESULTS // BATCH) + BATCHES  # the first ones had nobody to wait for
    assert disk.most_at_a_time <= BATCHES
    assert storer.report.stored == RESULTS


async def test_a_result_alone_is_stored_at_once(threads: Executor) -> None:
    """Nobody waits for others to come."""
    disk = Disk()
    await storer_to(disk, threads).store(kept(7))
    assert disk.batches == [1]


async def test_what_is_known_needs_no_document(threads: Executor) -> None:
    """A photo that is not wanted is written down, and has no document."""
    disk = Disk()
    storer = storer_to(disk, threads)
    await storer.store(Result("flickr:7", Outcome("rejected", "a video, not a photo"), "page 1"))
    assert disk.outcomes == {"flickr:7": Outcome("rejected", "a video, not a photo", "page 1")}
    assert disk.batches == [0]
    assert storer.report.rejected == {"a video, not a photo": 1}


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        (Written({"flickr:7": "too large"}, {}), Outcome("failed", "too large", "page 1")),
        (Written({}, {"flickr:7": {"state": "meta"}}), Outcome("failed", OVERTAKEN, "page 1")),
        (Written({}, {"flickr:7": {"state": "gone"}}), Outcome("kept", None, "page 1")),
    ],
)
async def test_the_database_has_the_last_word(threads: Executor, written: Written, outcome: Outcome) -> None:
    """A photo that was refused, or that somebody else stored with less than is wanted, failed."""
    disk = Disk(written)
    await storer_to(disk, threads).store(kept(7))
    assert disk.outcomes == {"flickr:7": outcome}


async def test_nobody_goes_on_whose_result_is_not_stored(threads: Executor) -> None:
    """A page must not be done while a photo of it waits: a full disk ends all of them."""
    disk = Disk(room=2 * BATCH)
    storer = storer_to(disk, threads)
    stored: list[int] = []

    async def store(number: int) -> None:
        await storer.store(kept(number))
        stored.append(number)

    async def page() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(RESULTS):
                group.create_task(store(number))

    with pytest.raises(BaseExceptionGroup) as raised:
        await page()
    assert raised.value.subgroup(DiskFullError)
    assert {f"flickr:{number}" for number in stored} <= disk.outcomes.keys()


async def test_two_rows_of_one_photo(dataset: Dataset, settings: Settings) -> None:
    """A list names a photo twice with other labels: both are stored, also where the rows wait together."""
    store = Store(dataset.collection.database, dataset.name)
    keeper = Keeper(store, access.for_writing(store, settings, Privacy.STANDARD), dataset.images)
    options = Options(exif="none", download=False, metadata=False)
    outcomes: dict[str, Outcome] = {}

    def record(found: Mapping[str, Outcome]) -> None:
        outcomes.update(found)

    with ThreadPoolExecutor() as threads:
        storer = Storer(keeper, options, record, threads, ScrapeReport(), lambda _done, _failed: None)
        for _ in range(BATCHES):
            await storer._turns.acquire()  # so that both wait
        storing = [
            asyncio.create_task(storer.store(Result("flickr:1", partial(keeper.draft, one, None, None), "p")))
            for one in (photo("cat"), photo("pet"))
        ]
        await asyncio.sleep(0)
        for _ in range(BATCHES):
            storer._turns.release()
        await asyncio.gather(*storing)
    (stored,) = dataset.find()
    assert sorted(stored.concepts) == ["cat", "pet"]
    assert [outcome.kind for outcome in outcomes.values()] == ["kept"]


def photo(concept: str) -> Photo:
    """A photo of a list with a label."""
    return Photo(
        id="flickr:1",
        source="flickr",
        source_id="1",
        found_by=(FoundBy(kind="list", query="mine", at=NOW),),
        concepts=(concept,),
        created_at=NOW,
    )
