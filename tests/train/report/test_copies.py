"""Copies: counted in the export itself, for each recipe that leaves them in."""

from pathlib import Path

import numpy as np
import pytest

from exifds.train import photos as reading
from exifds.train.recipe import LEDERER2023, MODERN
from exifds.train.report.copies import copies
from tests.train import samples


def test_only_careless_recipes_are_counted(exported: Path) -> None:
    """The photos of an export have no copies but those somebody put there."""
    assert copies(exported, {"modern": MODERN}) == {}
    assert copies(exported, {"modern": MODERN, "lederer2023": LEDERER2023}) == {"lederer2023": 0}


def test_copies_of_training_photos_in_test_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not those in val, nor copies of test photos. Of six photos four are train, then val, then test."""
    digest = np.arange(12, dtype=np.uint64)
    digest[[4, 5, 10]] = [0, 0, 11]  # val and test like the first of train; a val photo like a test photo
    found = samples.photos([samples.CAMERA] * 12, digest=digest)
    monkeypatch.setattr(reading, "read", lambda _folder, progress: found)
    recipe = MODERN.with_switches({"dedup": "false"})
    assert copies(Path("nowhere"), {"careless": recipe}) == {"careless": 1}
