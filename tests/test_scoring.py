"""Scoring by way of a dataset: every photo is scored for what was asked, by labels of one Vision only."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import exifds
from exifds import scoring
from exifds.dataset import Dataset
from exifds.enrich.score.report import ScoreReport
from exifds.enrich.score.run import Scoring
from exifds.progress import Advance
from exifds.sandbox.vision import VisionServer
from exifds.settings import Settings
from exifds.store.labels import LABELS

PHOTOS = 60


@pytest.fixture
def server() -> Iterator[VisionServer]:
    """A Vision on this computer."""
    with VisionServer() as running:
        yield running


@pytest.fixture
def filled(settings: Settings, server: VisionServer, rendered: Path) -> Iterator[Dataset]:
    """60 photos, to be scored by this Vision."""
    here = Settings(uri=settings.uri, home=settings.home, config=settings.config, **server.settings())
    with exifds.open("cameras", settings=here) as opened:
        opened.ingest(rendered, progress=False)
        yield opened


def test_another_run_meanwhile_leaves_no_score_missing(
    filled: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It scores the photos that it labels for its own concepts only; they are scored for ours as well."""
    run = Scoring.run

    def overtaken(self: Scoring, advance: Advance) -> ScoreReport:
        monkeypatch.setattr(Scoring, "run", run)
        assert filled.score(concepts={"indoor": "room"}, progress=False).scored == PHOTOS
        return run(self, advance)

    monkeypatch.setattr(Scoring, "run", overtaken)
    report = filled.score(concepts={"outdoor": "sky"}, progress=False)
    assert (report.scored, report.rescored) == (0, PHOTOS)
    for name in ("indoor", "outdoor"):
        assert filled.find({f"scores.{name}": {"$exists": True}}).count() == PHOTOS


def test_labels_of_the_sandbox_are_not_taken_for_those_of_google(filled: Dataset) -> None:
    """Who tried it out starts from nothing with Google, and is told so before it costs anything."""
    here = filled._settings
    at_google = here.model_copy(update={"vision_endpoint": None})
    filled.score(concepts={"outdoor": "sky"}, progress=False)
    assert filled.collection.count_documents({"labels.sandbox": {"$exists": True}}) == PHOTOS
    assert not filled.collection.count_documents({"labels.google": {"$exists": True}})
    assert filled.collection.database[LABELS].count_documents({"_id": {"$regex": "^sandbox:"}}) == PHOTOS
    assert scoring.estimate(filled._store, settings=here).photos == 0
    given = scoring.estimate(filled._store, settings=at_google)
    assert (given.photos, given.cached, given.images) == (PHOTOS, 0, PHOTOS)
