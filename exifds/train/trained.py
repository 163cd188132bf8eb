"""Trained: the model of a finished run, with the weights on file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exifds.errors import UsageError
from exifds.train.config import WITH_EXIF, Config
from exifds.train.device import require_keras
from exifds.train.encoder import Encoder
from exifds.train.models.build import build
from exifds.train.run import Run, find
from exifds.train.weights import fill

__all__ = ["Trained", "fault", "name_of", "trained", "usable"]


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
        UsageError: It is not finished, or the weights of a run of an earlier version are missing.
    """
    name = run.weights.name
    sha256 = run.result().sha256.get(name) or run.sha256(name)  # who loads the model checks that it holds
    return f"{run.config().name}@{sha256[:12]}"


def fault(run: Run) -> str | None:
    """What keeps a run from being used.

    Args:
        run: The run.

    Returns:
        What is missing or damaged, in one sentence; None if all of it is there.
    """
    try:
        run.check()
        run.history()
        run.predictions()
        _encoder(run, run.config())
    except UsageError as error:
        return str(error)
    return None


def trained(run: Run) -> Trained:
    """Load the model of a run.

    Args:
        run: A finished run.

    Returns:
        The model.

    Raises:
        UsageError: A file of the run is missing, damaged or changed, or the weights are not all those of the
            model.
        MissingExtraError: TensorFlow is not installed.
    """
    require_keras()
    config = run.config()
    run.check("config.json", run.weights.name, *(["encoder.json"] if config.inputs in WITH_EXIF else []))
    encoder = _encoder(run, config)
    model = build(config, None if encoder is None else encoder.layout, weights="none")
    try:
        fill(model, run.weights)
    except ValueError as error:
        raise UsageError(
            f"{run.weights} cannot be read ({error}): it is damaged, or of another model; "
            "remove it and train this run again"
        ) from None
    return Trained(config, encoder, model)


def _encoder(run: Run, config: Config) -> Encoder | None:
    """That of the run; None if its model reads no EXIF."""
    if config.inputs not in WITH_EXIF:
        return None
    path = run.path / "encoder.json"
    found = Encoder.read(path)
    recipe = config.recipe
    wanted = (config.inputs, config.features, recipe.columns, recipe.scale)
    if (found.inputs, found.features, found.columns, found.scale) != wanted:
        raise UsageError(
            f"{path} is not that of config.json beside it: one was changed; train this run again"
        )
    return found
