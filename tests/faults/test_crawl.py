"""A crawl goes on whatever happens to crawlers, database, disk and network: nothing lost, doubled or wrong.

`make test` runs a short form; `make faults` (EXIFDS_FAULTS=long) the one that the closing notes tell of, and
prints its figures with -s.
"""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

import exifds
from exifds.crawl.crawler import PAGES
from exifds.dataset import Dataset
from exifds.fetch.images import SPACE_TO_KEEP
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.settings import Settings
from exifds.store import tasks
from exifds.store.embedded import stop
from tests.faults.crawling import IN_FLIGHT, LONG, NORMAL_LEASE_S, Crawl, kill, report
from tests.servers import listening, mongods, processes, wait_until

pytestmark = pytest.mark.faults

PHOTOS = 2000 if LONG else 200
PER_PAGE = PHOTOS // 20
SEARCHES = 21
"""Pages, and one more, since the last one is full."""

LATENCY_S = 0.05

SETTLED_S = 1.2
"""A mongod that listened for less before it died, again and again, is not started again."""

CrawlAt = Callable[[FlickrServer], Crawl]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Photos, all drawn."""
    return FlickrServer(Catalogue(PHOTOS)).warm().catalogue


@dataclass(frozen=True)
class Disk:
    """A small disk in memory."""

    place: Path

    def limit(self, free: int) -> None:
        """Make it so large that this much is free; who writes meanwhile makes it refuse."""
        wait_until(lambda: self._resized(shutil.disk_usage(self.place).used + free))

    def _resized(self, size: int) -> bool:
        remount = ["mount", "-o", f"remount,size={size}", str(self.place)]
        return subprocess.run(remount, stderr=subprocess.DEVNULL, check=False).returncode == 0


@pytest.fixture
def disk(home: Path) -> Iterator[Disk]:
    """A disk of its own for the data directory: for root only."""
    if os.geteuid() != 0:
        pytest.skip("needs root, for a small disk of its own")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1G", "exifds", home], check=True)
    yield Disk(home)
    stop(home)
    wait_until(lambda: not processes(home))
    subprocess.run(["umount", home], check=True)


@pytest.fixture
def dataset(embedded: Settings) -> Iterator[Dataset]:
    """An empty dataset in an embedded server, which stays while the test lasts."""
    with exifds.open("monkeys", settings=embedded) as opened:
        yield opened


@pytest.fixture
def crawl_at(dataset: Dataset) -> Iterator[CrawlAt]:
    """Sets up a crawl of all photos of a Flickr; afterwards none of its processes is left."""
    crawls: list[Crawl] = []

    def crawl_at(server: FlickrServer) -> Crawl:
        crawls.append(Crawl(server, dataset, ("--per-page", str(PER_PAGE))))
        return crawls[-1]

    yield crawl_at
    for crawl in crawls:
        crawl.kill_all()


@pytest.fixture
def crawl(catalogue: Catalogue, crawl_at: CrawlAt) -> Iterator[Crawl]:
    """A crawl of all photos of a Flickr without faults."""
    with FlickrServer(catalogue, latency=LATENCY_S) as server:
        yield crawl_at(server)


@pytest.fixture
def draw() -> random.Random:
    """Random numbers whose seed is told when the test fails."""
    seed = random.randrange(2**32)
    tell(f"seed {seed}")
    return random.Random(seed)


def tell(text: str) -> None:
    """Say how it went, to who asks (-s) or when the test fails."""
    sys.stdout.write(f"{text}\n")


def reach(crawl: Crawl, requests: float) -> None:
    """Wait until Flickr got so many requests."""
    wait_until(lambda: crawl.requests() >= requests or crawl.ended(), seconds=90)
    assert not crawl.ended(), "a crawler ended before"


def assert_ends_in_words(process: subprocess.Popen[str]) -> None:
    """The command ends with one sentence that says what to do."""
    output, errors = process.communicate(timeout=180)
    tell(errors)
    assert (process.returncode, output) == (1, "")
    assert re.fullmatch(r"exifds: [^\n]*run the same command again[^\n]*\n", errors)


def test_kill_the_crawler(crawl: Crawl, draw: random.Random) -> None:
    """Kill -9 at random points of a crawl, then the same command again: complete, and little done twice."""
    kills = 50 if LONG else 4
    stored: set[str] = set()
    redone = 0
    began = time.monotonic()
    for left in range(kills, 0, -1):
        before, todo = crawl.requests(), PHOTOS - len(stored)
        (process,) = crawl.start()
        reach(crawl, before + draw.uniform(0, min(0.6, 4 / left) * todo))
        time.sleep(draw.uniform(0, 0.05))
        kill(process)
        now = crawl.stored()
        assert stored <= now, "a photo that was stored is lost"
        assert crawl.downloads().total() - len(now) - redone <= IN_FLIGHT
        stored, redone = now, crawl.downloads().total() - len(now)
    (crawl.images / ".drafts" / "half").write_bytes(b"half a photo")
    crawl.run()
    crawl.assert_complete()
    assert len(crawl.dataset.crawls()) == 1
    assert crawl.redone() == redone
    tell(f"{kills} kills, {time.monotonic() - began:.0f} s, {redone / kills:.1f} photos a kill fetched again")
    calls = crawl.calls()
    assert calls["flickr.photos.search"] <= 2.25 * SEARCHES + kills * PAGES
    assert calls["flickr.photos.licenses.getInfo"] <= kills + 1


def test_kill_the_database(catalogue: Catalogue, crawl_at: CrawlAt, draw: random.Random) -> None:
    """Kill -9 of mongod while photos come: the command waits for it, goes on and ends well."""
    kills = 20 if LONG else 2
    home = Path(os.environ["EXIFDS_HOME"])
    with FlickrServer(catalogue, latency=1.0 if LONG else LATENCY_S) as server:
        crawl = crawl_at(server)
        began = time.monotonic()
        (running,) = crawl.start()
        for number in range(kills):
            reach(crawl, (number + draw.random()) / kills * 0.9 * PHOTOS)
            wait_until(lambda: listening(home))
            time.sleep(SETTLED_S)
            for process in mongods(home):
                process.kill()
        report(running)
        tell(f"{kills} kills, {time.monotonic() - began:.0f} s")
        crawl.assert_complete()
        assert crawl.redone() == 0
        assert crawl.calls()["flickr.photos.search"] == SEARCHES


def test_four_crawlers_share_a_search(catalogue: Catalogue, crawl_at: CrawlAt) -> None:
    """All end well; each photo is fetched and stored by one of them, and each page is asked for by one."""
    with FlickrServer(catalogue, latency=0.2) as server:
        crawl = crawl_at(server)
        crawl.lease_s = NORMAL_LEASE_S
        began = time.monotonic()
        reports = [report(process) for process in crawl.start(4)]
        tell(f"{[one['stored'] for one in reports]} stored, {time.monotonic() - began:.0f} s")
        crawl.assert_complete()
        assert sum(one["stored"] for one in reports) == PHOTOS
        assert crawl.redone() == 0
        assert len(crawl.dataset.crawls()) == 1
        calls = crawl.calls()
        assert calls.pop("flickr.photos.licenses.getInfo") <= 4
        assert calls == {"flickr.photos.search": SEARCHES}


def test_two_searches_that_find_the_same_at_once(crawl: Crawl) -> None:
    """A photo that both find is one document, which tells of both."""
    for process in [*crawl.start(term="wild"), *crawl.start(term="wild -nothing")]:
        report(process)
    crawl.assert_complete(ways=2)


def test_kill_two_of_four_crawlers(crawl: Crawl, draw: random.Random) -> None:
    """The two that are left take over what the killed ones had, and end well."""
    processes = crawl.start(4)
    draw.shuffle(processes)
    for process in processes[:2]:
        reach(crawl, crawl.requests() + draw.uniform(0, PHOTOS / 3))
        kill(process)
    for process in processes[2:]:
        report(process)
    crawl.assert_complete()
    tell(f"{crawl.redone()} photos fetched again")
    assert crawl.redone() <= 2 * IN_FLIGHT
    assert crawl.calls()["flickr.photos.search"] <= 2.25 * SEARCHES + 2 * PAGES


def test_a_frozen_crawler_doubles_nothing(crawl: Crawl, draw: random.Random) -> None:
    """Stopped for longer than its lease, it loses its tasks, and does no harm when it goes on."""
    (frozen,) = crawl.start()
    reach(crawl, draw.uniform(2, PHOTOS / 2))
    frozen.send_signal(signal.SIGSTOP)
    (other,) = crawl.start()
    with suppress(subprocess.TimeoutExpired):
        other.wait(draw.choice([1.5 * crawl.lease_s, 300]))
    frozen.send_signal(signal.SIGCONT)
    stored = report(frozen)["stored"] + report(other)["stored"]
    tell(f"{crawl.redone()} photos fetched again, {stored} told as stored")
    crawl.assert_complete()
    assert crawl.redone() <= PAGES * PER_PAGE


def test_leases_that_end_while_their_holder_works(
    crawl: Crawl, embedded: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crawler that takes its own task again does not do it twice."""
    monkeypatch.setitem(tasks._LEASE_END, "$add", ["$$NOW", 20])
    settings = Settings(home=embedded.home, config=embedded.config, **crawl.server.settings())
    with exifds.open(crawl.dataset.name, settings=settings) as dataset:
        dataset.scrape(exifds.flickr.search("wild", safe_search=3, per_page=PER_PAGE), progress=False)
    crawl.assert_complete()
    assert crawl.redone() == 0


