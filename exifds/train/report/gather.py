"""Gather: read runs, and put together what can be compared: models of one export, on the same test photos."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from exifds.errors import UsageError
from exifds.train.config import Config
from exifds.train.photos import TEST, VAL
from exifds.train.predictions import Predictions
from exifds.train.recipe import Recipe
from exifds.train.report.comparison import LeftOut
from exifds.train.report.entries import ORDER, WORDS, Entry, Gathered, Spoken, standard
from exifds.train.report.wording import counted
from exifds.train.result import Cost
from exifds.train.run import Run, find
from exifds.train.stats import calibration
from exifds.train.stats.late import Late

__all__ = ["gather"]


@dataclass(frozen=True, eq=False)
class _Read:
    run: Run
    config: Config
    spoken: Spoken


def gather(folder: str | Path) -> tuple[list[Gathered], list[LeftOut]]:
    """Read the runs in a folder.

    Args:
        folder: As given to `exifds train --out`.

    Returns:
        The tasks with the models of each, and the runs that could not be used.

    Raises:
        UsageError: There is no finished run.
    """
    read: list[_Read] = []
    left_out = []
    for run in find(folder):
        try:
            read.append(_read(run))
        except UsageError as error:
            reason = str(error) if run.finished else "it is not finished: run the same exifds train again"
            left_out.append(LeftOut(run=run.path.name, reason=reason))
    if not read:
        raise UsageError(
            f"{folder} holds no run that can be compared; {left_out[0].run}: {left_out[0].reason}"
        )
    tasks = defaultdict(list)
    for one in read:
        tasks[one.config.export.name, one.config.export.sha256, _photos(one.spoken.test)].append(one)
    return _titled([_task(runs) for _, runs in sorted(tasks.items())]), left_out


def _read(run: Run) -> _Read:
    """A run, whole and consistent."""
    run.check("config.json", "history.json", "predictions.csv")
    config, result, found = run.config(), run.result(), run.predictions()
    spoken = Spoken(
        run=run.path.name,
        val=found.of(VAL),
        test=found.of(TEST),
        run_path=run.path,
        history=run.history(),
        cost=result.cost,
        environment=result.environment,
        exifds=config.exifds,
    )
    wanted = (config.kind == "multi_label", len(config.classes))
    for answers in (spoken.val_answers, spoken.answers):
        if (answers.several, answers.classes) != wanted:
            raise UsageError(f"expected logits of {wanted[1]} classes, got {answers.classes}: train it again")
    return _Read(run, config, spoken)


def _photos(test: Predictions) -> str:
    """Tells test photos apart."""
    whole = hashlib.sha256("\n".join(test.ids).encode("utf-8", "surrogatepass"))
    whole.update(test.labels.tobytes() + test.group.tobytes())
    return whole.hexdigest()


def _task(runs: Sequence[_Read]) -> Gathered:
    models: dict[str, list[_Read]] = defaultdict(list)
    for one in runs:
        models[one.config.model_copy(update={"seed": 0}).digest].append(one)
    trained = [_entry(same) for same in models.values()]
    entries = [*trained, *_late(trained), _majority(trained[0])]
    ordered = sorted(entries, key=lambda entry: (ORDER.index(entry.kind), entry.first.run))
    return Gathered(
        runs[0].config, sorted(_named(ordered), key=lambda entry: (ORDER.index(entry.kind), entry.name))
    )


def _titled(tasks: Sequence[Gathered]) -> list[Gathered]:
    """Tasks with titles: the target, the dataset, the size of images, and what else tells them apart."""
    plain = [_title(task) for task in tasks]
    parts = [{entry.recipe_name for entry in task.entries if entry.recipe_name} for task in tasks]
    fuller = [
        title if plain.count(title) == 1 else f"{title}, {' / '.join(sorted(names))}"
        for title, names in zip(plain, parts, strict=True)
    ]
    return [replace(task, title=title) for task, title in zip(tasks, _numbered(fuller), strict=True)]


def _title(task: Gathered) -> str:
    export = task.config.export
    asked = export.options.get("target")
    sizes = {(c.width, c.height) for e in task.entries if (c := e.config) and c.width and c.height}
    told = f"{asked} of {export.name}" if asked else export.name
    return ", ".join([told, *(f"{width} x {height} px" for width, height in sorted(sizes))])


def _numbered(names: Sequence[str]) -> list[str]:
    """Names of which none is there twice."""
    return [
        name if names.count(name) == 1 else f"{name}, no. {names[:number].count(name) + 1}"
        for number, name in enumerate(names)
    ]


def _entry(runs: Sequence[_Read]) -> Entry:
    config = runs[0].config
    return Entry(
        kind=config.inputs,
        backbone=config.backbone,
        recipe=config.recipe,
        weights=config.weights if config.backbone else None,
        epochs=config.epochs,
        seeds={one.config.seed: one.spoken for one in runs},
        precision=config.precision if config.backbone else None,
        config=config,
    )


def _majority(any_one: Entry) -> Entry:
    """What one says who saw no photo, but knows how frequent the classes, or sets of labels, are on val."""
    spoken = any_one.first
    labels = spoken.val.labels
    prior = calibration.prior(labels, spoken.val.logits.shape[1])
    said = spoken.saying("majority", lambda part: np.tile(prior, (len(part.ids), 1)))
    if labels.ndim > 1:
        said = replace(said, fixed=np.where(calibration.most_frequent(labels), 0, np.inf))
    return Entry("majority", None, None, None, None, {0: said})


def _late(trained: Sequence[Entry]) -> Iterator[Entry]:
    """A late fusion for each image model that has an EXIF model trained alike, with the same seeds.

    Beside it stands what it would be without EXIF: weight and biases alone mend an image model, too.
    """
    for image in trained:
        exif = next((one for one in trained if one.kind == "exif" and one.akin(image)), None)
        if image.kind != "image" or exif is None:
            continue
        both = {
            seed: (image.seeds[seed], exif.seeds[seed])
            for seed in sorted(set(image.seeds) & set(exif.seeds))
            if image.seeds[seed].val.ids == exif.seeds[seed].val.ids
        }
        if both:
            fused = {seed: _fused(*said) for seed, said in both.items()}
            yield replace(image, kind="late", seeds=fused, config=None)
            alone = {seed: _recalibrated(said) for seed, (said, _) in both.items()}
            yield replace(image, kind="recalibrated", seeds=alone, config=None)


def _fused(image: Spoken, exif: Spoken) -> Spoken:
    """The calibrated late fusion of two runs; it costs what both cost."""
    late = Late.fit(image.val.labels, image.val.logits, exif.val.logits, image.val.tags > 0)
    parts = {id(image.val): exif.val, id(image.test): exif.test}
    said = image.saying(
        image.run, lambda part: late.logits(part.logits, parts[id(part)].logits, part.tags > 0)
    )
    cost = None if image.cost is None or exif.cost is None else _both(image.cost, exif.cost)
    return replace(said, cost=cost)


def _recalibrated(image: Spoken) -> Spoken:
    """The late fusion of an image model and an EXIF model that says nothing."""
    nothing = np.zeros_like(image.val.logits)
    late = Late.fit(image.val.labels, image.val.logits, nothing, image.val.tags > 0)
    return image.saying(
        image.run, lambda part: late.logits(part.logits, np.zeros_like(part.logits), part.tags > 0)
    )


def _both(one: Cost, other: Cost) -> Cost:
    macs = None if one.macs is None or other.macs is None else one.macs + other.macs
    times = {time.batch_size: time for time in other.latency}
    latency = [
        time.model_copy(update={"p50": time.p50 + second.p50, "p95": time.p95 + second.p95})
        for time in one.latency
        if (second := times.get(time.batch_size))
    ]
    return Cost(
        parameters=one.parameters + other.parameters,
        trainable=one.trainable + other.trainable,
        macs=macs,
        latency=tuple(latency),
        peak_bytes=max(one.peak_bytes, other.peak_bytes),
        train_seconds=one.train_seconds + other.train_seconds,
        energy=(*one.energy, *other.energy) if one.energy and other.energy else (),
    )


def _named(entries: Sequence[Entry]) -> list[Entry]:
    """Models with names that tell what is not the same for all of them."""
    called = _recipe_names([entry.recipe for entry in entries if entry.recipe])
    entries = [replace(one, recipe_name=called[one.recipe]) if one.recipe else one for one in entries]
    told = {
        name
        for name in ("backbone", "recipe", "weights", "epochs", "precision")
        if len({_told(entry, name) for entry in entries} - {None}) > 1
    }
    names = []
    for entry in entries:
        parts = [text for name in sorted(told) if (text := _told(entry, name))]
        names.append(f"{WORDS[entry.kind]} ({', '.join(parts)})" if parts else WORDS[entry.kind])
    return [replace(entry, name=name) for entry, name in zip(entries, _numbered(names), strict=True)]


def _recipe_names(recipes: Sequence[Recipe]) -> dict[Recipe, str]:
    """Names of recipes, different for different ones; one of exifds keeps its own."""
    found = sorted(set(recipes), key=lambda one: (one.name, not standard(one), one.model_dump_json()))
    return dict(zip(found, _numbered([one.name for one in found]), strict=True))


def _told(entry: Entry, name: str) -> str | None:
    """An attribute in words; None where there is none."""
    texts = {
        "backbone": entry.backbone,
        "recipe": entry.recipe_name,
        "weights": entry.weights and f"weights {entry.weights[:14]}",
        "epochs": entry.epochs and f"at most {counted(entry.epochs, 'epoch')}",
        "precision": entry.precision,
    }
    return texts[name] or None
