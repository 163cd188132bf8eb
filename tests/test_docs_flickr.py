"""The pages on Flickr are true: the commands of the seeds have a form that works, tables match the code."""

import json
import math
import re
import shlex
import shutil
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import exifds
from exifds.fetch.download import Downloader
from exifds.sandbox.flickr import Catalogue, FlickrServer
from exifds.sandbox.flickr.answers import LICENSES
from exifds.sandbox.flickr.members import GROUPS
from exifds.sandbox.vision import VisionServer
from exifds.settings import Settings
from exifds.sources.flickr.client import TRIES
from exifds.sources.flickr.search_query import CAP, Search
from exifds.sources.flickr.sizes import SIZES
from exifds.sources.flickr.slices import TARGET
from exifds.store import tasks
from exifds.store.crawls import CRAWLS
from exifds.store.dataset_entry import META
from exifds.store.labels import LABELS
from exifds.store.outcomes import FOUND
from exifds.store.quota import QUOTA, Bucket
from exifds.store.selections import SELECTIONS
from tests.test_docs import CLI, CONCEPTS, DOCS, SCRAPE, quoted, rows

SEEDS = DOCS / "from-the-seeds.md"

# --- tables that repeat what the code says


def test_the_numbers_of_scraping_are_those_of_the_code() -> None:
    """The table of numbers has what is asked of Flickr, and how often."""
    limits = {cells[0]: cells[-1] for cells in rows(SCRAPE)}
    here, there = (Search(text="wild", bbox=box).page_size for box in (None, "116 4 127 22"))
    per_hour = Settings.model_fields["flickr_queries_per_hour"].default
    download = {name: each.default for name, each in signature(Downloader).parameters.items()}
    assert limits["photos that Flickr shows of a search"] == f"{CAP:,}"
    assert limits["photos that a slice may report"] == f"{TARGET:,}"
    assert limits["photos a page"] == f"{here}; {there} in a search by place"
    assert limits["calls in any hour"] == f"{per_hour:,}"
    assert limits["calls at once"] == f"{Bucket(per_hour).capacity:.0f}"
    assert limits["tries of a call or download"] == str(TRIES) == str(download["tries"])
    assert limits["seconds until the work of a killed process is free"] == str(tasks.LEASE_S)
    assert limits["times a slice is gone through"] == str(tasks.SWEEPS)
    assert limits["photos downloaded at a time"] == str(download["connections"])
    assert limits["size of an image"] == f"{download['largest'] >> 20} MiB"


def test_the_table_of_licences_is_flickrs() -> None:
    """Each id has the name that Flickr gives it."""
    listed = {int(cells[0]): cells[1] for cells in rows(SCRAPE) if cells[0].isdigit()}
    assert listed == {number: name for number, (name, _) in enumerate(LICENSES)}


def test_the_table_of_sizes_is_flickrs() -> None:
    """Each size has its longest edge."""
    table = SCRAPE.read_text().partition("| `--size` |")[2].partition("\n\n")[0]
    edges: dict[str, float] = {}
    for cells in (line.strip("|").split("|") for line in table.splitlines() if line.startswith("| `")):
        pixels = [float(number) for number in re.findall(r"\d+", cells[1])] or [math.inf]
        edges |= zip(quoted(cells[0]), pixels, strict=True)
    assert edges == {name: size.edge for name, size in SIZES.items()}


def test_every_collection_is_explained() -> None:
    """The table of bookkeeping has each collection."""
    listed = [quoted(cells[0])[0] for cells in rows(DOCS / "database.md") if cells[0].startswith("`_exifds_")]
    assert listed == [META, CRAWLS, tasks.TASKS, FOUND, QUOTA, LABELS, SELECTIONS]


# --- what became of the commands of the seeds


STAND_INS = {"44176395@N00": GROUPS[0].nsid}
"""A group of the sandbox for one of Flickr's; all else runs as it stands."""

THESIS = set("-search -group -photos -key -odir -sp -pl -ppp -ft -om -sm -exif -re -ps".split())
COLUMNS = 21
"""Of a photo in the files of the scraper."""


@pytest.fixture
def rehearsal(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings of a Flickr of 300 photos and of a Vision, and a folder with the lists of the page."""
    catalogue = Catalogue(300)
    listed = [
        {"id": catalogue.photo_id(row), "secret": catalogue.secret(row), "server": catalogue.server(row)}
        for row in range(5)
    ]
    (tmp_path / "metadata.json").write_text(json.dumps(listed))
    (tmp_path / "concepts.json").write_text(json.dumps({"animal,monkey": listed}))
    shutil.copy(CONCEPTS, tmp_path)
    monkeypatch.chdir(tmp_path)
    with FlickrServer(catalogue) as server, VisionServer() as vision:
        for name, value in (vision.settings() | server.settings(uri=settings.uri)).items():
            monkeypatch.setenv(f"EXIFDS_{name.upper()}", str(value))
        yield


@pytest.mark.usefixtures("rehearsal")
def test_each_command_of_the_seeds_has_a_form_that_works() -> None:
    """The commands in the tables run, and what the sandbox has of them is in the dataset."""
    commands = [
        text for cells in rows(SEEDS) for text in quoted(cells[-1]) if re.match(r"exifds \S+ .", text)
    ]
    assert sum(command.startswith("exifds scrape") for command in commands) >= len(THESIS)
    for command in commands:
        words = [STAND_INS.get(word, word) for word in shlex.split(command)[1:]]
        scrapes = words[0] == "scrape"
        done = CliRunner().invoke(CLI["app"], [*words, *(["--json"] if scrapes else [])])
        assert done.exit_code == 0, f"{command}\n{done.output}"
        if scrapes:
            kept = [_kept(words, seen) for seen in json.loads(done.stdout)["coverage"].values()]
            with exifds.open(_option(words, "--into")) as dataset:
                stored = dataset.find({"state": {"$in": ["done", "meta"]}}).count()
            assert 0 < max(kept) <= stored, command


def _kept(words: list[str], seen: dict[str, Any]) -> int:
    """How many photos of one source were kept; all that are wanted, where nothing chooses among them."""
    kept = int(seen["outcomes"].get("kept", 0))
    if not any(word.startswith(("--page-limit", "--start-page", "--require-exif")) for word in words):
        limit = _option(words, "--limit")
        assert kept == min(seen["expected"], int(limit or seen["expected"])), words
    return kept


def _option(words: list[str], name: str) -> str:
    """The value of an option, empty if it was not given."""
    return words[words.index(name) + 1] if name in words else ""


def test_everything_of_the_seeds_is_in_the_tables() -> None:
    """Each parameter of the thesis and each column of the scraper has a row."""
    first = [name for cells in rows(SEEDS) for name in quoted(cells[0])]
    assert set(first) >= THESIS
    columns = SEEDS.read_text().partition("## Scraper: columns")[2]
    listed = [line.split("|")[1] for line in columns.splitlines() if line.startswith("| `")]
    assert len([name for cell in listed for name in quoted(cell)]) == COLUMNS
