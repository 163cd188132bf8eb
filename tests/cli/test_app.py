"""The command line: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exifds.cli.app import app
from tests.cli.running import FAILED, SOME_FAILED, USAGE, Run


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
