"""Serving the page, and stopping."""

import stat
import webbrowser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from exifds.curate.app import CurationServer, run
from exifds.curate.desk import Desk
from exifds.curate.thumbnails import Thumbnails
from exifds.errors import ExifdsError, UsageError


@pytest.mark.parametrize("host", ["", "0", "0x0", "00.0", "0.0.0.0", "::", "0::0"])
def test_the_page_is_not_served_everywhere_by_whatever_name(desk: Desk, host: str) -> None:
    """The system takes many spellings for all addresses; what it has bound is what counts."""
    with pytest.raises(UsageError, match=r"expected one address of this machine|cannot be served"):
        CurationServer(desk, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1"])
def test_the_page_is_found_at_its_address(desk: Desk, host: str) -> None:
    """Also by the number that a browser makes of a name."""
    with CurationServer(desk, host=host) as server:
        url = server.url.replace(f"//{host}:", "//127.0.0.1:")
        assert httpx.get(url).status_code == 200


def test_a_page_that_did_not_start_leaves_no_lock(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one starts."""

    def sweep(_self: Thumbnails) -> int:
        raise PermissionError(13, "not yours")

    with monkeypatch.context() as broken:
        broken.setattr(Thumbnails, "sweep", sweep)
        with pytest.raises(PermissionError), CurationServer(desk):
            pass
    with CurationServer(desk) as server:
        assert httpx.get(server.url).status_code == 200


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_page_that_ends_at_once_is_an_error(desk: Desk) -> None:
    """Nobody is told an address where nothing is."""
    server = CurationServer(desk)
    server._socket.close()
    with pytest.raises(ExifdsError, match="did not start"), server:
        pass
    with CurationServer(desk) as second:
        assert httpx.get(second.url).status_code == 200


def test_the_browser_is_started_without_the_token(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others see with what programs are started: it is a file of the user alone, gone in the end."""
    said: list[str] = []
    doors: list[Path] = []

    def opened(address: str) -> bool:
        doors.append(Path(unquote(urlsplit(address).path)))
        url = said[0].rpartition(" ")[2]
        assert url.partition("token=")[2] not in address
        assert f"url={url}" in doors[0].read_text()
        assert stat.S_IMODE(doors[0].stat().st_mode) == 0o600
        assert stat.S_IMODE(doors[0].parent.stat().st_mode) == 0o700
        raise KeyboardInterrupt

    monkeypatch.setattr(webbrowser, "open", opened)
    run(desk, say=said.append)
    assert "opens personal fields" in said[1]
    assert said[3] == "stopped; every verdict without an hourglass is stored"
    assert not doors[0].parent.exists()
