"""Trained: the model of a finished run, with the weights on file."""

import hashlib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exifds.errors import UsageError
from exifds.train.config import WITH_EXIF, Config
from exifds.train.device import require_keras
from exifds.train.encoder import Encoder
from exifds.train.models.build import build
from exifds.train.run import Run, find

__all__ = ["Trained", "name_of", "trained", "unreadable", "usable"]


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


def usable(run: str | Path | Run) -> Run:
    """The run of a folder, if it has a model that predicts.

    Args:
        run: The folder of a run; or one with a single run in it.

    Returns:
        The run.

    Raises:
        UsageError: There is none, or several; it is not finished, or learned from the EXIF of other photos.
    """
    runs = [run] if isinstance(run, Run) else list(find(run))
    if len(runs) > 1:
        raise UsageError(f"{run} holds {len(runs)} runs: say which, such as {runs[0].path}")
    (found,) = runs
    found.result()  # says so if it is not finished
    if found.config().inputs == "permuted":
        raise UsageError(
            f"{found.path.name} is a control that learned from the EXIF of other photos: it has nothing to "
            "say of a photo; take the run of exif, image or fusion"
        )
    return found


def name_of(run: Run) -> str:
    """The name of a model: that of its run, and the begin of the SHA-256 of its weights.

    Args:
        run: A finished run.

    Returns:
        The name; of a model that was trained anew another one.

    Raises:
        UsageError: The weights are missing.
    """
    try:
        with run.weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(run.weights, error) from None
    return f"{run.config().name}@{digest[:12]}"


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
