"""Training: from an export to the folders of runs, one for each model, recipe and seed."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exifds.errors import UsageError
from exifds.progress import bar
from exifds.train.config import Config
from exifds.train.cost import forget_peak, measure
from exifds.train.device import environment, repeatable, require_keras, strategy
from exifds.train.energy import require_country, total, tracked
from exifds.train.folder import roomy, writable
from exifds.train.giveaway import giveaway
from exifds.train.loop import Loop, asking, phases_of
from exifds.train.material import Material
from exifds.train.models.build import build
from exifds.train.recipe import Recipe
from exifds.train.request import NO_SWITCHES, Request
from exifds.train.result import Energy, Epoch, Result
from exifds.train.run import Run
from exifds.train.schedule import most_epochs
from exifds.train.state import Checkpoint, form_of, held, sweep
from exifds.train.stopping import stoppable
from exifds.train.trained import fault
from exifds.train.weights import save

__all__ = ["fit"]

_LOG = logging.getLogger(__name__)


def fit(
    export: str | Path,
    out: str | Path,
    inputs: Sequence[str] = ("exif", "image", "fusion"),
    *,
    backbones: Sequence[str] = ("MobileNetV2",),
    recipe: str | Recipe = "modern",
    switches: Mapping[str, Any] = NO_SWITCHES,
    seeds: Iterable[int] = (0,),
    epochs: int | None = None,
    weights: str | Path = "imagenet",
    mixed_precision: bool | None = None,
    energy: bool = True,
    country: str = "DEU",
    progress: bool | None = None,
) -> list[Run]:
    """Train models, or go on with those that were interrupted.

    There is one folder for each of `inputs`, `backbones` and `seeds`. A run that is finished is left as it
    is; one that was interrupted goes on after its last epoch and ends with the same weights as one that was
    not, on the same machine; one with a file missing or damaged is trained anew. On several graphics cards
    it is spread over all of them.

    Args:
        export: A finished export of the format `tfrecord` with classes as its target.
        out: Folder of the runs.
        inputs: What the models see: `exif`, `image`, `fusion`, and the controls in `exifds.train.config`.
        backbones: Networks for images: names in `keras.applications`, or `tiny`.
        recipe: `modern` or `lederer2023`, or one of your own.
        switches: What to set otherwise in the recipe, such as `{"scale": "raw"}`.
        seeds: Of weights, order, dropout and augmentation; one run for each.
        epochs: At most so many in each phase; None leaves it to the recipe.
        weights: Of the backbone at the start: `imagenet`, `none` or a local file. `tiny` has `none`.
        mixed_precision: Calculate in 16 bits where that is accurate enough; None does so on graphics cards.
        energy: Measure the energy with codecarbon.
        country: Where the electricity is from: ISO 3166 code of three letters.
        progress: Show progress bars; None shows them on a terminal.

    Returns:
        The runs, all of them finished.

    Raises:
        UsageError: An argument or the export is not usable (before anything is trained), or another process
            trains one of the runs.
        MissingExtraError: Keras or another package is missing.

    Example:
        >>> runs = fit("out", "runs", ["exif"], seeds=[0, 1, 2])  # doctest: +SKIP
        >>> runs[0].history()[-1].val_score  # doctest: +SKIP
        0.76
    """
    require_keras()
    if energy:
        require_country(country)
    request = Request.checked(
        inputs=inputs,
        backbones=backbones,
        recipe=recipe,
        switches=switches,
        seeds=seeds,
        epochs=epochs,
        weights=weights,
        mixed_precision=mixed_precision,
    )
    with stoppable() as stop:
        material = Material.read(export, request.recipe, images=request.images, show=progress)
        configs = request.configs(material.photos.manifest, material.sha256)
        _tell_of_copied(material.photos.manifest.data.target, configs)
        folder = writable(out)
        runs = [Run(folder / config.name) for config in configs]
        for run in runs:
            sweep(run)
        both = zip(runs, configs, strict=True)
        waiting = [(run, config) for run, config in both if _fault(run, config)]
        trainer = _Trainer(material, request.file, country if energy else None, progress, stop)
        trainer.rehearse([config for _, config in waiting])
        with roomy(folder):
            for run, config in waiting:
                stop()
                trainer.train(run, config)
        stop()
    return runs


@dataclass(frozen=True)
class _Trainer:
    """Trains models of one export.

    Args:
        material: The export.
        weights: A local file of weights for the backbones.
        country: Where the electricity is from; None measures no energy.
        show: Show progress bars.
        stop: Raises KeyboardInterrupt after Ctrl-C.
    """

    material: Material
    weights: Path | None
    country: str | None
    show: bool | None
    stop: Callable[[], None]

    def rehearse(self, configs: Sequence[Config]) -> None:
        """Build each backbone and each kind of model once: what is missing is told before any work."""
        known: set[str | None] = {None}
        for config in configs:
            if not {config.inputs, config.backbone} <= known:
                known |= {config.inputs, config.backbone}
                self._built(config)

    def train(self, run: Run, config: Config) -> None:
        """Train a model, or go on with it, and write what it comes to."""
        with held(run), repeatable(config.seed), strategy().scope():
            if found := _fault(run, config):  # another process may have finished it meanwhile
                if run.finished:
                    _LOG.warning("%s is trained anew: %s", run.path.name, found)
                    (run.path / "run.json").unlink()
                run.write("config.json", config)
                self._train(run, config)

    def _train(self, run: Run, config: Config) -> None:
        material = self.material
        if (encoder := material.encoder(config)) is not None:
            run.replace("encoder.json", encoder.model_dump_json(indent=2).encode())
        material.pictures(config)  # what they take is that of no model
        resident = forget_peak()
        model = self._built(config)
        feed = material.feed(config, tuple(model.input))
        with tracked("train", self.country or "", self.country is not None) as meter:
            checkpoint = Checkpoint(run.work, form_of(model.variables))
            with self._progress(config) as told:
                loop = Loop(
                    model, config, feed, material.train, material.val, checkpoint, meter, told, self.stop
                )
                state = loop.run()
        with tracked("predict", self.country or "", self.country is not None) as predicting:
            logits = asking(model, feed, material.held_out)()
        energy = (total([*loop.earlier, *_there(meter.energy)]), predicting.energy)
        cost = measure(
            model,
            feed.sample(int(material.held_out[0])),
            trainable=loop.trainable(),
            train_seconds=sum(epoch.seconds for epoch in state.history),
            energy=[part for part in energy if part is not None],
            resident=resident,
        )
        draft = run.work / run.weights.name
        save(model, draft)
        draft.replace(run.weights)
        run.write_predictions(material.predictions(logits))
        run.write("history.json", state.history)
        result = Result(
            cost=cost,
            best_epoch=state.best,
            environment=environment(),
            interruptions=state.interruptions,
            sha256=run.hashes(),
        )
        run.write("run.json", result)

    def _built(self, config: Config) -> Any:
        """The model at its start. Its inputs are those it has a use for."""
        encoder = self.material.encoder(config)
        return build(config, encoder.layout if encoder else None, weights=self.weights)

    @contextmanager
    def _progress(self, config: Config) -> Iterator[Callable[[Sequence[Epoch]], None]]:
        """A bar with a step for each epoch; those that early stopping saves count as done at the end."""
        most, told = most_epochs(phases_of(config), config.epochs), [0]
        note = [""]
        with bar(config.name, most, show=self.show, note=lambda: note[0]) as advance:

            def tell(history: Sequence[Epoch]) -> None:
                note[0] = f"val {history[-1].val_score:.3f}" if history else ""
                advance(len(history) - told[0], 0)
                told[0] = len(history)

            yield tell
            advance(most - told[0], 0)


def _tell_of_copied(target: str | None, configs: Sequence[Config]) -> None:
    """Warn of a target that models read as an input."""
    read = [one.inputs for one in configs if giveaway(target, one.inputs, one.recipe, one.features)]
    if read:
        _LOG.warning(
            "the target %s is an input of %s: the answer need only be copied, and such scores say nothing",
            target,
            " and ".join(dict.fromkeys(read)),
        )


def _fault(run: Run, config: Config) -> str | None:
    """Why there is something to do; None if nothing is. A folder of another configuration is not ours."""
    try:
        other = run.config().digest != config.digest
    except UsageError as error:  # not begun yet, or damaged
        return str(error)
    if other:
        raise UsageError(
            f"{run.path} holds another run than its name says: remove it or choose another folder"
        )
    return fault(run)


def _there(energy: Energy | None) -> list[Energy]:
    return [] if energy is None else [energy]
