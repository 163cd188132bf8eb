"""The documentation is true: its commands run, its queries find what they say, its tables match the code."""

import json
import math
import os
import re
import runpy
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from statistics import median_high
from typing import Any, NamedTuple

import pytest
import yaml
from pydantic import BaseModel

import exifds
from exifds import access
from exifds.crypto import privacy as policy
from exifds.dataset import Dataset
from exifds.exif.layout import MAX_PARTS, MAX_PIXELS
from exifds.exif.tiff import MAX_TAGS
from exifds.photo import (
    Camera,
    FoundBy,
    Image,
    LabelItem,
    Labels,
    License,
    Photo,
    Place,
    Privacy,
    personal_fields,
)
from exifds.reading import LARGEST_FILE
from exifds.sandbox import photographer
from exifds.settings import Settings
from exifds.store.codec import to_bson
from exifds.store.schema import indexes

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
README = ROOT / "README.md"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
GENERATED = DOCS / "cli.md"
CONCEPTS = ROOT / "examples" / "concepts.yaml"
QUERIES = DOCS / "documents.md"
SCRAPE = DOCS / "scrape.md"
BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"\$ (?:exifds|python -c) ")
SUMMARY = re.compile(r" *[\w ]+: [\d,]+ (?:stored|scored|photos|expected)")
CLI = runpy.run_path(str(DOCS / "generate_cli.py"))
COMMANDS = dict(CLI["commands"](CLI["app"]))


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    code: str


def blocks(page: Path) -> list[Block]:
    """The blocks of a page that can be run."""
    found = (Block(*match) for match in BLOCK.findall(page.read_text()))
    return [block for block in found if not re.search("^# not run|--8<--", block.code)]


def rows(page: Path) -> Iterator[list[str]]:
    """The cells of all rows of the tables of a page."""
    for line in page.read_text().splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def quoted(text: str) -> list[str]:
    """What stands in backticks."""
    return re.findall("`([^`]+)`", text)


# --- pages that a reader follows step by step


