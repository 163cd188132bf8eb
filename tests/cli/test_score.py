"""The command `score`: what it prints, what it spends, and how it ends."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from exifds import scoring
from exifds.cli.app import app
from exifds.dataset import Dataset
from exifds.enrich.score import google, rescoring
from exifds.enrich.score.report import ScoreReport
from exifds.sandbox.vision import Faults, VisionServer
from exifds.settings import Settings

DONE, FAILED, USAGE, SOME_FAILED = 0, 1, 2, 3

MONKEY = ("--concept", "monkey=monkey,macaque")

Run = Callable[..., Result]


@pytest.fixture
def run(dataset: Dataset, settings: Settings, rendered: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `exifds score` on a dataset `cameras` of 60 photos, and check its exit code."""
    dataset.ingest(rendered, progress=False)
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))

    def invoke(*arguments: object, code: int = DONE) -> Result:
        result = CliRunner().invoke(app, ["score", *map(str, arguments)])
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture
def point(monkeypatch: pytest.MonkeyPatch) -> Callable[[VisionServer], None]:
    """Points the settings in the environment to a Vision."""

    def point(server: VisionServer) -> None:
        for name, value in server.settings().items():
            monkeypatch.setenv(f"EXIFDS_{name.upper()}", str(value))

    return point


@pytest.fixture
def vision(point: Callable[[VisionServer], None]) -> Iterator[VisionServer]:
    """A Vision without faults, to which the settings point."""
    with VisionServer() as server:
        point(server)
        yield server


def parsed(result: Result) -> dict[str, Any]:
    """What a command printed as JSON; stderr stayed silent."""
    assert result.stderr == ""
    printed: dict[str, Any] = json.loads(result.stdout)
    return printed


def test_photos_are_scored_and_then_known(run: Run, vision: VisionServer, dataset: Dataset) -> None:
    """One line says what was done and paid; run again, nothing is sent; new labels are scored for free."""
    assert "cameras: 60 scored, 0 known from elsewhere" in run("cameras", *MONKEY).stdout
    assert dataset.find({"scores.monkey": {"$exists": True}}).count() == 60
    again = run("cameras", *MONKEY).stdout
    assert "0 scored, 0 known from elsewhere, 0 scored anew, 0 failed; 0 images paid, 0.0000 USD" in again
    other = run("cameras", "--concept", "place=sky,window").stdout
    assert "60 scored anew" in other
    assert (vision.ledger.images, vision.ledger.twice) == (60, frozenset())


def test_json_says_the_same(run: Run, vision: VisionServer) -> None:
    """With --json, stdout is one JSON value."""
    assert parsed(run("cameras", *MONKEY, "--json")) == {
        "scored": 60,
        "cached": 0,
        "rescored": 0,
        "requests": 4,
        "paid": 60,
        "usd": "0.0900",
        "remaining": 0,
        "stopped": None,
        "by_others": 0,
        "failed": [],
    }


def test_an_estimate_needs_no_key_and_sends_nothing(run: Run, dataset: Dataset) -> None:
    """Photos, requests and price, in words and as JSON."""
    said = run("cameras", "--dry-run").stdout
    assert "60 photos without labels, 0 of them known from elsewhere" in said
    assert "60 images in 4 requests for 0.0900 USD at most" in said
    expected = {"photos": 60, "cached": 0, "images": 60, "requests": 4, "usd": "0.0900", "refused": 0}
    expected |= {"by_others": 0}
    assert parsed(run("cameras", "--dry-run", "--json", *MONKEY)) == expected | {"covered": None}
    assert "at most; 0.0314 USD suffice for 20" in run("cameras", "--dry-run", "--budget", "0.0314").stdout
    padded = run("cameras", "--dry-run", "--budget", " 3e-2 ").stdout
    assert "at most; 0.03 USD suffice for 20" in padded
    for budget, covered in (("0", 0), ("0.0314", 20), ("5", 60)):
        told = run("cameras", "--dry-run", "--json", "--budget", budget)
        assert parsed(told) == expected | {"covered": covered}
    assert dataset.find({"labels": {"$exists": True}}).count() == 0


