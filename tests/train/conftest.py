"""Exports of rendered photos, made once: tests only read them."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

import exifds
from exifds.dataset import Dataset
from exifds.sandbox import photographer
from exifds.sandbox.studio import Studio
from exifds.settings import Settings
from exifds.train.training import fit

CLASSES = ("indoor", "outdoor")


@pytest.fixture(scope="session")
def photographed(server_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    """240 photos of 12 cameras, of 48 pixels, each `indoor` or `outdoor`, a third of them `monkey` too."""
    name = f"test_{uuid.uuid4().hex}"
    folder = tmp_path_factory.mktemp("photographed")
    photographer.write(folder, 240, Studio(size=48))
    settings = Settings(
        uri=f"{server_uri}/{name}",
        home=tmp_path_factory.mktemp("home"),
        config=tmp_path_factory.mktemp("config"),
    )
    with exifds.open("cameras", settings=settings) as dataset:
        dataset.ingest(folder, concepts_from_folders=True, progress=False)
        dataset.ingest(sorted(folder.glob("*/*.jpg"))[::3], "monkey", progress=False)
        yield dataset
    with MongoClient[dict[str, object]](server_uri) as client:
        client.drop_database(name)


@pytest.fixture(scope="session")
def exported(photographed: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an export with one of two classes a photo. Owners are unknown: each photo is a group."""
    folder = tmp_path_factory.mktemp("exported") / "concept"
    photographed.export(folder, target="concept", classes=CLASSES, image_size=48, progress=False)
    return folder


@pytest.fixture(scope="session")
def exported_labels(photographed: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an export with one or two of three labels a photo."""
    folder = tmp_path_factory.mktemp("exported") / "concepts"
    photographed.export(folder, target="concepts", image_size=48, progress=False)
    return folder


@pytest.fixture(scope="session")
def exported_cameras(photographed: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an export with one of two classes a photo, whose groups are the 12 cameras."""
    folder = tmp_path_factory.mktemp("exported") / "cameras"
    photographed.export(
        folder, target="concept", classes=CLASSES, image_size=48, group="camera", progress=False
    )
    return folder


@pytest.fixture(scope="session")
def runs(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of six short runs on `exported`: `exif`, `image` and `fusion` with `tiny`, seeds 0 and 1."""
    folder = tmp_path_factory.mktemp("runs")
    fit(exported, folder, backbones=["tiny"], seeds=[0, 1], epochs=3, progress=False)
    return folder
