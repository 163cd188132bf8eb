"""A logistic model on the encoder's columns: as fast as a test needs it, and as good as a network here."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from exifds.train.encoder import Encoder
from exifds.train.explain.probe import Probe
from exifds.train.layout import Encoded
from exifds.train.photos import TEST, TRAIN, Photos
from exifds.train.recipe import MODERN
from exifds.train.stats.answers import Answers


def probe(photos: Photos) -> tuple[Probe, Answers]:
    """The model of these photos, asked about their test photos, and what it answers."""
    encoder = Encoder.fit(photos, MODERN, "exif")
    model = LogisticRegression(C=0.3, max_iter=2000)
    train = photos.where(TRAIN)
    design = _design(encoder)
    model.fit(design(_rows(encoder, photos, train)), photos.labels[train])

    def logits(found: Encoded) -> NDArray[np.float64]:
        odds = model.decision_function(design(found))
        return np.stack([np.zeros_like(odds), odds], axis=1)

    rows = photos.where(TEST)
    nothing = [""] * len(rows)
    found = Probe(encoder, photos.values[rows], photos.present[rows], nothing, nothing, logits)
    return found, Answers(photos.labels[rows], logits(found.encoded()), photos.group[rows])


def _rows(encoder: Encoder, photos: Photos, rows: NDArray[np.int64]) -> Encoded:
    nothing: Sequence[str] = [""] * len(rows)
    return encoder.encode(photos.values[rows], photos.present[rows], nothing, nothing)


def _design(encoder: Encoder) -> Callable[[Encoded], NDArray[np.float64]]:
    """Columns side by side, codes one-hot."""
    sizes = encoder.layout.sizes

    def design(found: Encoded) -> NDArray[np.float64]:
        codes = [found.codes[:, [column]] == np.arange(size) for column, size in enumerate(sizes)]
        return np.column_stack([found.values, found.missing, *codes])

    return design
