"""Target text: a target that no photo has a value for leads to the one that may be meant."""

import pytest

from exifds.export.target_text import meant, read
from exifds.photo import Privacy


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("concpt", "did you mean concept?"),
        ("conceptss", "did you mean concepts?"),
        ("contry", "did you mean place.country?"),
        ("number ISO", "did you mean camera.iso?"),
        ("orientation", "did you mean camera.orientation or image.orientation?"),
        ("taken_att", ""),
        ("owner_nam", ""),
        ("my.stars", ""),
        ("camera.flash", ""),
        ("concept", ""),
        ("scores.monkey>=0.5", ""),
    ],
)
def test_what_may_be_meant_can_be_learned(text: str, targets: str) -> None:
    """A field that exifds knows is meant as it stands; what is personal or no label is not suggested."""
    assert meant(read(text, Privacy.STANDARD).path) == targets
