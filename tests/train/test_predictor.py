"""Predictions of trained runs: those of the training itself, for photos however they are handed over."""

import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.fetch.images import ImageStore
from exifds.train import load, run
from exifds.train.predictor import Prediction, Predictor
from exifds.train.run import Run
from tests.train.damage import without_hashes

CLASSES = ("indoor", "outdoor")
CLOSE = 1e-5

INPUTS = ("exif", "image", "fusion")


@pytest.fixture(scope="module")
def of_inputs(runs: Path) -> dict[str, Run]:
    """A run of each kind."""
    return {found.config().inputs: found for found in run.find(runs) if found.config().seed == 0}


@pytest.fixture(scope="module")
def predictors(of_inputs: dict[str, Run]) -> dict[str, Predictor]:
    """A loaded run of each kind."""
    return {inputs: load(of_inputs[inputs].path) for inputs in INPUTS}


@pytest.fixture(scope="module")
def files(photographed: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the original files of some of the photos, named by their `_id`."""
    folder = tmp_path_factory.mktemp("originals")
    for photo in photographed.find().project("_id").limit(12):
        original = photographed.original(photo["_id"])
        (folder / f"{photo['_id'].partition(':')[2]}.jpg").write_bytes(original)
    return folder


def logits_of(found: Iterator[Prediction]) -> dict[str, tuple[float, ...]]:
    """Logits by id; every photo has some."""
    said = {each.id: each for each in found}
    assert [each.reason for each in said.values() if each.reason] == []
    return {name: each.logits for name, each in said.items()}


def jpeg(width: int = 60, height: int = 50) -> bytes:
    """A photo without EXIF."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize("inputs", INPUTS)
def test_predictions_are_those_of_the_training(
    inputs: str, of_inputs: dict[str, Run], predictors: dict[str, Predictor], photographed: Dataset
) -> None:
    """Rendered anew from the files of the dataset, a photo has the logits it had in its export."""
    told = of_inputs[inputs].predictions()
    said = logits_of(predictors[inputs].predict(photographed.find(), batch_size=7))
    assert len(said) == photographed.find().count()
    np.testing.assert_allclose([said[name] for name in told.ids], told.logits, atol=CLOSE)


@pytest.mark.parametrize("inputs", INPUTS)
def test_files_say_the_same_as_the_dataset(
    inputs: str, predictors: dict[str, Predictor], photographed: Dataset, files: Path
) -> None:
    """A folder, paths, and bytes in memory, whose EXIF is in the file, are predicted as the stored photo."""
    predictor = predictors[inputs]
    ids = [f"file:{path.stem}" for path in sorted(files.iterdir())]
    stored = logits_of(predictor.predict(photographed.find({"_id": {"$in": ids}})))
    expected = [stored[name] for name in ids]
    for photos in (str(files), sorted(files.iterdir()), map(str, sorted(files.iterdir()))):
        said = logits_of(predictor.predict(photos))
        assert [Path(name).stem for name in said] == [name.partition(":")[2] for name in ids]
        np.testing.assert_allclose(list(said.values()), expected, atol=CLOSE)
    in_memory = [(path.read_bytes(), None) for path in sorted(files.iterdir())]
    said = logits_of(predictor.predict(in_memory))
    assert list(said) == [str(number) for number in range(len(ids))]
    np.testing.assert_allclose(list(said.values()), expected, atol=CLOSE)


def test_a_document_may_come_with_its_image(predictors: dict[str, Predictor], photographed: Dataset) -> None:
    """What the document says counts, also how the pixels are turned, and not what the file says."""
    view = photographed.find().limit(5)
    pairs = [(view.images.get(each["image"]["path"]), each) for each in view.documents()]
    said, stored = (logits_of(predictors["fusion"].predict(photos)) for photos in (pairs, view))
    assert list(said) == list(stored)
    np.testing.assert_allclose(list(said.values()), list(stored.values()), atol=CLOSE)
    tiles = Image.new("RGB", (48, 48))
    tiles.paste("white", (0, 0, 48, 12))
    file = io.BytesIO()
    tiles.save(file, "PNG")
    turned = [(file.getvalue(), {"image": {"orientation": code}}) for code in (1, 6)]
    one, other = logits_of(predictors["image"].predict(turned)).values()
    assert one != pytest.approx(other, abs=1e-7)


def test_scores_are_probabilities(predictors: dict[str, Predictor], photographed: Dataset) -> None:
    """One for each class; the best of them is the class."""
    predictor = predictors["exif"]
    assert predictor.classes == CLASSES
    for said in predictor.predict(photographed.find().limit(5)):
        assert tuple(said.scores) == CLASSES
        assert sum(said.scores.values()) == pytest.approx(1)
        assert said.best == CLASSES[int(np.argmax(said.logits))]


def test_what_is_broken_costs_itself(predictors: dict[str, Predictor], tmp_path: Path) -> None:
    """Each photo has its prediction or its reason, in the order they came; the neighbours are as ever."""
    whole = jpeg()
    (tmp_path / "text.jpg").write_text("no image")
    (tmp_path / "cut.jpg").write_bytes(whole[:-200])
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "whole.jpg").write_bytes(whole)
    (tmp_path / "folder.jpg").mkdir()
    photos: list[Any] = [
        tmp_path / "whole.jpg",
        tmp_path / "text.jpg",
        (whole, {"_id": "file:1"}),
        (whole[:-200], {"_id": "file:2"}),
        (None, {"_id": "file:3", "camera": {"iso": 200}}),
        (None, None),
        tmp_path / "cut.jpg",
        tmp_path / "empty.jpg",
        (whole, None),
    ]
    said = list(predictors["fusion"].predict(photos, batch_size=4))
    assert [each.id for each in said[2:6]] == ["file:1", "file:2", "file:3", "5"]
    assert [each.reason is None for each in said] == [
        True,
        False,
        True,
        False,
        False,
        False,
        False,
        False,
        True,
    ]
    assert said[4].reason == said[5].reason == "the photo has no image"
    assert all(each.best is None and not each.scores and not each.logits for each in said if each.reason)
    for other in (said[2], said[8]):
        assert other.logits == pytest.approx(said[0].logits, abs=CLOSE)
    broken = [each for each in predictors["image"].predict(tmp_path) if each.reason]
    assert [Path(each.id).name for each in broken] == ["cut.jpg", "empty.jpg", "text.jpg"]


