"""The real client against a local Vision: what it sends, what it tries again, and what it gives up."""

import importlib.util
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import pytest
from google.auth.credentials import Credentials
from google.auth.exceptions import RefreshError

from exifds.enrich.score import google
from exifds.enrich.score.answers import Barred, Labelled, Refused, Unaffordable, Unanswered, Unclaimed
from exifds.enrich.score.budget import Budget
from exifds.enrich.score.google import QUOTA_TRIES, TRIES, GoogleScorer
from exifds.errors import MissingExtraError, PhotoError
from exifds.sandbox.photographer import Studio, shoot
from exifds.sandbox.vision import Faults, VisionServer, label
from exifds.settings import Settings
from tests.sources.flickr.scripted import Answer, ScriptedServer, http, reset

Opens = Callable[..., GoogleScorer]

WAYS = pytest.mark.parametrize("way", ["grpc", "rest"])


@pytest.fixture(scope="module")
def images() -> list[bytes]:
    """40 images as they are sent."""
    scaled = GoogleScorer.prepared
    return [scaled(None, shot.data, None) for shot in shoot(40, Studio(size=96))]  # type: ignore[arg-type]


@pytest.fixture
def waits() -> list[float]:
    """The pauses that were made, in seconds; none lasts."""
    return []


@pytest.fixture
def scorer_of(waits: list[float]) -> Iterator[Opens]:
    """Opens scorers that wait for nothing."""
    with ExitStack() as stack:

        def scorer_of(server: VisionServer, way: Any = "grpc", **settings: str) -> GoogleScorer:
            asked = Settings(**server.settings(way) | settings)
            return stack.enter_context(GoogleScorer(asked, 2, pause=waits.append))

        yield scorer_of


@WAYS
def test_images_get_their_labels_in_their_order(
    images: list[bytes], scorer_of: Opens, way: str, waits: list[float]
) -> None:
    """16 a request, all labels that Vision gives, over both ways."""
    with VisionServer() as server:
        scorer = scorer_of(server, way)
        answers = scorer.label(images, budget := Budget())
        assert [len(request.images) for request in server.ledger.requests] == [16, 16, 8]
    for image, answer in zip(images, answers, strict=True):
        assert isinstance(answer, Labelled)
        expected = {name: pytest.approx(score, abs=1e-6) for name, score, _ in label(image)}
        assert {item.label: item.score for item in answer.items} == expected
    assert (scorer.requests, budget.spent, waits) == (3, 40, [])


def test_what_is_no_image_is_not_sent(scorer_of: Opens) -> None:
    """It fails before it costs anything."""
    with VisionServer() as server, pytest.raises(PhotoError):
        scorer_of(server).prepared(b"no image", None)


def test_nothing_is_asked_about_nothing(scorer_of: Opens) -> None:
    """No empty request."""
    with VisionServer() as server:
        assert scorer_of(server).label([], Budget()) == []
        assert not server.ledger.requests


@WAYS
@pytest.mark.parametrize("fault", ["unavailable", "deadline", "internal", "reset", "lost"])
def test_what_passes_is_tried_again(
    images: list[bytes], scorer_of: Opens, waits: list[float], way: str, fault: str
) -> None:
    """With random pauses that may grow; each try is paid, since it may be charged."""
    with VisionServer(faults=Faults.model_validate({fault: 1, "burst": 10**6, "tries": 5})) as server:
        scorer = scorer_of(server, way)
        answers = scorer.label(images[:16], budget := Budget())
    assert all(isinstance(answer, Labelled) for answer in answers)
    assert (scorer.requests, budget.spent) == (6, 6 * 16)
    assert len(waits) == 5
    assert all(0 <= wait <= 2**tried for tried, wait in enumerate(waits))
    assert server.ledger.images == (6 * 16 if fault == "lost" else 16)


@pytest.mark.parametrize("sent", [0, 1, 2])
def test_images_that_are_not_ours_any_more_are_not_sent(
    images: list[bytes], scorer_of: Opens, sent: int
) -> None:
    """Asked before each request, also before one that repeats; what was not sent is not spent."""
    held = [True] * sent + [False]
    with VisionServer(faults=Faults(unavailable=1, burst=10**6, tries=5)) as server:
        scorer = scorer_of(server)
        answers = scorer.label(images[:16], budget := Budget(), lambda: held.pop(0))
        assert len(server.ledger.requests) == scorer.requests == sent
    assert answers == [Unclaimed()] * 16
    assert budget.spent == sent * 16


