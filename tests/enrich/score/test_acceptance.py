"""Many images through bursts of errors: each scored once, none paid twice, the budget kept to the unit.

With EXIFDS_FAULTS=long 5,000 images are scored, else 300.
"""

import hashlib
import logging
import os
from decimal import Decimal
from time import perf_counter

from exifds.dataset import Dataset
from exifds.sandbox.photographer import Studio, shoot
from exifds.sandbox.vision import Faults, VisionServer
from tests.enrich.score.conftest import Opens, quietly

LONG = os.environ.get("EXIFDS_FAULTS") == "long"
IMAGES = 5000 if LONG else 300
BURSTS = Faults.all(1, burst=4, retry_after=0.001, pause=0.001).model_copy(
    update={"unavailable": 0.2, "exhausted": 0.1, "image_refused": 0.0, "lost": 0.0}
)
"""Errors in bursts. No answer is lost after it was charged, since such an image must be paid again."""

log = logging.getLogger(__name__)


def _fill(dataset: Dataset) -> None:
    """Photos that differ, small and without a crawl."""
    document = dataset.collection.find_one({})
    assert document is not None
    dataset.collection.delete_many({})
    rows = []
    for number, shot in enumerate(shoot(IMAGES, Studio(size=64))):
        path = f"many/{number}.jpg"
        dataset.images.put(path, shot.data)
        image = document["image"] | {"sha256": hashlib.sha256(shot.data).hexdigest(), "path": path}
        rows.append(document | {"_id": f"file:{number:032x}", "image": image})
    dataset.collection.insert_many(rows)


def test_every_image_is_scored_once(filled: Dataset, scoring_of: Opens) -> None:
    """First with half of the money, to the image; then with the rest."""
    _fill(filled)
    half = IMAGES // 2 - 7
    begun = perf_counter()
    with VisionServer(faults=BURSTS) as server:
        first = scoring_of(filled, server, usd=str(Decimal("0.0015") * half), workers=8).run(quietly)
        assert first.stopped == "budget"
        charged = server.ledger.images
        assert charged <= first.paid == half
        second = scoring_of(filled, server, workers=8).run(quietly)
        assert (second.failures, second.remaining, second.stopped) == ({}, 0, None)
        assert not server.ledger.twice
        assert server.ledger.images == first.scored + second.scored == IMAGES
        faults, requests = dict(server.ledger.faults), len(server.ledger.requests)
    assert filled.collection.count_documents({"labels.sandbox.items.0": {"$exists": True}}) == IMAGES
    seconds = perf_counter() - begun
    log.info(
        "%d images, %d requests, faults %s; of a budget for %d images %d were sent and %d charged; in all %d "
        "charged, none twice; %.1f requests/s, %.1f s",
        IMAGES, requests, faults, half, first.paid, charged, IMAGES, requests / seconds, seconds,
    )  # fmt: skip
