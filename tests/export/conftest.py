"""A dataset with owners, scraped once from a local Flickr; exports only read it."""

import uuid
from collections.abc import Iterator

import pytest
from pymongo import MongoClient

import exifds
from exifds.dataset import Dataset
from exifds.sandbox.flickr import Catalogue, FlickrServer
from exifds.sandbox.studio import Studio
from exifds.settings import Settings


@pytest.fixture(scope="session")
def scraped(server_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    """Photos of 12 owners, labelled `indoor` or `outdoor` as they show."""
    name = f"test_{uuid.uuid4().hex}"
    with FlickrServer(Catalogue(240, studio=Studio(size=96))) as server:
        settings = Settings(
            uri=f"{server_uri}/{name}",
            home=tmp_path_factory.mktemp("home"),
            config=tmp_path_factory.mktemp("config"),
            **server.settings(),
        )
        with exifds.open("animals", settings=settings) as dataset:
            dataset.scrape(
                [exifds.flickr.search(concept, concepts=concept) for concept in ("indoor", "outdoor")]
            )
            yield dataset
    with MongoClient[dict[str, object]](server_uri) as client:
        client.drop_database(name)
