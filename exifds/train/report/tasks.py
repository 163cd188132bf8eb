"""Tasks: all numbers of the models of one task, step by step."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from exifds.export.manifest import Manifest
from exifds.train.explain.importance import Importance, importance
from exifds.train.report import costs, pairs
from exifds.train.report.advice import advice
from exifds.train.report.claims import claims
from exifds.train.report.commands import again
from exifds.train.report.comparison import Pair, Settings, Tags, Task, Truth
from exifds.train.report.copies import copies
from exifds.train.report.entries import Entry, Gathered
from exifds.train.report.hazards import LONE, hazards, recipes
from exifds.train.report.leaking import leak
from exifds.train.report.measure import MAIN, against, measure, rocs, stratified
from exifds.train.report.methods import methods
from exifds.train.report.model import Model
from exifds.train.stats.alarm import Leak
from exifds.train.stats.bootstrap import Interval

__all__ = ["Export", "Work", "concluded"]

_WITHOUT_EXIF: Final[Mapping[str, str]] = {"fusion": "image", "late": "recalibrated"}
"""What is gained by EXIF is taken over the model that differs in nothing else."""


@dataclass(frozen=True, eq=False)
class Export:
    """An export that was given.

    Args:
        folder: Of it.
        manifest: Of it.
    """

    folder: Path
    manifest: Manifest


@dataclass(frozen=True, eq=False)
class Work:
    """What is to be computed of one task.

    Args:
        gathered: Its models.
        export: Its export; None if it was not given.
        settings: Of the report.
        truth: What the best possible observer reaches; None where unknown.
        importance: Whether to measure how much models rely on each tag.
        tests: How many pairs are compared in all tasks of the report.
    """

    gathered: Gathered
    export: Export | None
    settings: Settings
    truth: Truth | None
    importance: bool = False
    tests: int = 1

    @property
    def steps(self) -> int:
        """How many models and pairs there are."""
        return len(self.gathered.entries) + len(pairs.planned(self.gathered.entries))

    def task(self, done: Callable[[], None]) -> Task:
        """Compute it.

        Args:
            done: Called after each step.

        Returns:
            The task, as if no pair were decided; `concluded` does that.
        """
        compared = []
        for a, b, question in pairs.planned(self.gathered.entries):
            compared.append(
                pairs.compared(a, b, question, draws=self.settings.draws, tests=max(1, self.tests))
            )
            done()
        target = costs.target_of(self.gathered.entries, self.settings.target_score)
        models = []
        for entry in self.gathered.entries:
            models.append(self._model(entry, compared, target))
            done()
        shown = _shown(self.gathered.entries, models)
        curved = [
            model.model_copy(update={"roc": rocs(entry)}) if model.name in shown else model
            for entry, model in zip(self.gathered.entries, models, strict=True)
        ]
        task = self._described(curved, compared, target, shown)
        found = tuple(self._importance(shown)) if self.importance else ()
        return task.model_copy(update={"importance": found})

    def _model(self, entry: Entry, compared: Sequence[Pair], target: float | None) -> Model:
        draws = self.settings.draws
        wanted = _WITHOUT_EXIF.get(entry.kind)
        image = next((one for one in self.gathered.entries if one.kind == wanted and entry.akin(one)), None)
        strata = stratified(entry, image, draws=draws) if entry.kind in MAIN else ()
        best = None if self.truth is None else self.truth.of(entry.kind)
        beside = None if best is None else against(entry, best, self._gain(entry, compared), self._possible)
        return measure(entry, draws=draws).model_copy(
            update={
                "strata": strata,
                "curves": costs.curves(entry),
                "cost": costs.costs(entry, target, self.settings),
                "truth": beside,
            }
        )

    def _gain(self, entry: Entry, compared: Sequence[Pair]) -> Interval | None:
        """Of accuracy over the model of the same kind without EXIF, for fusions."""
        asked = {f"{fused}-{image}" for fused, image in _WITHOUT_EXIF.items()}
        return next(
            (
                pair.accuracy.difference
                for pair in compared
                if pair.a == entry.name and pair.question in asked
            ),
            None,
        )

    @property
    def _possible(self) -> float | None:
        """What EXIF adds to the accuracy of the best observer."""
        if self.truth is None or self.truth.fusion is None or self.truth.image is None:
            return None
        return self.truth.fusion.accuracy - self.truth.image.accuracy

    @property
    def _manifest(self) -> Manifest | None:
        return self.export.manifest if self.export else None

    @property
    def _leak(self) -> Leak | None:
        if self.export is None or self.gathered.config.export.group in LONE:
            return None
        return leak(self.export.folder, self.export.manifest)

    @property
    def _copies(self) -> Mapping[str, int]:
        return copies(self.export.folder, recipes(self.gathered)) if self.export else {}

    def _importance(self, shown: Sequence[str]) -> Iterator[Importance]:
        """Of tags in the models that are drawn, of their first seeds."""
        for entry in self.gathered.entries:
            path = entry.first.run_path
            if entry.name in shown and entry.kind in {"exif", "fusion"} and self.export and path:
                yield importance(path, self.export.folder, progress=False)

    def _described(
        self, models: Sequence[Model], compared: Sequence[Pair], target: float | None, shown: Sequence[str]
    ) -> Task:
        gathered, config, said = self.gathered, self.gathered.config, self.gathered.photos
        parts = {"val": said.val, "test": said.test}
        counts = said.answers.truth.sum(axis=0).tolist()
        asked = config.export.options.get("target")
        return Task(
            title=gathered.title,
            export=config.export,
            target=None if asked is None else str(asked),
            kind=config.kind,
            classes=config.classes,
            support=tuple(counts),
            photos={name: len(part.ids) for name, part in parts.items()},
            groups={name: len(set(part.group.tolist())) for name, part in parts.items()},
            seen=float(said.test.seen.mean()),
            target_score=target,
            models=tuple(models),
            shown=tuple(shown),
            pairs=tuple(compared),
            leak=self._leak,
            hazards=hazards(gathered, self._manifest, counts, self._copies),
            tags=Tags(counts=dict(sorted(Counter(said.test.tags.tolist()).items())), shares=self._shares()),
            methods=methods(gathered, self._manifest, self.settings),
            again=again(gathered),
        )

    def _shares(self) -> Mapping[str, float]:
        """Of training photos that have each feature."""
        if self._manifest is None or not self._manifest.splits["train"].photos:
            return {}
        photos = self._manifest.splits["train"].photos
        return {known.name: known.count / photos for known in self._manifest.statistics}


def concluded(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Decide on all pairs together, for each is a chance to be wrong, and say what is supported.

    Args:
        tasks: All of a report.

    Returns:
        The same with verdicts, claims and advice.
    """
    decided = iter(pairs.adjusted([pair for task in tasks for pair in task.pairs]))
    found = [task.model_copy(update={"pairs": tuple(islice(decided, len(task.pairs)))}) for task in tasks]
    return tuple(task.model_copy(update={"claims": claims(task), "advice": advice(task)}) for task in found)


def _shown(entries: Sequence[Entry], models: Sequence[Model]) -> list[str]:
    """The models trained alike of which the fullest is best on val, so that test chooses nothing."""
    for kind in MAIN:
        ranked = [(model.val_macro_f1, number) for number, model in enumerate(models) if model.kind == kind]
        if ranked:
            first = entries[max(ranked, key=lambda one: (one[0], -one[1]))[1]]
            return [entry.name for entry in entries if entry.kind in MAIN and entry.akin(first)]
    return [models[0].name]
