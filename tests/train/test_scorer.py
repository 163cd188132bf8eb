"""The scorer `keras:RUN`, from a dataset and from the command line, with runs that were trained."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from exifds.cli.app import app
from exifds.curate import aggregations
from exifds.curate.cube import Cube
from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.settings import Settings
from exifds.train import predictor, run
from exifds.train.run import Run
from exifds.train.trained import name_of
from tests.train.damage import without_hashes

PHOTOS = 60
CLASSES = ("indoor", "outdoor")
SAID_BY_GOOGLE = {
    "model": "builtin/stable",
    "at": datetime(2026, 11, 22, tzinfo=UTC),
    "items": [{"label": "Outdoor", "score": 0.625}],
}


@pytest.fixture(scope="module")
def of_inputs(runs: Path) -> dict[str, Run]:
    """A run of each kind."""
    return {found.config().inputs: found for found in run.find(runs) if found.config().seed == 0}


@pytest.fixture
def filled(dataset: Dataset, rendered: Path) -> Dataset:
    """A dataset with 60 photos that no model has seen."""
    dataset.ingest(rendered, progress=False)
    return dataset


def scorer(found: Run) -> str:
    """The scorer of a run."""
    return f"keras:{found.path}"


def test_photos_are_scored_by_each_class(filled: Dataset, of_inputs: dict[str, Run]) -> None:
    """Labels are the classes with the probabilities that the model predicts; scores have their names."""
    report = filled.score(scorer(of_inputs["fusion"]), progress=False)
    assert (report.scored, report.rescored, report.paid, report.failed) == (PHOTOS, 0, 0, [])
    model = predictor.load(of_inputs["fusion"])
    expected = {said.id: said.scores for said in model.predict(filled.find())}
    for photo in filled.find():
        labels = photo.labels["keras"]
        assert labels.model == model.name
        assert {item.label: item.score for item in labels.items} == pytest.approx(
            expected[photo.id], abs=1e-5
        )
        assert photo.scores == pytest.approx(expected[photo.id], abs=1e-5)


def test_known_labels_need_no_model(
    filled: Dataset, of_inputs: dict[str, Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run again nothing is done; other concepts are scored from the labels, and TensorFlow is not needed."""
    exif = scorer(of_inputs["exif"])
    filled.score(exif, progress=False)
    monkeypatch.setattr(predictor, "load", None)
    again = filled.score(exif, progress=False)
    assert (again.scored, again.rescored) == (0, 0)
    anew = filled.score(exif, {"sky": "Outdoor", "either": ["indoor", "outdoor"]}, progress=False)
    assert (anew.scored, anew.rescored) == (0, PHOTOS)
    for photo in filled.find():
        assert photo.scores["sky"] == photo.scores["outdoor"]
        assert photo.scores["either"] == max(photo.scores[name] or 0 for name in CLASSES)


def test_the_last_scorer_that_was_asked_for_a_concept_has_its_score(
    filled: Dataset, of_inputs: dict[str, Run]
) -> None:
    """Labels of each scorer stand beside each other; a score comes from the labels of the one named last."""
    filled.collection.update_many({}, {"$set": {"labels.google": SAID_BY_GOOGLE}})
    concepts = {"outdoor": "outdoor"}
    assert filled.score("google", concepts, progress=False).rescored == PHOTOS
    assert filled.find({"scores.outdoor": 0.625}).count() == PHOTOS
    assert filled.score_estimate("google", concepts).by_others == 0
    assert filled.score_estimate(scorer(of_inputs["exif"]), {"sky": "outdoor"}).by_others == 0
    assert filled.score_estimate(scorer(of_inputs["exif"])).by_others == PHOTOS
    assert filled.score(scorer(of_inputs["exif"]), concepts, progress=False).scored == PHOTOS
    assert filled.find({"scores.outdoor": 0.625}).count() == 0
    assert (
        filled.find({"labels.google.items.score": 0.625, "labels.keras": {"$exists": True}}).count() == PHOTOS
    )
    assert filled.score("google", concepts, progress=False).rescored == PHOTOS
    assert filled.find({"scores.outdoor": 0.625}).count() == PHOTOS
    other = filled.score(scorer(of_inputs["exif"]), {"outdoor_by_model": "outdoor"}, progress=False)
    assert other.rescored == PHOTOS
    assert (
        filled.find({"scores.outdoor": 0.625, "scores.outdoor_by_model": {"$exists": True}}).count() == PHOTOS
    )


