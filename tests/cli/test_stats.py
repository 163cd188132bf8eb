"""`exifds stats` lists the datasets, and counts the photos of one."""

import json

import pytest
from pymongo import MongoClient

from exifds.settings import Settings
from tests.cli.running import Run


@pytest.mark.usefixtures("filled")
def test_stats_in_words_and_as_json(run: Run) -> None:
    """The statistics are tables for people and one object for machines."""
    text = run("stats", "cameras")
    for title in ("photos with a tag", "cameras", "countries", "years", "focal_length_35mm"):
        assert title in text
    assert json.loads(run("stats", "cameras", "--json"))["totals"]["summary"]["photos"] == 60


@pytest.mark.usefixtures("filled")
def test_scored_photos_are_counted(run: Run, settings: Settings) -> None:
    """After scoring there is a line for each concept."""
    assert "scored" not in run("stats", "cameras")
    with MongoClient[dict[str, object]](settings.uri) as client:
        client.get_default_database()["cameras"].update_many({}, {"$set": {"scores.monkey": 0.9}})
    table = run("stats", "cameras").partition("\nscored\n")[2]
    assert ["monkey", "60"] in [line.split() for line in table.splitlines()]


def test_without_a_name_the_datasets_are_listed(run: Run) -> None:
    """Who has none is told how to make one."""
    assert run("stats").startswith("there is no dataset yet")
    assert json.loads(run("stats", "--json")) == []


@pytest.mark.usefixtures("filled")
def test_the_list_has_photos_and_privacy(run: Run) -> None:
    """The list is a table for people and JSON for machines."""
    assert json.loads(run("stats", "--json")) == [{"dataset": "cameras", "photos": 60, "privacy": "standard"}]
    assert ["cameras", "60", "standard"] in [line.split() for line in run("stats").splitlines()]
