"""A run over a dataset: every photo scored once, no image paid twice, no more spent than allowed."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from exifds.dataset import Dataset
from exifds.enrich.score.answers import Answer
from exifds.enrich.score.google import GoogleScorer
from exifds.enrich.score.report import Estimate
from exifds.enrich.score.run import estimate, without_labels
from exifds.enrich.score.vision import Again
from exifds.errors import UnreachableError, UsageError
from exifds.sandbox.vision import Faults, VisionServer
from exifds.settings import Settings
from exifds.store import claims
from exifds.store.labels import LABELS, LabelCache
from tests.enrich.score.conftest import CONCEPTS, PHOTOS, Opens, quietly

NO_LOSS = {"retry_after": 0.01, "pause": 0.01, "lost": 0.0}
BAD = Faults.all().model_copy(update=NO_LOSS)
"""A fifth of the requests meets a fault; no answer is lost after it was charged."""

KILLED = """
import os, signal, sys, time
from exifds.enrich.score import labeller
from exifds.enrich.score.google import GoogleScorer
from exifds.enrich.score.labeller import Labeller
from exifds.enrich.score.run import Scoring
from exifds.store.labels import LabelCache
from tests.enrich.score.conftest import CONCEPTS
import exifds

def deadly(owner, name, when, calls):
    method = getattr(owner, name)
    left = [calls]

    def dies(*arguments):
        left[0] -= 1
        if left[0] == 0 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = method(*arguments)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, dies)

step, when, calls, workers = sys.argv[1:]
if step != "none":
    deadly(*{"keep": (LabelCache, "keep"), "write": (Labeller, "_write")}[step], when, int(calls))
with exifds.open("cameras") as dataset, GoogleScorer(dataset._settings, int(workers)) as scorer:
    cache = LabelCache(dataset.collection.database, "sandbox", lease_s=0.5)
    run = Scoring(dataset._store, dataset.images, cache, scorer, CONCEPTS, pause=lambda _s: time.sleep(0.05))
    print(run.run(lambda _done, _failed: None).scored)
