"""Trained: the model of a finished run, with the weights on file."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exifds.errors import UsageError
from exifds.train.device import require_keras
from exifds.train.encoder import Encoder
from exifds.train.models.build import build
from exifds.train.run import WITH_EXIF, Config, Run

__all__ = ["Trained", "trained", "unreadable"]


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained model.

    Args:
        config: What was asked for.
        encoder: Of its EXIF; None if it reads none.
        model: The Keras model.
    """

    config: Config
    encoder: Encoder | None
    model: Any


def trained(run: Run) -> Trained:
    """Load the model of a run.

    Args:
        run: A finished run.

    Returns:
        The model.

    Raises:
        UsageError: A file of the run is missing or damaged, or the weights are not all those of the model.
        MissingExtraError: TensorFlow is not installed.
    """
    require_keras()
    config = run.config()
    encoder = Encoder.read(run.path / "encoder.json") if config.inputs in WITH_EXIF else None
    model = build(config, None if encoder is None else encoder.layout, weights="none")
    try:
        with warnings.catch_warnings():  # Keras only warns of layers that it leaves as they are
            warnings.simplefilter("error", UserWarning)
            model.load_weights(run.weights)
    except (OSError, ValueError, KeyError, UserWarning) as error:
        raise unreadable(run.weights, error) from None
    return Trained(config, encoder, model)


def unreadable(weights: Path, error: Exception) -> UsageError:
    """What is said of weights that cannot be read.

    Args:
        weights: The file.
        error: Why.

    Returns:
        One sentence, and what to do.
    """
    return UsageError(
        f"{weights} cannot be read ({type(error).__name__}): it is missing, damaged, or of another model; "
        "train this run again"
    )
