"""Scoring: a dataset, a scorer and concepts brought together."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pymongo.synchronous.database import Database

from exifds.enrich.score import model, run
from exifds.enrich.score.answers import KnownOnly, Scorer, stored_as
from exifds.enrich.score.budget import Budget, accounted, checked
from exifds.enrich.score.concepts import Concepts
from exifds.enrich.score.model import KERAS, ModelScoring, Said
from exifds.enrich.score.report import Estimate, ScoreReport
from exifds.enrich.score.rescoring import by_others, labelled_by, rescore
from exifds.enrich.score.run import Scoring, without_labels
from exifds.errors import UsageError
from exifds.fetch.images import ImageStore
from exifds.progress import bar
from exifds.settings import Settings, load_settings
from exifds.store.labels import LabelCache
from exifds.store.sync import Store
from exifds.view import View

if TYPE_CHECKING:
    from exifds.train.config import Config

__all__ = ["Given", "concepts_of", "estimate", "require_no_limits", "run_of", "score", "score_by_model"]

Given = Mapping[str, Iterable[str] | str] | str | Path | Concepts
"""Concepts as a user gives them: labels by concept, the path of a YAML file, or `Concepts`."""

GOOGLE: Final = "google"


def run_of(scorer: str) -> str | None:
    """The run whose model scores.

    Args:
        scorer: `google`, or `keras:RUN`.

    Returns:
        The folder of the run; None for Google Vision.

    Raises:
        UsageError: There is no such scorer.

    Example:
        >>> run_of("keras:runs/exif-modern-s0-0a1b2c3d")
        'runs/exif-modern-s0-0a1b2c3d'
    """
    kind, _, run = scorer.partition(":")
    if scorer == GOOGLE:
        return None
    if kind != KERAS or not run:
        raise UsageError(f"expected a scorer of {GOOGLE} or {KERAS}:RUN, got {scorer!r}")
    return run


def concepts_of(given: Given) -> Concepts:
    """The concepts that were asked for.

    Args:
        given: As a user gives them.

    Returns:
        The concepts.

    Raises:
        UsageError: There is none, or they are not usable.

    Example:
        >>> concepts_of({"monkey": ["monkey", "macaque"]}).names
        ('monkey',)
    """
    found = _concepts(given)
    if not len(found):
        raise UsageError("expected at least one concept and its labels, such as monkey=monkey,macaque")
    return found.in_words()


def _concepts(given: Given) -> Concepts:
    if isinstance(given, (str, Path)):
        return Concepts.load(given)
    return given if isinstance(given, Concepts) else Concepts.of(given)


def estimate(
    store: Store,
    scorer: str = GOOGLE,
    concepts: Given | None = None,
    settings: Settings | None = None,
    budget: Decimal | float | str | None = None,
) -> Estimate:
    """What a scorer would do, and cost at most. Nothing is sent or written, and no key is needed.

    Args:
        store: The dataset.
        scorer: Who labels photos.
        concepts: What photos are scored for; None of Vision for none, of a model for its classes.
        settings: Where Vision is; None takes those of the environment.
        budget: What may be spent, in USD; None for no limit.

    Returns:
        Photos, images, requests and USD.

    Raises:
        UsageError: There is no such scorer, or an argument is not usable.
    """
    trained = run_of(scorer)
    limit = checked(budget)
    if trained is None:
        name = stored_as((settings or load_settings()).vision_endpoint)
        wanted = concepts_of(concepts) if concepts else Concepts()
        found = run.estimate(store, name, budget=limit)
        return replace(found, by_others=by_others(store, name, wanted))
    require_no_limits(budget, None)
    from exifds.train.config import WITH_IMAGE
    from exifds.train.trained import name_of, usable

    chosen = usable(trained)
    config, name = chosen.config(), name_of(chosen)
    found = model.estimate(store, name, image=config.inputs in WITH_IMAGE)
    return replace(found, by_others=by_others(store, KERAS, _for_model(concepts, config), name))


def score(
    database: Database[dict[str, Any]],
    store: Store,
    images: ImageStore,
    settings: Settings,
    concepts: Concepts,
    *,
    budget: Decimal | float | str | None,
    workers: int | None,
    show: bool | None,
) -> ScoreReport:
    """Score photos by Google Vision: anew those that have labels, which costs nothing, then the others.

    Args:
        database: Where the labels of earlier runs are.
        store: The dataset.
        images: Its image files.
        settings: The key, and where Vision is.
        concepts: What photos are scored for.
        budget: What may be spent, in USD; None for no limit.
        workers: Requests in flight; None takes the default.
        show: Show progress bars; None shows them on a terminal.

    Returns:
        What was done.

    Raises:
        UsageError: There is no way in to Vision though photos need it, or an argument is not usable.
        KeyboardInterrupt: Somebody stopped it; its message says what was paid.
    """
    name = stored_as(settings.vision_endpoint)
    limit = checked(budget)
    if workers is not None and workers < 1:
        raise UsageError(f"expected 1 request in flight or more, got {workers}")
    purse = Budget(limit)
    with accounted(purse):
        report = ScoreReport()
        rescored = _anew(store, name, concepts, show=show)
        if missing := store.count(without_labels(name)):
            with _vision(store, settings, workers) as vision:
                scoring = Scoring(store, images, LabelCache(database, name), vision, concepts, purse)
                with bar(f"score {store.name}", missing, show=show) as advance:
                    report = scoring.run(advance)
            # another run may have labelled photos meanwhile, and scored them for its own concepts only
            rescored += _anew(store, name, concepts, show=show)
        report.rescored, report.by_others = rescored, by_others(store, name, concepts)
        return report


@contextmanager
def _vision(store: Store, settings: Settings, workers: int | None) -> Iterator[Scorer]:
    """Google Vision; where nobody is let in, what is known already, if that is all that is needed."""
    from exifds.enrich.score.google import WORKERS, GoogleScorer  # brings gRPC

    try:
        google = GoogleScorer(settings, workers or WORKERS)
    except UsageError:
        name = stored_as(settings.vision_endpoint)
        if run.estimate(store, name).images:
            raise
        yield KnownOnly(name)
        return
    with google:
        yield google


def require_no_limits(budget: Decimal | float | str | None, workers: int | None) -> None:
    """Refuse, for a model of one's own, what limits requests.

    Args:
        budget: What may be spent, in USD.
        workers: Requests in flight.

    Raises:
        UsageError: One of them is given.
    """
    if budget is not None or workers is not None:
        raise UsageError(
            "a model of your own sends no requests and costs nothing: leave budget and workers out"
        )


def score_by_model(
    store: Store,
    find: Callable[[Mapping[str, Any]], View[Any]],
    trained: str,
    given: Given | None,
    *,
    show: bool | None,
) -> ScoreReport:
    """Score photos by a trained model: anew those that have its labels, then the others.

    Args:
        store: The dataset.
        find: Gives its photos, as `Dataset.find`.
        trained: The folder of the run.
        given: What photos are scored for; none takes each class by its own name, of two the second.
        show: Show progress bars; None shows them on a terminal.

    Returns:
        What was done.

    Raises:
        UsageError: There is no such run, or the concepts are not usable.
    """
    from exifds.train import predictor
    from exifds.train.config import WITH_IMAGE
    from exifds.train.trained import name_of, usable

    found = usable(trained)
    config = found.config()
    concepts = _for_model(given, config)
    name, image = name_of(found), config.inputs in WITH_IMAGE
    report = ScoreReport()
    rescored = _anew(store, KERAS, concepts, show=show, model=name)
    if missing := store.count(model.without_model(name, image=image)):
        loaded = predictor.load(found)

        def predict(ids: Sequence[str]) -> Iterator[Said]:
            for said in loaded.predict(find({"_id": {"$in": list(ids)}})):
                yield said.id, said.scores, said.reason

        with bar(f"score {store.name}", missing, show=show) as advance:
            report = ModelScoring(store, name, image, predict, concepts).run(advance)
    report.rescored, report.by_others = rescored, by_others(store, KERAS, concepts, name)
    return report


def _for_model(given: Given | None, config: "Config") -> Concepts:
    """The concepts that a model is asked for: without any, each class by its own name, of two the second."""
    own = config.classes[1:] if config.kind == "binary" else config.classes
    return _concepts(given or {}).among(config.classes, own)


def _anew(store: Store, name: str, concepts: Concepts, *, show: bool | None, model: str | None = None) -> int:
    """Score the photos that have labels."""
    labelled = store.count(labelled_by(name, model))
    with bar(f"score {store.name} anew", labelled, show=show) as advance:
        return rescore(store, name, concepts, advance, model)
