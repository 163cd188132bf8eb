"""An embedded server that faults may befall, and crawls of a Flickr of their own."""

from pathlib import Path

import pytest

from exifds.settings import Settings

pytest.register_assert_rewrite("tests.faults.crawling")


@pytest.fixture
def embedded(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with an embedded server of this test's own."""
    settings = Settings(uri=None, home=home, config=tmp_path / "config")
    monkeypatch.setenv("EXIFDS_HOME", str(settings.home))
    monkeypatch.setenv("EXIFDS_CONFIG", str(settings.config))
    return settings
