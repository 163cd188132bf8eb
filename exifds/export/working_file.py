"""Working file: one SQLite file beside an export that is under way. What was committed survives a kill."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from exifds.errors import DiskFullError, UsageError

__all__ = ["WorkingFile"]

_NOTES = "create table notes (name text primary key, value text not null) without rowid"


class WorkingFile:
    """A file of tables and notes, written all or nothing; its faults are told in words.

    Args:
        path: Where it is; made if absent.
    """

    def __init__(self, path: Path) -> None:
        self.folder = path.parent
        self._path = path
        with self._plainly():
            self._sql = sqlite3.connect(path, isolation_level=None)
            self._sql.execute("pragma journal_mode = wal")
            self._sql.execute("pragma synchronous = normal")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sql.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing of what is written in the block."""
        with self._plainly():
            self._sql.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._sql.execute("rollback")
                raise
            self._sql.execute("commit")

    def note(self, name: str) -> Any:
        """Something noted earlier; None if it was not."""
        with self._plainly():
            if not self._sql.execute("select 1 from sqlite_master where name = 'notes'").fetchone():
                return None
            found = self._sql.execute("select value from notes where name = ?", (name,)).fetchone()
        return json.loads(found[0]) if found else None

    def set_note(self, name: str, value: Any) -> None:
        """Note something; inside `writing`."""
        self._sql.execute("insert or replace into notes values (?, ?)", (name, json.dumps(value)))

    def _make_tables(self, statements: str) -> None:
        """Make the notes, and the tables of these statements; inside `writing`."""
        for statement in (_NOTES, *statements.split(";")):
            self._sql.execute(statement)

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Errors of SQLite in words."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
                raise DiskFullError(
                    f"the disk of {self.folder} is full: make room and run the same command again"
                ) from None
            raise UsageError(f"the working file {self._path} cannot be used: {error}") from None
        except sqlite3.DatabaseError as error:
            raise UsageError(
                f"the working file {self._path} is damaged ({error}): remove {self.folder} "
                "and run the command again"
            ) from None