"""
"""A run in a process of its own, which ends at the n-th call of a step; without the mercy of `finally`."""


def scored(dataset: Dataset) -> int:
    """Photos with labels and a value, perhaps null, for each concept."""
    names = {f"scores.{name}": {"$exists": True} for name in CONCEPTS.names}
    count: int = dataset.collection.count_documents({"labels.sandbox.items.0": {"$exists": True}, **names})
    return count


def test_every_photo_gets_labels_and_scores(filled: Dataset, server: VisionServer, scoring_of: Opens) -> None:
    """Labels with model, date and scores; for each concept the highest matching label, or null."""
    report = scoring_of(filled, server).run(quietly)
    assert (report.scored, report.cached, report.paid, report.requests) == (PHOTOS, 0, PHOTOS, 4)
    assert (report.failures, report.remaining, report.stopped) == ({}, 0, None)
    assert report.usd == Decimal("0.09")
    assert scored(filled) == PHOTOS
    for photo in filled.find():
        given = photo.labels["sandbox"]
        assert given.model == "builtin/stable"
        assert given.at >= photo.created_at
        assert photo.scores == CONCEPTS.scores([item.model_dump() for item in given.items])
    assert 0 < filled.find({"scores.outside": None}).count() < PHOTOS
    assert filled.verify().faults == []


def test_what_is_scored_is_not_asked_about_again(
    filled: Dataset, server: VisionServer, scoring_of: Opens
) -> None:
    """A second run has nothing to do."""
    scoring_of(filled, server).run(quietly)
    report = scoring_of(filled, server).run(quietly)
    assert (report.scored, report.cached, report.requests) == (0, 0, 0)
    assert server.ledger.images == PHOTOS


def test_the_same_image_in_another_dataset_is_free(
    filled: Dataset, other: Dataset, server: VisionServer, scoring_of: Opens
) -> None:
    """The cache is by content, for all datasets of a database."""
    scoring_of(filled, server).run(quietly)
    report = scoring_of(other, server, usd="0").run(quietly)
    assert (report.scored, report.cached, report.paid, report.stopped) == (0, PHOTOS, 0, None)
    assert scored(other) == PHOTOS
    assert server.ledger.images == PHOTOS


def test_two_runs_at_once_pay_each_image_once(filled: Dataset, other: Dataset, scoring_of: Opens) -> None:
    """What one of them is asking about, the other waits for."""
    with VisionServer(latency=0.1) as server, ThreadPoolExecutor() as pool:
        runs = [scoring_of(dataset, server) for dataset in (filled, other)]
        reports = list(pool.map(lambda run: run.run(quietly), runs))
        assert server.ledger.images == sum(report.paid for report in reports) == PHOTOS
        assert not server.ledger.twice
    assert [report.scored + report.cached for report in reports] == [PHOTOS, PHOTOS]
    assert (scored(filled), scored(other)) == (PHOTOS, PHOTOS)


def test_photos_with_the_same_file_share_its_labels(
    filled: Dataset, server: VisionServer, scoring_of: Opens
) -> None:
    """An image that is there many times, in one batch and in others, is paid once."""
    document = filled.collection.find_one({})
    assert document is not None
    twins = [document | {"_id": f"file:twin{number}"} for number in range(40)]
    filled.collection.insert_many(twins)
    assert estimate(filled._store, "sandbox").images == PHOTOS
    report = scoring_of(filled, server).run(quietly)
    assert report.scored + report.cached == PHOTOS + len(twins)
    assert server.ledger.images == report.paid == PHOTOS
    assert scored(filled) == PHOTOS + len(twins)


def test_only_photos_with_an_image_are_scored(
    filled: Dataset, server: VisionServer, scoring_of: Opens
) -> None:
    """Metadata alone, what is gone and what failed is left alone."""
    ids = [row["_id"] for row in filled.collection.find({}, {"_id": 1}).sort("_id").limit(3)]
    filled.collection.update_one({"_id": ids[0]}, {"$unset": {"image": ""}})
    filled.collection.update_one({"_id": ids[1]}, {"$set": {"state": "gone"}})
    filled.collection.update_one({"_id": ids[2]}, {"$set": {"state": "failed"}})
    assert scoring_of(filled, server).run(quietly).scored == PHOTOS - 3
    assert not filled.collection.count_documents({"_id": {"$in": ids}, "labels": {"$exists": True}})


def test_the_price_is_known_before(
    filled: Dataset, other: Dataset, server: VisionServer, scoring_of: Opens
) -> None:
    """Photos, what is cached, images, requests and USD; nothing is sent and nothing written."""
    assert estimate(filled._store, "sandbox") == Estimate(PHOTOS, 0, PHOTOS, 4)
    assert estimate(filled._store, "sandbox").usd == Decimal("0.09")
    assert not server.ledger.requests
    assert not filled.collection.database[LABELS].count_documents({})
    scoring_of(filled, server, usd="0.03").run(quietly)
    assert estimate(filled._store, "sandbox") == Estimate(40, 0, 40, 3)
    assert estimate(other._store, "sandbox") == Estimate(PHOTOS, 20, 40, 3)
    scoring_of(filled, server).run(quietly)
    assert estimate(filled._store, "sandbox") == Estimate()


def test_a_claim_is_not_taken_for_labels(filled: Dataset, server: VisionServer, scoring_of: Opens) -> None:
    """Who is about to ask has no labels yet."""
    run = scoring_of(filled, server)
    with run.cache.claimed(filled.collection.distinct("image.sha256")):
        assert estimate(filled._store, "sandbox") == Estimate(PHOTOS, 0, PHOTOS, 4)


@pytest.mark.parametrize("usd", ["0", "0.0014", "0.0015", "0.0344", "0.0345", "0.0899", "0.09"])
def test_the_budget_is_kept_to_the_unit(
    filled: Dataset, server: VisionServer, scoring_of: Opens, usd: str
) -> None:
    """All that can be paid is, and not one image more; another run goes on."""
    allowed = int(Decimal(usd) / Decimal("0.0015"))
    report = scoring_of(filled, server, usd=usd).run(quietly)
    assert server.ledger.images == report.paid == report.scored == allowed
    assert server.ledger.usd == report.usd <= Decimal(usd)
    assert report.remaining == PHOTOS - allowed
    assert report.stopped == (None if allowed == PHOTOS else "budget")
    rest = scoring_of(filled, server).run(quietly)
    assert rest.paid == PHOTOS - allowed
    assert not server.ledger.twice


@pytest.mark.parametrize("way", ["grpc", "rest"])
@pytest.mark.parametrize("seed", range(3))
def test_the_budget_is_kept_whatever_happens(filled: Dataset, scoring_of: Opens, seed: int, way: str) -> None:
    """With bursts of errors and lost answers too: what Google charges never passes what a run may spend."""
    faults = Faults.all(seed, burst=2, retry_after=0.01, pause=0.01)
    with VisionServer(faults=faults) as server:
        charged = 0
        for _ in range(20):
            report = scoring_of(filled, server, usd="0.0225", way=way, workers=3).run(quietly)
            assert server.ledger.images - charged <= report.paid <= 15
            charged = server.ledger.images
            if not report.remaining:
                break
        assert scored(filled) == PHOTOS - len(report.failures)
        lost = {image for asked in server.ledger.requests if asked.fault == "lost" for image in asked.images}
        assert server.ledger.twice <= lost
    assert all("Google Vision: Bad image data." in reason for reason in report.failures.values())


@pytest.mark.parametrize("way", ["grpc", "rest"])
@pytest.mark.parametrize("seed", range(2))
def test_every_image_is_scored_once_through_bursts_of_errors(
    filled: Dataset, scoring_of: Opens, seed: int, way: str
) -> None:
    """One run is enough; no image is charged twice, as long as no answer is lost."""
    with VisionServer(faults=BAD.model_copy(update={"seed": seed, "unavailable": 0.3})) as server:
        report = scoring_of(filled, server, way=way).run(quietly)
        assert server.ledger.faults
        assert server.ledger.images == report.scored == PHOTOS - len(report.failures)
        assert not server.ledger.twice
    assert (report.remaining, report.stopped) == (0, None)
    assert report.paid >= server.ledger.images


def test_what_was_refused_unread_can_be_spent_again(filled: Dataset, scoring_of: Opens) -> None:
    """RESOURCE_EXHAUSTED costs nothing: a budget for all images suffices for all, and for no more."""
    with VisionServer(faults=Faults(exhausted=1)) as server:
        report = scoring_of(filled, server, usd="0.09").run(quietly)
        assert server.ledger.faults["exhausted"] >= 4
        assert report.scored == report.paid == server.ledger.images == PHOTOS


def test_one_bad_image_does_not_cost_the_others(filled: Dataset, scoring_of: Opens) -> None:
    """What is wrong inside a good answer fails that photo, if it does not pass; the rest is scored."""
    with VisionServer(faults=Faults(image_refused=0.1, image_busy=0.3)) as server:
        report = scoring_of(filled, server).run(quietly)
        assert 0 < len(report.failures) < PHOTOS / 3
        assert report.failed == list(report.failures.items())
        assert set(report.failures.values()) == {"Google Vision: Bad image data."}
        assert report.scored == PHOTOS - len(report.failures) == scored(filled) == server.ledger.images
        assert not server.ledger.twice
        assert report.remaining == 0
        sent = len(server.ledger.requests)
        again = scoring_of(filled, server).run(quietly)
        assert len(server.ledger.requests) == sent
    assert again.failures.keys() == report.failures.keys()
    assert all("Bad image data. (refused on 20" in reason for reason in again.failures.values())
    assert (again.paid, again.remaining, again.stopped) == (0, 0, None)
    assert estimate(filled._store, "sandbox").images == 0


@pytest.mark.parametrize(("way", "error"), [("grpc", "503 ServiceUnavailable"), ("rest", "ConnectionError")])
def test_when_vision_is_gone_the_run_says_so(
    filled: Dataset, server: VisionServer, scoring_of: Opens, way: str, error: str
) -> None:
    """It stops, tells why, and gives up its claims, so that another run can begin at once."""
    first = scoring_of(filled, server, usd="0.03").run(quietly)
    with VisionServer() as gone:
        pass
    report = scoring_of(filled, gone, way=way).run(quietly)
    assert report.stopped == "unavailable"
    assert report.reason == (
        f"the address of Google Vision cannot be reached (6 tries, the last: {error}): "
        "check the network, and EXIFDS_VISION_ENDPOINT if it is set"
    )
    assert report.paid == 0
    assert (report.scored, report.remaining, report.failures) == (0, 40, {})
    assert not filled.collection.database[LABELS].count_documents({"model": {"$exists": False}})
    assert scoring_of(filled, server).run(quietly).scored == PHOTOS - first.scored


def test_a_wrong_key_ends_the_run_in_words(filled: Dataset, server: VisionServer, scoring_of: Opens) -> None:
    """Nobody tries again what cannot succeed, and the key is not told."""
    run = scoring_of(filled, server)
    run.scorer = type(run.scorer)(  # type: ignore[call-arg]
        Settings(**server.settings() | {"vision_key": "canary-key"}), 4
    )
    with run.scorer, pytest.raises(UsageError, match="API key not valid") as caught:  # type: ignore[attr-defined]
        run.run(quietly)
    assert "canary" not in str(caught.value)
    assert server.ledger.images == 0
    assert not filled.collection.database[LABELS].count_documents({})


def test_an_image_file_that_was_changed_is_not_sent(
    filled: Dataset, server: VisionServer, scoring_of: Opens
) -> None:
    """Its labels would be kept for content that it does not have; a missing or broken file fails too."""
    root = Path(filled.images.root)  # type: ignore[attr-defined]
    first, second = sorted(root.rglob("*.jpg"))[:2]
    first.write_bytes(second.read_bytes())
    second.unlink()
    report = scoring_of(filled, server).run(quietly)
    assert sorted(report.failures.values()) == [
        "the image file cannot be read: No such file or directory",
        "the image file is not the one that was stored",
    ]
    assert (report.scored, report.paid, report.remaining) == (PHOTOS - 2, PHOTOS - 2, 0)


def test_labels_are_not_written_to_a_photo_whose_image_was_replaced(
    filled: Dataset, server: VisionServer, scoring_of: Opens
) -> None:
    """A crawl may complete a photo with another file meanwhile: the labels are of the old one."""
    run = scoring_of(filled, server)
    replaced = filled.collection.find_one({})
    assert replaced is not None
    prepared = run.scorer.prepared

    def replacing(data: bytes, orientation: int | None) -> bytes:
        filled.collection.update_one({"_id": replaced["_id"]}, {"$set": {"image.sha256": "0" * 64}})
        return prepared(data, orientation)

    run.scorer.prepared = replacing  # type: ignore[method-assign]
    run.run(quietly)
    after = filled.collection.find_one({"_id": replaced["_id"]})
    assert after is not None
    assert "labels" not in after


def test_what_another_run_asks_about_is_waited_for(
    filled: Dataset, server: VisionServer, scoring_of: Opens
) -> None:
    """When the other one gave up, or was killed, its images are asked about after all."""
    held = ExitStack()
    waits: list[float] = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        held.close()

    run = scoring_of(filled, server, pause=pause)
    other = LabelCache(filled.collection.database, "sandbox")
    held.enter_context(other.claimed(filled.collection.distinct("image.sha256")[:20]))
    report = run.run(quietly)
    assert waits == [1.0]
    assert report.scored == server.ledger.images == PHOTOS


def test_who_wakes_after_its_claim_ran_out_pays_nothing_twice(
    filled: Dataset, other: Dataset, server: VisionServer, scoring_of: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop sleeps with a batch in hand; meanwhile another run pays its images."""
    run = scoring_of(filled, server, workers=1)
    prepared, now = run.scorer.prepared, claims._now

    def sleeping(data: bytes, orientation: int | None) -> bytes:
        run.scorer.prepared = prepared  # type: ignore[method-assign]
        past = datetime(2020, 1, 1, tzinfo=UTC)
        filled.collection.database[LABELS].update_many({}, {"$set": {"claim.until": past}})
        monkeypatch.setattr(claims, "_now", lambda: now() + 600)
        assert scoring_of(other, server).run(quietly).paid == PHOTOS
        return prepared(data, orientation)

    run.scorer.prepared = sleeping  # type: ignore[method-assign]
    report = run.run(quietly)
    assert (report.paid, report.cached, report.remaining) == (0, PHOTOS, 0)
    assert not server.ledger.twice