@pytest.fixture
def home(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a user who has 60 photos in ~/Pictures, a file of concepts, and no dataset yet."""
    photographer.write(tmp_path / "Pictures", 60)
    shutil.copy(CONCEPTS, tmp_path)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EXIFDS_", "XDG_"))}
    path = f"{Path(sys.executable).parent}:{kept['PATH']}"
    environment = kept | {"HOME": str(tmp_path), "PATH": path}
    yield environment
    run("exifds db stop", environment)


def run(command: str, environment: dict[str, str]) -> str:
    """Run a command line as its reader would; it must end with 0."""
    return finished(["bash", "-c", command], environment)


def finished(command: list[str], environment: dict[str, str]) -> str:
    """What a program printed; it must end with 0."""
    done = subprocess.run(
        command, env=environment, cwd=environment["HOME"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def typed(code: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, each with the output that the page shows."""
    for step in re.split(r"^(?=\$ )", code, flags=re.MULTILINE):
        command, *shown = step.splitlines() or [""]
        if COMMAND.match(command) and "# not run" not in command:
            yield command.removeprefix("$ "), shown


@pytest.mark.parametrize(
    "page",
    [
        page
        for page in PAGES
        if page not in (GENERATED, QUERIES)
        and any(block.language == "python" or COMMAND.search(block.code) for block in blocks(page))
    ],
    ids=lambda page: page.stem,
)
def test_a_reader_can_follow_the_page(page: Path, home: dict[str, str]) -> None:
    """Every command and every Python block works, in the order of the page; summaries are as shown."""
    with ExitStack() as servers:
        for block in blocks(page):
            if block.language == "python":
                finished([sys.executable, "-W", "error", "-c", block.code], home)
            elif block.language == "console":
                for command, shown in typed(block.code):
                    if command.startswith("exifds sandbox"):
                        home |= servers.enter_context(serving(command, home))
                    else:
                        printed = run(command, home)
                        missing = [line for line in shown if SUMMARY.match(line) and line not in printed]
                        assert missing == [], f"{command}\n{printed}"


@contextmanager
def serving(command: str, environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Run a server in a shell of its own until Ctrl-C; what it prints to be pasted into another one."""
    with subprocess.Popen(
        shlex.split(command, comments=True), env=environment, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            lines = takewhile(lambda line: line.startswith("export "), server.stdout)
            yield dict(shlex.split(line)[1].split("=", 1) for line in lines)
        finally:
            server.send_signal(signal.SIGINT)
            server.stdout.read()
    assert server.returncode == 0


MADE = re.compile(
    r"exifds (ingest|scrape) .*--into ([\w-]+)|exifds (?:export|train) \S+ (?:--out )?([a-z][\w-]*)"
)
"""A command that makes a dataset from folders or from Flickr, or one that makes an export or runs."""


def test_a_name_means_the_same_on_all_pages() -> None:
    """Who follows all pages in one folder finds in each dataset, export and run what the page says."""
    made: dict[str, set[str]] = {}
    for page in PAGES:
        for source, dataset, out in MADE.findall(page.read_text()):
            made.setdefault(dataset or out, set()).add(source or page.stem)
    del made["TEXT"]  # of the reference of commands
    assert {name: ways for name, ways in made.items() if len(ways) > 1} == {}


def test_the_pages_name_no_extra_that_is_not_there() -> None:
    """Every `pip install 'exifds[...]'` brings something, and the first one on the way works from a clone."""
    known = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for page in PAGES:
        named = re.findall(r"'(?:exifds|\.)\[([a-z,]+)\]'", page.read_text())
        assert {extra for names in named for extra in names.split(",")} <= known.keys(), page
    for page in (README, DOCS / "index.md"):
        assert re.findall(r"pip install '(.*?)\[", page.read_text())[0] == "."


# --- queries


@pytest.fixture
def truth(rendered: Path) -> list[dict[str, Any]]:
    """What the photographer knows of each photo; `camera` has the tags that were written."""
    known = json.loads((rendered / photographer.MANIFEST).read_text())
    for photo, owner in ((photo, known["owners"][photo["owner"]]) for photo in known["photos"]):
        photo["_id"] = f"file:{sha256((rendered / photo['path']).read_bytes()).hexdigest()[:32]}"
        written = {name: photo["camera"][name] for name in photo["written"]}
        photo["camera"] = (
            {} if photo["stripped"] else written | {"make": owner["make"], "model": owner["model"]}
        )
    return list(known["photos"])


@pytest.fixture
def found(
    settings: Settings, rendered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """All names of the Python blocks of the page, run against a dataset with one owned photo more."""
    with exifds.open("holidays", settings=settings) as dataset:
        dataset.ingest(rendered, concepts_from_folders=True)
        dataset.geocode()
        _store_owned_photo(dataset, settings)
    (tmp_path / "photo.jpg").write_bytes(next(rendered.rglob("*.jpg")).read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))
    names: dict[str, Any] = {}
    for block in blocks(QUERIES):
        if block.language == "python":
            exec(compile(block.code, str(QUERIES), "exec"), names)
    return names


WORDS = {"monkey": "en", "Affe": "de"}
MONKEY = LabelItem(label="Monkey", score=0.92)


def _store_owned_photo(dataset: Dataset, settings: Settings) -> None:
    """A photo with an owner, as sources other than folders give it."""
    codec = access.for_writing(dataset._store, settings, None)
    now = datetime.now(UTC)
    ways = [FoundBy(kind="search", query=word, language=code, at=now) for word, code in WORDS.items()]
    photo = Photo(
        id="test:1",
        source="test",
        source_id="1",
        owner="ann",
        created_at=now,
        found_by=ways,
        license=License(id=4),
        camera_status="hidden",
        labels={"google": Labels(model="builtin/stable", at=now, items=(MONKEY,))},
        scores={"monkey": MONKEY.score, "cage": None},
    )
    photo = policy.apply(photo, codec.privacy, codec.keyring)
    dataset._store.insert([to_bson(codec.encode(photo))])


def ids(documents: list[dict[str, Any]]) -> set[str]:
    """The ids of documents of folders."""
    return {document["_id"] for document in documents} - {"test:1"}


def test_queries_by_camera_find_what_was_photographed(
    found: dict[str, Any], truth: list[dict[str, Any]]
) -> None:
    """Each query of the page finds the photos that it describes, and no other."""
    cameras = [(photo["_id"], photo["camera"]) for photo in truth]

    def where(**limits: Any) -> set[str]:
        return {
            photo_id
            for photo_id, camera in cameras
            if all(name in camera and test(camera[name]) for name, test in limits.items())
        }

    assert ids(found["one_camera"]) == where(model=lambda model: model == "Abelia 1")
    assert ids(found["high_iso"]) == where(iso=lambda iso: iso >= 800)
    assert ids(found["normal_lens"]) == where(focal_length=lambda length: 35 <= length <= 70)
    assert ids(found["flash_fired"]) == where(flash=bool)
    slow = where(exposure_time=lambda time: time > 1 / 30, flash=lambda flash: not flash)
    assert ids(found["handheld_blur"]) == slow
    bare = {photo_id for photo_id, camera in cameras if not camera}
    assert {document["_id"] for document in found["without_exif"]} == bare
    without = {photo_id for photo_id, camera in cameras if "focal_length_35mm" not in camera}
    assert ids(found["without_35mm"]) == without
    assert all((found["one_camera"], found["high_iso"], found["normal_lens"], found["handheld_blur"]))
    speeds = [document["camera"]["iso"] for document in found["high_iso"]]
    assert speeds == sorted(speeds, reverse=True)


def test_queries_by_time_and_place_find_what_was_photographed(
    found: dict[str, Any], truth: list[dict[str, Any]]
) -> None:
    """Dates, countries and distances select the right photos."""
    in_2020 = {photo["_id"] for photo in truth if (photo["taken_at"] or "").startswith("2020-")}
    assert ids(found["in_2020"]) == in_2020
    located = {photo["_id"]: photo["location"] for photo in truth if photo["location"]}
    assert ids(found["without_location"]) == {photo["_id"] for photo in truth} - located.keys()
    distances = {photo_id: _km(point, (139.69, 35.69)) for photo_id, point in located.items()}
    near = {photo_id for photo_id, distance in distances.items() if distance <= 50}
    assert near
    assert ids(found["near_tokyo"]) == near
    assert ids(found["in_japan"]) == near  # of the cities of the photographers, Tokyo is the only one there
    nearest = [distances[document["_id"]] for document in found["nearest"]]
    assert nearest == sorted(distances.values())[:5]


def _km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great circle distance (haversine)."""
    (x1, y1), (x2, y2) = (map(math.radians, point) for point in (here, there))
    half = math.sin((y2 - y1) / 2) ** 2 + math.cos(y1) * math.cos(y2) * math.sin((x2 - x1) / 2) ** 2
    return 2 * 6378.1 * math.asin(math.sqrt(half))


def test_queries_by_label_source_and_owner_find_their_photos(
    found: dict[str, Any], truth: list[dict[str, Any]], rendered: Path
) -> None:
    """Labels, files by their hash, owners by the blind index, licences and languages find their photos."""
    indoor, outdoor = ({photo["_id"] for photo in truth if photo["y"] == y} for y in (0, 1))
    assert ids(found["indoor"]) == ids(found["some_labels"]) == indoor
    assert ids(found["from_folder"]) == outdoor
    digest = sha256(next(rendered.rglob("*.jpg")).read_bytes()).hexdigest()
    assert found["this_file"]["image"]["original_sha256"] == digest
    scored = ("monkeys", "low_for_cage", "labelled_so")
    for name in ("of_one_owner", "free_to_share", "in_both_languages", "hidden", *scored):
        assert [document["_id"] for document in found[name]] == ["test:1"]
    assert found["datasets"][0]["privacy"] == "standard"


def test_aggregations_count_what_was_photographed(found: dict[str, Any], truth: list[dict[str, Any]]) -> None:
    """Photos by camera, median ISO by label and the coverage of tags are those of the photographer."""
    models = Counter(photo["camera"].get("model") for photo in truth)
    models[None] += 1  # the photo with an owner
    assert {row["_id"]: row["count"] for row in found["by_camera"]} == models
    speeds = {
        label: median_high(
            photo["camera"]["iso"] for photo in truth if photo["y"] == y and "iso" in photo["camera"]
        )
        for y, label in enumerate(photographer.CLASSES)
    }
    assert {row["_id"]: row["iso"] for row in found["iso_by_label"]} == speeds
    tags = Counter(tag for photo in truth for tag in photo["camera"])
    assert {row["_id"]: row["count"] for row in found["coverage"]} == tags


def test_queries_are_allowed_as_filters(dataset: Dataset, rendered: Path) -> None:
    """What the page gives for mongosh works as a filter of exifds, as it says; `$near` does not."""
    dataset.ingest(rendered)
    filters = re.findall(r"collection\.find\(\s*(\{.*?\})\s*\)(?:\.|\)|\s)", QUERIES.read_text(), re.DOTALL)
    plain = [text for text in filters if "$near" not in text and "owned" not in text]
    assert len(plain) >= 12
    for text in plain:
        dataset.find(eval(text, {"datetime": datetime})).count()


def test_each_index_that_a_query_needs_is_used(dataset: Dataset, rendered: Path) -> None:
    """The query of an area uses the index of locations."""
    dataset.ingest(rendered)
    area = {"$geoWithin": {"$centerSphere": [[139.69, 35.69], 0.01]}}
    plan = dataset.collection.find({"location.type": "Point", "location": area}).explain()
    assert "COLLSCAN" not in json.dumps(plan["queryPlanner"]["winningPlan"], default=str)


# --- tables that repeat what the code says


PARTS: dict[str, type[BaseModel]] = {
    "camera": Camera,
    "found_by": FoundBy,
    "license": License,
    "place": Place,
    "image": Image,
}
"""Parts of a photo that have a table of their own."""


def test_the_table_of_fields_is_the_photo() -> None:
    """Every field of a photo and its parts is listed, with the privacy that encrypts it; no other is."""
    listed: dict[str, str] = {}
    section = ""
    for line in QUERIES.read_text().splitlines():
        section = line if line.startswith("#") else section
        if line.startswith("| `") and section in (
            "## Fields",
            *(f"### {part}" for part in PARTS),
        ):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            encrypted = cells[-1] if section == "## Fields" else "never"
            listed |= dict.fromkeys(quoted(cells[0]), encrypted)
    marks = personal_fields(Privacy.STRICT)
    expected = {
        field.alias or name: str(marks[name].since) if name in marks else "never"
        for name, field in Photo.model_fields.items()
    }
    for part, model in PARTS.items():
        expected |= {f"{part}.{name}": "never" for name in model.model_fields}
    assert listed == expected | {"_sec": "never"}


def test_the_table_of_indexes_is_the_schema() -> None:
    """Every index is listed, and no other."""
    text = QUERIES.read_text().partition("## Indexes")[2].partition("## Connect")[0]
    listed = {
        name for line in text.splitlines() if line.startswith("| ") for name in quoted(line.split("|")[1])
    }
    assert listed == {index["name"] for index in indexes(Privacy.STANDARD)} | {"_id"}


def test_every_setting_is_explained() -> None:
    """The page of settings has each variable, by the names of environment and file."""
    listed = {cells[0]: cells[1] for cells in rows(DOCS / "settings.md")}
    for name in Settings.model_fields:
        assert listed[f"`EXIFDS_{name.upper()}`"] == f"`{name}`"


@pytest.mark.parametrize(
    "page", [DOCS / "ingest.md", DOCS / "database.md", SCRAPE], ids=lambda page: page.stem
)
def test_quoted_messages_are_real(page: Path) -> None:
    """Each message in a table of messages stands in the code."""
    code = "\n".join(path.read_text() for path in (ROOT / "exifds").rglob("*.py"))
    code = re.sub(r'"\s*\n\s*f?"', "", code)
    tables = [part.partition("\n\n")[0] for part in page.read_text().split("| message contains |")[1:]]
    lines = [line for table in tables for line in table.splitlines() if line.startswith("| `")]
    messages = [quoted(line.split(" | ")[0])[0] for line in lines]
    assert len(messages) >= 10
    assert [message for message in messages if message not in code] == []


def test_limits_are_those_of_the_code() -> None:
    """The table of limits has the numbers that are enforced."""
    limits = {cells[0]: cells[-1] for cells in rows(DOCS / "ingest.md")}
    assert limits["size of a file"] == f"{LARGEST_FILE >> 20} MiB"
    assert limits["pixels"] == f"{MAX_PIXELS:,}"
    assert limits["EXIF tags"] == f"{MAX_TAGS:,}"
    assert limits["segments or chunks of a file"] == f"{MAX_PARTS:,}"


# --- the command line


def test_the_command_reference_is_up_to_date() -> None:
    """The page is what its script makes of the commands as they are."""
    made = subprocess.run(
        [sys.executable, DOCS / "generate_cli.py"], capture_output=True, text=True, check=True
    ).stdout
    assert GENERATED.read_text() == made, "run: python docs/generate_cli.py > docs/cli.md"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help(name: str) -> None:
    """A command says what it does, and each of its arguments and options what it is for."""
    assert COMMANDS[name].__doc__
    assert [each.names for each in CLI["parameters"](COMMANDS[name]) if not each.help] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_shown_in_use(name: str) -> None:
    """The pages show each command, not only the reference."""
    assert any(name in page.read_text() for page in PAGES if page != GENERATED)


def test_the_pages_name_no_command_that_is_not_there() -> None:
    """What is planned is not documented as if it worked."""
    known = {name.split()[1] for name in COMMANDS}
    for page in PAGES:
        used = re.findall(r"(?:^\$ |`)exifds ([a-z][a-z-]*)", page.read_text(), re.MULTILINE)
        assert set(used) <= known, page


# --- the site


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """Links, anchors, included files and docstrings are all found."""
    made = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "mkdocs",
            "build",
            "--strict",
            "--site-dir",
            tmp_path / "site",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "site" / "index.html").is_file()


def test_the_site_fetches_nothing_from_elsewhere(tmp_path: Path) -> None:
    """A reader's browser talks to the site alone: no fonts, scripts or pictures of others."""
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--quiet", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    fetched = re.compile(r'<(?:script|img|iframe)[^>]+src="https?:|<link[^>]+rel="stylesheet"[^>]+https?:')
    assert [
        page.name for page in (tmp_path / "site").rglob("*.html") if fetched.search(page.read_text())
    ] == []


def test_every_page_is_in_the_navigation() -> None:
    """No page is hidden, and none is missing."""
    loaded = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    assert {path for entry in loaded["nav"] for path in entry.values()} == {
        page.name for page in PAGES if page != README
    }


def test_links_of_the_readme_lead_somewhere() -> None:
    """Each relative link names a file of the repository."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", README.read_text())
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_changelog_tops_with_this_version() -> None:
    """The newest entry is the version of the package."""
    newest = re.search(
        r"^## \[?(\d+\.\d+\.\d+\S*?)\]?(?: |$)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert newest
    assert newest[1] == exifds.__version__
