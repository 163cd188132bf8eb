"""What was committed is there, and what was not is not."""

from pathlib import Path

import pytest

from exifds.export.working_file import WorkingFile


class Notes(WorkingFile):
    """A working file with nothing but notes."""

    def begin(self) -> None:
        """Make the table of notes."""
        with self.writing():
            self._make_tables("")

    def write(self, *values: object) -> None:
        """Note values one after the other, in one block."""
        with self.writing():
            for value in values:
                self.set_note("export", value)


def test_what_is_written_is_all_or_nothing(tmp_path: Path) -> None:
    """A block that fails leaves no trace; one that ends is there when the file is opened again."""
    with Notes(tmp_path / "ledger.sqlite") as file:
        assert file.note("export") is None
        file.begin()
        file.write({"format": "csv"})
        with pytest.raises(TypeError):
            file.write({"format": "folder"}, object())
    with Notes(tmp_path / "ledger.sqlite") as file:
        assert file.note("export") == {"format": "csv"}
        assert file.note("placed") is None
