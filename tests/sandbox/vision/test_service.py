"""The service keeps Google's limits, serves the faults and charges what it labelled."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from exifds.sandbox.vision import BadImageError, Faults, Label
from exifds.sandbox.vision.messages import Cut, Refusal, from_wire
from exifds.sandbox.vision.service import KEY, MOST_BYTES, Service

LABELS = tuple(Label(f"Label {n}", 0.99 - n / 100, 0.5) for n in range(30))


def labels(data: bytes) -> Sequence[Label]:
    """All labels for any bytes but bad ones."""
    if data == b"bad":
        raise BadImageError
    return LABELS


class Desk:
    """A service and what it waited."""

    def __init__(self, faults: Faults | None = None, latency: float = 0.0) -> None:
        self.waited: list[float] = []
        self.service = Service(labels, faults, pause=self.waited.append, latency=latency)
        self.ledger = self.service.ledger

    def ask(self, *images: bytes, most: int = 0, kind: int = 4, key: str | None = KEY) -> list[Any]:
        """The answers to one request."""
        request = from_wire(b"")
        for image in images:
            asked = request.requests.add()
            asked.image.content = image
            if kind:
                asked.features.add(type_=kind, max_results=most)
        body = request.SerializeToString()
        return list(self.service.answer("rest", key, body, from_wire).responses)

    def persist(self, *images: bytes) -> tuple[list[Any], list[type[Exception]]]:
        """The answers to one request that is repeated until there are some, and what stood against it."""
        against: list[type[Exception]] = []
        while True:
            try:
                return self.ask(*images), against
            except (Refusal, Cut) as error:
                against.append(type(error))


def test_every_image_is_answered_in_its_place() -> None:
    """Bad ones too, and they cost nothing."""
    desk = Desk()
    good, bad, other = desk.ask(b"one", b"bad", b"two")
    assert [found.description for found in good.label_annotations] == [f"Label {n}" for n in range(10)]
    assert good == other
    assert (bad.error.code, bad.error.message) == (3, "Bad image data.")
    assert not bad.label_annotations
    assert desk.ledger.images == 2


def test_a_label_has_an_id_of_its_own() -> None:
    """Made up, but always the same."""
    first, second = (Desk().ask(b"one")[0].label_annotations for _ in range(2))
    assert [found.mid for found in first] == [found.mid for found in second]
    assert len({found.mid for found in first}) == len(first)
    assert all(found.mid.startswith("/m/0") for found in first)


@pytest.mark.parametrize(("most", "given"), [(0, 10), (1, 1), (25, 25), (100, 30)])
def test_max_results(most: int, given: int) -> None:
    """Ten where it is not said."""
    assert len(Desk().ask(b"one", most=most)[0].label_annotations) == given


def test_only_label_detection_is_known() -> None:
    """Other features, and no feature, are errors of the image."""
    desk = Desk()
    assert desk.ask(b"one", kind=1)[0].error.code == 12
    assert desk.ask(b"one", kind=0)[0].error.code == 3
    assert desk.ask(b"")[0].error.message == "Request must specify image and features."
    assert desk.ledger.images == 0


def test_sixteen_images_are_one_request() -> None:
    """Seventeen are refused, and nothing is charged."""
    desk = Desk()
    assert len(desk.ask(*[b"%d" % n for n in range(16)])) == 16
    with pytest.raises(Refusal, match="Too many images per request") as refused:
        desk.ask(*[b"%d" % n for n in range(17)])
    assert refused.value.name == "INVALID_ARGUMENT"
    assert desk.ledger.images == 16
    assert desk.ledger.faults == {"INVALID_ARGUMENT": 1}
    assert desk.ledger.requests[-1].images == ()


def test_ten_megabytes_are_the_limit() -> None:
    """Of the whole request."""
    desk = Desk()
    assert desk.ask(bytes(MOST_BYTES - 100))[0].label_annotations
    with pytest.raises(Refusal, match="payload size exceeds the limit: 10485760 bytes"):
        desk.ask(bytes(MOST_BYTES))


@pytest.mark.parametrize(
    ("key", "status", "reason"),
    [
        (None, "PERMISSION_DENIED", None),
        ("", "PERMISSION_DENIED", None),
        ("wrong", "INVALID_ARGUMENT", "API_KEY_INVALID"),
    ],
)
def test_a_key_is_needed(key: str | None, status: str, reason: str | None) -> None:
    """The sandbox's; the answer does not repeat a wrong one."""
    with pytest.raises(Refusal) as refused:
        Desk().ask(b"one", key=key)
    error = refused.value.body()["error"]
    assert error["status"] == status
    assert [detail["reason"] for detail in error.get("details", [])] == ([reason] if reason else [])
    assert "wrong" not in str(error)


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("unavailable", "UNAVAILABLE"),
        ("exhausted", "RESOURCE_EXHAUSTED"),
        ("deadline", "DEADLINE_EXCEEDED"),
        ("internal", "INTERNAL"),
    ],
)
def test_a_transient_error_costs_nothing_and_ends(fault: str, status: str) -> None:
    """After `tries` at most."""
    desk = Desk(Faults.model_validate({fault: 1}))
    with pytest.raises(Refusal) as refused:
        desk.ask(b"one")
    assert refused.value.name == status
    assert desk.ledger.images == 0
    answers, against = desk.persist(b"one")
    assert answers[0].label_annotations
    assert len(against) <= 2
    assert desk.ledger.paid.total() == 1