@WAYS
def test_quotas_are_waited_for_as_vision_asks(
    images: list[bytes], scorer_of: Opens, waits: list[float], way: str
) -> None:
    """What was refused unread costs nothing; every second refusal of the sandbox says how long to wait."""
    with VisionServer(faults=Faults(exhausted=1, burst=10**6, tries=5, retry_after=40)) as server:
        answers = scorer_of(server, way).label(images[:16], budget := Budget(Decimal("0.024")))
    assert all(isinstance(answer, Labelled) for answer in answers)
    assert budget.spent == server.ledger.images == 16
    assert [wait >= 40 for wait in waits] == [True, False, True, False, True]


@WAYS
def test_only_the_image_with_an_error_is_sent_again(images: list[bytes], scorer_of: Opens, way: str) -> None:
    """The others of a good answer have their labels; what does not pass fails alone."""
    faults = Faults(image_busy=0.2, image_refused=0.1, tries=2)
    with VisionServer(faults=faults) as server:
        answers = scorer_of(server, way).label(images, budget := Budget())
        sent = server.ledger.sent
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert refused
    assert set(refused) == {Refused("Google Vision: Bad image data.")}
    assert len(refused) + sum(isinstance(answer, Labelled) for answer in answers) == 40
    assert not server.ledger.twice
    again = {image for image, times in sent.items() if times > 1}
    assert again
    assert budget.spent == sent.total() < 40 * 2
    assert all(set(request.images) <= again for request in server.ledger.requests if len(request.images) < 8)


def test_an_image_whose_error_does_not_pass_is_given_up(
    images: list[bytes], scorer_of: Opens, waits: list[float]
) -> None:
    """After 6 tries; it is for the image, so the run may go on."""
    busy = '{"responses": [{"error": {"code": 14, "message": "Busy."}}]}'
    with ScriptedServer(http(200, busy, Content_Type="application/json")) as server:
        scorer = scorer_of(_At(server))
        assert scorer.label(images[:1], Budget()) == [
            Refused("Google Vision: Busy. (6 tries)", lasting=False)
        ]
    assert (scorer.requests, len(waits)) == (TRIES, TRIES - 1)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http(200, '{"responses": []}'), "answers for other images"),
        (http(200, '{"responses": [{}, {}]}'), "answers for other images"),
        (http(200, "<html>"), "ParseError"),
        (http(200, b"\xff\xfe"), "UnicodeDecodeError|ParseError"),
        (http(503, "<html>"), "503 ServiceUnavailable"),
        (http(503, '{"error": "no words of Google"}'), "AttributeError"),
        (http(502), "502 BadGateway"),
        (http(307, Location="http://127.0.0.1:1/"), "TooManyRedirects"),
        (reset, "ConnectionError"),
    ],
)
def test_an_unusable_answer_is_no_answer(
    images: list[bytes], scorer_of: Opens, answer: Answer, reason: str
) -> None:
    """It is tried again, and in the end told; nobody is sent on to another server with the key."""
    with ScriptedServer(answer) as server:
        scorer = scorer_of(_At(server))
        (given,) = scorer.label(images[:1], budget := Budget())
    assert isinstance(given, Unanswered)
    assert given.reason.startswith("Google Vision gave no usable answer in 6 tries (the last: ")
    assert any(name in given.reason for name in reason.split("|"))
    assert budget.spent == scorer.requests == TRIES


def test_a_quota_is_not_waited_for_without_end(
    images: list[bytes], scorer_of: Opens, waits: list[float]
) -> None:
    """12 tries, some minutes; what Retry-After says is kept."""
    with ScriptedServer(http(429, '{"error": {"message": "Quota"}}', Retry_After="3")) as server:
        (given,) = scorer_of(_At(server)).label(images[:1], budget := Budget())
    assert isinstance(given, Unanswered)
    assert budget.spent == 0
    assert len(waits) == QUOTA_TRIES - 1
    assert min(waits) >= 3
    assert max(waits) <= 63


@WAYS
@pytest.mark.parametrize(("usd", "sent"), [("0", 0), ("0.0074", 4), ("0.0255", 17), ("0.06", 40)])
def test_no_more_is_sent_than_can_be_paid(
    images: list[bytes], scorer_of: Opens, way: str, usd: str, sent: int
) -> None:
    """The first ones are; the others say why not."""
    with VisionServer() as server:
        answers = scorer_of(server, way).label(images, Budget(Decimal(usd)))
        assert server.ledger.images == sent
    assert [isinstance(answer, Labelled) for answer in answers] == [True] * sent + [False] * (40 - sent)
    assert all(answer == Unaffordable() for answer in answers[sent:])


