"""A day of work at the page, in Debian's Chromium: from a search to an export that is better."""

import csv
import logging
from pathlib import Path

from playwright.sync_api import expect
from typer.testing import CliRunner

from exifds.cli.app import app
from tests.curate.conftest import Opens, Search
from tests.curate.person import Person, quality

PAGES = 8
"""Pages of photos that the person judges at most."""

log = logging.getLogger(__name__)


def test_a_search_is_cleaned(searched: Search, page_of: Opens, tmp_path: Path) -> None:
    """Sliders, verdicts, the threshold that is proposed, a selection and its export; the truth is known."""
    person = Person(page_of(searched.dataset))
    before = quality(searched.ids, searched.right)
    log.info("before: precision %.3f, recall %.3f", *before)
    seen = person.drag("monkey", 0.7)
    assert seen == sorted(seen, reverse=True)
    person.drag("wild", 0.65, steadily=False)
    judged, certain = 0, False
    for _ in range(PAGES):
        judged += person.judge_next(searched.right)
        proposed = person.propose("monkey")
        certain = proposed is not None and person.sure
        log.info("%d verdicts: threshold %s, certain: %s", judged, proposed, certain)
        if certain:
            break
    person.save("good")
    expect(person.page.get_by_text("Saved good, version 1")).to_be_visible()
    out = tmp_path / "out"
    exported = CliRunner().invoke(
        app, ["export", "cameras", str(out), "--selection", "good", "--format", "csv", "--image-size", "0"]
    )
    assert exported.exit_code == 0, exported.output
    with (out / "ATTRIBUTION.csv").open(newline="") as file:
        ids = [row["id"] for row in csv.DictReader(file)]
    after = quality(ids, searched.right)
    log.info("after %d verdicts: precision %.3f, recall %.3f", judged, *after)
    assert certain
    assert after[0] >= 0.95 > before[0]
    assert after[1] > 0.5
