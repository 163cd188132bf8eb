"""Any form of list gives the same photos, and any other file ends in plain words."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.sources.id_list import digest, read
from exifds.sources.listed_photo import BadRow, ListedPhoto

PHOTO = ListedPhoto("50444069047", "c1b3784192", "65535")

words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)
ids = st.integers(1, 10**20 - 1).map(str)
photos = st.lists(
    st.builds(
        ListedPhoto,
        ids,
        st.text("0123456789abcdef", min_size=1, max_size=12),
        st.integers(1, 70_000).map(str),
        st.lists(words, unique=True, max_size=3).map(tuple),
    ),
    unique_by=lambda photo: photo.id,
    max_size=6,
)


def as_json(listed: list[ListedPhoto]) -> str:
    """The thesis' list of objects, with concepts."""
    return json.dumps([vars(photo) for photo in listed], indent=1)


def as_jsonl(listed: list[ListedPhoto]) -> str:
    """An object a line."""
    return "".join(json.dumps(vars(photo)) + "\n" for photo in listed)


def as_csv(listed: list[ListedPhoto], delimiter: str = ",") -> str:
    """A table with concepts in one cell."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["Title", "ID", "Secret", "Server", "Concepts"])
    for photo in listed:
        writer.writerow(["a, b;\n\tc", photo.id, photo.secret, photo.server, ",".join(photo.concepts)])
    return text.getvalue()


def as_urls(listed: list[ListedPhoto]) -> str:
    """The address of an image file a line: no concepts."""
    base = "https://live.staticflickr.com"
    return "".join(f"{base}/{photo.server}/{photo.id}_{photo.secret}_b.jpg\n" for photo in listed)


FORMS: dict[str, Callable[[list[ListedPhoto]], str]] = {
    "json": as_json,
    "jsonl": as_jsonl,
    "csv": as_csv,
    "tabs": lambda listed: as_csv(listed, "\t"),
    "semicolons": lambda listed: as_csv(listed, ";"),
}

on_files = settings(
    max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file whose name tells nothing."""
    return tmp_path / "list.txt"


def rows(file: Path, content: str | bytes) -> list[ListedPhoto | BadRow]:
    """What a file of this content lists."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read(file))


def listed_ids(file: Path, content: str | bytes) -> list[str]:
    """The ids only; there must be no bad row."""
    found = rows(file, content)
    assert not [row for row in found if isinstance(row, BadRow)]
    return [row.id for row in found if isinstance(row, ListedPhoto)]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@on_files
@given(listed=photos, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_every_form_gives_the_same_photos(
    file: Path, form: Callable[[list[ListedPhoto]], str], listed: list[ListedPhoto], encoding: str
) -> None:
    """The content tells the form, in any encoding a spreadsheet writes."""
    assert rows(file, form(listed).encode(encoding)) == listed


@on_files
@given(listed=photos)
def test_addresses_and_concepts_as_keys_give_them_too(file: Path, listed: list[ListedPhoto]) -> None:
    """Addresses hold id, secret and server; the keys of the thesis' second form are concepts."""
    plain = [ListedPhoto(photo.id, photo.secret, photo.server) for photo in listed]
    assert rows(file, as_urls(listed)) == plain
    by_concepts: dict[str, list[object]] = {}
    for photo in listed:
        by_concepts.setdefault(",".join(photo.concepts), []).append(
            {"id": int(photo.id), "secret": photo.secret, "server": int(photo.server or 0)}
        )
    found = {row.id: row for row in rows(file, json.dumps(by_concepts)) if isinstance(row, ListedPhoto)}
    assert found == {photo.id: photo for photo in listed}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("1\n\n  2  \r\n# a comment\n3", ["1", "2", "3"]),
        ("1\r2\r3", ["1", "2", "3"]),
        ("id\n1\n2\n", ["1", "2"]),
        ('"id"\n"1"\n', ["1"]),
        (",id,title\n0,7,x\n1,8,y\n", ["7", "8"]),
        ("id,url\n0,https://flic.kr/p/2jRz3hp\n1,https://www.flickr.com/photos/x/8/\n", ["50444069047", "8"]),
        ("photo_id;concept\n7;a\n;\n8;b\n", ["7", "8"]),
        ("# made by hand\n\nid,secret\n7,5e\n", ["7"]),
        ("id,title\n7\n8,x,,\n", ["7", "8"]),
        ("id\n50444069047.0\n", ["50444069047"]),
        ("'50444069047\n<https://flic.kr/p/2jRz3hp>\n", ["50444069047", "50444069047"]),
        (
            '"https://flic.kr/p/2jRz3hp"\n7\n{"photo_id": 8}\n{"URL": "https://www.flickr.com/photos/x/9/"}\n',
            None,
        ),
        ('{"id": 7}', ["7"]),
        ('{"_id": "flickr:7"}\n{"_id": "flickr:8"}\n', ["7", "8"]),
        ('{\n "id": 7\n}', ["7"]),
        ('[7, 8.0, "9"]', ["7", "8", "9"]),
        ('{"a": [7], "b": []}', ["7"]),
        ('{"link": [7]}', ["7"]),
        ("[]", []),
        ("{}", []),
        ("", []),
        ("id,secret\n", []),
        (" \n\n", []),
    ],
)
def test_lists_as_people_have_them(file: Path, content: str, expected: list[str] | None) -> None:
    """Blank lines, comments, index columns, pandas' floats and MongoDB's ids are no obstacle."""
    assert listed_ids(file, content) == (["50444069047", "7", "8", "9"] if expected is None else expected)


