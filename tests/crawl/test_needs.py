"""What is still to be fetched of a photo."""

from itertools import product

import pytest

from exifds.crawl.needs import Needs, needs
from exifds.crawl.options import Options


def test_a_new_photo_needs_all_that_is_asked_for() -> None:
    assert needs(None, Options(exif="both", comments=True)) == Needs(True, True, True, new=True)
    assert needs(None, Options(exif="none", download=False)) == Needs(new=True)


def test_a_failure_is_tried_again() -> None:
    assert needs({"state": "failed"}, Options()) == Needs(image=True, new=True)


def test_what_is_gone_stays_gone() -> None:
    for exif, download in product(("api", "none"), (True, False)):
        assert not needs({"state": "gone"}, Options(exif=exif, download=download))  # type: ignore[arg-type]


@pytest.mark.parametrize("comments", [True, False])
def test_what_is_there_is_not_fetched_again(comments: bool) -> None:
    """Running a scrape twice costs no call and no download for photos that are done."""
    done = {"state": "done", "exif_sources": ["file", "api"]}
    for exif in ("file", "api", "both", "none"):
        assert not needs(done, Options(exif=exif, comments=comments))


def test_metadata_is_completed_when_images_are_wanted() -> None:
    assert needs({"state": "meta"}, Options()) == Needs(image=True)
    assert not needs({"state": "meta"}, Options(exif="none", download=False))


def test_exif_of_the_api_can_be_added_later() -> None:
    assert needs({"state": "done", "exif_sources": ["file"]}, Options(exif="both")) == Needs(api=True)