def test_photos_without_exif_are_predicted(predictors: dict[str, Predictor]) -> None:
    """All of their tags are missing, which the models know what to do with."""
    for predictor in predictors.values():
        (said,) = predictor.predict([(jpeg(), {})])
        assert said.reason is None
        assert np.isfinite(said.logits).all()


def test_an_exif_model_reads_no_image(predictors: dict[str, Predictor], photographed: Dataset) -> None:
    """Its photos need none; the image files of a view are not even opened."""

    def unopened() -> ImageStore:
        raise AssertionError("the images were opened")

    view = photographed.find()
    blind = replace(view, open_images=unopened)
    assert logits_of(predictors["exif"].predict(blind)) == logits_of(predictors["exif"].predict(view))
    (said,) = predictors["exif"].predict([(None, {"_id": "file:1", "camera": {"iso": 200.0}})])
    assert said.reason is None
    assert not predictors["exif"].needs_image
    with pytest.raises(AssertionError, match="were opened"):
        list(predictors["image"].predict(blind))


def test_photos_are_taken_as_they_are_needed(predictors: dict[str, Predictor]) -> None:
    """A few are under way, however many there are."""
    taken = 0

    def endless() -> Iterator[tuple[bytes, dict[str, Any]]]:
        nonlocal taken
        while True:
            taken += 1
            yield jpeg(), {}

    said = predictors["exif"].predict(endless(), batch_size=4)
    assert taken == 0
    assert [next(said).id for _ in range(6)] == [str(number) for number in range(6)]
    assert taken < 200


HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
)
TAGS = st.dictionaries(
    st.sampled_from(
        ["make", "model", "exposure_time", "f_number", "iso", "focal_length", "flash", "light_source"]
    ),
    HOSTILE,
)


@settings(max_examples=40)
@given(
    st.lists(st.fixed_dictionaries({}, optional={"camera": TAGS | HOSTILE, "taken_at": HOSTILE}), max_size=4)
)
def test_whatever_documents_say_the_model_stays_finite(
    predictors: dict[str, Predictor], documents: list[dict[str, Any]]
) -> None:
    """Values of any type and size are predicted, or count as absent."""
    said = list(predictors["exif"].predict([(None, document) for document in documents]))
    assert len(said) == len(documents)
    assert all(np.isfinite(each.logits).all() and len(each.logits) == 2 for each in said)


@pytest.mark.parametrize("photos", [7, None, [7], [("a.jpg", {})], [(b"", {}, 1)], b"", {"_id": "file:1"}])
def test_what_are_no_photos_is_refused(predictors: dict[str, Predictor], photos: Any) -> None:
    """One sentence says what is expected."""
    with pytest.raises(UsageError, match="expected a view, paths of image files, or pairs"):
        list(predictors["exif"].predict(photos))


def test_wrong_arguments_are_refused(predictors: dict[str, Predictor]) -> None:
    """A path that is not there, and a step without photos."""
    with pytest.raises(UsageError, match="no file or folder nowhere"):
        list(predictors["exif"].predict(["nowhere"]))
    with pytest.raises(UsageError, match="batch_size of 1 photo or more, got 0"):
        predictors["exif"].predict([], batch_size=0)


def test_models_are_told_apart_by_name(of_inputs: dict[str, Run], predictors: dict[str, Predictor]) -> None:
    """The name has the run and the begin of the hash of its weights."""
    found = of_inputs["exif"]
    digest = sha256(found.weights.read_bytes()).hexdigest()
    assert predictors["exif"].name == f"{found.path.name}@{digest[:12]}"


