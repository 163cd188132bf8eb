"""The manifest of an export: what a crash left of one is told apart from that of another program."""

from pathlib import Path

import pytest

from exifds.errors import UsageError
from exifds.export.manifest import MANIFEST, is_export, load


@pytest.mark.parametrize("data", [b"", b"\0" * 3000])
def test_a_manifest_of_which_nothing_is_left_is_damaged(tmp_path: Path, data: bytes) -> None:
    """A disk that was full, or power that failed, leaves a file without any of its bytes."""
    (tmp_path / MANIFEST).write_bytes(data)
    assert is_export(tmp_path)
    with pytest.raises(UsageError, match="it is damaged, or of a later exifds"):
        load(tmp_path)


@pytest.mark.parametrize("data", [b"[]", b" \n", b'{"owners": 12}'])
def test_a_manifest_of_another_program_is_none(tmp_path: Path, data: bytes) -> None:
    """Whatever it holds."""
    (tmp_path / MANIFEST).write_bytes(data)
    assert not is_export(tmp_path)
    with pytest.raises(UsageError, match="of another program"):
        load(tmp_path)
