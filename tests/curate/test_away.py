"""The page while the database is slow, away, or gets more photos."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from exifds.curate import growth
from exifds.curate.app import CurationServer
from exifds.curate.desk import Desk
from exifds.dataset import Dataset
from exifds.errors import UnreachableError
from exifds.store import selections
from tests.curate.person import Person

Aggregate = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def test_a_page_that_opens_slowly_counts_right(
    page: Page, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody has judged before: its timer would count, but what photos were scored for is not read yet."""
    page.keyboard.press("a")
    expect(page.locator(".tile.accepted")).to_have_count(1)
    aggregate = desk.store.aggregate

    def slow(pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
        time.sleep(0.8)
        return aggregate(pipeline)

    monkeypatch.setattr(desk.store, "aggregate", slow)
    opened = page.context.new_page()
    opened.goto(page.url)
    expect(opened.get_by_text("Reading the dataset")).to_be_visible()
    opened.locator(".tile:not(.absent) .photo").first.wait_for()
    person = Person(opened)
    person.drag("monkey", 0.8, steadily=False)
    kept = desk.store.count({"$or": [{"scores.monkey": {"$gte": 0.8}}, {"verdict": "accepted"}]})
    expect(person.button(f"Kept, {kept} photos")).to_be_visible()
    person.save("good")
    expect(opened.get_by_text(f"Saved good, version 1: {kept} photos")).to_be_visible()
    assert selections.get(desk.database, desk.name, "good").counts["kept"] == kept
    assert "Traceback" not in caplog.text


def test_a_page_that_opens_while_the_database_is_away_begins_when_it_is_back(
    chromium: Browser, server: CurationServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then it says what is wrong, and nothing that may be false."""

    def away(_pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
        raise UnreachableError("no MongoDB server answers")

    with chromium.new_context() as context:
        page = context.new_page()
        with monkeypatch.context() as broken:
            broken.setattr(desk.store, "aggregate", away)
            page.goto(server.url)
            expect(page.get_by_text("no MongoDB server answers. The page tries again")).to_be_visible()
            expect(page.get_by_text("No scores yet")).to_be_hidden()
            expect(page.get_by_text("No photos here")).to_be_hidden()
            expect(page.locator(".q-notification")).to_have_count(0)
        expect(page.locator(".tile:not(.absent)")).to_have_count(30)
        expect(page.get_by_role("slider")).to_have_count(1)
        expect(page.get_by_text("no MongoDB server answers")).to_be_hidden()


def test_photos_and_scores_that_come_are_shown(
    chromium: Browser, scored: Dataset, server: CurationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of no photos gets some, then a slider, then another one; the first stays as it is."""
    monkeypatch.setattr(growth, "_EVERY_S", 0.5)
    rows = list(scored.collection.find({}).sort("_id", 1))
    scored.collection.delete_many({})
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(server.url)
        expect(page.get_by_text("No photos here")).to_be_visible()
        expect(page.get_by_text("No scores yet")).to_be_visible()
        scored.collection.insert_many(rows)
        expect(page.locator(".tile:not(.absent)")).to_have_count(30)
        expect(page.get_by_text("No scores yet")).to_be_hidden()
        person = Person(page)
        person.drag("monkey", 0.8, steadily=False)
        kept = scored.collection.count_documents({"scores.monkey": {"$gte": 0.8}})
        expect(person.button(f"Kept, {kept} photos")).to_be_visible()
        scored.collection.update_many({"scores": {"$exists": True}}, {"$set": {"scores.cage": 0.3}})
        expect(person.slider("cage")).to_be_visible()
        expect(person.slider("cage")).to_have_attribute("min", "0")
        assert person.value("monkey") == 0.8
        assert person.value("cage") == 0
        expect(person.reading("cage")).to_have_text("off")
        scored.collection.delete_many({"_id": {"$in": [row["_id"] for row in rows[10:]]}})
        expect(person.button("Unscored,")).to_have_attribute("aria-label", re.compile("Unscored, 1 photo$"))
