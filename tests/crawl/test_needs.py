"""What is still to be fetched of a photo."""

from itertools import product

import pytest

from exifds.crawl.needs import Needs, needs
from exifds.crawl.options import ExifFrom, Options

EXIF: tuple[ExifFrom, ...] = ("file", "api", "both", "none")
DONE = {"state": "done", "exif_sources": ["file", "api"], "described": True, "commented": True}


def test_a_new_photo_needs_all_that_is_asked_for() -> None:
    wanted = Needs(image=True, api=True, comments=True, metadata=True, new=True)
    assert needs(None, Options(exif="both", comments=True)) == wanted
    assert needs(None, Options(exif="none", download=False)) == Needs(metadata=True, new=True)


def test_a_failure_is_tried_again() -> None:
    assert needs({"state": "failed"}, Options()) == needs(None, Options())


def test_what_is_gone_stays_gone() -> None:
    for exif, download in product(EXIF, (True, False)):
        assert not needs({"state": "gone"}, Options(exif=exif, download=download))


@pytest.mark.parametrize("comments", [True, False])
def test_what_is_there_is_not_fetched_again(comments: bool) -> None:
    """Running a scrape twice costs no call and no download for photos that are done."""
    for exif in EXIF:
        assert not needs(DONE, Options(exif=exif, comments=comments))


def test_an_image_that_is_there_stays() -> None:
    """Its verdict and scores are about this file; the original is fetched for its EXIF alone."""
    found = needs(DONE | {"exif_sources": []}, Options(exif="file", size="q"))
    assert found == Needs(original=True)
    assert found.fetches
    assert found.described


def test_metadata_is_completed_when_images_are_wanted() -> None:
    stored = {"state": "meta", "described": True}
    assert needs(stored, Options()) == Needs(image=True)
    assert not needs(stored, Options(exif="none", download=False))


def test_exif_and_comments_can_be_added_later() -> None:
    stored = DONE | {"exif_sources": ["file"], "commented": False}
    assert needs(stored, Options(exif="both")) == Needs(api=True)
    assert needs(stored, Options(comments=True)) == Needs(comments=True)


def test_what_a_list_did_not_say_is_asked_later() -> None:
    """A photo taken by id and secret alone has no owner: splits by owner and erasure would miss it."""
    stored = DONE | {"described": False}
    assert needs(stored, Options()) == Needs(metadata=True)
    assert not needs(stored, Options(metadata=False))


def test_known_photos_are_judged_too() -> None:
    found = needs(DONE, Options(require_exif=("FNumber",)))
    assert found == Needs(judge=True)
    assert not found.fetches
    assert not found.described
