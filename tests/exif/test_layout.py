"""Sizes of pictures."""

import pytest

from exifds.errors import PhotoError
from exifds.exif.layout import MAX_PIXELS, checked_size


def test_a_photo_has_pixels_but_not_too_many() -> None:
    """Sizes up to the limit pass."""
    assert checked_size(MAX_PIXELS, 1) == (MAX_PIXELS, 1)


@pytest.mark.parametrize("size", [(0, 1), (1, 0), (-1, 5), (MAX_PIXELS + 1, 1), (13_000, 13_000)])
def test_other_sizes_are_refused(size: tuple[int, int]) -> None:
    """No pixels, or more than any photo has, cost the photo."""
    with pytest.raises(PhotoError, match="expected"):
        checked_size(*size)
