"""Batches: two rows of one photo that come together both count."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from exifds import access
from exifds.crawl.keep import Keeper
from exifds.crawl.options import Options
from exifds.crawl.report import ScrapeReport
from exifds.crawl.storing import BATCHES, Result, Storer
from exifds.dataset import Dataset
from exifds.photo import FoundBy, Photo, Privacy
from exifds.settings import Settings
from exifds.store.crawls import Outcome
from exifds.store.sync import Store

NOW = datetime(2026, 1, 1, tzinfo=UTC)


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
