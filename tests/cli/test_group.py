"""How commands end, and what their help shows."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from exifds.cli.app import app
from exifds.settings import Settings
from tests.cli.running import FAILED, Run

UNREAD = 141


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


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError("gone wrong"), "gone wrong"),
        (OSError(28, "No space left"), "No space left"),
        (PermissionError(13, "Not yours", "/photos"), "Not yours: /photos"),
    ],
)
def test_an_error_of_the_system_is_told_as_far_as_it_is_known(
    error: OSError, said: str, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Some have no number, and some no file."""

    def failing(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr("exifds.dataset.Dataset.ingest", failing)
    assert run("ingest", tmp_path, "--into", "cameras", code=FAILED) == f"exifds: {said}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("command", ["stats", "find --format=csv", "find --format=jsonl"])
def test_an_output_that_is_full_is_told_once(command: str) -> None:
    """It is named, and Python does not complain about it again at its end."""
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "exifds", *command.split(), "cameras"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert (result.returncode, result.stderr) == (FAILED, "exifds: No space left on device: the output\n")


def test_a_closed_pipe_is_no_traceback(settings: Settings, rendered: Path, run: Run) -> None:
    """`exifds find ... | head -1` ends quietly."""
    run("ingest", rendered, "--into", "cameras")
    command = f"{sys.executable} -m exifds find cameras --format jsonl | head -1"
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert result.stdout.count("\n") == 1
    assert result.stderr == ""


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "command",
    [
        *(f"find cameras --format {each}" for each in ("table", "json", "jsonl", "csv")),
        "stats cameras",
        "stats",
    ],
)
def test_a_reader_who_leaves_ends_the_command_quietly(settings: Settings, command: str) -> None:
    """`exifds find ... | head` is no failure: the exit code is that of programs which SIGPIPE ends."""
    piped = f"{sys.executable} -m exifds {command} | true; exit ${{PIPESTATUS[0]}}"
    result = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, check=False, timeout=60)
    assert (result.returncode, result.stderr) == (UNREAD, "")


def described(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each group and command, with the words that reach it."""
    yield words, command
    for name, part in getattr(command, "commands", {}).items():
        yield from described(part, (*words, name))


@pytest.mark.parametrize("columns", ["60", "80"])
def test_help_cuts_neither_names_nor_sentences(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a narrow terminal too, each option can be typed as it is shown."""
    monkeypatch.setenv("COLUMNS", columns)
    for words, command in described(typer.main.get_command(app)):
        shown = " ".join(CliRunner().invoke(app, [*words, "--help"]).stdout.split())
        options = [name for option in command.params for name in (*option.opts, *option.secondary_opts)]
        assert [name for name in options if name not in shown] == [], words
        parts = getattr(command, "commands", {}).values()
        sentences = [" ".join(part.help.split()).partition(". ")[0] for part in parts]
        assert [sentence for sentence in sentences if sentence not in shown] == [], words
