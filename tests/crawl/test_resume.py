"""Going on: after an interruption, after a failure, beside others; nothing is asked for twice."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest

import exifds
from exifds.crawl import runner
from exifds.dataset import Dataset
from exifds.fetch.download import Downloader
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.settings import Settings
from tests.crawl.conftest import Open
from tests.crawl.expected import check, fetched, ids
from tests.servers import wait_until

WILD = exifds.flickr.search("wild")
BY_25 = exifds.flickr.search("wild", per_page=25)
"""The search that finds all, in ten pages."""


@pytest.fixture
def slow(catalogue: Catalogue) -> Iterator[FlickrServer]:
    """Flickr with 50 ms to each answer."""
    with FlickrServer(catalogue, latency=0.05) as server:
        yield server


def test_a_second_run_fetches_nothing(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """It asks whether there is anything new, and that is all."""
    animals.scrape(WILD, exif="both")
    before = flickr.stats.calls
    report = animals.scrape(WILD, exif="both")
    assert (report.stored, report.known, report.photos) == (0, len(catalogue), len(catalogue))
    assert flickr.stats.calls - before == {"flickr.photos.search": 1, "flickr.photos.licenses.getInfo": 1}
    assert flickr.stats.photos == len(catalogue)
    assert [progress.crawl.number for progress in animals.crawls()] == [1, 2]
    check(animals, catalogue, catalogue.obtainable(), exif="both")


def test_ctrl_c(open_: Open, slow: FlickrServer, catalogue: Catalogue) -> None:
    """What is stored stays and is not fetched again; no lease keeps the next run waiting."""
    animals = open_(slow)
    with interrupting(animals), pytest.raises(KeyboardInterrupt):
        animals.scrape(BY_25)
    stored = ids(animals.find({"state": "done"}))
    assert 0 < len(stored) < len(catalogue)
    assert leased(animals) == 0
    report = animals.scrape(BY_25)
    check(animals, catalogue, catalogue.obtainable())
    assert report.failed == []
    assert {fetched(slow)[photo_id] for photo_id in stored} == {1}
    assert [(one.crawl.number, one.crawl.state, one.open) for one in animals.crawls()] == [(1, "done", 0)]


def test_ctrl_c_with_a_limit(open_: Open, slow: FlickrServer, catalogue: Catalogue) -> None:
    """The limit holds for both runs together."""
    animals = open_(slow)
    with interrupting(animals), pytest.raises(KeyboardInterrupt):
        animals.scrape(BY_25, limit=120)
    assert 0 < animals.find({"state": "done"}).count() < 120
    animals.scrape(BY_25, limit=120)
    check(animals, catalogue, catalogue.find(text="wild", sort="date-posted-desc")[:120])


def test_ctrl_c_of_the_command(open_: Open, slow: FlickrServer, catalogue: Catalogue) -> None:
    """One line says what to do; the same command goes on."""
    animals = open_(slow)
    process = command(slow, "scrape", "search", "wild", "--per-page", "25", "--into", "animals")
    wait(animals)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (output, errors) == ("", "exifds: stopped; run the same command again to go on\n")
    assert leased(animals) == 0
    done = command(slow, "scrape", "search", "wild", "--per-page", "25", "--into", "animals")
    output, errors = done.communicate(timeout=60)
    assert (done.returncode, errors) == (0, "")
    check(animals, catalogue, catalogue.obtainable())


def test_a_larger_limit_goes_on(animals: Dataset, flickr: FlickrServer, catalogue: Catalogue) -> None:
    """The same 50 and 50 more."""
    newest = catalogue.find(text="wild", sort="date-posted-desc")
    animals.scrape(WILD, limit=50)
    check(animals, catalogue, newest[:50])
    report = animals.scrape(WILD, limit=100)
    check(animals, catalogue, newest[:100])
    assert (report.stored, report.known) == (50, 50)
    assert set(fetched(flickr).values()) == {1}


def test_failures_are_tried_again(open_: Open, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the next run of the same command, which fetches nothing else."""
    with FlickrServer(catalogue, Faults(photo_5xx=0.1)) as server:
        animals = open_(server)
        with monkeypatch.context() as patched:
            patched.setattr(runner, "Downloader", partial(Downloader, tries=1))
            first = animals.scrape(WILD)
        assert first.failed
        assert first.stored + len(first.failed) == len(catalogue)
        assert ids(animals.find({"state": "failed"})) == {one.query.partition(":")[2] for one in first.failed}
        assert all(photo.reason and not photo.found_by for photo in animals.find({"state": "failed"}))
        before = fetched(server)
        second = animals.scrape(WILD)
        check(animals, catalogue, catalogue.obtainable())
        assert (second.stored, second.known) == (len(first.failed), first.stored)
        assert set(fetched(server) - before) == {one.query.partition(":")[2] for one in first.failed}


