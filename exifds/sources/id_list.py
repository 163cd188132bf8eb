"""Lists of photos in files: JSON, CSV, or one photo a line. The content tells the form, not the name.

```
[{"id": "1", "secret": "5e", "server": "2"}, ...]     JSON: a list of photos
{"animal,monkey": ["1", ...], ...}                    JSON: lists of photos by their concepts
id,secret,server,concept                              CSV with a header, also with tabs or semicolons
{"id": "1", "concepts": ["monkey"]}                   one JSON object a line
https://www.flickr.com/photos/somebody/1/             one id or address a line
```

In each of them an id may also be an address of the photo, see `listed_photo`.
"""

import codecs
import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import file_digest
from itertools import chain
from pathlib import Path
from typing import Any, Self, TextIO

from exifds.errors import UsageError
from exifds.sources.listed_photo import IDS, BadRow, ListedPhoto, labels, names_photo, read_row, union

__all__ = ["digest", "read"]

_LONGEST_LINE = 2**20
_LONGEST_ROW = 100_000
_HEAD = 4096
_DELIMITERS = ",;\t|"
_FORMS = "JSON, CSV with a column id or url, or one id or address a line"


def digest(path: str | Path) -> str:
    """What tells one list from another.

    Args:
        path: The file.

    Returns:
        SHA-256 of its content.

    Raises:
        UsageError: It cannot be read.

    Example:
        >>> digest("no-such-list.csv")
        Traceback (most recent call last):
        exifds.errors.UsageError: no file no-such-list.csv
    """
    with _told(path) as file, file.open("rb") as data:
        return file_digest(data, "sha256").hexdigest()


def read(path: str | Path) -> Iterator[ListedPhoto | BadRow]:
    """Read a list of photos.

    Lines and CSV are read as they are asked for, so they may be of any length, and a photo named twice is
    given twice. JSON is read at once; there, each photo comes once with all of its concepts.

    Args:
        path: The file.

    Yields:
        Each photo, and each row that names none.

    Raises:
        UsageError: The file cannot be read, is no text, or names no column of ids.

    Example:
        >>> import tempfile
        >>> with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        ...     _ = file.write('{"animal,monkey": ["50444069047"]}')
        ...     file.flush()
        ...     list(read(file.name))
        [ListedPhoto(id='50444069047', secret=None, server=None, concepts=('animal', 'monkey'))]
    """
    with _told(path) as file, file.open(encoding=_encoding(file), errors="replace", newline="") as text:
        before, first = _first(_lines(text))
        lines = chain([first], _lines(text))
        if _is_whole_json(first):
            text.seek(0)
            yield from _merged(_entries(_parsed(text, file.name)))
        elif delimiter := _delimiter_of_header(first):
            yield from _table(lines, delimiter, before)
        elif _has_columns(first):
            raise UsageError(f"no column of ids in the first line of {file.name}: expected {_FORMS}")
        else:
            yield from _each_line(lines, before)


@contextmanager
def _told(path: str | Path) -> Iterator[Path]:
    """The file; what keeps it from being read ends in plain words."""
    file = Path(path).expanduser()
    if not file.is_file():
        raise UsageError(f"expected a file, got {path}" if file.exists() else f"no file {path}")
    try:
        yield file
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None


def _encoding(file: Path) -> str:
    with file.open("rb") as data:
        head = data.read(_HEAD)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head or head.startswith(b"PK\x03\x04"):
        raise UsageError(f"{file.name} is no text file (save a spreadsheet as CSV): expected {_FORMS}")
    return "utf-8-sig"


def _lines(text: TextIO) -> Iterator[str]:
    """Lines, of which none fills the memory."""
    return iter(partial(text.readline, _LONGEST_LINE), "")


def _first(lines: Iterator[str]) -> tuple[int, str]:
    """The first line that says something, and how many are before it."""
    return next(((before, line) for before, line in enumerate(lines) if not _is_idle(line)), (0, ""))


def _is_idle(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _is_whole_json(first: str) -> bool:
    """Whether the file is one JSON value: a list, or an object that is not the first of many photos."""
    if not first.lstrip().startswith(("[", "{")):
        return False
    try:
        return not (isinstance(row := json.loads(first), dict) and names_photo(row))
    except (ValueError, RecursionError):
        return True


def _parsed(text: TextIO, name: str) -> Any:
    try:
        return json.load(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"{name} is not valid JSON ({where}): expected {_FORMS}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{name} is JSON too deep or with too long numbers: expected {_FORMS}") from None


def _entries(data: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The photos of a JSON value, each with the concepts it stands under."""
    if isinstance(data, dict) and not names_photo(data):
        for key, photos in data.items():
            concepts = labels(key)
            yield from ((concepts, photo) for photo in (photos if isinstance(photos, list) else [None]))
    else:
        yield from (((), photo) for photo in (data if isinstance(data, list) else [data]))


def _merged(entries: Iterable[tuple[tuple[str, ...], Any]]) -> Iterator[ListedPhoto | BadRow]:
    """Each photo once, with all of its concepts; bad rows first."""
    photos: dict[str, ListedPhoto] = {}
    for number, (concepts, value) in enumerate(entries, 1):
        row = read_row(number, value, concepts)
        if isinstance(row, BadRow):
            yield row
        else:
            photos[row.id] = union(photos[row.id], row) if row.id in photos else row
    yield from photos.values()


def _delimiter_of_header(first: str) -> str | None:
    """What parts the columns, if the line names them and one holds ids."""
    names = {mark: [cell.strip(" \t\r\n\"'").lower() for cell in first.split(mark)] for mark in _DELIMITERS}
    fit = [mark for mark in _DELIMITERS if not set(IDS).isdisjoint(names[mark])]
    return max(fit, key=lambda mark: len(names[mark]), default=None)


def _has_columns(first: str) -> bool:
    if first.lstrip().startswith(("{", '"')) or isinstance(read_row(1, first), ListedPhoto):
        return False
    return any(mark in first for mark in _DELIMITERS)


class _Lines:
    """Lines for `csv`, so many characters a row at most: its own limit is anybody's to lift in a process."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.taken = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken += len(line)
        if self.taken > _LONGEST_ROW:
            self.taken = 0
            raise csv.Error(f"a row with more than {_LONGEST_ROW:,} characters, perhaps a quote without end")
        return line


def _table(lines: Iterable[str], delimiter: str, before: int) -> Iterator[ListedPhoto | BadRow]:
    bounded = _Lines(lines)
    reader = csv.reader(bounded, delimiter=delimiter)
    header = next(reader)
    while True:
        bounded.taken = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(before + reader.line_num, f"expected CSV: {error}")
        else:
            if any(cells):
                yield _row_of_cells(before + reader.line_num, header, cells)


def _row_of_cells(line: int, header: Sequence[str], cells: Sequence[str]) -> ListedPhoto | BadRow:
    if any(cells[len(header) :]):
        return BadRow(line, f"expected {len(header)} columns as in the first line, got {len(cells)}")
    return read_row(line, dict(zip(header, cells, strict=False)))


def _each_line(lines: Iterable[str], before: int) -> Iterator[ListedPhoto | BadRow]:
    for number, line in enumerate(lines, before + 1):
        if not _is_idle(line):
            value: Any = line
            if line.lstrip().startswith(("{", '"')):
                with suppress(ValueError, RecursionError):
                    value = json.loads(line)
            yield read_row(number, value)