def test_a_budget_stops_the_run_and_the_next_goes_on(run: Run, vision: VisionServer) -> None:
    """Not one image more than it pays for; what is left is said, and the exit code is 3."""
    stopped = run("cameras", *MONKEY, "--budget", "0.0314", "--workers", 3, code=SOME_FAILED)
    assert "20 images paid, 0.0300 USD at most" in stopped.stdout
    assert "stopped: the budget is spent; 40 photos left, run the command again to go on" in stopped.stderr
    assert vision.ledger.images == 20
    assert parsed(run("cameras", *MONKEY, "--budget", 0, "--json", code=SOME_FAILED))["remaining"] == 40
    assert "40 scored" in run("cameras", *MONKEY, "--budget", "0.06").stdout
    assert vision.ledger.images == 60


def test_concepts_come_from_a_file_and_from_options(
    run: Run, vision: VisionServer, dataset: Dataset, tmp_path: Path
) -> None:
    """An option adds to the file."""
    file = tmp_path / "concepts.yaml"
    file.write_text("monkey: [caterpillar, nothing]\nplace: [sky, window]\n")
    run("cameras", "--concepts", file, "--concept", "monkey=monkey")
    photo = next(iter(dataset.find({"scores.monkey": {"$ne": None}})))
    assert photo.scores.keys() == {"monkey", "place"}
    labels = {item.label: item.score for item in next(iter(photo.labels.values())).items}
    assert photo.scores["monkey"] == labels["Monkey"]


def test_without_a_key_it_says_where_one_goes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways are named, and nothing was written."""
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", "/nowhere")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    told = run("cameras", *MONKEY, code=USAGE).stderr
    assert "EXIFDS_VISION_KEY" in told
    assert "gcloud auth application-default login" in told
    assert told.count("\n") == 1


def test_what_is_known_needs_no_key(
    run: Run, vision: VisionServer, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the cache has all labels that are missing, nobody has to be let in."""
    run("cameras", *MONKEY)
    dataset.collection.update_many({}, {"$unset": {"labels": "", "scores": ""}})
    monkeypatch.delenv("EXIFDS_VISION_KEY")
    assert "0 scored, 60 known from elsewhere" in run("cameras", *MONKEY).stdout
    assert dataset.find({"scores.monkey": {"$exists": True}}).count() == 60
    assert vision.ledger.images == 60


