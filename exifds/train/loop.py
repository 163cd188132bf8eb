"""Loop: train one network through its phases, leaving a state after each epoch."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exifds.errors import UsageError
from exifds.train.config import Config
from exifds.train.energy import Meter
from exifds.train.feed import Feed
from exifds.train.models.build import unfreeze
from exifds.train.models.graph import graph
from exifds.train.recipe import Phase
from exifds.train.result import Energy, Epoch
from exifds.train.schedule import Step, kept, learning_rate, next_step
from exifds.train.state import Checkpoint, State
from exifds.train.stats import scores

__all__ = ["Loop", "asking", "phases_of", "score"]

SECONDS_BETWEEN_READINGS: Final = 30.0
"""Of the energy; a kill loses no more of it."""

BATCH: Final = 64
LARGE_BATCH: Final = 1024
"""Photos of a batch that is only asked about, with and without images."""


def phases_of(config: Config) -> tuple[Phase, ...]:
    """The phases of a network: without an image, with a pretrained backbone, or from scratch."""
    recipe = config.recipe
    if config.backbone is None:
        return recipe.exif_phases
    return recipe.scratch_phases if config.weights == "none" else recipe.phases


def asking(model: Any, feed: Feed, rows: NDArray[np.int64]) -> Callable[[], NDArray[np.float64]]:
    """A way to ask a network about the same photos again and again, compiled once.

    Args:
        model: The network.
        feed: Its photos.
        rows: Numbers of n of them.

    Returns:
        A function that gives the logits with the present weights, shape (n, C).
    """
    batches = feed.plain(rows, LARGE_BATCH if feed.pictures is None else BATCH)

    answer = graph(model, batches.element_spec)

    def ask() -> NDArray[np.float64]:
        return np.concatenate([answer(batch)["logits"].numpy() for batch in batches]).astype(np.float64)

    return ask


def score(labels: NDArray[np.int64], logits: NDArray[np.float64]) -> float:
    """How good answers are, as `Epoch.val_score` tells it.

    Args:
        labels: Shape (N,), or (N, C) for several labels.
        logits: Shape (N, C).

    Returns:
        Accuracy; for several labels the macro-F1 at 0.5.

    Example:
        >>> score(np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]]))
        0.5
    """
    if labels.ndim == 1:
        return float((logits.argmax(axis=1) == labels).mean())
    return scores.macro_f1(labels, scores.decisions(logits, several=True))


@dataclass
class Loop:
    """The training of one network, from where it stands to its end.

    Args:
        model: The network, as it is built.
        config: What was asked for.
        feed: Its photos.
        train: Numbers of those to learn from.
        val: Numbers of those to choose by.
        checkpoint: Where its state is.
        meter: Of the energy.
        told: Called with the history at the start and after each epoch.
        stop: Called before each batch and at the end of each epoch; may raise KeyboardInterrupt.
    """

    model: Any
    config: Config
    feed: Feed
    train: NDArray[np.int64]
    val: NDArray[np.int64]
    checkpoint: Checkpoint
    meter: Meter
    told: Callable[[Sequence[Epoch]], None]
    stop: Callable[[], None] = field(default=lambda: None)

    def __post_init__(self) -> None:
        self._state = State()
        self.earlier: tuple[Energy, ...] = ()
        self._phases = phases_of(self.config)
        self._ask = asking(self.model, self.feed, self.val)
        self._begun = self._read = time.perf_counter()

    def run(self) -> State:
        """Train to the end, or from the last epoch to the end. The model has the weights to be kept then.

        Returns:
            What the training came to.
        """
        self._state = self.checkpoint.load()
        self.earlier = self._state.energy
        self.told(self._state.history)
        going_on = bool(self._state.history)
        if going_on:
            self._state = self._state.model_copy(update={"interruptions": self._state.interruptions + 1})
        while (step := self._next()) is not None:
            self._prepare(step)
            within = step.epoch > step.first
            if going_on:  # random generators go on, too; the optimizer begins anew with each phase
                variables = [*self._variables(), *(self.model.optimizer.variables if within else ())]
                self.checkpoint.restore(step.epoch - 1, variables)
                going_on = False
            if step.epoch and not within:
                self._restore_kept()
            self._fit(step)
        self._restore_kept()
        return self._state

    def trainable(self) -> int:
        """Parameters that learned at some time."""
        most = 0
        for number in {epoch.phase for epoch in self._state.history}:
            unfreeze(self.model, self._phases[number].unfrozen)
            learning = sum(math.prod(weight.shape) for weight in self.model.trainable_weights)
            most = max(most, learning)
        return most

    def _next(self) -> Step | None:
        return next_step(self._phases, self._state.history, self.config.epochs)

    def _prepare(self, step: Step) -> None:
        """Compile the model for a phase."""
        import keras

        unfreeze(self.model, step.phase.unfrozen)
        loss = (
            keras.losses.BinaryCrossentropy(from_logits=True)
            if self.config.kind == "multi_label"
            else keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        )
        weights = {name: 1.0 if name == "logits" else self.config.recipe.aux_loss for name in self._outputs}
        optimizer = keras.optimizers.Adam(step.phase.learning_rate, epsilon=self._epsilon)
        if self.config.precision == "mixed_float16":
            optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
        self.model.compile(optimizer, loss=dict.fromkeys(self._outputs, loss), loss_weights=weights)
        optimizer.build(self.model.trainable_variables)

    def _fit(self, step: Step) -> None:
        """The epochs of a phase, or what is left of them."""
        import keras

        recipe = self.config.recipe
        batch_size = recipe.exif_batch_size if self.config.backbone is None else recipe.batch_size
        batches = self.feed.training(
            self.train,
            batch_size,
            self._outputs,
            epochs=range(step.epoch, step.end),
            seed=self.config.seed,
            shuffle=recipe.shuffle,
        )
        self.model.fit(
            batches,
            initial_epoch=step.epoch,
            epochs=step.end,
            shuffle=False,  # the batches come in their order
            steps_per_epoch=-(-len(self.train) // batch_size),
            verbose=0,
            callbacks=[
                keras.callbacks.LambdaCallback(
                    on_epoch_begin=self._begin,
                    on_epoch_end=self._end,
                    on_train_batch_begin=lambda _batch, logs: self.stop(),  # noqa: ARG005  # by name
                )
            ],
        )

    def _begin(self, _epoch: int, _logs: Any) -> None:
        self._begun = time.perf_counter()
        step = self._next()
        assert step is not None
        self.model.optimizer.learning_rate = learning_rate(step)

    def _end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Judge an epoch, keep its state, and stop after the last one of the phase."""
        self.stop()
        before = self._next()
        assert before is not None
        assert before.epoch == epoch
        logits, labels = self._ask(), self.feed.labels[self.val]
        done = Epoch(
            epoch=epoch,
            phase=before.number,
            seconds=time.perf_counter() - self._begun,
            learning_rate=learning_rate(before),
            loss=float(logs["loss"]),
            val_loss=float(scores.log_losses(labels, logits).mean()),
            val_score=score(labels, logits),
        )
        if not (math.isfinite(done.loss) and math.isfinite(done.val_loss)):
            raise UsageError(
                f"{self.config.name}: the loss is no finite number after epoch {epoch}: "
                "train with a lower learning rate, or without mixed precision"
            )
        history = (*self._state.history, done)
        self._state = self._state.model_copy(
            update={"history": history, "best": kept(self._phases, history), "energy": self._energy()}
        )
        self.checkpoint.save(self._state, [*self._variables(), *self.model.optimizer.variables])
        self.told(history)
        self.stop()
        after = self._next()
        self.model.stop_training = after is None or after.number != before.number

    def _energy(self) -> tuple[Energy, ...]:
        """What was used so far, read now and then."""
        if time.perf_counter() - self._read > SECONDS_BETWEEN_READINGS:
            self._read = time.perf_counter()
            self.meter.read()
        return self.earlier if self.meter.energy is None else (*self.earlier, self.meter.energy)

    def _restore_kept(self) -> None:
        self.checkpoint.restore(self._state.best, self.model.weights)

    def _variables(self) -> list[Any]:
        """All that changes in the model, the weights first."""
        weights = self.model.weights
        known = {id(weight) for weight in weights}
        others = [variable for variable in self.model.variables if id(variable) not in known]
        return [*weights, *others]

    @property
    def _outputs(self) -> tuple[str, ...]:
        return tuple(self.model.output)

    @property
    def _epsilon(self) -> float:
        return self.config.recipe.exif_epsilon if self.config.backbone is None else 1e-7
