"""Attribution: a line for every photo, with what Creative Commons licences ask for."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exifds.export.attribution import HEADER, changes_made, page, row, write
from tests.export.samples import KNOWN, schema

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def read(path: Path) -> list[dict[str, str]]:
    """The lines of the file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_photo_has_a_line(tmp_path: Path) -> None:
    """All exported ids are there, from a stream, with title, page, licence and what was changed."""

    def documents() -> Iterator[dict[str, Any]]:
        yield {"_id": "flickr:7", **KNOWN}
        yield from ({"_id": f"file:{number:032x}"} for number in range(500))

    write(tmp_path / "draft", documents(), schema())
    lines = read(tmp_path / "draft")
    assert len({line["id"] for line in lines}) == 501
    assert lines[0] == {
        "id": "flickr:7",
        "title": "'=1+1",
        "author": "",
        "page": "https://www.flickr.com/photo.gne?id=7",
        "license": "CC BY 2.0",
        "license_url": "https://creativecommons.org/licenses/by/2.0/",
        "changes": "fitted to 16 x 16 pixels, saved again as JPEG without metadata",
    }
    assert lines[1]["page"] == lines[1]["license"] == ""


def test_the_author_is_named_only_if_the_export_was_decrypted() -> None:
    """An id, an alias or a blind index is no substitute and stays away."""
    hidden = {"_id": "flickr:7", "owner": "42@N01", "path_alias": "ada", "owner_bx": "ab" * 16}
    assert "".join(row(hidden, "none")).count("ada") == 0
    assert row(hidden, "none")[HEADER.index("author")] == ""
    assert row(hidden | {"owner_name": "Ada"}, "none")[HEADER.index("author")] == "Ada"


@pytest.mark.parametrize("start", FORMULAS)
def test_no_cell_is_a_formula(start: str) -> None:
    """Titles, names and licences come from strangers."""
    text = f"{start}1+1"
    terms = {"id": 1, "name": text, "url": text}
    cells = row({"_id": "flickr:7", "title": text, "owner_name": text, "license": terms}, "none")
    assert cells[1] == cells[2] == cells[4] == cells[5] == f"'{text}"
    assert not any(cell.startswith(FORMULAS) for cell in cells)


@pytest.mark.parametrize("photo_id", ["file:0f3c", "flickr:x?y", "flickr:", "flickr:\uff11", "other:12"])
def test_only_photos_of_flickr_have_a_page(photo_id: str) -> None:
    """An id that is no number makes no address."""
    assert page(photo_id) == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"encoding": "original"}, "none: the original file"),
        ({"encoding": None}, "not passed on: the image is not part of the export"),
        (
            {"encoding": "png", "height": 96, "width": 96},
            "fitted to 96 x 96 pixels, saved again as PNG without metadata",
        ),
        (
            {"height": None, "width": None},
            "turned upright, perhaps scaled, saved again as JPEG without metadata",
        ),
    ],
)
def test_changes_are_told(changes: dict[str, Any], words: str) -> None:
    """Every way to export an image has its words."""
    assert changes_made(schema(**changes)) == words
