"""Pipeline: from encoded photos to the batches of a training loop. TensorFlow loads when it is first used.

All parallel steps take as many threads as pay off (`AUTOTUNE`) and keep the order of their input, so a batch
depends on the seed only: not on the number of cores, and not on which thread was faster.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from exifds.errors import MissingExtraError, UsageError
from exifds.export.record import Schema

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["SHUFFLE_BYTES", "Augment", "batches", "image_shape", "require_batch_size", "tensorflow"]

Augment = bool | Callable[[Any], Any]
"""True for `flipped_and_cropped`, or a function from image to image, (H, W, 3) uint8 each."""

SHUFFLE_BYTES = 256 * 2**20
"""Encoded photos that wait to be drawn at random: as many as fit. 10,000 of 224 pixels."""

SMALLEST_CROP = 0.85
"""Least share of each side that a random crop keeps."""


def tensorflow() -> Any:
    """The module `tensorflow`, which loads in silence: it greets at length whoever has no graphics card.

    Returns:
        The module.

    Raises:
        MissingExtraError: It is not installed.
    """
    silent = nullcontext() if "tensorflow" in sys.modules else _silent()
    try:
        with silent:
            import tensorflow as tf

            tf.config.list_physical_devices()
    except ImportError:
        raise MissingExtraError("reading photos into tf.data", "tf") from None
    return tf


@contextmanager
def _silent() -> Iterator[None]:
    """Drop what libraries write to the file of stderr, past Python."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def require_batch_size(batch_size: int) -> None:
    """Make sure that a batch holds something.

    Args:
        batch_size: Photos of a batch.

    Raises:
        UsageError: It is below 1.
    """
    if batch_size < 1:
        raise UsageError(f"expected a batch_size of 1 photo or more, got {batch_size}")


def image_shape(schema: Schema, image_size: int | tuple[int, int] | None) -> tuple[int, int]:
    """Height and width of the images of a batch.

    Args:
        schema: What is known about the stored images.
        image_size: Height and width in pixels, or one number for both; None takes what is stored.

    Returns:
        Height and width.

    Raises:
        UsageError: The size is no size, or the stored images differ in size and none was asked for.

    Example:
        >>> image_shape(Schema(name="cameras", features=(), height=224, width=224), None)
        (224, 224)
    """
    if image_size is None:
        if schema.height is None or schema.width is None:
            raise UsageError(
                "the photos of this export differ in size, and the photos of a batch must not: "
                "say which size they shall have, such as image_size=224"
            )
        return schema.height, schema.width
    height, width = image_size if isinstance(image_size, tuple) else (int(image_size), int(image_size))
    if min(height, width) < 1:
        raise UsageError(f"expected an image_size of 1 pixel or more, got {image_size}")
    return height, width


def batches(
    rows: "tf.data.Dataset",
    schema: Schema,
    shape: tuple[int, int],
    *,
    augment: Augment = False,
    seed: int = 0,
) -> "tf.data.Dataset":
    """Decode, resize and augment photos, a batch a call: a call a photo would cost a fifth more time.

    Args:
        rows: Batches of `image` (B,) encoded, `exif` and `exif_present` (B, F) and, with a target, `label`.
        schema: What holds for all of them.
        shape: Height and width of the images.
        augment: Whether and how images are changed at random.
        seed: Of the changes. Each epoch makes others.

    Returns:
        Batches `({"image", "exif", "exif_present"}, label)`; without a target the features only.
    """
    tf = tensorflow()
    signature = tf.TensorSpec((*shape, 3), tf.uint8)

    def image(data: Any, random: Any = None) -> Any:
        decoded = _decoded(data, schema, shape)
        if random is not None:
            decoded = _to_uint8(_flipped_and_cropped(decoded, random))
        elif callable(augment):
            decoded = _to_uint8(augment(decoded))
        return tf.ensure_shape(decoded, (*shape, 3))

    def batch(row: dict[str, Any], random: Any = None) -> Any:
        encoded = row["image"]
        parts = (encoded,) if random is None else (encoded, tf.random.split(random, tf.shape(encoded)[0]))
        images = tf.map_fn(lambda each: image(*each), parts, fn_output_signature=signature)
        present = tf.cast(row["exif_present"], tf.bool)
        features = {"image": images, "exif": row["exif"], "exif_present": present}
        return (features, _label(row["label"], schema)) if schema.kind else features

    if augment is True:
        seeds = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True).batch(2)
        rows = tf.data.Dataset.zip(rows, seeds)
    options = tf.data.Options()
    options.deterministic = True
    done = rows.map(batch, num_parallel_calls=tf.data.AUTOTUNE)
    return done.prefetch(tf.data.AUTOTUNE).with_options(options)


def _label(label: Any, schema: Schema) -> Any:
    tf = tensorflow()
    return label if schema.kind in ("multi_class", "binary") else tf.cast(label, tf.float32)


def _decoded(data: Any, schema: Schema, shape: tuple[int, int]) -> Any:
    """An image of the size asked for, (H, W, 3) uint8."""
    tf = tensorflow()
    decode = tf.io.decode_png if schema.encoding == "png" else tf.io.decode_jpeg
    image = decode(data, channels=3)
    if shape != (schema.height, schema.width):
        image = _to_uint8(tf.image.resize(_middle(image, shape), shape, antialias=True))
    return tf.ensure_shape(image, (*shape, 3))


def _middle(image: Any, shape: tuple[int, int]) -> Any:
    """The largest part around the middle that has the proportions of `shape`: nothing is distorted."""
    tf = tensorflow()
    size = tf.shape(image)[:2]
    scale = tf.reduce_min(tf.cast(size, tf.float64) / shape)
    crop = tf.clip_by_value(tf.cast(tf.round(scale * shape), tf.int32), 1, size)
    top, left = tf.unstack((size - crop) // 2)
    return tf.image.crop_to_bounding_box(image, top, left, crop[0], crop[1])


def _flipped_and_cropped(image: Any, seed: Any) -> Any:
    """Mirror an image or not, and take a part of it with at least `SMALLEST_CROP` of each side.

    Brightness and colour stay: they are what exposure time, f-number, ISO and light source speak about.
    """
    tf = tensorflow()
    height, width, _ = image.shape
    share_seed, place_seed, flip_seed = tf.unstack(tf.random.split(seed, 3))
    share = tf.random.stateless_uniform((), share_seed, SMALLEST_CROP, 1.0)
    crop = tf.cast(tf.math.ceil(share * (height, width)), tf.int32)
    part = tf.image.stateless_random_crop(image, tf.concat([crop, [3]], 0), place_seed)
    return tf.image.stateless_random_flip_left_right(tf.image.resize(part, (height, width)), flip_seed)


def _to_uint8(image: Any) -> Any:
    tf = tensorflow()
    return image if image.dtype == tf.uint8 else tf.saturate_cast(tf.round(image), tf.uint8)
