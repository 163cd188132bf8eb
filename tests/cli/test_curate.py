"""The command `curate`: it serves until Ctrl-C, and leaves nothing behind."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from typer.testing import CliRunner

from exifds.cli.app import app
from exifds.dataset import Dataset
from exifds.settings import Settings
from tests.servers import wait_until

DONE, USAGE = 0, 2


@pytest.fixture
def filled(dataset: Dataset, settings: Settings, rendered: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A dataset `cameras` of 60 photos, which the settings in the environment lead to."""
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))
    dataset.ingest(rendered, progress=False)
    return dataset


@contextmanager
def served(*options: str) -> Iterator[tuple["subprocess.Popen[str]", httpx.URL]]:
    """`exifds curate cameras` in a process of its own, and the address that it prints."""
    command = [sys.executable, "-m", "exifds", "curate", "cameras", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line, code, warned = (process.stdout.readline() for _ in range(3))
            assert line.startswith("cameras is at http://"), process.communicate()
            assert re.fullmatch(r"The code \w{8} opens personal fields on the page\.\n", code)
            assert "Whoever has the address" in warned
            yield process, httpx.URL(line.split()[-1])
        finally:
            if process.poll() is None:
                process.kill()


def interrupt(process: "subprocess.Popen[str]") -> None:
    """Press Ctrl-C; the process must end well."""
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=20)
    assert said == ("stopped; every verdict without an hourglass is stored\n", "")
    assert process.returncode == DONE


@pytest.mark.usefixtures("filled")
def test_it_serves_until_ctrl_c_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page opens at the printed address; afterwards no process, port or temporary file is left."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    with served("--no-browser") as (process, address):
        with httpx.Client() as client:
            assert client.get(address).status_code == 200
            assert "exifds" in client.get(address.copy_with(query=None)).text
        children = psutil.Process(process.pid).children(recursive=True)
        interrupt(process)
    wait_until(lambda: not any(child.is_running() for child in children))
    assert list((tmp_path / "tmp").iterdir()) == []
    with socket.create_server(("127.0.0.1", address.port or 0)):
        pass


@pytest.mark.usefixtures("filled")
def test_ctrl_c_does_not_wait_for_an_open_page() -> None:
    """A browser that keeps its connections is cut off."""
    with served("--no-browser") as (process, address), httpx.Client() as client:
        client.get(address)
        asks = {"EIO": "4", "transport": "polling"}
        polling = address.copy_with(path="/_nicegui_ws/socket.io/", params=asks)
        assert client.get(polling).status_code == 200
        interrupt(process)


@pytest.mark.usefixtures("filled")
def test_a_browser_is_opened_unless_it_is_not_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a file that leads to the address; the port is the one that was asked for."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    note, browser = tmp_path / "opened", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\ncat "${{1#file://}}" > {note}.part; mv {note}.part {note}\n')
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", str(browser))
    with served("--no-browser", "--port", str(port)) as (process, address):
        assert address.port == port
        interrupt(process)
    assert not note.exists()
    with served() as (process, address):
        wait_until(note.exists)
        assert str(address) in note.read_text()
        interrupt(process)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("camreas", "--no-browser"), "camreas"),
        (("cameras", "--no-browser", "--host", "0.0.0.0"), "expected one address of this machine"),
        (("cameras", "--no-browser", "--host", "192.0.2.1"), "192.0.2.1"),
        (("cameras", "--no-browser", "--port", "0"), "--port"),
        (("cameras", "--no-browser", "--port", "65536"), "--port"),
        (("cameras", "--no-browser", "--port", "{taken}"), "choose another port"),
    ],
)
def test_what_cannot_be_served_is_explained(arguments: tuple[str, ...], said: str) -> None:
    """The exit code is 2."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        given = ["curate", *(argument.format(taken=taken) for argument in arguments)]
        result = CliRunner().invoke(app, given)
    assert result.exit_code == USAGE, result.output
    assert said in result.stderr


def test_every_option_arrives(filled: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is what the same word is in Python."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(Dataset, "curate", lambda _self, **options: found.append(options))
    CliRunner().invoke(app, ["curate", "cameras"])
    CliRunner().invoke(app, ["curate", "cameras", "--port", "8080", "--host", "::1", "--no-browser"])
    assert found == [
        {"port": None, "host": "127.0.0.1", "show": True},
        {"port": 8080, "host": "::1", "show": False},
    ]
