"""The network of EXIF: what it reads and what it is not told."""

import numpy as np
import pytest

from exifds.train.config import Inputs
from exifds.train.models.build import build
from exifds.train.recipe import LEDERER2023, MODERN
from tests.train.models.examples import LAYOUT, THESIS, batch, config, shaken


def test_the_network_of_the_thesis_has_its_size() -> None:
    """45-256-128-64-32 and two outputs: 55,074 parameters; a penalty on each layer and on the output."""
    model = build(config(inputs="exif", backbone=None, recipe=LEDERER2023), THESIS)
    assert list(model.input) == ["values"]
    assert model.count_params() == 55_074
    model(batch(model))
    assert len(model.losses) == 5


def test_the_penalty_is_on_probabilities() -> None:
    """The output of the thesis is a softmax or a sigmoid, so its penalty is bounded by the classes."""
    for kind, bound in (("multi_class", 1e-4), ("multi_label", 2e-4)):
        model = build(config(inputs="exif", backbone=None, recipe=LEDERER2023, kind=kind), THESIS)
        model.get_layer("logits").bias.assign([90.0, 90.0])
        model(batch(model))
        assert float(model.losses[-1]) <= bound * 1.001


def test_imputation_by_the_mean_tells_nothing() -> None:
    """Without the mask the EXIF network has no such input; the control that sees only the mask has it."""
    recipe = MODERN.with_switches({"impute": "mean_mode"})
    assert "missing" not in build(config(inputs="exif", recipe=recipe), LAYOUT).input
    only = LAYOUT.model_copy(update={"columns": (), "column_tags": (), "codes": (), "sizes": ()})
    assert list(build(config(inputs="mask", recipe=recipe), only).input) == ["missing"]


def test_an_additive_fusion_reads_the_mask_at_its_gate_alone() -> None:
    """Under imputation by the mean, which tags are missing changes nothing unless all are."""
    recipe = MODERN.with_switches({"impute": "mean_mode"})
    model = shaken(build(config(recipe=recipe), LAYOUT))
    photos = batch(model)
    some, other = (
        photos | {"missing": np.tile(bits, (8, 1)).astype(np.float32)}
        for bits in ([0, 1, 1, 1], [1, 0, 0, 0])
    )
    assert np.array_equal(model(some)["logits"], model(other)["logits"])


@pytest.mark.parametrize("inputs", ["exif", "camera", "mask"])
def test_every_column_counts(inputs: Inputs) -> None:
    """Each input of a network of EXIF changes what it says."""
    model = shaken(build(config(inputs=inputs, backbone=None), LAYOUT))
    photos = batch(model)
    said = np.asarray(model(photos)["logits"])
    for name, part in photos.items():
        assert not np.allclose(said, model(photos | {name: 1 - part})["logits"]), name


def test_codes_of_one_column_are_not_those_of_another() -> None:
    """One table holds all embeddings: a code beyond its vocabulary is its last one, never a neighbour's."""
    layout = LAYOUT.model_copy(update={"codes": (2, 3), "sizes": (3, 4)})
    model = shaken(build(config(inputs="exif", backbone=None), layout))
    table = model.get_layer("codes_embedding")
    assert table.embeddings.shape[0] == 7
    photos = batch(model)
    said = [
        np.asarray(model(photos | {"codes": np.tile(np.array(codes, np.int32), (8, 1))})["logits"])
        for codes in ([2, 0], [3, 0], [99, 0], [2, -1], [2, 1])
    ]
    assert all(np.array_equal(said[0], same) for same in said[1:4])
    assert not np.allclose(said[0], said[4])
