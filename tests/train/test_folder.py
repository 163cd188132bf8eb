"""Folders of results: refused before any work, and a full disk is one sentence."""

import errno
from pathlib import Path

import pytest

from exifds.errors import DiskFullError, UsageError
from exifds.train.folder import roomy, writable


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


def test_a_full_disk_is_told() -> None:
    """By the folder, and what to do; other errors pass."""
    told = r"the disk of runs is full: .* run the same command again"
    with pytest.raises(DiskFullError, match=told), roomy("runs"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(PermissionError), roomy("runs"):
        raise PermissionError(errno.EACCES, "Permission denied")
