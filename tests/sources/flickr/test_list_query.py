"""What tells one list of photos from another."""

import json
from pathlib import Path

import pytest

from exifds.errors import UsageError
from exifds.sources import flickr
from exifds.sources.flickr.list_query import IdList


def test_a_list_is_known_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the same query from any folder and on any machine, and another one when a photo is added."""
    file = tmp_path / "ids.csv"
    file.write_text("1\n")
    listed = flickr.listed(file, concepts="monkey")
    assert (listed.kind, listed.label) == ("list", "ids.csv")
    assert str(tmp_path) not in json.dumps(listed.identity())
    monkeypatch.chdir(tmp_path)
    assert flickr.listed("ids.csv", concepts=["monkey"]).identity() == listed.identity()
    file.write_text("1\n2\n")
    assert flickr.listed(file, concepts="monkey").identity() != listed.identity()


def test_the_name_of_a_list_is_text(tmp_path: Path) -> None:
    """File names may be any bytes; what is stored is UTF-8."""
    assert IdList(path=tmp_path / "a\udcff.csv", digest="0").label == "a\ufffd.csv"
    with pytest.raises(UsageError, match="no file"):
        flickr.listed(tmp_path / "none.csv")