def test_ctrl_c_keeps_the_answers_under_way(filled: Dataset, scoring_of: Opens) -> None:
    """What is paid is written down before the run ends."""

    def interrupted(done: int, _failed: int) -> None:
        if done:
            raise KeyboardInterrupt

    with VisionServer(latency=0.05) as server:
        with pytest.raises(KeyboardInterrupt):
            scoring_of(filled, server, workers=2).run(interrupted)
        assert 0 < server.ledger.images == scored(filled) < PHOTOS
        done = scored(filled)
        assert scoring_of(filled, server).run(quietly).scored == PHOTOS - done
        assert not server.ledger.twice


@pytest.mark.faults
def test_a_kill_between_any_two_steps_costs_only_the_answers_under_way(
    filled: Dataset, settings: Settings
) -> None:
    """Killed after an answer is kept, no image is paid again; before, those of this answer."""
    with VisionServer() as server:
        _run(settings, server, "keep", "before", killed=True)
        assert (server.ledger.images, scored(filled)) == (16, 0)
        lost = frozenset(server.ledger.paid)
        _run(settings, server, "keep", "after", killed=True)
        _run(settings, server, "write", "before", killed=True)
        _run(settings, server, "write", "after", killed=True)
        _run(settings, server, killed=False)
        assert server.ledger.twice == lost
        assert len(server.ledger.paid) == PHOTOS
    assert scored(filled) == PHOTOS
    assert filled.verify().faults == []


