"""`exifds scrape`: every option arrives, every end has its code, and one line says what to do."""

import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner, Result

import exifds
from exifds.cli import scrape
from exifds.cli.app import app
from exifds.crawl.report import ScrapeReport
from exifds.dataset import Dataset
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.settings import Settings
from exifds.store.crawls import Coverage, Outcome

DONE, FAILED, USAGE, SOME_FAILED = 0, 1, 2, 3

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds the key of who runs it."""
    for name in ("KEY", "SECRET"):
        monkeypatch.delenv(f"EXIFDS_FLICKR_{name}", raising=False)


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `exifds scrape` against the database of this test, and check its exit code."""
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))

    def invoke(*arguments: object, code: int = DONE) -> Result:
        result = CliRunner().invoke(app, ["scrape", *map(str, arguments)])
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Sixty photos."""
    return Catalogue(60)


@pytest.fixture
def flickr(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlickrServer]:
    """A Flickr to which the settings in the environment point."""
    with FlickrServer(catalogue, Faults(video=0.1, lost=0.1)) as server:
        for name, value in server.settings().items():
            monkeypatch.setenv(f"EXIFDS_{name.upper()}", str(value))
        yield server


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `Dataset.scrape` is asked for in place of scraping."""
    found: dict[str, Any] = {}

    def note(dataset: Dataset, sources: Any, limit: int | None = None, **options: Any) -> ScrapeReport:
        found.update(dataset=dataset, sources=sources, limit=limit, options=options)
        return ScrapeReport()

    monkeypatch.setattr(Dataset, "scrape", note)
    return found


FETCHED = (
    *("--size", "q", "--exif", "both", "--require-exif", "ISO,FNumber"),
    *("--comments", "--limit", 7, "--concept", "a", "--concept", "b"),
)
"""Options of all three commands that have a value."""


def assert_fetched(asked: dict[str, Any]) -> None:
    """What `FETCHED` asks for has arrived."""
    assert (asked["dataset"].name, asked["limit"]) == ("animals", 7)
    expected = {
        "size": "q",
        "exif": "both",
        "require_exif": "ISO,FNumber",
        "download": True,
        "comments": True,
    }
    assert asked["options"].items() >= expected.items()


def test_every_option_of_a_search(run: Run, asked: dict[str, Any]) -> None:
    """Each is what the same word is in Python."""
    run(
        *("search", "wild", "monkey", "--into", "animals", "--language", "en", "--language", "de"),
        *("--tags", "cat,dog", "--tag-mode", "all", "--machine-tags", "geo:country=de", "--group", "1@N01"),
        *("--bbox", "170 -10 -170 10", "--since", "2020", "--until", "2021-06", "--taken-since", "2019"),
        *("--taken-until", "2022", "--license", "4,5", "--user", "12345678@N00", "--sort", "relevance"),
        *("--content-type", "photo", "--safe-search", 2, "--start-page", 2, "--page-limit", 3),
        *("--per-page", 50, "--filter-tag", "wild", *FETCHED),
    )
    assert asked["sources"] == [
        exifds.flickr.search(
            term,
            language=language,
            tags=["cat", "dog"],
            tag_mode="all",
            machine_tags="geo:country=de",
            group_id="1@N01",
            bbox=(170, -10, -170, 10),
            since="2020",
            until="2021-06",
            taken_since="2019",
            taken_until="2022",
            license=[4, 5],
            user_id="12345678@N00",
            sort="relevance",
            content_types="photo",
            safe_search=2,
            start_page=2,
            page_limit=3,
            per_page=50,
            filter_tag="wild",
            concepts=["a", "b"],
        )
        for term, language in (("wild", "en"), ("monkey", "de"))
    ]
    assert_fetched(asked)


def test_every_option_of_a_group(run: Run, asked: dict[str, Any]) -> None:
    run(
        *("group", "https://www.flickr.com/groups/wild-animals/", "--into", "animals", "--language", "en"),
        *("--start-page", 2, "--page-limit", 3, "--per-page", 50, "--filter-tag", "wild", *FETCHED),
    )
    pages = {"start_page": 2, "page_limit": 3, "per_page": 50}
    named = {"language": "en", "filter_tag": "wild", "concepts": ["a", "b"]}
    assert asked["sources"] == [exifds.flickr.group("wild-animals", **pages, **named)]
    assert_fetched(asked)


