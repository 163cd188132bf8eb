"""Streaming: a view as a `tf.data` dataset, straight from MongoDB, without an export."""

import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from exifds.errors import PhotoError, UsageError
from exifds.export.ahead import ahead
from exifds.export.features import FEATURES, values_of
from exifds.export.images import Rendering, render
from exifds.export.options import Options
from exifds.export.pipeline import SHUFFLE_BYTES, Augment, batches, require_batch_size, tensorflow
from exifds.export.record import LeftOut, Schema
from exifds.export.targets import Target
from exifds.fetch.images import ImageStore
from exifds.store.codec import Codec

if TYPE_CHECKING:
    import tensorflow as tf

__all__ = ["PhotoQuery", "from_query"]

_LOG = logging.getLogger(__name__)
_NEEDED = ("image", "camera", "taken_at", "taken_granularity")

Row = dict[str, Any]


class PhotoQuery(Protocol):
    """What `Dataset.find()` gives: an `exifds.View`."""

    @property
    def images(self) -> ImageStore:
        """Where the image files are."""

    @property
    def codec(self) -> Codec:
        """What opens the documents."""

    def project(self, *fields: str) -> "PhotoQuery":
        """The same photos with some fields only."""

    def documents(self) -> Iterator[dict[str, Any]]:
        """The photos, shaped as in MongoDB."""


def from_query(
    view: PhotoQuery,
    target: str | None = None,
    classes: str | Iterable[str] | None = None,
    image_size: int = 224,
    batch_size: int = 32,
    *,
    resize: str = "crop",
    srgb: bool = False,
    shuffle: bool = False,
    augment: Augment = False,
    seed: int = 0,
) -> "tf.data.Dataset":
    """Stream photos from MongoDB, batch by batch, as `load` would give them after an export.

    For small sets and for predictions: there are no splits here, nothing keeps near-duplicates apart, and
    each epoch asks the database and renders the image files anew. Photos without an image, without the
    label, or with a broken image file are left out; at the end of an epoch a warning in the log counts them.

    Args:
        view: From `Dataset.find()`.
        target: What is to be learned, as in `Dataset.export`; None gives the features only.
        classes: The classes, in their order; None takes those that occur, sorted.
        image_size: Height and width in pixels.
        batch_size: Photos of a batch; the last one of an epoch may have fewer.
        resize: How images become squares: cut around the middle, padded, or stretched.
        srgb: Convert colours to sRGB.
        shuffle: Draw the photos in another order in each epoch, from about 10,000 at a time.
        augment: As in `load`.
        seed: Of both.

    Returns:
        Batches of `({"image", "exif", "exif_present"}, label)`.

    Raises:
        UsageError: An argument is not usable, or no photo has a value for the target.
        MissingExtraError: TensorFlow is not installed.

    Example:
        >>> import exifds
        >>> view = exifds.open("cameras").find({"camera.iso": {"$gte": 800}})  # doctest: +SKIP
        >>> model.predict(exifds.tfdata.from_query(view))  # doctest: +SKIP
    """
    tf = tensorflow()
    require_batch_size(batch_size)
    asked = Options.checked(target=target, classes=classes, image_size=image_size, resize=resize, srgb=srgb)
    if asked.rendering.size is None or resize == "short":
        raise UsageError(
            "the photos of a batch have one size: expected an image_size and crop, pad or square"
        )
    learned = _learned(asked, view)
    schema = Schema(
        name=view.codec.collection,
        features=FEATURES,
        target=target,
        kind=learned and learned.kind,
        classes=(learned and learned.classes) or (),
        height=image_size,
        width=image_size,
    )
    rows = tf.data.Dataset.from_generator(
        lambda: _rows(view, learned, asked.rendering), output_signature=_signature(schema)
    )
    if shuffle:
        rows = rows.shuffle(max(1, SHUFFLE_BYTES * 2 // image_size**2), seed=seed)
    shape = (image_size, image_size)
    return batches(rows.batch(batch_size), schema, shape, augment=augment, seed=seed)


def _learned(asked: Options, view: PhotoQuery) -> Target | None:
    """The target, with the classes that occur unless they were named."""
    if asked.target is None:
        return None
    target = Target.parse(asked.target, asked.classes, view.codec.privacy)
    if target.classes is not None:
        return target
    return target.with_classes(
        sorted({name for found in _documents(view, target, ()) for name in target.values_in(found)})
    )


def _documents(view: PhotoQuery, target: Target | None, fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    return view.project(*fields, *([target.path[0]] if target else [])).documents()


def _signature(schema: Schema) -> dict[str, Any]:
    tf = tensorflow()
    count = len(schema.features)
    signature = {
        "image": tf.TensorSpec((), tf.string),
        "exif": tf.TensorSpec((count,), tf.float32),
        "exif_present": tf.TensorSpec((count,), tf.bool),
    }
    if schema.kind:
        shape = (len(schema.classes),) if schema.kind == "multi_label" else ()
        signature["label"] = tf.TensorSpec(shape, tf.float32 if schema.kind == "number" else tf.int64)
    return signature


def _rows(view: PhotoQuery, target: Target | None, rendering: Rendering) -> Iterator[Row]:
    """One epoch: the photos with an image and a label, rendered on all cores, in the order of the view."""
    images = view.images
    left_out: Counter[str] = Counter()

    def row(document: Mapping[str, Any]) -> Row | str:
        try:
            return _row(document, target, images, rendering)
        except LeftOut as reason:
            return str(reason)
        except PhotoError:
            return "broken"

    for found in ahead(row, _documents(view, target, _NEEDED), os.cpu_count() or 1):
        if isinstance(found, str):
            left_out[found] += 1
        else:
            yield found
    if left_out:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(left_out.items()))
        _LOG.warning("%d photos were left out: %s", left_out.total(), reasons)


def _row(document: Mapping[str, Any], target: Target | None, images: ImageStore, rendering: Rendering) -> Row:
    image = document.get("image")
    if image is None:
        raise LeftOut("no_image")
    label = {"label": target.label(document)} if target else {}
    values, present = values_of(document)
    data = render(images.get(image["path"]), rendering, image.get("orientation")).data
    return {"image": data, "exif": values, "exif_present": present, **label}
