"""The command line: what it prints, and how it ends."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest
from typer.testing import CliRunner

from exifds.cli.app import app
from exifds.settings import Settings


class Run(Protocol):
    """Runs a command, checks its exit code, and gives what it printed."""

    def __call__(self, *arguments: object, code: int = 0) -> str: ...


DONE, FAILED, USAGE, SOME_FAILED = 0, 1, 2, 3


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command against the database of this test."""
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))

    def invoke(*arguments: object, code: int = DONE) -> str:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exit_code == code, result.output
        return result.stdout if code in (DONE, SOME_FAILED) else result.stderr

    return invoke


@pytest.fixture
def filled(run: Run, rendered: Path) -> None:
    """A dataset `cameras` of 60 photos with places."""
    run("ingest", rendered, "--into", "cameras", "--concepts-from-folders")
    run("geocode", "cameras")


def test_ingest_says_what_it_did(run: Run, rendered: Path) -> None:
    """The summary counts stored, known and failed photos."""
    assert run("ingest", rendered, "--into", "cameras") == "cameras: 60 stored, 0 known, 0 failed\n"
    assert run("ingest", rendered, "--into", "cameras") == "cameras: 0 stored, 60 known, 0 failed\n"


def test_ingest_as_json(run: Run, rendered: Path, tmp_path: Path) -> None:
    """With --json the result is one object, and the exit code says that some photos failed."""
    (tmp_path / "bad.jpg").write_bytes(b"dear diary")
    result = json.loads(run("ingest", rendered, tmp_path, "--into", "cameras", "--json", code=SOME_FAILED))
    assert result["stored"] == 60
    assert [Path(failure["file"]).name for failure in result["failed"]] == ["bad.jpg"]


def test_failures_are_listed(run: Run, tmp_path: Path) -> None:
    """Each failed file is on stderr with its reason; a long list is cut."""
    for number in range(25):
        (tmp_path / f"bad{number:02}.jpg").write_bytes(b"x")
    run("ingest", tmp_path, "--into", "cameras", code=SOME_FAILED)
    result = CliRunner().invoke(app, ["ingest", str(tmp_path), "--into", "cameras"])
    assert result.stderr.count("bad") == 20
    assert "... and 5 more" in result.stderr


def test_kept_metadata_is_told(run: Run, rendered: Path) -> None:
    """Who leaves files in place is told that they still hold their metadata."""
    assert "with metadata: left in place" in run("ingest", rendered, "--into", "c", "--in-place")


@pytest.mark.usefixtures("filled")
def test_find_prints_tables_json_and_csv(run: Run) -> None:
    """Each format has the photos that match, and the formats agree."""
    query = '{"concepts": "indoor"}'
    rows = json.loads(run("find", "cameras", query, "--format", "json"))
    lines = [json.loads(line) for line in run("find", "cameras", query, "--format", "jsonl").splitlines()]
    cells = list(csv.DictReader(io.StringIO(run("find", "cameras", query, "--format", "csv"))))
    assert rows == lines
    assert [row["_id"] for row in rows] == [row["_id"] for row in cells]
    assert all("exif" not in row for row in rows)
    assert f"{len(rows)} photos, 3 shown" in run("find", "cameras", query, "--limit", 3)
    assert len(json.loads(run("find", "cameras", "--format", "json", "--limit", 2))) == 2
    assert json.loads(run("find", "cameras", '{"concepts": "none"}', "--format", "json")) == []


@pytest.mark.usefixtures("filled")
def test_find_decrypts_when_told(run: Run) -> None:
    """With --decrypt the EXIF is there in full."""
    (row,) = json.loads(
        run("find", "cameras", '{"exif": {"$exists": true}}', "--decrypt", "--format", "json", "--limit", 1)
    )
    assert row["exif"]["IFD0"]["Artist"]


@pytest.mark.usefixtures("filled")
def test_filters_take_dates(run: Run) -> None:
    """MongoDB's extended JSON is understood, so that dates can be compared."""
    query = '{"taken_at": {"$gte": {"$date": "1990-01-01T00:00:00Z"}}}'
    assert json.loads(run("find", "cameras", query, "--format", "json"))