@pytest.mark.skipif(not LONG, reason="a short form is the test above")
@pytest.mark.parametrize("who", ["database", "crawler"])
def test_a_pause_that_is_longer_than_a_lease(crawl: Crawl, draw: random.Random, who: str) -> None:
    """After a sleep of the computer, or of the database, a crawler goes on with what it had."""
    pauses = 20
    home = Path(os.environ["EXIFDS_HOME"])
    (running,) = crawl.start()
    for number in range(pauses):
        reach(crawl, (number + draw.random()) / pauses * 0.9 * PHOTOS)
        paused = running if who == "crawler" else mongods(home)[0]
        paused.send_signal(signal.SIGSTOP)
        time.sleep(1.5 * crawl.lease_s)
        paused.send_signal(signal.SIGCONT)
    report(running)
    crawl.assert_complete()
    assert crawl.redone() == 0


@pytest.mark.parametrize("seed", range(3 if LONG else 1))
def test_all_faults(catalogue: Catalogue, crawl_at: CrawlAt, seed: int) -> None:
    """Whatever Flickr does wrong: what can be had is there with the right bytes, the rest told by reason."""
    faults = Faults.all(seed) if LONG else Faults.all(seed, retry_after=0, drip=0.5)
    began = time.monotonic()
    with FlickrServer(catalogue, faults) as server:
        crawl = crawl_at(server)
        crawl.options = ("--exif", "both", "--per-page", str(PHOTOS // 4))
        told = crawl.run()
        crawl.assert_complete()
        truths = [server.catalogue.truth(index) for index in range(PHOTOS)]
        demanded = sum(number for fault, number in server.stats.faults.items() if fault.startswith("api "))
        calls = crawl.calls().total()
    alone = PHOTOS + PHOTOS // PER_PAGE + 2
    tell(f"{calls} calls, {demanded} for faults, {alone} without, {time.monotonic() - began:.0f} s, {told}")
    assert told["stored"] == len(server.catalogue.obtainable())
    assert sum(told["gone"].values()) == sum(truth.gone is not None for truth in truths)
    assert told["failed"] == []
    assert told["calls"] == calls
    assert calls - demanded <= 1.05 * alone


@pytest.mark.parametrize("keep_free", [0, SPACE_TO_KEEP] if LONG else [0])
def test_the_disk_is_full(disk: Disk, crawl: Crawl, draw: random.Random, keep_free: int) -> None:
    """Before the disk is full, and when it is, the command ends in words; with room again it goes on."""
    crawl.keep_free = keep_free
    (process,) = crawl.start()
    reach(crawl, draw.uniform(2, PHOTOS / 2))
    disk.limit(max(0, keep_free - 2**20))
    assert_ends_in_words(process)
    disk.limit(2**30)
    crawl.run()
    crawl.assert_complete()


def test_the_network_is_gone(catalogue: Catalogue, crawl_at: CrawlAt, draw: random.Random) -> None:
    """Without Flickr the command ends in words; when Flickr is back, the same command goes on.

    It says if photos were given up in between; the run after tries them again.
    """
    with FlickrServer(catalogue, latency=LATENCY_S) as server:
        crawl = crawl_at(server)
        (process,) = crawl.start()
        reach(crawl, draw.uniform(0, PHOTOS / 2))
    assert_ends_in_words(process)
    with FlickrServer(catalogue, port=int(server.static_url.rpartition(":")[2])):
        (process,) = crawl.start()
        process.communicate(timeout=540)
        crawl.run()
    crawl.assert_complete()
