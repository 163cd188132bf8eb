"""Analysing a dataset: the photos that an export would take, and nothing that names a person."""

import json
from pathlib import Path

import pytest

import exifds
from exifds import analysing
from exifds.dataset import Dataset
from exifds.errors import FilterError, UsageError
from exifds.settings import Settings
from exifds.store import selections
from exifds.store.criteria import Threshold
from exifds.store.selection_filters import Filters


@pytest.fixture
def cameras(dataset: Dataset, rendered: Path) -> Dataset:
    """60 rendered photos with a concept each."""
    dataset.ingest(rendered, concepts_from_folders=True, progress=False)
    return dataset


def test_the_photos_of_a_dataset_are_analysed(cameras: Dataset) -> None:
    """The light of the scene tells most, owners are unknown, and the set is small."""
    found = cameras.analyze("concept", progress=False)
    assert (found.dataset, found.target) == ("cameras", "concept")
    assert found.classes == ("indoor", "outdoor")
    assert (found.photos, found.sampled, sum(found.by_class)) == (60, 60, 60)
    assert found.groups == 12
    assert found.associations[0].tag in {"ev100", "brightness"}
    assert "small" in {hazard.kind for hazard in found.hazards}


def test_a_filter_and_a_selection_say_which_photos(cameras: Dataset) -> None:
    """As in an export: rejected photos are left out, and so is what a selection does not keep."""
    cameras.collection.update_many({"concepts": "indoor"}, {"$set": {"scores.house": 0.9}})
    first = cameras.collection.find_one({"concepts": "outdoor"})
    cameras.collection.update_one({"_id": first["_id"]}, {"$set": {"verdict": "rejected"}})
    indoor = cameras.find({"concepts": "indoor"}).count()
    found = cameras.analyze("concept", where={"camera.iso": {"$exists": True}}, progress=False)
    assert found.left_out == {"rejected": 1}
    assert found.photos == 59
    house = {"house": Threshold(0.5)}
    selections.save(cameras.collection.database, "cameras", "good", house, Filters(), counts={})
    for name in ("good", "good@1"):
        assert cameras.analyze("camera.make", selection=name, progress=False).photos == indoor


def test_owners_count_as_groups_and_are_not_told(cameras: Dataset, tmp_path: Path) -> None:
    """Their blind index groups photos; neither it nor a camera stands in any file."""
    for number, photo in enumerate(cameras.collection.find({}, {"_id": 1})):
        cameras.collection.update_one(
            {"_id": photo["_id"]}, {"$set": {"owner_bx": f"5ec2e7{number % 30:026}"}}
        )
    found = cameras.analyze("concept", out=tmp_path / "new" / "out", progress=False)
    assert found.groups == 30
    models = {photo.camera.model for photo in cameras.find() if photo.camera.model}
    for path in (tmp_path / "new" / "out").iterdir():
        text = path.read_text()
        assert "5ec2e7" not in text
        assert not any(model in text for model in models)


def test_strict_datasets_can_be_analysed(settings: Settings, rendered: Path) -> None:
    """By what is not encrypted."""
    with exifds.open("cameras", settings=settings, privacy="strict") as strict:
        strict.ingest(rendered, concepts_from_folders=True, progress=False)
        assert strict.analyze("concept", progress=False).photos == 60


def test_rare_classes_are_left_out(cameras: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more than fifty the most frequent ones are analysed, and it is said how many others there are."""
    monkeypatch.setattr(analysing, "MOST_CLASSES", 3)
    found = cameras.analyze("camera.make", progress=False)
    assert len(found.classes) == 3
    assert found.left_out["rare_classes"] == 2
    assert found.photos == 60 - found.left_out["other_value"]
    assert found.associations[0].measure == "bits"


def test_several_labels_and_scores_can_be_analysed(cameras: Dataset) -> None:
    """Each photo may have some labels or none."""
    assert cameras.analyze("concepts", progress=False).associations[0].measure == "bits"
    cameras.collection.update_many({"concepts": "indoor"}, {"$set": {"scores.house": 0.9}})
    cameras.collection.update_many({"concepts": "outdoor"}, {"$set": {"scores.house": None}})
    assert cameras.analyze("scores.house>=0.5", progress=False).classes == ("not house", "house")


def test_what_cannot_be_analysed_is_refused(cameras: Dataset, tmp_path: Path) -> None:
    """A number, nothing, a selection that is none, an operator that is not allowed; no folder is made."""
    with pytest.raises(UsageError, match=r"camera\.iso is a number: expected one with classes"):
        cameras.analyze("camera.iso", out=tmp_path / "out")
    with pytest.raises(UsageError, match="no photo has a value for the target concept"):
        cameras.analyze("concept", where={"camera.iso": -1}, out=tmp_path / "out")
    with pytest.raises(UsageError, match="no photo of cameras has a score of mnky: run exifds score first"):
        cameras.analyze("scores.mnky>=0.5", out=tmp_path / "out")
    with pytest.raises(UsageError, match=r"a value for the target concpt: did you mean concept\?"):
        cameras.analyze("concpt", out=tmp_path / "out")
    with pytest.raises(UsageError, match="expected a selection of cameras, got 'none'"):
        cameras.analyze("concept", selection="none")
    with pytest.raises(UsageError, match="expected a selection as NAME or NAME@VERSION, got 'good@x'"):
        cameras.analyze("concept", selection="good@x")
    with pytest.raises(FilterError):
        cameras.analyze("concept", where={"$where": "1"})
    assert not (tmp_path / "out").exists()


def test_real_photos(settings: Settings, shared_photos: Path, tmp_path: Path) -> None:
    """What has to do with light comes first, and the set is said to be small."""
    listed = shared_photos.with_name("photos.indoor_outdoor.json")
    if not listed.is_file():
        pytest.skip(f"{listed} is not here")
    labels: dict[str, str] = json.loads(listed.read_text())
    with exifds.open("real", settings=settings) as real:
        for name in ("indoor", "outdoor"):
            photos = [path for path in shared_photos.rglob("*") if labels.get(path.name) == name]
            real.ingest(photos, name, progress=False)
        found = real.analyze("concept", out=tmp_path / "out", progress=False)
    assert found.associations[0].tag == "ev100"
    assert {one.tag for one in found.associations[1:4]} == {"exposure_time", "iso", "f_number"}
    assert "the set is small" in (tmp_path / "out" / "analysis.md").read_text()
