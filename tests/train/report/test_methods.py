"""Methods in words."""

from datetime import UTC, datetime
from pathlib import Path

from exifds.export.manifest import Manifest, Split
from exifds.export.record import Schema
from exifds.train.recipe import LEDERER2023
from exifds.train.report.comparison import Settings
from exifds.train.report.gather import gather
from exifds.train.report.methods import methods
from tests.train.report.folders import Export, write

MANIFEST = Manifest(
    exifds="1",
    created_at=datetime(2026, 1, 2, tzinfo=UTC),
    options={},
    data=Schema(name="cats", features=()),
    seed=7,
    splits={"train": Split(photos=1000, groups=90, share=1.0)},
    left_out={"no_image": 3},
    owners_crossing=2,
)


def test_a_reader_learns_how_it_came_about(tmp_path: Path) -> None:
    """Export, images, splits, recipe and its source, switches, tests, limits, environment."""
    write(tmp_path, Export(), seeds=(0, 1), recipe=LEDERER2023)
    ((task,), _) = gather(tmp_path)
    told = methods(task, None, Settings())
    assert "test 400 photos in 40 groups (a group is what shares the same owner)" in told["Photos"]
    assert told["Images"].startswith("48 x 48 pixels, the square in the middle, as jpeg of quality 90")
    assert "divided at random" in told["Splits"]
    assert "The export's own splits were not used." in told["Splits"]
    assert "several splits" not in methods(task, MANIFEST, Settings())["Splits"]
    assert "bursts across its splits were left out" in told["Splits"]
    assert "ICIAP 2023" in told["Recipe lederer2023"]
    assert "scale raw" in told["Recipe lederer2023"]
    assert "fusion, tiny without pretrained weights, float32, seeds 0 and 1" in told["Models"]
    assert {"Tests", "Controls", "Limits", "Cost"} <= set(told)
    assert "Left out" not in told
    assert told["Environment"] == "cores 2; graphics_cards none; keras 3; processor p"


def test_photos_parted_by_time_are_no_groups(tmp_path: Path) -> None:
    """Each is drawn by itself, and so it is said."""
    write(tmp_path, Export(group="time"), ("exif",))
    ((task,), _) = gather(tmp_path)
    told = methods(task, None, Settings())
    assert "(a group is a single photo)" in told["Photos"]
    assert "keeps earlier photos in train and later ones in val and test" in told["Splits"]


def test_a_manifest_tells_more(tmp_path: Path) -> None:
    """Owners of each split, the seed of the split, and what was left out."""
    write(tmp_path, Export(), ("exif",))
    ((task,), _) = gather(tmp_path)
    told = methods(task, MANIFEST, Settings())
    assert "train 1,000 photos in 90 groups" in told["Photos"]
    assert "with seed 7; 2 owners have photos in several splits" in told["Splits"]
    assert told["Left out"] == "From the export: 3 no image."
    assert told["Images"] == "No model sees images."