def test_datasets_do_not_know_of_each_other(open_: Open, flickr: FlickrServer, catalogue: Catalogue) -> None:
    one, other = open_(flickr, "one"), open_(flickr, "other")
    one.scrape(WILD, limit=30)
    report = other.scrape(WILD, limit=30)
    assert (report.stored, report.known) == (30, 0)
    check(other, catalogue, catalogue.find(text="wild", sort="date-posted-desc")[:30])
    assert [len(dataset.crawls()) for dataset in (one, other)] == [1, 1]


@pytest.mark.parametrize("limit", [None, 100])
def test_two_crawlers_share_the_work(
    open_: Open, slow: FlickrServer, catalogue: Catalogue, limit: int | None
) -> None:
    """Two processes: each page is asked for once, each photo is fetched once, the limit is one for both."""
    animals = open_(slow)
    arguments = ["--per-page", "25", "--into", "animals", "--json"] + (
        ["--limit", str(limit)] if limit else []
    )
    both = [command(slow, "scrape", "search", "wild", *arguments) for _ in range(2)]
    outputs = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], outputs
    expected = catalogue.find(text="wild", sort="date-posted-desc" if limit else "date-posted-asc")[:limit]
    check(animals, catalogue, expected)
    assert set(fetched(slow).values()) == {1}
    assert slow.stats.calls["flickr.photos.search"] == -(-len(expected) // 25)
    assert sum(json.loads(output)["stored"] for output, _ in outputs) == len(expected)
    assert len(animals.crawls()) == 1


def test_two_searches_at_once_find_the_same(open_: Open, slow: FlickrServer, catalogue: Catalogue) -> None:
    """Whichever stores a photo first, both ways are in it, with the concepts of both."""
    searches = [
        exifds.flickr.search("cat", concepts="cat"),
        exifds.flickr.search(machine_tags="exifds:animal=cat", concepts="tagged"),
    ]
    opened = [open_(slow) for _ in searches]
    with ThreadPoolExecutor() as threads:
        for done in [
            threads.submit(one.scrape, search) for one, search in zip(opened, searches, strict=True)
        ]:
            assert done.result().failed == []
    both = set(catalogue.find(text="cat")) & set(catalogue.find(machine_tags="exifds:animal=cat"))
    assert both
    for photo in opened[0].find({"_id": {"$in": [f"flickr:{one}" for one in both]}}):
        assert len(photo.found_by) == 2
        assert sorted(photo.concepts) == ["cat", "tagged"]


async def test_in_a_loop_that_runs(animals: Dataset, catalogue: Catalogue) -> None:
    """As in Jupyter."""
    animals.scrape(WILD, limit=10)
    check(animals, catalogue, catalogue.find(text="wild", sort="date-posted-desc")[:10])


def command(server: FlickrServer, *arguments: str) -> subprocess.Popen[str]:
    """Start a command as a process of its own."""
    there = {f"EXIFDS_{name.upper()}": str(value) for name, value in server.settings().items()}
    return subprocess.Popen(
        [sys.executable, "-m", "exifds", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | there,
    )


@pytest.fixture(autouse=True)
def _one_database(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes use the database of the test."""
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))


@contextmanager
def interrupting(dataset: Dataset) -> Iterator[None]:
    """Press Ctrl-C when the first photos are stored."""
    main = threading.get_ident()

    def press() -> None:
        wait(dataset)
        signal.pthread_kill(main, signal.SIGINT)

    with ThreadPoolExecutor(1) as thread:
        pressed = thread.submit(press)
        yield
        pressed.result()


def wait(dataset: Dataset) -> None:
    """Wait until photos are stored."""
    wait_until(lambda: dataset.collection.count_documents({"state": "done"}), seconds=60)


def leased(dataset: Dataset) -> int:
    """Tasks that are not done and that somebody holds."""
    held = {"state": "open", "lease.owner": {"$exists": True}}
    return int(dataset.collection.database["_exifds_tasks"].count_documents(held))