def test_every_option_of_a_list(run: Run, asked: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("50000000000")
    run("list", file, "--into", "animals", *FETCHED)
    assert asked["sources"] == [exifds.flickr.listed(file, concepts=["a", "b"])]
    assert asked["options"]["metadata"] is True
    assert_fetched(asked)
    run("list", file, "--into", "animals", "--no-metadata")
    assert asked["options"]["metadata"] is False


@pytest.mark.parametrize("arguments", [("search", "wild"), ("group", "1@N01"), ("list", "ids.txt")])
def test_what_is_not_fetched(
    run: Run,
    asked: dict[str, Any],
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without images, or without anything but what the search says; and what a dataset is made with."""
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text("50000000000")
    run(*arguments, "--into", "animals", "--metadata-only")
    assert (asked["options"]["download"], asked["options"]["exif"]) == (False, None)
    run(*arguments, "--into", "animals", "--no-download", "--exif", "api")
    assert (asked["options"]["download"], asked["options"]["exif"]) == (False, "api")
    run(*arguments, "--into", "open", "--privacy", "open", "--accept-open", "--images", tmp_path / "images")
    assert asked["dataset"]._privacy == "open"
    assert asked["dataset"]._images == str(tmp_path / "images")


MODELS: tuple[tuple[Callable[..., None], type[BaseModel], set[str]], ...] = (
    (scrape.search, exifds.flickr.Search, {"text", "machine_tag_mode", "has_geo", "accuracy", "media"}),
    (scrape.group, exifds.flickr.Group, set()),
    (scrape.list_, exifds.flickr.IdList, {"path", "digest"}),
)
"""Each command, what it makes, and the fields that it gives no option for."""


@pytest.mark.parametrize(("command", "model", "without"), MODELS)
def test_no_option_is_forgotten(
    command: Callable[..., None], model: type[BaseModel], without: set[str]
) -> None:
    """What Python can ask for, the command line can."""
    named = {"user": "user_id", "content_type": "content_types", "concept": "concepts"}
    there = set(inspect.signature(command).parameters)
    there |= {named.get(name, name) for name in there} | ({"group_id"} if "group" in there else set())
    assert set(model.model_fields) - there == without
    wanted = set(inspect.signature(Dataset.scrape).parameters) - {"self", "sources", "progress"}
    assert wanted - there == {"download", "metadata"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("search", "--into", "x"), "a search needs something to look for"),
        (("search", "a", "--into", "9"), "expected a dataset name"),
        (("search", "a", "--into", "x", "--bbox", "1 2 3"), "bbox: expected"),
        (("search", "a", "--into", "x", "--since", "soon"), "since: expected a date"),
        (("search", "a", "--into", "x", "--license", "by"), "license: expected Flickr's licence ids"),
        (("search", "a", "--into", "x", "--sort", "new"), "sort: expected"),
        (("search", "a", "--into", "x", "--user", "jane"), "user_id: expected one id"),
        (("search", "a", "--into", "x", "--per-page", "501"), "per_page: expected at most 500"),
        (("search", "a", "--into", "x", "--size", "xl"), "expected a size of s, t"),
        (("search", "a", "--into", "x", "--exif", "some"), "expected EXIF from file, api, both, none"),
        (("search", "a", "--into", "x", "--require-exif", "Iso,Foo"), "name of an EXIF tag"),
        (("search", "a", "--into", "x", "--exif", "file", "--no-download"), "needs the image files"),
        (("search", "a", "--into", "x", "--metadata-only", "--exif", "api"), "--no-download"),
        (("search", "a", "--into", "x", "--metadata-only", "--comments"), "--no-download"),
        (("search", "a", "b", "c", "--into", "x", "--language", "en", "--language", "de"), "one --language"),
        (("search", "a", "--into", "x", "--privacy", "open"), "--accept-open"),
        (("group", "a b", "--into", "x"), "group: expected its id"),
        (("list", "nowhere.csv", "--into", "x"), "no file nowhere.csv"),
        (("status", "nothing"), "there is no dataset nothing"),
    ],
)
@pytest.mark.usefixtures("flickr")
def test_a_wrong_argument_gives_one_line(run: Run, arguments: tuple[str, ...], told: str) -> None:
    """It says what was expected; nothing was made."""
    result = run(*arguments, code=USAGE)
    assert result.stderr.startswith("exifds: ")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize("arguments", [("search", "wild"), ("group", "wild-animals"), ("list", "ids.txt")])
def test_without_a_key(
    run: Run, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence says how to get one, and what needs none; no dataset was made."""
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text("50000000000")
    said = run(*arguments, "--into", "animals", code=USAGE).stderr
    assert "https://www.flickr.com/services/apps/create/" in said
    assert "EXIFDS_FLICKR_KEY" in said
    assert "exifds sandbox flickr" in said
    assert said.count("\n") == 1
    assert "there is no dataset" in run("status", "animals", code=USAGE).stderr


def test_a_wrong_key(run: Run, flickr: FlickrServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable, never the key."""
    monkeypatch.setenv("EXIFDS_FLICKR_KEY", "my-wrong-key")
    said = run("search", "wild", "--into", "animals", code=FAILED).stderr
    assert "EXIFDS_FLICKR_KEY" in said
    assert "my-wrong-key" not in said
    assert said.count("\n") == 1


def test_what_a_run_says(run: Run, flickr: FlickrServer) -> None:
    """Counts, then how much of each source was seen, and on stderr why photos are not there."""
    truth = [flickr.catalogue.truth(i) for i in range(60)]
    gone, kept = sum(bool(one.gone) for one in truth), sum(one.obtainable for one in truth)
    result = run("search", "wild", "--into", "animals")
    calls = flickr.stats.calls.total()
    assert result.stdout == (
        f"animals: {kept} stored, 0 known, 0 rejected, {gone} gone, 0 failed; {calls} API calls\n"
        f"  wild: {kept + gone} expected, {kept + gone} seen, {kept + gone} unique, 1 slice\n"
    )
    assert result.stderr == f"  {gone} the photo host has no image of it\n"
    again = run("search", "wild", "--into", "animals")
    assert again.stdout.startswith(
        f"animals: 0 stored, {kept} known, 0 rejected, {gone} gone, 0 failed; 2 API"
    )


def test_json(run: Run, flickr: FlickrServer, tmp_path: Path) -> None:
    """One object with all that Python gives."""
    (tmp_path / "ids.txt").write_text("50000000000\nnonsense\n1\n")
    result = run("list", tmp_path / "ids.txt", "--into", "animals", "--json", code=SOME_FAILED)
    report = json.loads(result.stdout)
    assert (report["stored"], report["known"], report["rejected"], report["retries"]) == (1, 0, {}, {})
    assert report["gone"] == {"Flickr has the photo no longer, or not for everybody": 1}
    assert [failure["photo"] for failure in report["failed"]] == ["line:2"]
    assert report["coverage"]["ids.txt"]["outcomes"] == {"failed": 1, "gone": 1, "kept": 1}
    assert report["calls"] == flickr.stats.calls.total()
    assert result.stderr == ""


def test_photos_that_failed_are_listed(run: Run, flickr: FlickrServer, tmp_path: Path) -> None:
    """The exit code says that there are some, stderr which and why."""
    (tmp_path / "ids.txt").write_text("50000000000\nnonsense\n")
    result = run("list", tmp_path / "ids.txt", "--into", "animals", code=SOME_FAILED)
    assert "line:2: expected a photo" in result.stderr


@pytest.mark.usefixtures("flickr")
def test_flickr_refuses(run: Run) -> None:
    said = run("group", "no-such-group", "--into", "animals", code=FAILED).stderr
    assert "Group not found" in said
    assert said.count("\n") == 1


@pytest.mark.usefixtures("flickr")
def test_status(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each crawl with its state, its pages, and what became of its photos."""
    monkeypatch.setenv("COLUMNS", "200")
    run("search", "wild", "cat", "--into", "animals", "--limit", 3)
    rows = json.loads(run("status", "animals", "--json").stdout)
    assert [(row["source"], row["state"]) for row in rows] == [
        ("search wild", "done"),
        ("search cat", "done"),
    ]
    assert [row["kept"] for row in rows] == [3, 3]
    shown = run("status", "animals").stdout
    assert "crawls of animals" in shown
    assert "search wild" in shown


def test_status_before_any_crawl(run: Run, rendered: Path) -> None:
    CliRunner().invoke(app, ["ingest", str(rendered), "--into", "cameras"])
    assert run("status", "cameras").stdout == "cameras: no crawl was begun\n"


@pytest.mark.usefixtures("flickr")
def test_nothing_steers_the_terminal(run: Run, tmp_path: Path, catalogue: Catalogue) -> None:
    """Neither titles of photos nor the name of a list, which others may have given it."""
    file = tmp_path / "\x1b[31mred\x07.txt"
    file.write_text("\n".join([*(catalogue.photo_id(i) for i in range(60)), "\x1b]0;owned\x07"]))
    outputs = [
        run("list", file, "--into", "animals", code=SOME_FAILED),
        run("list", file, "--into", "animals", "--json", code=SOME_FAILED),
        run("status", "animals"),
        run("status", "animals", "--json"),
    ]
    for result in outputs:
        assert all(char.isprintable() or char == "\n" for char in result.output)


def test_what_cannot_be_reached_is_told(
    run: Run, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slices that are too full count, in numbers that can be read."""
    report = ScrapeReport(stored=4000, coverage={"wild": Coverage(12_000, 4000, 4000, 1, 8, ({"since": 0},))})
    report.add("flickr:1", Outcome("failed", "status 500"), fresh=False)
    monkeypatch.setattr(Dataset, "scrape", lambda *_arguments, **_options: report)
    result = run("search", "wild", "--into", "animals", code=SOME_FAILED)
    assert "wild: 12,000 expected, 4,000 seen, 4,000 unique, 1 slice" in result.stdout
    assert "1 slice" in result.stderr
    assert "some photos cannot be reached" in result.stderr
    assert "flickr:1: status 500" in result.stderr
