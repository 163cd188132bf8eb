"""Late fusion: it reaches what two independent models can tell, and makes nothing up."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from exifds.train.stats import scores
from exifds.train.stats.late import Late
from tests.train.stats.worlds import Scene, best_fusion, scene


def accuracy(world: Scene, logits: scores.Floats) -> float:
    """Share of photos that these logits get right."""
    return float((logits.argmax(axis=1) == world.labels).mean())


def fused(val: Scene, test: Scene) -> tuple[Late, scores.Floats]:
    """The fusion fitted on val, and what it says of test."""
    late = Late.fit(val.labels, val.image, val.exif, val.has_exif)
    return late, late.logits(test.image, test.exif, test.has_exif)


def test_late_fusion_reaches_four_fifths_of_the_possible_gain() -> None:
    """600 val photos, q = .85, d = 1.837: the mean over ten seeds; no single seed below .6."""
    test = scene(1000, 40_000)
    gains = [accuracy(test, fused(scene(seed, 600), test)[1]) - 0.85 for seed in range(10)]
    shares = np.array(gains) / (best_fusion() - 0.85)
    assert shares.mean() >= 0.8
    assert shares.min() >= 0.6


def test_models_that_are_too_sure_are_brought_to_terms() -> None:
    """Logits 3 and 100 times too large fuse as well as true ones."""
    val, test = scene(1, 600), scene(2, 20_000)
    loud = [Scene(one.labels, 3 * one.image, 100 * one.exif, one.has_exif) for one in (val, test)]
    assert accuracy(test, fused(*loud)[1]) == pytest.approx(accuracy(test, fused(val, test)[1]), abs=0.005)
    told = fused(*loud)[1]
    assert scores.log_losses(test.labels, told).mean() < 0.29


def test_photos_without_exif_get_the_image() -> None:
    """Their logits are those of the image over its temperature, so no decision changes."""
    val, test = scene(3, 600, stripped=0.3), scene(4, 2000, stripped=0.3)
    late, told = fused(val, test)
    bare = ~test.has_exif
    assert np.array_equal(told[bare], test.image[bare] / late.image_temperature)
    assert accuracy(test, told) > accuracy(test, test.image) + 0.01


def test_exif_that_knows_nothing_gains_nothing() -> None:
    """Tuned noise has no gain of half a point, and costs no more than one, in any of 20 seeds."""
    noise = np.random.default_rng(0)

    def deaf(world: Scene) -> Scene:
        return replace(world, exif=noise.normal(size=world.exif.shape))

    test = deaf(scene(5, 5000))
    gains = [accuracy(test, fused(deaf(scene(seed, 600)), test)[1]) for seed in range(20)]
    assert max(gains) < accuracy(test, test.image) + 0.005
    assert min(gains) > accuracy(test, test.image) - 0.01


def test_it_is_a_logistic_regression() -> None:
    """With hardly any ridge the weights are those of scikit-learn."""
    val = scene(6, 600)
    late = Late.fit(val.labels, val.image, val.exif, ridge=1e-9)
    inputs = [val.image / late.image_temperature, val.exif / late.exif_temperature]
    odds = np.stack([one[:, 1] - one[:, 0] for one in inputs], axis=1)
    oracle = LogisticRegression(C=1e9, tol=1e-8).fit(odds, val.labels)
    assert [*late.image_weight, *late.exif_weight] == pytest.approx(oracle.coef_[0], abs=1e-3)
    assert late.bias[1] - late.bias[0] == pytest.approx(oracle.intercept_[0], abs=1e-3)


def test_each_of_several_labels_is_fitted_by_itself() -> None:
    """A label that only the image knows, and one that only EXIF knows; alone each gets the same weights."""
    first, second = scene(7, 600), scene(8, 600)
    noise = np.random.default_rng(0).normal(size=(600, 2))
    labels = np.stack([first.labels, second.labels], axis=1)
    image = np.stack([2 * first.image[:, 1], noise[:, 0]], axis=1)
    exif = np.stack([noise[:, 1], 2 * second.exif[:, 1]], axis=1)
    late = Late.fit(labels, image, exif)
    assert late.image_weight[0] > 5 * abs(late.exif_weight[0])
    assert late.exif_weight[1] > 5 * abs(late.image_weight[1])
    told = late.logits(image, exif)
    assert scores.macro_f1(labels, scores.decisions(told, several=True)) > 0.8
    assert scores.log_losses(labels, told).mean() < scores.log_losses(labels, image).mean()


def test_more_than_two_classes_fuse() -> None:
    """Weights are shared, each class has a bias; the fusion is better than either model."""
    generator = np.random.default_rng(9)
    labels = generator.integers(4, size=3000)
    image, exif = (generator.normal(size=(3000, 4)) + 1.5 * np.eye(4)[labels] for _ in range(2))
    late = Late.fit(labels[:600], image[:600], exif[:600])
    assert (len(late.image_weight), len(late.exif_weight), len(late.bias)) == (1, 1, 4)
    told = late.logits(image[600:], exif[600:])
    alone = max((one[600:].argmax(axis=1) == labels[600:]).mean() for one in (image, exif))
    assert (told.argmax(axis=1) == labels[600:]).mean() > alone + 0.08


@pytest.mark.parametrize("photos", [0, 1, 5])
def test_few_val_photos_leave_the_image_alone(photos: int) -> None:
    """Or none, none with EXIF, or one class only: the fusion stays near the image, and finite."""
    val, test = scene(10, photos), scene(11, 500)
    late = Late.fit(val.labels, val.image, val.exif, np.zeros(photos, bool))
    assert (late.image_weight, late.exif_weight, late.bias) == ((1,), (0,), (0, 0))
    assert accuracy(test, late.logits(test.image, test.exif)) == accuracy(test, test.image)
    lone = Late.fit(np.zeros(photos, int), val.image * 1e6, val.exif * 1e6)
    assert np.isfinite(lone.logits(test.image, test.exif)).all()
    assert Late.model_validate_json(lone.model_dump_json()) == lone
