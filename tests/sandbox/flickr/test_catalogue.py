from collections import Counter

import numpy as np
import pytest

from exifds import exif
from exifds.errors import UsageError
from exifds.sandbox.flickr import Catalogue, Faults
from exifds.sandbox.flickr.columns import NOW, RUSH_MINUTE
from exifds.sandbox.flickr.sizes import ORIGINAL
from exifds.sandbox.photographer import shoot


def test_a_photo_depends_on_its_index_only() -> None:
    """A larger catalogue begins with the same photos."""
    small, large = Catalogue(30), Catalogue(1200)
    assert [small.truth(row) for row in range(30)] == [large.truth(row) for row in range(30)]
    assert [small.texts(row) for row in range(30)] == [large.texts(row) for row in range(30)]
    assert small.picture(29) == large.picture(29)


def test_another_seed_is_another_world() -> None:
    assert Catalogue(9, seed=1).truth(3) != Catalogue(9, seed=2).truth(3)
    assert Catalogue(9, seed=1).picture(3) != Catalogue(9, seed=2).picture(3)


def test_an_id_leads_back_to_its_photo(catalogue: Catalogue) -> None:
    assert [catalogue.index(catalogue.photo_id(row)) for row in (0, 7, 599)] == [0, 7, 599]
    for wrong in ("", "x", "-1", "50000000001", "٣٣", "9" * 21, catalogue.photo_id(600)):
        assert catalogue.index(wrong) is None


def test_the_original_is_the_photographers_file(catalogue: Catalogue) -> None:
    """Byte for byte, with the EXIF of the scene."""
    row = next(row for row in range(600) if not catalogue.columns.png[row])
    (shot,) = shoot(1, catalogue.studio, start=row)
    assert catalogue.picture(row) == shot.data
    assert exif.read(shot.data).status == "ok"


def test_some_originals_are_png_with_the_same_exif(catalogue: Catalogue) -> None:
    row = int(np.flatnonzero(catalogue.columns.png)[0])
    (shot,) = shoot(1, catalogue.studio, start=row)
    found = exif.read(catalogue.picture(row))
    assert found.format == "PNG"
    assert found.tags == exif.read(shot.data).tags
    assert catalogue.path(row, ORIGINAL).endswith("_o.png")


def test_smaller_sizes_have_their_size_and_no_exif(catalogue: Catalogue) -> None:
    for suffix, pixels in (("s", 75), ("q", 150), ("t", 100), ("m", 240), ("n", 320)):
        found = exif.read(catalogue.picture(4, suffix))
        assert (found.width, found.height, found.status) == (pixels, pixels, "none")


def test_there_is_no_size_above_the_original(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="expected a size in which the photo is offered, got 'b'"):
        catalogue.picture(0, "b")
    with pytest.raises(UsageError, match="expected a photo of this catalogue of 600"):
        catalogue.picture("123")


def test_uploads_are_uneven() -> None:
    """Years, busy minutes with hundreds, one minute with as many as wanted, and the last 12 hours."""
    uploaded = Catalogue(20_000, rush=0.25).columns.uploaded
    minutes = Counter((uploaded // 60).tolist())
    assert 4800 < minutes.pop(RUSH_MINUTE // 60) < 5200
    assert sum(count > 300 for count in minutes.values()) == 12
    assert 100 < np.count_nonzero(uploaded > NOW - 12 * 3600) < 300
    assert uploaded.max() <= NOW
    assert uploaded.max() - uploaded.min() > 8 * 365 * 86_400


def test_the_world_is_various(catalogue: Catalogue) -> None:
    drawn = catalogue.columns
    assert set(drawn.license.tolist()) == set(range(17))
    assert set(drawn.granularity.tolist()) == {0, 4, 6, 8}
    assert 0 in drawn.accuracy[drawn.located]
    assert len({catalogue.truth(row).language for row in range(600)}) == 13


def test_some_photos_lie_on_either_side_of_the_180th_meridian() -> None:
    longitude = Catalogue(2000).columns.longitude
    assert np.count_nonzero(longitude > 179) > 10
    assert np.count_nonzero(longitude < -179) > 10


def test_nothing_happens_to_photos_unless_wanted(catalogue: Catalogue) -> None:
    assert len(catalogue.obtainable()) == 600
    assert {catalogue.truth(row).original for row in range(600)} == {True}


def test_fates_come_from_the_faults(catalogue: Catalogue) -> None:
    """The same photos, other fates; no photo both gone and a video."""
    other = catalogue.troubled(Faults(deleted=0.1, lost=0.1, video=0.1, hidden=0.3, guarded=0.5, unsafe=0.2))
    truths = [other.truth(row) for row in range(600)]
    obtainable = {truth.id for truth in truths if truth.obtainable}
    assert other.obtainable() == obtainable
    assert 380 < len(obtainable) < 460
    assert {truth.gone for truth in truths} == {None, "deleted", "lost"}
    assert not any(truth.video and truth.gone for truth in truths)
    assert {truth.license for truth in truths if not truth.original} == {0, 7, 8}
    assert len(catalogue.obtainable()) == 600


def test_a_guarded_photo_has_no_original(catalogue: Catalogue) -> None:
    other = catalogue.troubled(Faults(guarded=1))
    row = next(row for row in range(600) if not other.truth(row).original)
    assert [size.suffix for size in other.sizes(row)] == ["s", "q", "t", "m", "n"]


def test_an_empty_catalogue_has_nothing() -> None:
    empty = Catalogue(0)
    assert len(empty) == 0
    assert empty.find(text="wild") == ()


def test_numbers_out_of_range_are_refused() -> None:
    with pytest.raises(UsageError, match="a rush of 0 to 1, got 5, 0 and 2"):
        Catalogue(5, rush=2)