def _run(
    settings: Settings, server: VisionServer, step: str = "none", when: str = "after", *, killed: bool
) -> None:
    """Score in a process of its own, which is killed at the first call of a step that matters."""
    calls = {"keep": "1", "write": "2", "none": "0"}[step]
    there = {f"EXIFDS_{name.upper()}": str(value) for name, value in server.settings().items()}
    own = {"EXIFDS_URI": settings.uri or "", "EXIFDS_HOME": str(settings.home)}
    process = subprocess.run(
        [sys.executable, "-c", KILLED, step, when, calls, "1"],
        env=os.environ | there | own | {"EXIFDS_CONFIG": str(settings.config)},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == (-signal.SIGKILL if killed else 0), process.stderr


def test_the_filter_of_what_is_missing_is_plain_mongodb(filled: Dataset) -> None:
    """Anybody can count with it."""
    assert filled.find(without_labels("sandbox")).count() == PHOTOS


def test_progress_is_told_of_every_photo(filled: Dataset, scoring_of: Opens) -> None:
    """Done and failed photos add up to those that were missing."""
    told: list[tuple[int, int]] = []

    def advance(done: int, failed: int) -> None:
        told.append((done, failed))

    with VisionServer(faults=Faults(image_refused=0.1)) as server:
        report = scoring_of(filled, server).run(advance)
    assert sum(done for done, _ in told) == PHOTOS
    assert sum(failed for _, failed in told) == len(report.failures) > 0


def test_ctrl_c_says_what_was_paid_wherever_it_comes(
    filled: Dataset, server: VisionServer, scoring_of: Opens
) -> None:
    """Also while nothing is sent: in the pause, for images that somebody else asks about."""

    def pause(_seconds: float) -> None:
        raise KeyboardInterrupt

    one = filled.collection.find_one({})
    assert one is not None
    run = scoring_of(filled, server, pause=pause)
    with (
        LabelCache(filled.collection.database, "sandbox").claimed([one["image"]["sha256"]]),
        pytest.raises(KeyboardInterrupt, match=r"59 images were paid, 0\.0885 USD at most, and their labels"),
    ):
        run.run(quietly)


def test_an_error_that_ends_a_run_says_what_was_paid(
    filled: Dataset, server: VisionServer, scoring_of: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database may go away when all is paid."""
    run = scoring_of(filled, server)

    def gone(_query: object) -> int:
        raise UnreachableError("no server answers.")

    monkeypatch.setattr(run.store, "count", gone)
    with pytest.raises(UnreachableError, match=r"^no server answers\. 60 images were paid, 0\.0900 USD"):
        run.run(quietly)


def test_paid_answers_are_kept_when_vision_lets_nobody_in_any_more(
    filled: Dataset, server: VisionServer, scoring_of: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Billing may end between a request and the repetition of what was busy in it."""
    run, real, calls = scoring_of(filled, server, workers=1), GoogleScorer._send, []

    def send(self: GoogleScorer, images: Sequence[bytes]) -> Sequence[Answer | Again]:
        calls.append(len(images))
        if len(calls) > 1:
            raise UsageError("403 billing is disabled.")
        return [Again("busy", whole=False), *list(real(self, images))[1:]]

    monkeypatch.setattr(GoogleScorer, "_send", send)
    with pytest.raises(UsageError, match=r"403 billing is disabled\. 16 images were paid, 0\.0240 USD"):
        run.run(quietly)
    assert scored(filled) == 15
    assert filled.collection.database[LABELS].count_documents({"model": {"$exists": True}}) == 15
    assert not filled.collection.database[LABELS].count_documents({"model": {"$exists": False}})


def test_labels_are_kept_before_refusals(
    filled: Dataset, scoring_of: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should the database go away in between, what was paid is there."""

    def gone(_self: LabelCache, reasons: object) -> None:
        if reasons:
            raise UnreachableError("no server answers")

    monkeypatch.setattr(LabelCache, "refuse", gone)
    with VisionServer(faults=Faults(image_refused=0.1)) as server, pytest.raises(UnreachableError):
        scoring_of(filled, server, workers=1).run(quietly)
    kept = filled.collection.database[LABELS].count_documents({"model": {"$exists": True}})
    assert kept % 16 > 0
