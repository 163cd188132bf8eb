"""What is fetched of each photo: what can be asked for, and what contradicts itself."""

import pytest

from exifds.crawl.options import Options
from exifds.errors import UsageError


def test_what_is_fetched_when_nothing_is_said() -> None:
    """The original with the EXIF of its file: no call of the API for each photo."""
    options = Options.checked()
    assert (options.exif, options.size, options.download) == ("file", "o", True)
    assert options.reads_file
    assert not options.asks_api


def test_without_a_download_there_is_no_exif_of_files() -> None:
    assert Options.checked(download=False).exif == "none"
    assert Options.checked("api", download=False).asks_api


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"exif": "exif"}, "file, api, both, none"),
        ({"exif": "file", "download": False}, "needs the image files"),
        ({"exif": "none", "require_exif": "ISO"}, "required EXIF tags need EXIF"),
        ({"exif": "api", "metadata": False}, "without metadata"),
        ({"comments": True, "metadata": False}, "without metadata"),
        ({"size": "x"}, "expected a size of"),
        ({"require_exif": "FocalLenght"}, "did you mean FocalLength"),
    ],
)
def test_contradictions_are_told(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        Options.checked(**wrong)  # type: ignore[arg-type]


def test_required_tags_are_a_set() -> None:
    """Order and names make no other crawl."""
    one = Options.checked(require_exif="ISO,FNumber")
    other = Options.checked(require_exif=["f_number", "ISOSpeedRatings", "ISO"])
    assert one.identity() == other.identity()
    assert one.require_exif == ("PhotographicSensitivity", "FNumber")
