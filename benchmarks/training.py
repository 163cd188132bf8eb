"""Epochs of our training loop, against bare `model.fit` on the same tensors in memory.

Both sides train the same network on the same photos in batches of the same size, look at the same validation
photos after each epoch, and shuffle. Compiling counts for nobody: the first epoch is left out.

- exifds: `Loop`: repeatable, in an order that follows from the seed, with a state on disk after each epoch.
- keras: `model.fit(arrays, labels, validation_data=...)` as it comes: it keeps nothing, and gives other
  weights each time.

Target: an epoch of ours takes at most 1.15 times as long.
"""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.result import Result, in_turns, versus
from exifds.export.features import FEATURES
from exifds.export.manifest import MANIFEST, Manifest, Shard, Split
from exifds.export.record import Record, Schema
from exifds.export.tfrecord import TFRecord
from exifds.train.result import Epoch

__all__ = ["run"]

OF_THE_RATE_OF_KERAS = 1 / 1.15

SIZE = 48
SCHEMA = Schema(
    name="bench",
    features=FEATURES,
    target="concept",
    kind="binary",
    classes=("indoor", "outdoor"),
    height=SIZE,
    width=SIZE,
)
SHARES = {"train": 10, "val": 2, "test": 1}


def run(*, quick: bool = False) -> list[Result]:
    """Measure training.

    Args:
        quick: The smallest size that works: the figures mean nothing.

    Returns:
        The EXIF network and `tiny` on images.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    unit, rounds = (16, 1) if quick else (300, 5)
    with tempfile.TemporaryDirectory(prefix="exifds-bench-") as name:
        folder = Path(name)
        _export(folder, unit)
        return [
            _versus(folder, "exif", None, 3 if quick else 40, rounds),
            _versus(folder, "image", "tiny", 3, rounds),
        ]


def _versus(folder: Path, inputs: str, backbone: str | None, epochs: int, rounds: int) -> Result:
    contest = _Contest(folder, inputs, backbone, epochs)
    found = in_turns({"ours": contest.ours, "keras": contest.keras}, rounds)
    return versus(
        f"epochs of {inputs if backbone is None else backbone} / model.fit",
        found["ours"],
        found["keras"],
        target=OF_THE_RATE_OF_KERAS,
        unit="photos",
        note=f"{contest.photos} photos an epoch, and {contest.held_out} for validation",
    )


class _Contest:
    """One network, trained by both sides for some epochs a turn."""

    def __init__(self, folder: Path, inputs: str, backbone: str | None, epochs: int) -> None:
        from exifds.train.material import Material
        from exifds.train.recipe import MODERN, Phase
        from exifds.train.request import Request

        phases = (Phase(epochs=epochs, unfrozen=1.0, patience=epochs),)
        recipe = MODERN.model_copy(update={"exif_phases": phases, "scratch_phases": phases})
        request = Request.checked(inputs=[inputs], backbones=[backbone or "tiny"], recipe=recipe)
        self._material = Material.read(folder, recipe, images=backbone is not None, show=False)
        self._config = request.configs(self._material.photos.manifest, self._material.sha256)[0]
        self.photos, self.held_out = len(self._material.train), len(self._material.val)
        recipe = self._config.recipe
        self._batch_size = recipe.batch_size if backbone else recipe.exif_batch_size

    def ours(self) -> float:
        """Photos per second."""
        from exifds.train.device import repeatable
        from exifds.train.energy import Meter
        from exifds.train.loop import Loop
        from exifds.train.state import Checkpoint

        ends: list[float] = []

        def told(_history: Sequence[Epoch]) -> None:
            ends.append(perf_counter())

        material = self._material
        with tempfile.TemporaryDirectory(prefix="exifds-bench-") as name, repeatable(0):
            model = self._built()
            feed = material.feed(self._config, tuple(model.input))
            checkpoint = Checkpoint(Path(name))
            Loop(
                model, self._config, feed, material.train, material.val, checkpoint, Meter("train", ""), told
            ).run()
        return self._rate(ends[1:])

    def keras(self) -> float:
        """Photos per second."""
        import keras

        model = self._built()
        material = self._material
        feed = material.feed(self._config, tuple(model.input))
        tensors = [self._tensors(feed, rows) for rows in (material.train, material.val)]
        ends: list[float] = []
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(), loss={"logits": loss}, metrics={"logits": ["accuracy"]})
        model.fit(
            *tensors[0],
            validation_data=tensors[1],
            batch_size=self._batch_size,
            epochs=self._config.recipe.exif_phases[0].epochs,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(perf_counter()))],
        )
        return self._rate(ends)

    def _rate(self, ends: list[float]) -> float:
        """Of the median epoch after the first."""
        return self.photos / median(np.diff(ends))

    def _built(self) -> Any:
        from exifds.train.models.build import build

        encoder = self._material.encoder(self._config)
        return build(self._config, encoder.layout if encoder else None)

    def _tensors(self, feed: Any, rows: Any) -> Any:
        found = list(feed.plain(rows, 1024))
        inputs = {name: np.concatenate([batch[name] for batch in found]) for name in found[0]}
        return inputs, {"logits": feed.labels[rows]}


def _export(folder: Path, unit: int) -> None:
    """Photos of noise, written as an export."""
    draw = np.random.default_rng(0)
    splits = {name: _split(folder, name, share * unit, draw) for name, share in SHARES.items()}
    manifest = Manifest(
        exifds="0",
        created_at=datetime.now(UTC),
        options={"format": "tfrecord", "splitting": {"group": "none"}},
        data=SCHEMA,
        seed=0,
        splits=splits,
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json())


def _split(folder: Path, name: str, photos: int, draw: np.random.Generator) -> Split:
    path = TFRecord().shard_name(SCHEMA, name, 0, 1)
    TFRecord().write(folder / path, [_record(f"{name}:{number}", draw) for number in range(photos)], SCHEMA)
    data = (folder / path).read_bytes()
    shard = Shard(path=path, photos=photos, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    return Split(photos=photos, groups=photos, share=photos, shards=(shard,))


def _record(name: str, draw: np.random.Generator) -> Record:
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.fromarray(draw.integers(0, 256, (SIZE, SIZE, 3), np.uint8)).save(file, "JPEG")
    values = tuple(draw.uniform(0.1, 8.0, len(FEATURES)).astype(np.float32).tolist())
    return Record(
        name,
        int(draw.integers(2**40)),
        int(draw.integers(2)),
        file.getvalue(),
        "jpg",
        values,
        (True,) * len(FEATURES),
    )
