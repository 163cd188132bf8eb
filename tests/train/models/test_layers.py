"""The layers that Keras lacks: what they do in training, and that they do nothing in inference."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.train.layout import Layout
from exifds.train.models.backbones import unfreeze
from exifds.train.models.build import build
from exifds.train.models.layers import ActivityL2, Backbone, ExifDropout, FlipCrop
from tests.train.models.examples import LAYOUT, batch, config


def full(photos: int, layout: Layout = LAYOUT) -> dict[str, np.ndarray]:
    """Photos with all tags, all columns 1."""
    return {
        "values": np.ones((photos, len(layout.columns)), np.float32),
        "missing": np.zeros((photos, len(layout.tags)), np.float32),
        "codes": np.ones((photos, len(layout.codes)), np.int32),
    }


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """Any layout with a few tags, also one without columns of numbers."""
    tags = draw(st.integers(1, 5))
    one = st.integers(0, tags - 1)
    columns = draw(st.lists(st.lists(one, min_size=1, max_size=3, unique=True).map(tuple), max_size=4))
    codes = draw(st.lists(one, min_size=1, max_size=3))
    return Layout(
        tags=tuple(map(str, range(tags))),
        columns=tuple(map(str, range(len(columns)))),
        column_tags=tuple(columns),
        codes=tuple(codes),
        sizes=(4,) * len(codes),
    )


@settings(max_examples=15)
@given(layout=layouts())
def test_columns_go_with_their_tags(layout: Layout) -> None:
    """A hidden tag has its bit set, and zeros wherever it had a part; all else stays."""
    found = ExifDropout(layout, exif=0.2, tag=0.3)(full(64, layout), training=True)
    hidden = np.asarray(found["missing"])
    assert set(np.unique(hidden)) <= {0, 1}
    for column, tags in enumerate(layout.column_tags):
        assert np.array_equal(found["values"][:, column], 1 - hidden[:, list(tags)].max(axis=1))
    for column, tag in enumerate(layout.codes):
        assert np.array_equal(found["codes"][:, column], 1 - hidden[:, tag])


def test_hidden_columns_look_like_imputed_ones() -> None:
    """Where an encoder imputes, a hidden tag has what a missing one has, and no mark of its own."""
    layout = Layout(
        tags=("iso", "flash"),
        columns=("log2 iso",),
        column_tags=((0,),),
        codes=(1,),
        sizes=(4,),
        value_fills=(-0.25,),
        code_fills=(2,),
    )
    found = ExifDropout(layout, exif=0.5, tag=0.0)(full(64, layout), training=True)
    hidden = np.asarray(found["missing"])[:, 0] == 1
    assert 0 < hidden.sum() < len(hidden)
    assert np.array_equal(np.asarray(found["values"])[:, 0], np.where(hidden, np.float32(-0.25), 1))
    assert np.array_equal(np.asarray(found["codes"])[:, 0], np.where(hidden, 2, 1))


def test_exif_dropout_is_drawn_in_each_step() -> None:
    """Two steps of one compiled function hide other tags: a mask drawn once would be no dropout."""
    layer = ExifDropout(LAYOUT, exif=0.2, tag=0.3)
    step = tf.function(lambda exif: layer(exif, training=True)["missing"])
    exif = {name: tf.constant(part) for name, part in full(256).items()}
    assert not np.array_equal(step(exif), step(exif))


def test_exif_dropout_hides_as_often_as_asked() -> None:
    """Whole EXIF at its rate, single tags at theirs among the rest, each photo by itself."""
    found = ExifDropout(LAYOUT, exif=0.2, tag=0.1)(full(20_000), training=True)
    hidden = np.asarray(found["missing"])
    assert hidden.min(axis=1).mean() == pytest.approx(0.2, abs=0.01)
    assert hidden.mean(axis=0) == pytest.approx(1 - 0.8 * 0.9, abs=0.015)


def test_what_is_missing_stays_missing() -> None:
    """Dropout only ever takes away."""
    exif = full(16) | {"missing": np.ones((16, 4), np.float32)}
    found = ExifDropout(LAYOUT, exif=0.0, tag=0.5)(exif, training=True)
    assert np.all(np.asarray(found["missing"]) == 1)


def test_inference_hides_nothing() -> None:
    """What comes in goes out."""
    exif = full(16)
    found = ExifDropout(LAYOUT, exif=1.0, tag=1.0)(exif, training=False)
    assert all(np.array_equal(found[name], exif[name]) for name in exif)


def test_flip_crop_mirrors_half_of_the_images() -> None:
    """With windows of full size each image is itself or its mirror image, to the pixel."""
    images = np.random.default_rng(0).uniform(0, 255, (400, 6, 9, 3)).astype(np.float32)
    found = np.asarray(FlipCrop(share=1.0)(images, training=True))
    same = np.isclose(found, images, atol=1e-2).all(axis=(1, 2, 3))
    mirrored = np.isclose(found, images[:, :, ::-1], atol=1e-2).all(axis=(1, 2, 3))
    assert np.all(same ^ mirrored)
    assert mirrored.mean() == pytest.approx(0.5, abs=0.1)


def test_flip_crop_shows_a_window_inside_the_image() -> None:
    """On a ramp of brightness the window is visible: at least 85 % of each side, never beyond the edge."""
    across, down = np.meshgrid(np.arange(40.0), np.arange(40.0))
    images = np.broadcast_to(np.stack([across, down, down], axis=-1), (200, 40, 40, 3)).astype(np.float32)
    found = np.asarray(FlipCrop()(images, training=True))
    for channel, ramp in ((0, found[:, 0, :, 0]), (1, found[:, :, 0, 1])):
        width = np.abs(ramp[:, -1] - ramp[:, 0])
        assert width.min() >= 0.85 * 39 - 1e-3, channel
        assert width.max() <= 39 + 1e-3
        assert np.ptp(width) > 1
    assert found.min() >= -1e-3
    assert found.max() <= 39 + 1e-3


def test_flip_crop_leaves_brightness_and_inference_alone() -> None:
    """An even image stays even; in inference every image stays."""
    even = np.full((4, 8, 8, 3), 90, np.float32)
    assert np.allclose(FlipCrop()(even, training=True), 90, atol=1e-3)
    images = np.random.default_rng(0).uniform(0, 255, (4, 8, 8, 3)).astype(np.float32)
    assert np.array_equal(FlipCrop()(images, training=False), images)


def test_a_penalty_is_a_mean_over_photos() -> None:
    """Twice the photos do not make twice the penalty; of probabilities it is their squares that count."""
    plain, chances = ActivityL2(0.1), ActivityL2(0.1, "softmax")
    for photos in (3, 6):
        found = np.full((photos, 2), 3, np.float32)
        assert np.array_equal(plain(found), found)
        assert np.array_equal(chances(found), found)
        assert float(plain.losses[-1]) == pytest.approx(0.1 * 18)
        assert float(chances.losses[-1]) == pytest.approx(0.1 * 0.5)


@pytest.mark.parametrize("pretrained", [True, False])
def test_pretrained_statistics_stay(pretrained: bool) -> None:
    """A pretrained backbone computes as in inference while the rest is trained; one from scratch learns."""
    model = build(config(inputs="image", weights="sha256:0" if pretrained else "none"), None, weights="none")
    unfreeze(model, 1.0)
    backbone: Backbone = model.get_layer("backbone")
    norms = [layer for layer in backbone.inner.layers if isinstance(layer, keras.layers.BatchNormalization)]
    before = [np.asarray(norm.moving_mean) for norm in norms]
    model(batch(model), training=True)
    same = [np.array_equal(old, norm.moving_mean) for old, norm in zip(before, norms, strict=True)]
    assert all(same) if pretrained else not any(same)
