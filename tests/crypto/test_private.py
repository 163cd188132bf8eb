"""Tests of exifds.crypto.private."""

import os
import stat
import threading
import time
from pathlib import Path

import pytest

from exifds.crypto import private
from exifds.errors import KeyringError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A private file."""
    private.write(tmp_path / "file", "text")
    return tmp_path / "file"


def test_written_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    """Only the owner can read what was written."""
    before = os.umask(0)
    try:
        private.write(tmp_path / "file", "Zoë")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
    assert private.read(tmp_path / "file") == "Zoë"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_absent_file_is_none(tmp_path: Path) -> None:
    """That there is no file is an answer, not an error."""
    assert private.read(tmp_path / "file") is None


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601, 0o666])
def test_file_open_to_others_is_refused(path: Path, mode: int) -> None:
    """Any bit for group or others is refused; the message is the command that mends it."""
    path.chmod(mode)
    with pytest.raises(KeyringError, match=rf"open to others \(mode {mode:04o}\): chmod 600 {path}$"):
        private.read(path)
    path.chmod(0o600)
    assert private.read(path) == "text"


def test_symbolic_link_is_refused(path: Path) -> None:
    """A link could point to a file that somebody else controls."""
    link = path.with_name("link")
    link.symlink_to(path)
    with pytest.raises(KeyringError, match="link is a symbolic link"):
        private.read(link)


@as_root
def test_file_of_another_user_is_refused(path: Path) -> None:
    """Somebody else's file is not trusted."""
    os.chown(path, 12345, -1)
    with pytest.raises(KeyringError, match="belongs to user 12345, not to you"):
        private.read(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A pipe does not block, and a folder is not read."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(0o700)
    for name in ("pipe", "folder"):
        with pytest.raises(KeyringError, match="is no regular file"):
            private.read(tmp_path / name)


@pytest.mark.parametrize("raw", [b"", b"\xff", b"x" * (2**20 + 1)])
def test_file_that_holds_no_text_is_refused(path: Path, raw: bytes) -> None:
    """An empty, binary or huge file is damaged."""
    path.write_bytes(raw)
    with pytest.raises(KeyringError, match="is damaged: expected text of at most 1 MiB"):
        private.read(path)


def test_path_that_cannot_be_opened_is_named(path: Path) -> None:
    """Every other trouble names the path and the reason."""
    with pytest.raises(KeyringError, match="Not a directory; is EXIFDS_CONFIG the right folder"):
        private.read(path / "below")
    with pytest.raises(KeyringError, match="No such file or directory"):
        private.write(path.parent / "missing" / "file", "text")
    with (
        pytest.raises(KeyringError, match="No such file or directory"),
        private.locked(path.parent / "missing"),
    ):
        pass


def test_planted_link_is_not_followed_on_writing(path: Path) -> None:
    """A link in place of the file or of the temporary file is replaced; what it points to is left alone."""
    target = path.with_name("target")
    target.write_text("untouched")
    for name in (path.name, f".{path.name}.tmp"):
        link = path.with_name(name)
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        private.write(path, "new")
        assert private.read(path) == "new"
    assert target.read_text() == "untouched"
    assert not path.is_symlink()


def test_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """Where the new file cannot take its place, no temporary file stays."""
    (tmp_path / "file" / "inside").mkdir(parents=True)
    with pytest.raises(KeyringError, match="cannot be used"):
        private.write(tmp_path / "file", "text")
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_folder_is_made_private(tmp_path: Path) -> None:
    """A new folder can be entered by its owner only; an existing one is taken."""
    folder = tmp_path / "a" / "b"
    private.make_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    private.make_folder(folder)


@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777])
def test_folder_that_others_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    """Who can write to the folder can replace what is in it."""
    tmp_path.chmod(mode)
    with pytest.raises(KeyringError, match=f"chmod 700 {tmp_path}$"):
        private.make_folder(tmp_path)


@as_root
def test_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    """Somebody else's folder is not used."""
    os.chown(tmp_path, 12345, -1)
    with pytest.raises(KeyringError, match="belongs to user 12345: use a folder of your own"):
        private.make_folder(tmp_path)


def test_folder_that_cannot_be_made_is_named(path: Path) -> None:
    """A file in the way is named."""
    with pytest.raises(KeyringError, match="cannot be used"):
        private.make_folder(path / "below")


def test_lock_lets_in_one_at_a_time(tmp_path: Path) -> None:
    """While one holds the lock, another waits."""
    order = []

    def second() -> None:
        with private.locked(tmp_path):
            order.append("second")

    with private.locked(tmp_path):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