def test_a_score_that_was_learned_is_scored_by_its_name(
    filled: Dataset, of_inputs: dict[str, Run], tmp_path: Path
) -> None:
    """Of the two classes of a target like `scores.monkey>=0.8`, the one that is not `not monkey`."""
    without_hashes(Run(shutil.copytree(of_inputs["exif"].path, tmp_path / "run")))
    config = json.loads((tmp_path / "run" / "config.json").read_text())
    binary = {"kind": "binary", "classes": ["not monkey", "monkey"]}
    (tmp_path / "run" / "config.json").write_text(json.dumps(config | binary))
    filled.score(f"keras:{tmp_path / 'run'}", progress=False)
    for photo in filled.find():
        said = {item.label: item.score for item in photo.labels["keras"].items}
        assert photo.scores == {"monkey": said["monkey"]}
        assert sum(said.values()) == pytest.approx(1, abs=1e-6)


def test_another_run_replaces_the_labels(filled: Dataset, of_inputs: dict[str, Run]) -> None:
    """A photo has the labels of one model at a time; the scores are its own."""
    filled.score(scorer(of_inputs["exif"]), progress=False)
    before = {photo.id: photo.scores for photo in filled.find()}
    report = filled.score(scorer(of_inputs["image"]), progress=False)
    assert (report.scored, report.rescored) == (PHOTOS, 0)
    name = name_of(of_inputs["image"])
    assert {photo.labels["keras"].model for photo in filled.find()} == {name}
    assert all(photo.scores != before[photo.id] for photo in filled.find())


def test_photos_that_cannot_be_read_cost_themselves(filled: Dataset, of_inputs: dict[str, Run]) -> None:
    """A broken and a missing image file are listed; a model of EXIF reads neither."""
    broken, gone, imageless = sorted(photo.id for photo in filled.find())[:3]
    path = {photo.id: photo.image.path for photo in filled.find() if photo.image}
    filled.images.put(path[broken], b"no image")
    (filled._settings.home / "images" / path[gone]).unlink()
    filled.collection.update_one({"_id": imageless}, {"$unset": {"image": ""}})
    report = filled.score(scorer(of_inputs["image"]), progress=False)
    assert (report.scored, sorted(report.failures)) == (PHOTOS - 3, [broken, gone])
    assert report.by_others == 0
    report = filled.score(scorer(of_inputs["exif"]), progress=False)
    assert (report.scored, report.failed) == (PHOTOS, [])
    report = filled.score(scorer(of_inputs["image"]), progress=False)
    assert (report.scored, report.by_others) == (PHOTOS - 3, 3)


