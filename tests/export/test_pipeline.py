"""Encoded photos become batches of the size asked for; what is random follows the seed."""

import io
import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image

from exifds.errors import MissingExtraError, UsageError
from exifds.export.pipeline import batches, image_shape, require_batch_size, tensorflow
from exifds.export.record import Schema

tf = pytest.importorskip("tensorflow")

SIDE = 8
PHOTOS = 12
PLAIN = Schema(name="cameras", features=(), encoding="png")


def photo(number: int, width: int, height: int, encoding: str = "png") -> bytes:
    """An image with a square of a colour of its own in the middle and white margins."""
    image = Image.new("RGB", (width, height), "white")
    left, top = (width - SIDE) // 2, (height - SIDE) // 2
    image.paste((number, 255 - number, 128), (left, top, left + SIDE, top + SIDE))
    file = io.BytesIO()
    image.save(file, encoding, **({"quality": 95, "subsampling": 0} if encoding == "jpeg" else {}))
    return file.getvalue()


def read(
    width: int = SIDE,
    height: int = SIDE,
    shape: tuple[int, int] = (SIDE, SIDE),
    encoding: Any = "png",
    **options: Any,
) -> Any:
    """A dataset that gives photos of this size as images of that shape."""
    files = [photo(number, width, height, encoding) for number in range(PHOTOS)]
    nothing = np.zeros((PHOTOS, 0))
    rows = {"image": files, "exif": nothing.astype("float32"), "exif_present": nothing.astype("int64")}
    schema = PLAIN.model_copy(update={"encoding": encoding})
    return batches(tf.data.Dataset.from_tensor_slices(rows).batch(5), schema, shape, **options)


def images(dataset: Any) -> Any:
    """The images of an epoch, (N, H, W, 3)."""
    return np.concatenate([batch["image"].numpy() for batch in dataset])


COLOURS = [[number, 255 - number, 128] for number in range(PHOTOS)]


@pytest.mark.parametrize(("encoding", "tolerance"), [("png", 0), ("jpeg", 3)])
def test_photos_are_decoded_in_their_order(encoding: str, tolerance: int) -> None:
    """A PNG comes back as it was, a JPEG as close as JPEG allows."""
    found = images(read(encoding=encoding))
    assert found.dtype == np.uint8
    np.testing.assert_allclose(found[:, 3, 3].astype(int), COLOURS, atol=tolerance)


@pytest.mark.parametrize(("width", "height"), [(3 * SIDE, SIDE), (SIDE, 2 * SIDE + 1), (SIDE, SIDE)])
def test_another_shape_is_cut_around_the_middle(width: int, height: int) -> None:
    """A photo of other proportions loses its margins and is not distorted."""
    found = images(read(width, height))
    assert found.shape == (PHOTOS, SIDE, SIDE, 3)
    assert (found == found[:, :1, :1]).all()
    assert found[:, 0, 0].tolist() == COLOURS


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (16, 12), (5, 16)])
def test_photos_are_enlarged_and_reduced(shape: tuple[int, int]) -> None:
    """Any size can be asked for."""
    found = images(read(shape=shape))
    assert found.shape == (PHOTOS, *shape, 3)
    np.testing.assert_allclose(found[:, 0, 0].astype(int), COLOURS, atol=1)


def test_augmenting_leaves_brightness_and_colour_alone() -> None:
    """They belong to the EXIF: a photo of one colour stays what it is."""
    np.testing.assert_array_equal(images(read(augment=True)), images(read()))


def test_augmenting_follows_the_seed() -> None:
    """Each epoch makes other changes, and the same ones for the same seed, whatever the threads."""
    framed: dict[str, Any] = {"width": 2 * SIDE, "height": SIDE, "shape": (SIDE, 2 * SIDE)}
    original = images(read(**framed))
    one_thread = tf.data.Options()
    one_thread.threading.private_threadpool_size = 1
    first, other = (read(**framed, augment=True, seed=seed) for seed in (0, 1))
    again = read(**framed, augment=True).with_options(one_thread)
    epochs = [images(first), images(first)]
    for one, two in ((epochs[0], original), (epochs[0], epochs[1]), (epochs[0], images(other))):
        assert (one != two).any(axis=(1, 2, 3)).mean() > 0.5
    np.testing.assert_array_equal(epochs, [images(again), images(again)])


def _brighter(image: Any) -> Any:
    return tf.cast(image, tf.float32) * 2.3


def _cut_off(image: Any) -> Any:
    return image[1:]


def test_a_function_may_augment() -> None:
    """It sees one image; what it gives is rounded and stays within 0 and 255."""
    assert images(read(augment=_brighter))[10, 0, 0].tolist() == [23, 255, 255]


def test_a_function_that_changes_the_size_is_refused() -> None:
    """All images of a batch have one size; the message comes before the first batch."""
    with pytest.raises(ValueError, match=r"must be equal, but are 8 and 7|not compatible"):
        read(augment=_cut_off)


@pytest.mark.parametrize(("size", "shape"), [(None, (6, 8)), (4, (4, 4)), ((3, 5), (3, 5))])
def test_the_shape_is_what_was_asked_for_or_else_what_is_stored(size: Any, shape: tuple[int, int]) -> None:
    """Height comes first."""
    assert image_shape(Schema(name="cameras", features=(), height=6, width=8), size) == shape


def test_photos_of_different_sizes_need_an_image_size() -> None:
    """A batch holds images of one size only."""
    with pytest.raises(UsageError, match=r"differ in size.* such as image_size=224"):
        image_shape(PLAIN, None)


@pytest.mark.parametrize("size", [0, (8, -1)])
def test_a_size_has_pixels(size: Any) -> None:
    """The message says what came."""
    with pytest.raises(UsageError, match=r"expected an image_size of 1 pixel or more, got"):
        image_shape(PLAIN, size)


def test_a_batch_has_photos() -> None:
    """The message says what came."""
    require_batch_size(1)
    with pytest.raises(UsageError, match=r"expected a batch_size of 1 photo or more, got 0"):
        require_batch_size(0)


def test_without_tensorflow_the_message_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """TensorFlow is optional."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'exifds\[tf\]'"):
        tensorflow()