def test_ctrl_c_says_what_was_paid(run: Run, vision: VisionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """And that the next run goes on; the exit code is that of an interrupt."""
    add = ScoreReport.add

    def stop(self: ScoreReport, scored: int, cached: int, failures: dict[str, str]) -> None:
        add(self, scored, cached, failures)
        if scored:
            raise KeyboardInterrupt

    monkeypatch.setattr(ScoreReport, "add", stop)
    told = run("cameras", *MONKEY, "--workers", 1, code=130).stderr
    paid = vision.ledger.images
    assert f"stopped: {paid} images were paid, {paid * 0.0015:.4f} USD at most" in told
    assert "run it again to go on" in told


def test_a_wrong_key_is_not_repeated(run: Run, vision: VisionServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vision lets nobody in: exit code 2, and the key stays out of the message."""
    monkeypatch.setenv("EXIFDS_VISION_KEY", "canary-key")
    told = run("cameras", *MONKEY, code=USAGE)
    assert "Google Vision refused the request" in told.stderr
    assert "canary" not in told.output
    assert vision.ledger.images == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "expected at least one concept and its labels"),
        (("--concept", "monkey"), "monkey=monkey,macaque"),
        (("--concept", "a.b=monkey"), "a.b"),
        (("--concepts", "nowhere.yaml"), "nowhere.yaml"),
        (("--dry-run", "--concepts", "nowhere.yaml"), "nowhere.yaml"),
        (("--dry-run", "--concept", "a.b=monkey"), "a.b"),
        (("--dry-run", "--concept", "monkey=!"), "expected a word in each label"),
        ((*MONKEY, "--scorer", "oracle"), "expected a scorer of google or keras:RUN, got 'oracle'"),
        (("--dry-run", "--scorer", "oracle"), "expected a scorer of google or keras:RUN, got 'oracle'"),
        (("--dry-run", "--scorer", "keras:nowhere"), "there is no folder nowhere"),
        (("--scorer", "keras:nowhere", "--budget", "5"), "leave budget and workers out"),
        ((*MONKEY, "--budget", "much"), "expected a budget in USD, like 1.50, got 'much'"),
        ((*MONKEY, "--budget", "-1"), "expected a budget of 0 to"),
        ((*MONKEY, "--budget", "nan"), "expected a budget of 0 to"),
        ((*MONKEY, "--workers", "0"), "--workers"),
    ],
)
def test_wrong_options_are_explained(
    run: Run, vision: VisionServer, options: tuple[str, ...], said: str
) -> None:
    """The exit code is 2, and nothing was sent."""
    assert said in run("cameras", *options, code=USAGE).stderr
    assert vision.ledger.requests == []


@pytest.mark.parametrize("options", [MONKEY, ("--dry-run",)])
def test_an_unknown_dataset_is_not_made(
    run: Run, vision: VisionServer, dataset: Dataset, options: tuple[str, ...]
) -> None:
    """A name that was mistyped is said to be none."""
    assert "camreas" in run("camreas", *options, code=USAGE).stderr
    assert "camreas" not in dataset.collection.database.list_collection_names()


def test_photos_that_vision_refuses_are_listed(run: Run, point: Callable[[VisionServer], None]) -> None:
    """The others are scored; the exit code is 3. The next run lists them again and sends nothing."""
    with VisionServer(faults=Faults(image_refused=0.1)) as server:
        point(server)
        listed = run("cameras", *MONKEY, code=SOME_FAILED)
        requests = len(server.ledger.requests)
        failed = parsed(run("cameras", *MONKEY, "--json", code=SOME_FAILED))["failed"]
        assert len(server.ledger.requests) == requests
    assert f"{len(failed)} refused before; 0 images" in run("cameras", "--dry-run").stdout
    assert all("not asked again" in one["reason"] for one in failed)
    assert f"{60 - len(failed)} scored" in listed.stdout
    assert listed.stderr.count("Bad image data") == len(failed) > 0
    assert all(one["photo"] in listed.stderr for one in failed)


def test_a_vision_that_does_not_answer_ends_with_1(
    run: Run, point: Callable[[VisionServer], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was scored before stays; the reason is said."""
    monkeypatch.setattr(google, "_LONGEST_PAUSE_S", 0.0)
    monkeypatch.setattr(google, "TRIES", 2)
    with VisionServer(faults=Faults(unavailable=1, tries=5, burst=2)) as server:
        point(server)
        told = run("cameras", *MONKEY, code=FAILED)
    assert "Google Vision gave no usable answer in 2 tries" in told.stderr
    assert "60 photos left" in told.stderr


def test_scores_of_another_scorer_are_pointed_out(run: Run, vision: VisionServer, dataset: Dataset) -> None:
    """Before the run and after one that its budget ended; not once all photos are scored by this one."""
    dataset.collection.update_many({}, {"$set": {"scores.monkey": 0.5, "scores.cage": 0.5}})
    said = "40 photos with scores of these concepts from another scorer, which do not compare"
    assert said.replace("40", "60") in run("cameras", *MONKEY, "--dry-run").stderr
    assert run("cameras", "--concept", "sky=sky", "--dry-run").stderr == ""
    stopped = ("cameras", *MONKEY, "--budget", "0.03")
    assert said in run(*stopped, code=SOME_FAILED).stderr
    assert parsed(run("cameras", *MONKEY, "--dry-run", "--json"))["by_others"] == 40
    assert parsed(run("cameras", *MONKEY, "--budget", 0, "--json", code=SOME_FAILED))["by_others"] == 40
    assert run("cameras", *MONKEY).stderr == ""


@pytest.mark.parametrize(("at", "images"), [(1, 0), (2, 60)])
def test_ctrl_c_while_photos_are_scored_anew_says_what_was_paid(
    run: Run, vision: VisionServer, monkeypatch: pytest.MonkeyPatch, at: int, images: int
) -> None:
    """Before anything is sent, and after all is paid."""
    calls = []

    def rescore(*arguments: Any) -> int:
        calls.append(arguments)
        if len(calls) == at:
            raise KeyboardInterrupt
        return rescoring.rescore(*arguments)

    monkeypatch.setattr(scoring, "rescore", rescore)
    told = run("cameras", *MONKEY, code=130).stderr
    assert f"stopped: {images} images were paid" in told
    assert vision.ledger.images == images
