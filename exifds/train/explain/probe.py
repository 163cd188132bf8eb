"""Probe: a trained model that can be asked about the same photos with other EXIF, again and again.

The image is looked at once: of a fusion only the layers behind the features of the image are run anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exifds.errors import UsageError
from exifds.train.config import WITH_IMAGE
from exifds.train.encoder import Encoder
from exifds.train.feed import Feed
from exifds.train.layout import Encoded
from exifds.train.material import Material
from exifds.train.models.graph import graph
from exifds.train.photos import TEST
from exifds.train.pictures import Pictures
from exifds.train.run import Run
from exifds.train.trained import Trained, trained

__all__ = ["Probe", "opened"]

_EXPLAINED: Final = ("exif", "fusion")
_BATCH: Final = 4096
_IMAGES: Final = 32

Logits = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Probe:
    """N photos and a model that can be asked about them.

    Args:
        encoder: Of their EXIF.
        values: In the units of the export, shape (N, F).
        present: Shape (N, F).
        make: Of each camera.
        model: Of each camera.
        logits: From encoded EXIF to what the model says, shape (N, C).
    """

    encoder: Encoder
    values: NDArray[np.float32]
    present: NDArray[np.bool_]
    make: Sequence[str]
    model: Sequence[str]
    logits: Callable[[Encoded], Logits]

    def encoded(self, order: NDArray[np.int64] | None = None, tags: Sequence[str] = ()) -> Encoded:
        """The EXIF, some tags of it taken from other photos.

        Args:
            order: For each photo the number of the one that it takes them from, shape (N,).
            tags: Which these are, values and presence alike. Columns that derive from them follow.

        Returns:
            As the model reads it.
        """
        values, present = self.values, self.present
        if order is not None:
            columns = [self.encoder.features.index(tag) for tag in tags]
            values, present = values.copy(), present.copy()
            values[:, columns] = values[order][:, columns]
            present[:, columns] = present[order][:, columns]
        return self.encoder.encode(values, present, self.make, self.model)


def opened(run: Run, export: str | Path, *, show: bool | None = None) -> tuple[Probe, Material]:
    """A probe of the test photos of a run.

    Args:
        run: A finished run of `exif` or `fusion`, as `exifds.train.trained.usable` gives it.
        export: The export that it was trained on.
        show: Show progress bars; None shows them on a terminal.

    Returns:
        The probe, and the export.

    Raises:
        UsageError: The run is damaged, sees no EXIF, or was trained on another export.
    """
    config = run.config()
    if config.inputs not in _EXPLAINED:
        raise UsageError(
            f"{run.path.name} is a model of {config.inputs}: what EXIF is worth is asked of exif and fusion"
        )
    material = Material.read(export, config.recipe, images=config.inputs in WITH_IMAGE, show=show)
    if material.sha256 != config.export.sha256:
        raise UsageError(
            f"{run.path.name} was trained on another export than {export}: name that one, whose "
            f"manifest.json has the SHA-256 {config.export.sha256[:12]}..."
        )
    known = trained(run)
    assert known.encoder is not None
    photos, rows = material.photos, material.photos.where(TEST)
    probe = Probe(
        encoder=known.encoder,
        values=photos.values[rows],
        present=photos.present[rows],
        make=[photos.make[row] for row in rows],
        model=[photos.model[row] for row in rows],
        logits=_asked(known, material, rows),
    )
    return probe, material


def _asked(known: Trained, material: Material, rows: NDArray[np.int64]) -> Callable[[Encoded], Logits]:
    """The model, from encoded EXIF to logits."""
    import keras
    import tensorflow as tf

    model = known.model
    fixed: dict[str, NDArray[Any]] = {}
    if known.config.inputs in WITH_IMAGE:
        seeing, model = _parted(model)
        photos = material.photos
        pictures = Pictures(photos.folder, photos.manifest, keep=False)  # each is looked at once
        batches = Feed({}, photos.labels, pictures).plain(rows, _IMAGES)
        see = graph(seeing, batches.element_spec)
        fixed["image_features"] = np.concatenate([see(batch).numpy() for batch in batches])
    else:
        model = keras.Model(model.input, model.output["logits"])
    call = graph(model)
    names = {one.name for one in model.inputs}

    def logits(found: Encoded) -> Logits:
        given = fixed | {"values": found.values, "missing": found.missing, "codes": found.codes}
        given = {name: column for name, column in given.items() if name in names}
        starts = range(0, len(rows), _BATCH)
        parts = [
            call({name: tf.constant(part[at : at + _BATCH]) for name, part in given.items()}) for at in starts
        ]
        return np.concatenate([part.numpy() for part in parts]).astype(np.float64)

    return logits


def _parted(model: Any) -> tuple[Any, Any]:
    """A fusion as two models: from image to features, and from these and EXIF to logits."""
    import keras

    features = model.get_layer("image_features").output
    seeing = keras.Model({"image": model.input["image"]}, features)
    given = keras.Input(features.shape[1:], name="image_features", dtype=features.dtype)
    exif = {name: tensor for name, tensor in model.input.items() if name != "image"}
    behind = keras.Model([features, *exif.values()], model.output["logits"])
    fresh = {name: keras.Input(one.shape[1:], name=name, dtype=one.dtype) for name, one in exif.items()}
    return seeing, keras.Model({"image_features": given, **fresh}, behind([given, *fresh.values()]))