@pytest.mark.usefixtures("filled")
def test_stats_in_words_and_as_json(run: Run) -> None:
    """The statistics are tables for people and one object for machines."""
    text = run("stats", "cameras")
    for title in ("photos with a tag", "cameras", "countries", "years", "focal_length_35mm"):
        assert title in text
    assert json.loads(run("stats", "cameras", "--json"))["totals"]["summary"]["photos"] == 60


@pytest.mark.usefixtures("filled")
def test_verify_finds_what_was_touched(run: Run, settings: Settings) -> None:
    """An intact dataset ends with 0; a changed image ends with 3 and is named."""
    assert run("verify", "cameras") == "cameras: 60 photos checked, 0 faults\n"
    next((settings.home / "images").rglob("*.jpg")).write_bytes(b"x")
    faults = json.loads(run("verify", "cameras", "--json", code=SOME_FAILED))["faults"]
    assert "the image file was changed" in faults[0]["fault"]
    assert "1 fault\n" in run("verify", "cameras", code=SOME_FAILED)


@pytest.mark.usefixtures("filled")
def test_keys_are_listed_and_exported(run: Run) -> None:
    """The list shows no key; the export is a Fernet key and nothing else."""
    listed = json.loads(run("keys", "list", "--json"))
    exported = run("keys", "export").strip()
    assert len(exported) == 44
    assert run("keys", "export", "--kid", listed["keys"][0]["kid"]).strip() == exported
    assert exported not in run("keys", "list")
    assert "does not hold the data key" in run("keys", "export", "--kid", "ffffffff", code=FAILED)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("find", "nothing"), "there is no dataset nothing (there are: none yet)"),
        (("find", "a b"), "expected a dataset name"),
        (("find", "cameras", "{"), "the filter is not JSON"),
        (("find", "cameras", "[]"), "there is no dataset cameras"),
        (("ingest", "/nowhere", "--into", "cameras"), "no file or folder /nowhere"),
        (("ingest", "/tmp", "--into", "cameras", "--privacy", "open"), "say so twice"),
        (("ingest",), "Missing argument"),
        (("find", "cameras", "--format", "xml"), "xml"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_sentence(run: Run, arguments: tuple[str, ...], message: str) -> None:
    """Wrong usage is told in words, without a traceback."""
    assert message in run(*arguments, code=USAGE)


def test_an_unreachable_server_ends_with_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No server at the address: one sentence, exit 1."""
    monkeypatch.setenv("EXIFDS_URI", "mongodb://127.0.0.1:1")
    message = run("stats", "cameras", code=FAILED)
    assert message.count("\n") == 1
    assert message.startswith("exifds: no MongoDB server answers at 127.0.0.1:1")


def test_an_interrupt_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Ctrl-C says how to go on."""

    def interrupted(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("exifds.dataset.Dataset.ingest", interrupted)
    assert "run the same command again to go on" in run("ingest", tmp_path, "--into", "cameras", code=130)


def test_the_version_is_printed(run: Run) -> None:
    """--version prints the version of the package."""
    from exifds import __version__

    assert run("--version") == f"exifds {__version__}\n"


def test_escape_codes_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    """A hostile file name cannot steer the terminal."""
    (tmp_path / "\x1b[31mred.jpg").write_bytes(b"x")
    run("ingest", tmp_path, "--into", "cameras", code=SOME_FAILED)
    result = CliRunner().invoke(app, ["ingest", str(tmp_path), "--into", "cameras"])
    assert "red.jpg" in result.stderr
    assert "\x1b" not in result.stderr


def test_a_closed_pipe_is_no_traceback(settings: Settings, rendered: Path, run: Run) -> None:
    """`exifds find ... | head -1` ends quietly."""
    run("ingest", rendered, "--into", "cameras")
    command = f"{sys.executable} -m exifds find cameras --format jsonl | head -1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert result.stdout.count("\n") == 1
    assert result.stderr == ""
