"""Feed: the batches of a network, drawn by number, so that their order follows from seed and epoch alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exifds.train.pictures import Pictures

__all__ = ["Feed", "exchanged"]


@dataclass(frozen=True)
class Feed:
    """What a network sees of N photos, by number in the order of the export.

    Args:
        columns: Inputs by name, each with N rows: `values`, `missing` and `codes`, as far as it has them.
        labels: Of shape (N,), or (N, C) for several labels.
        pictures: The input `image`; None for a network without.
    """

    columns: Mapping[str, NDArray[Any]]
    labels: NDArray[np.int64]
    pictures: Pictures | None = None

    def training(
        self,
        rows: NDArray[np.int64],
        batch_size: int,
        outputs: tuple[str, ...],
        *,
        epochs: range,
        seed: int,
        shuffle: bool,
    ) -> Any:
        """Batches of several epochs, one after the other.

        Args:
            rows: Numbers of the photos of each epoch.
            batch_size: Photos of a batch; the last one of an epoch may have fewer.
            outputs: Of the network; each learns the same labels.
            epochs: Numbers of the epochs.
            seed: Of the order, together with the number of the epoch.
            shuffle: Draw another order in each epoch; else they come as they stand in `rows`.

        Returns:
            A `tf.data.Dataset` of pairs: inputs by name, labels by output.
        """
        import tensorflow as tf

        with tf.device("CPU"):
            drawn, labels = tf.constant(rows), tf.constant(self._targets())

        def epoch(number: Any) -> Any:
            order = _shuffled(drawn, seed, number) if shuffle else drawn
            starts = tf.data.Dataset.range(0, len(rows), batch_size)
            return starts.map(lambda start: order[start : start + batch_size])

        inputs = self._inputs()

        def batch(chosen: Any) -> Any:
            target = tf.gather(labels, chosen)
            return inputs(chosen), dict.fromkeys(outputs, target)

        numbers = tf.data.Dataset.range(epochs.start, epochs.stop).flat_map(epoch)
        return _fast(numbers, batch)

    def plain(self, rows: NDArray[np.int64], batch_size: int) -> Any:
        """Batches of inputs, in the order of `rows`.

        Args:
            rows: Numbers of photos.
            batch_size: Photos of a batch.

        Returns:
            A `tf.data.Dataset` of inputs by name.
        """
        import tensorflow as tf

        return _fast(tf.data.Dataset.from_tensor_slices(rows).batch(batch_size), self._inputs())

    def sample(self, row: int) -> dict[str, NDArray[Any]]:
        """Inputs of one photo, by name, each of one row."""
        return {name: column.numpy() for name, column in next(iter(self.plain(np.array([row]), 1))).items()}

    def _targets(self) -> NDArray[Any]:
        return self.labels if self.labels.ndim == 1 else self.labels.astype(np.float32)

    def _inputs(self) -> Callable[[Any], dict[str, Any]]:
        """From numbers of photos to inputs by name."""
        import tensorflow as tf

        with tf.device("CPU"):
            columns = {name: tf.constant(column) for name, column in self.columns.items()}

        def inputs(chosen: Any) -> dict[str, Any]:
            found = {name: tf.gather(column, chosen) for name, column in columns.items()}
            return found if self.pictures is None else found | {"image": self.pictures.batch(chosen)}

        return inputs


def exchanged(split: NDArray[np.int8], seed: int) -> NDArray[np.int64]:
    """For each photo another one of its split, drawn once; alone in its split it stays with itself.

    Args:
        split: Of each photo, shape (N,).
        seed: Of the draw.

    Returns:
        Numbers of photos, shape (N,); each occurs once.

    Example:
        >>> exchanged(np.array([0, 0, 1], np.int8), seed=0).tolist()
        [1, 0, 2]
    """
    found = np.arange(len(split))
    draw = np.random.default_rng(seed)
    for part in np.unique(split):
        circle = draw.permutation(np.flatnonzero(split == part))
        found[circle] = np.roll(circle, 1)
    return found


def _shuffled(rows: Any, seed: int, epoch: Any) -> Any:
    import tensorflow as tf

    return tf.random.experimental.stateless_shuffle(rows, tf.stack([tf.constant(seed, tf.int64), epoch]))


def _fast(numbers: Any, batch: Callable[[Any], Any]) -> Any:
    """Make batches in parallel and ahead, in order."""
    import tensorflow as tf

    options = tf.data.Options()
    options.deterministic = True
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.OFF
    made = numbers.map(batch, num_parallel_calls=tf.data.AUTOTUNE)
    return made.prefetch(tf.data.AUTOTUNE).with_options(options)