@pytest.fixture
def copy(of_inputs: dict[str, Run], tmp_path: Path) -> Run:
    """A run that may be damaged."""
    shutil.copytree(of_inputs["exif"].path, tmp_path / "run")
    return Run(tmp_path / "run")


def change(found: Run, **parts: Any) -> Run:
    """A run with another configuration and the same weights, and no hash that tells."""
    config = json.loads((found.path / "config.json").read_text())
    (found.path / "config.json").write_text(json.dumps(config | parts))
    return without_hashes(found)


def test_several_labels_have_a_probability_each(copy: Run, predictors: dict[str, Predictor]) -> None:
    """Those of several labels are by sigmoid, and need not add up to 1."""
    photos = [(None, {"camera": {"iso": 800.0, "exposure_time": 0.01}})]
    (one,) = predictors["exif"].predict(photos)
    (said,) = load(change(copy, kind="multi_label")).predict(photos)
    assert said.logits == pytest.approx(one.logits)
    expected = [1 / (1 + np.exp(-logit)) for logit in one.logits]
    assert list(said.scores.values()) == pytest.approx(expected)


def test_images_are_rendered_as_for_the_export(
    of_inputs: dict[str, Run], tmp_path: Path, files: Path
) -> None:
    """Whatever options it had: here with more loss, and without."""
    shutil.copytree(of_inputs["image"].path, tmp_path / "run")
    found = Run(tmp_path / "run")
    export = json.loads(found.config().export.model_dump_json())
    before = list(load(found).predict(files))
    for option, value in (("quality", 30), ("encoding", "png")):
        export["options"]["rendering"][option] = value
        after = list(load(change(found, export=export)).predict(files))
        assert all(each.reason is None for each in after)
        assert [each.logits for each in after] != [each.logits for each in before]
        before = after


def test_a_folder_with_one_run_stands_for_it(copy: Run, predictors: dict[str, Predictor]) -> None:
    """Its name need not be typed; a run itself will do too."""
    assert load(copy.path.parent).name == load(copy).name == predictors["exif"].name


def test_a_folder_of_several_runs_is_asked_about(runs: Path) -> None:
    """The message names one of them."""
    with pytest.raises(UsageError, match=r"holds 6 runs: say which, such as .*exif-modern-s0-") as caught:
        load(runs)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("config.json", "holds no runs"),
        ("run.json", "has no run.json: it is no run, or one that was not finished"),
        ("encoder.json", "encoder.json cannot be read .*train this run again"),
        ("model.weights.h5", "model.weights.h5 cannot be read .*train this run again"),
    ],
)
def test_an_incomplete_run_is_refused(copy: Run, name: str, said: str) -> None:
    """One sentence says what is missing, or that it is damaged."""
    (copy.path / name).unlink()
    with pytest.raises(UsageError, match=said) as caught:
        load(copy.path)
    assert "\n" not in str(caught.value)
    if name != "config.json":
        (copy.path / name).write_bytes(b"\x89 no such thing")
        with pytest.raises(UsageError, match=r"cannot be read|is damaged") as caught:
            load(copy.path)
        assert "\n" not in str(caught.value)


def test_weights_of_another_model_are_refused(copy: Run, of_inputs: dict[str, Run]) -> None:
    """They do not fit its layers."""
    shutil.copy(of_inputs["image"].weights, copy.weights)
    with pytest.raises(UsageError, match="of another run"):
        load(copy)
    with pytest.raises(UsageError, match="of another model"):
        load(without_hashes(copy))


def test_images_of_another_size_are_refused(of_inputs: dict[str, Run], tmp_path: Path) -> None:
    """Each with its reason: a network takes one size."""
    found = change(Run(shutil.copytree(of_inputs["image"].path, tmp_path / "run")), height=64)
    (said,) = load(found).predict([(jpeg(), {})])
    assert said.reason == (
        "the model takes images of 48 x 64 pixels, and this one has 48 x 48 as the export of the model "
        "renders it"
    )


def test_a_run_without_the_options_of_its_export(of_inputs: dict[str, Run], tmp_path: Path) -> None:
    """Says so, or renders as exports do that were not asked for anything else."""
    found = Run(shutil.copytree(of_inputs["image"].path, tmp_path / "run"))
    export = json.loads(found.config().export.model_dump_json())
    (said,) = load(change(found, export=export | {"options": {}})).predict([(jpeg(), {})])
    assert said.reason
    with pytest.raises(UsageError, match="the options in the manifest are not usable"):
        load(change(found, export=export | {"options": {"rendering": None}}))


def test_a_control_with_the_exif_of_others_predicts_nothing(
    of_inputs: dict[str, Run], tmp_path: Path
) -> None:
    """What it would say of a photo is nothing it was trained for."""
    copy = Run(shutil.copytree(of_inputs["fusion"].path, tmp_path / "run"))
    with pytest.raises(UsageError, match="is a control that learned from the EXIF of other photos"):
        load(change(copy, inputs="permuted"))