def test_a_try_that_cannot_be_paid_is_not_made(images: list[bytes], scorer_of: Opens) -> None:
    """A budget for 20 images sends 16, and 4 of them again."""
    with VisionServer(faults=Faults(unavailable=1, tries=1)) as server:
        answers = scorer_of(server).label(images[:16], budget := Budget(Decimal("0.03")))
        assert [len(request.images) for request in server.ledger.requests] == [16, 4]
    assert budget.spent == 20
    assert answers[4:] == [Unaffordable()] * 12


@WAYS
@pytest.mark.parametrize("key", ["canary-secret-key"])
def test_a_wrong_key_is_told_without_it(
    images: list[bytes], scorer_of: Opens, way: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in the error, nor behind it, nor in a log."""
    caplog.set_level(logging.DEBUG)
    with VisionServer() as server:
        scorer = scorer_of(server, way, vision_key=key)
        budget = Budget()
        one, other = scorer.label(images[:2], budget)
        assert one == other
        assert isinstance(one, Barred)
        assert "API key not valid. Please pass a valid API key" in str(one.error)
        assert budget.spent == 0
        assert [request.fault for request in server.ledger.requests] == ["INVALID_ARGUMENT"]
    assert one.error.__suppress_context__ or one.error.__context__ is None
    told = [str(one.error), repr(scorer), *(str(vars(record)) for record in caplog.records)]
    assert not any(key in text for text in told)


def test_a_server_that_quotes_the_key_does_not_make_it_known(images: list[bytes], scorer_of: Opens) -> None:
    """It is masked."""
    quoting = http(403, '{"error": {"message": "sandbox-key is disabled"}}')
    with ScriptedServer(quoting) as server:
        (given,) = scorer_of(_At(server)).label(images[:1], Budget())
    assert isinstance(given, Barred)
    assert "403 Forbidden): *** is disabled" in str(given.error)


class _Expired(Credentials):
    """Application credentials whose account is gone."""

    def refresh(self, request: object) -> None:
        """Not possible."""
        raise RefreshError("invalid_grant: canary@example.com")  # type: ignore[no-untyped-call]


def test_credentials_that_ran_out_are_told(images: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody tries on and on, and nobody is named."""
    monkeypatch.setattr("google.auth.default", lambda **_: (_Expired(), None))  # type: ignore[no-untyped-call]
    with GoogleScorer(Settings(vision_endpoint="http://127.0.0.1:1")) as scorer:
        (given,) = scorer.label(images[:1], Budget())
    assert isinstance(given, Barred)
    assert "not usable (RefreshError): run `gcloud auth" in str(given.error)
    assert "canary" not in str(given.error)


def test_without_the_optional_part_the_pip_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Google's client is an extra."""
    monkeypatch.setitem(sys.modules, "google.cloud.vision_v1", None)
    monkeypatch.delattr("google.cloud.vision_v1")
    spec = importlib.util.spec_from_file_location("without_vision", google.__file__)
    assert spec is not None
    assert spec.loader is not None
    with pytest.raises(MissingExtraError, match=r"pip install 'exifds\[vision\]'"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_after_stop_nothing_is_sent(images: list[bytes], scorer_of: Opens) -> None:
    """Not even a first time."""
    with VisionServer() as server:
        scorer = scorer_of(server)
        scorer.stop()
        answers = scorer.label(images[:2], budget := Budget())
        assert not server.ledger.requests
    assert answers == [Unanswered("it was not asked any more")] * 2
    assert budget.spent == 0


def test_stop_ends_a_pause(images: list[bytes]) -> None:
    """Whoever waits for another try gives up."""
    with (
        VisionServer(faults=Faults(unavailable=1, tries=5, burst=10**6)) as server,
        GoogleScorer(Settings(**server.settings()), pause=lambda _seconds: scorer.stop()) as scorer,
    ):
        (given,) = scorer.label(images[:1], Budget())
    assert isinstance(given, Unanswered)
    assert scorer.requests == 1


class _At(VisionServer):
    """Stands for a scripted server."""

    def __init__(self, server: ScriptedServer) -> None:
        self._ports = {"rest": server.port, "grpc": 0}

    def settings(self, way: Any = "rest", **other: Any) -> dict[str, Any]:
        """What leads there."""
        return super().settings("rest", **other)