def test_a_quota_says_every_second_time_how_long_to_wait() -> None:
    """So that a client must know both."""
    desk = Desk(Faults(exhausted=1, retry_after=7, burst=100))
    said = []
    for _ in range(2):
        with pytest.raises(Refusal) as refused:
            desk.ask(b"one")
        said.append([detail.get("retryDelay") for detail in refused.value.body()["error"]["details"]])
    assert said == [["7s", None], [None]]


def test_a_cut_before_the_work_costs_nothing() -> None:
    """Nothing was done."""
    desk = Desk(Faults(reset=1))
    with pytest.raises(Cut):
        desk.ask(b"one")
    assert desk.ledger.images == 0


def test_a_lost_answer_was_charged() -> None:
    """Whoever repeats the request pays twice."""
    desk = Desk(Faults(lost=1, tries=1))
    with pytest.raises(Cut):
        desk.ask(b"one", b"two")
    assert desk.ledger.images == 2
    desk.ask(b"one", b"two")
    assert len(desk.ledger.twice) == 2


def test_a_slow_answer_comes() -> None:
    """After the latency of all and a pause of its own."""
    desk = Desk(Faults(slow=1, pause=9, tries=1), latency=0.25)
    assert desk.ask(b"one")[0].label_annotations
    assert desk.ask(b"one")[0].label_annotations
    assert desk.waited == [0.25, 9, 0.25]
    assert desk.ledger.faults == {"slow": 1}


def test_a_busy_image_spoils_only_itself_and_not_for_long() -> None:
    """A transient error inside a good answer."""
    desk = Desk(Faults(image_busy=0.5))
    images = [b"%d" % n for n in range(16)]
    met = [found.error.code for found in desk.ask(*images)]
    assert {0} < set(met) <= {0, 14}
    for _ in range(desk.service._faults.tries):
        images = [image for image, code in zip(images, met, strict=True) if code]
        met = [found.error.code for found in desk.ask(*images)]
        assert set(met) <= {0, 4, 13, 14}
    assert not any(met)
    assert len(desk.ledger.paid) == 16
    assert not desk.ledger.twice


@pytest.mark.parametrize("burst", [1, 3])
def test_no_image_fails_more_often_than_it_should(burst: int) -> None:
    """Though it is sent anew with others, and meets errors of its own besides."""
    desk = Desk(Faults(unavailable=0.4, reset=0.2, image_busy=0.5, burst=burst, tries=3))
    failed: Counter[bytes] = Counter()
    for first in range(0, 160, 16):
        images = [b"%d" % n for n in range(first, first + 16)]
        while images:
            answers, against = desk.persist(*images)
            failed.update(images * len(against))
            images = [image for image, found in zip(images, answers, strict=True) if found.error.code]
            failed.update(images)
    assert max(failed.values()) == 3


def test_a_refused_image_is_refused_for_good() -> None:
    """However often it is sent."""
    desk = Desk(Faults(image_refused=1))
    assert [desk.ask(b"one")[0].error.message for _ in range(3)] == ["Bad image data."] * 3
    assert desk.ledger.images == 0


@pytest.mark.parametrize("burst", [1, 4])
def test_with_everything_going_wrong_all_that_can_be_had_is_had(burst: int) -> None:
    """And only what a lost answer held is paid twice."""
    desk = Desk(Faults.all(1, burst=burst))
    for first in range(0, 1600, 16):
        desk.persist(*[b"%d" % n for n in range(first, first + 16)])
    lost = {image for request in desk.ledger.requests if request.fault == "lost" for image in request.images}
    assert desk.ledger.twice <= lost
    assert 1500 < len(desk.ledger.paid) <= 1600
    assert desk.ledger.faults


def test_an_empty_request_gets_an_empty_answer() -> None:
    """Nothing asked, nothing paid."""
    desk = Desk()
    assert desk.ask() == []
    assert desk.ledger.images == 0


def test_charges_of_many_threads_add_up() -> None:
    """As with several requests in flight."""
    desk = Desk()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: desk.ask(b"%d" % n, b"all"), range(200)))
    assert desk.ledger.images == 400
    assert desk.service._number == 200
    assert max(desk.ledger.paid.values()) == 200
