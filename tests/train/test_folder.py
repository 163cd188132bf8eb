"""Folders of results: refused before any work, and a full disk is one sentence."""

import errno
import os
import tracemalloc
from pathlib import Path

import pytest

from exifds.errors import DiskFullError, UsageError
from exifds.train.folder import kept_if_used, require_room, roomy, writable


def test_a_folder_is_made(tmp_path: Path) -> None:
    """With those above it, and left as it is if it is there."""
    assert writable(tmp_path / "a" / "b").is_dir()
    assert list(writable(tmp_path / "a").iterdir()) == [tmp_path / "a" / "b"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """Nor can one be made in it."""
    (tmp_path / "file").touch()
    for path, why in (("file", "File exists"), ("file/out", "Not a directory")):
        with pytest.raises(UsageError, match=f"cannot be written: {why}"):
            writable(tmp_path / path)


def test_a_folder_that_was_not_used_goes_again(tmp_path: Path) -> None:
    """With those made above it; not if something is in it, or if it was there before."""
    with pytest.raises(KeyError), kept_if_used(tmp_path / "a" / "b"):
        raise KeyError
    assert not list(tmp_path.iterdir())
    with kept_if_used(tmp_path / "a" / "b") as folder:
        pass
    with pytest.raises(KeyError), kept_if_used(folder):
        raise KeyError
    assert folder.is_dir()
    with pytest.raises(KeyError):
        write_and_fail(tmp_path / "c" / "d")
    assert (tmp_path / "c" / "d" / "e").is_file()


def write_and_fail(out: Path) -> None:
    """Leave a file."""
    with kept_if_used(out) as folder:
        (folder / "e").touch()
        raise KeyError


def test_room_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a file that goes again; a disk that says it is full only when it is synced is full."""
    require_room(tmp_path, 5000)
    assert not list(tmp_path.iterdir())

    def full(_file: int) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DiskFullError), roomy(tmp_path):
        require_room(tmp_path, 5000)


@pytest.mark.parametrize("system", ["Linux", "macOS"])
def test_room_takes_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """The file has its full size on disk, and none of it is held; what is written cannot be compressed."""
    sizes = []

    def measured(file: int) -> None:
        sizes.append((os.fstat(file).st_size, os.fstat(file).st_blocks * 512))

    monkeypatch.setattr("os.fsync", measured)
    if system == "macOS":
        monkeypatch.delattr("os.posix_fallocate")
    size = 20 * 2**20 + 5
    tracemalloc.start()
    require_room(tmp_path, size)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    ((length, there),) = sizes
    assert length == size <= there
    assert most < 4 * 2**20


def test_a_full_disk_is_told() -> None:
    """By the folder, and what to do; other errors pass."""
    told = r"the disk of runs is full: .* run the same command again"
    with pytest.raises(DiskFullError, match=told), roomy("runs"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(PermissionError), roomy("runs"):
        raise PermissionError(errno.EACCES, "Permission denied")