def test_a_photo_of_many_concepts_comes_once(file: Path) -> None:
    """In JSON the concepts of all mentions are united, and a secret that is known stays known."""
    content = {"animal,monkey": ["7", {"id": 8}], "wild": [{"id": 7, "secret": "5e", "concept": "ape|wild"}]}
    assert rows(file, json.dumps(content)) == [
        ListedPhoto("7", "5e", None, ("animal", "monkey", "wild", "ape")),
        ListedPhoto("8", None, None, ("animal", "monkey")),
    ]


def test_lines_may_repeat(file: Path) -> None:
    """Lists of lines are of any length: nothing is remembered between two."""
    assert rows(file, "id,concept\n7,a\n7,b\n") == [
        ListedPhoto("7", concepts=("a",)),
        ListedPhoto("7", concepts=("b",)),
    ]


def test_long_lists_are_read_as_they_are_asked_for(file: Path) -> None:
    """The first photo comes before the rest of the file is read."""
    file.write_text("".join(f"{number}\n" for number in range(1, 200_000)))
    found = read(file)
    assert next(found) == ListedPhoto("1")
    found.close()  # type: ignore[attr-defined]  # a generator


@pytest.mark.parametrize(
    ("content", "bad"),
    [
        (
            "7\nmonkey\n8\n",
            [BadRow(2, "expected a photo's id, or its address at flickr.com, flic.kr or static")],
        ),
        ("7\n5.04441E+10\n", [BadRow(2, "a spreadsheet rounded the id")]),
        ("7\nhttps://www.flickr.com/photos/x/albums/72157\n", [BadRow(2, "expected a photo, got an album")]),
        ("7\nhttps://www.flickr.com/groups/monkeys/\n", [BadRow(2, "expected a photo, got a group")]),
        (
            "7\nhttps://www.flickr.com/photos/janedoe/\n",
            [BadRow(2, "expected a photo, got the page of a person")],
        ),
        ('7\n{"id": \n', [BadRow(2, "expected a photo's id")]),
        ('7\n{"title": 1}\n', [BadRow(2, "expected an id or address")]),
        ("id,secret\n7,5e\n8,5e,9\n", [BadRow(3, "expected 2 columns as in the first line, got 3")]),
        ("\n# c\nid,secret\n,5e\n", [BadRow(4, "expected an id or address")]),
        ("[7, true, null, [], {}, -8, 8.5, 1e300]", [BadRow(n, "expected a") for n in range(2, 9)]),
        ('{"a": 7, "b": {"c": [8]}}', [BadRow(1, "expected an id"), BadRow(2, "expected an id")]),
    ],
)
def test_a_row_that_names_no_photo_is_told_by_its_number(file: Path, content: str, bad: list[BadRow]) -> None:
    """It is not fatal, it is not lost, and it is not quoted."""
    found = [row for row in rows(file, content) if isinstance(row, BadRow)]
    assert [row.line for row in found] == [row.line for row in bad]
    assert all(row.reason.startswith(expected.reason) for row, expected in zip(found, bad, strict=True))
    assert "janedoe" not in str(found)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("title,secret\nx,5e\n", "no column of ids in the first line of list.txt: expected JSON, CSV with"),
        ("7,5e,65535\n8,5e,65535\n", "no column of ids in the first line of list.txt"),
        ("[1, 2", r"list.txt is not valid JSON \(line 1, column 6\): expected JSON, CSV"),
        ("[1]\n[2]\n", "list.txt is not valid JSON"),
        (f"[{'9' * 5000}]", "list.txt is JSON too deep or with too long numbers"),
        ("[" * 200_000, "list.txt is JSON too deep or with too long numbers"),
        (b"PK\x03\x04spreadsheet", r"list.txt is no text file \(save a spreadsheet as CSV\)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "list.txt is no text file"),
    ],
)
def test_a_file_that_is_no_list_is_told(file: Path, content: str | bytes, message: str) -> None:
    """The message says which forms are taken."""
    with pytest.raises(UsageError, match=message):
        rows(file, content)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a missing file, nor a folder, nor a broken disk ends in a traceback."""
    with pytest.raises(UsageError, match=r"no file .*/none\.csv"):
        list(read(tmp_path / "none.csv"))
    with pytest.raises(UsageError, match="expected a file, got "):
        digest(tmp_path)

    def broken(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    (tmp_path / "ids.csv").write_text("7")
    monkeypatch.setattr(Path, "open", broken)
    with pytest.raises(UsageError, match=r"ids\.csv cannot be read: Input/output error"):
        list(read(tmp_path / "ids.csv"))


def test_a_cell_without_end_is_a_bad_row(file: Path, request: pytest.FixtureRequest) -> None:
    """A quote that is never closed does not fill the memory, also if somebody lifted the limit of `csv`."""
    before = csv.field_size_limit(2**31 - 1)
    request.addfinalizer(lambda: csv.field_size_limit(before))
    found = rows(file, 'id,title\n7,x\n8,"' + "y\n" * 200_000)
    assert found[0] == ListedPhoto("7")
    assert {type(row) for row in found[1:]} == {BadRow}


def test_a_line_without_end_does_not_fill_the_memory(file: Path) -> None:
    """It is read in stretches, none of which names a photo."""
    found = rows(file, "7\n" + "x" * (3 * 2**20) + "\n8\n")
    assert [row for row in found if isinstance(row, ListedPhoto)] == [ListedPhoto("7"), ListedPhoto("8")]


@on_files
@given(content=st.one_of(st.binary(max_size=300), st.text(alphabet='[]{}":,;\t\n#idurl 0123', max_size=60)))
def test_any_file_ends_in_rows_or_plain_words(file: Path, content: str | bytes) -> None:
    """Whatever the bytes, ids are digits and faults are UsageErrors."""
    try:
        found = rows(file, content)
    except UsageError:
        return
    for row in found:
        assert isinstance(row, BadRow) or re.fullmatch("[0-9]{1,20}", row.id)