def test_scores_choose_photos_for_export_and_on_the_page(
    filled: Dataset, of_inputs: dict[str, Run], tmp_path: Path
) -> None:
    """They are scores as any other: for a least score of an export, and for the sliders of the page."""
    filled.score(scorer(of_inputs["exif"]), progress=False)
    scores = [photo.scores["outdoor"] or 0 for photo in filled.find()]
    least = sorted(scores)[30]
    report = filled.export(
        tmp_path / "out", "csv", min_score={"outdoor": least}, split="1/0/0", allow_leaks=True, progress=False
    )
    assert report.manifest.photos == sum(score >= least for score in scores)
    assert [row["value"] for row in filled._store.aggregate(aggregations.scored())] == list(CLASSES)
    rows = filled._store.aggregate(aggregations.pipeline(CLASSES, {}))
    histogram = Cube.from_rows(CLASSES, rows).histogram("outdoor")
    assert (sum(histogram.counts), histogram.below, histogram.unscored) == (PHOTOS, 0, 0)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("keras", "expected a scorer of google or keras:RUN, got 'keras'"),
        ("keras:", "expected a scorer of google or keras:RUN, got 'keras:'"),
        ("torch:run", "expected a scorer of google or keras:RUN, got 'torch:run'"),
        ("keras:nowhere", "there is no folder nowhere"),
        ("keras:{runs}", "holds 6 runs: say which, such as"),
        ("keras:{home}", "holds no runs"),
    ],
)
def test_a_wrong_scorer_is_refused(filled: Dataset, runs: Path, name: str, said: str) -> None:
    """One sentence says what is expected, by an estimate as well; nothing was written."""
    given = name.format(runs=runs, home=filled._settings.home)
    for ask in (filled.score, filled.score_estimate):
        with pytest.raises(UsageError, match=said) as caught:
            ask(given)
        assert "\n" not in str(caught.value)
    assert filled.find({"labels": {"$exists": True}}).count() == 0


def test_a_model_knows_its_classes_only(filled: Dataset, of_inputs: dict[str, Run]) -> None:
    """A label that is none of them is refused before any work; so are limits of requests."""
    with pytest.raises(UsageError, match=r"expected classes of the model \('indoor', 'outdoor'\) as labels"):
        filled.score(scorer(of_inputs["exif"]), {"monkey": "macaque"})
    for budget, workers in ((5, None), (None, 2)):
        with pytest.raises(UsageError, match="leave budget and workers out"):
            filled.score(scorer(of_inputs["exif"]), budget=budget, workers=workers)
    assert filled.find({"labels": {"$exists": True}}).count() == 0


@pytest.fixture
def invoke(filled: Dataset, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `exifds score cameras`, and check its exit code."""
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))

    def invoke(*arguments: object, code: int = 0) -> Result:
        result = CliRunner().invoke(app, ["score", "cameras", *map(str, arguments)])
        assert result.exit_code == code, result.output
        return result

    return invoke


def test_the_command_scores_by_a_run(
    filled: Dataset, of_inputs: dict[str, Run], invoke: Callable[..., Result]
) -> None:
    """It says how many photos there are, what was done, and what failed; it costs nothing."""
    name = ("--scorer", scorer(of_inputs["exif"]))
    told = invoke(*name, "--dry-run").stdout
    assert "60 photos without labels" in told
    assert "0 images in 0 requests for 0.0000 USD at most" in told
    assert "cameras: 60 scored, 0 known from elsewhere, 0 scored anew, 0 failed; 0 images paid" in (
        invoke(*name).stdout
    )
    assert "60 scored anew" in invoke(*name, "--concept", "sky=outdoor").stdout
    found = invoke(*name, "--json", "--concept", "sky=outdoor")
    counts: dict[str, Any] = json.loads(found.stdout)
    assert (counts["scored"], counts["rescored"], counts["paid"], counts["failed"]) == (0, 0, 0, [])
    broken = next(iter(filled.find()))
    assert broken.image is not None
    filled.images.put(broken.image.path, b"no image")
    listed = invoke("--scorer", scorer(of_inputs["image"]), code=3)
    assert "59 scored" in listed.stdout
    assert broken.id in listed.stderr


def test_the_command_explains_wrong_options(of_inputs: dict[str, Run], invoke: Callable[..., Result]) -> None:
    """The exit code is 2, and the message one line."""
    for options, said in (
        (("--scorer", "keras:nowhere"), "there is no folder nowhere"),
        (("--scorer", scorer(of_inputs["exif"]), "--budget", "5"), "leave budget and workers out"),
        (("--scorer", scorer(of_inputs["exif"]), "--concept", "a=b"), "expected classes of the model"),
        (("--scorer", scorer(of_inputs["exif"]), "--concept", "a=b", "--dry-run"), "expected classes of the"),
    ):
        told = invoke(*options, code=2).stderr
        assert said in told.replace("\n", " ")
