"""EXIF of the file and of the API, as one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from exifds.crawl.options import Options
from exifds.crawl.reconcile import (
    ApiAnswer,
    exif_fields,
    missing_in_api,
    missing_in_both,
    size_fits,
)
from exifds.photo import Camera, Photo
from exifds.reading import ReadImage, image_in
from exifds.sandbox import photographer
from exifds.sources.flickr import parse
from exifds.sources.flickr.sizes import Candidate

BASE = Photo(id="flickr:1", source="flickr", source_id="1", created_at=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def file() -> ReadImage:
    """A file whose EXIF has an exposure time, an f-number and more."""
    studio = photographer.Studio(owner_gaps=False)
    shot = next(photographer.shoot(1, studio))
    return image_in(shot.data, "0" * 64, lambda sha256, _format: sha256)


def api(**tags: str) -> ApiAnswer:
    """An answer of getExif with some tags of the directory ExifIFD."""
    rows = [
        {"tagspace": "ExifIFD", "tagspaceid": 0, "tag": tag, "label": tag, "raw": {"_content": raw}}
        for tag, raw in tags.items()
    ]
    return ApiAnswer("ok", parse.exif({"photo": {"id": "1", "camera": "", "exif": rows}}))


def test_nobody_was_asked(file: ReadImage) -> None:
    assert exif_fields(BASE, None, None) == {}
    assert exif_fields(BASE, file, None)["exif_sources"] == ("file",)


def test_the_file_wins_and_the_api_fills_gaps(file: ReadImage) -> None:
    """A printed value is rounded; what only the API has counts all the same, and says where it is from."""
    fields = exif_fields(BASE, file, api(ExposureTime="1/9", MeteringMode="Spot"))
    assert fields["camera"].exposure_time == file.camera.exposure_time
    assert fields["camera"].metering_mode == 3
    assert fields["camera_source"]["exposure_time"] == "file"
    assert fields["camera_source"]["metering_mode"] == "api"
    assert fields["exif_sources"] == ("file", "api")
    assert fields["exif"]["api:ExifIFD"] == {"ExposureTime": "1/9", "MeteringMode": "Spot"}
    assert fields["exif"]["Exif"] == file.found.tags["Exif"]


def test_the_api_alone() -> None:
    fields = exif_fields(BASE, None, api(ExposureTime="0.004 sec (1/250)", FNumber="f/4.2"))
    assert fields["camera"] == Camera(exposure_time=0.004, f_number=4.2)
    assert fields["camera_source"] == {}
    assert fields["exif_sources"] == ("api",)
    assert fields["camera_status"] == "ok"


def test_the_api_can_be_asked_later(file: ReadImage) -> None:
    """A photo that was read from its file keeps its values."""
    before = BASE.model_copy(update=exif_fields(BASE, file, None))
    together = exif_fields(BASE, file, api(ExposureTime="1/9", MeteringMode="Spot"))
    later = exif_fields(before, None, api(ExposureTime="1/9", MeteringMode="Spot"))
    assert {name: later[name] for name in later} == {name: together[name] for name in later}


@pytest.mark.parametrize(("status", "expected"), [("hidden", "hidden"), ("none", "none"), ("ok", "ok")])
def test_hidden_exif_is_a_status(status: Any, expected: str) -> None:
    fields = exif_fields(BASE, None, ApiAnswer(status))
    assert fields["camera_status"] == expected
    assert fields["exif"] is None


def test_a_file_tells_what_the_owner_hides(file: ReadImage) -> None:
    assert exif_fields(BASE, file, ApiAnswer("hidden"))["camera_status"] == "ok"


def test_required_tags_are_decided_by_the_api_where_it_can_tell(file: ReadImage) -> None:
    both = Options.checked("both", require_exif="ExposureTime,ISO")
    only = Options.checked("api", require_exif="ExposureTime,ISO")
    assert missing_in_api(both, api(ExposureTime="1/9")) == ("PhotographicSensitivity",)
    assert missing_in_api(both, api(ExposureTime="1/9", ISO="200")) == ()
    assert missing_in_api(both, ApiAnswer("hidden")) == ()
    assert missing_in_api(only, ApiAnswer("hidden")) == ("ExposureTime", "PhotographicSensitivity")
    assert missing_in_both(both, BASE, file, ApiAnswer("hidden")) == ()
    assert missing_in_both(both, BASE, None, api(ISO="undef")) == ("ExposureTime", "PhotographicSensitivity")


def test_a_size_fits_turned_as_well(file: ReadImage) -> None:
    image = file.image.model_copy(update={"width": 240, "height": 160})
    assert size_fits(image, Candidate("", "m", 240, 160))
    assert size_fits(image, Candidate("", "o", 160, 240))
    assert not size_fits(image, Candidate("", "m", 240, 161))
    assert size_fits(image, Candidate("", "m", None, 160))
    assert size_fits(image, Candidate("", "medium"))  # small photos are not enlarged
    assert not size_fits(image, Candidate("", "t"))
    assert not size_fits(image, Candidate("", "q"))
