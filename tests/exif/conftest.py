"""What the tests of EXIF share: the real photos."""

from pathlib import Path

import pytest

from tests.exif.oracle import PHOTOS


@pytest.fixture(scope="session")
def photos() -> list[Path]:
    """The 87 photos of real cameras; tests that need them skip where they are absent."""
    if not PHOTOS.is_dir():
        pytest.skip(f"needs the photos in {PHOTOS}")
    return sorted(PHOTOS.iterdir())
