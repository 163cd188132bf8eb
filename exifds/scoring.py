"""Scoring: a dataset, a scorer and concepts brought together."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pymongo.synchronous.database import Database

from exifds.enrich.score import run
from exifds.enrich.score.answers import stored_as
from exifds.enrich.score.budget import Budget, checked
from exifds.enrich.score.concepts import Concepts
from exifds.enrich.score.report import Estimate, ScoreReport
from exifds.enrich.score.rescoring import rescore
from exifds.enrich.score.run import Scoring, without_labels
from exifds.errors import UsageError
from exifds.fetch.images import ImageStore
from exifds.progress import bar
from exifds.settings import Settings, load_settings
from exifds.store.labels import LabelCache
from exifds.store.sync import Store

__all__ = ["SCORERS", "Given", "concepts_of", "estimate", "require_scorer", "score"]

Given = Mapping[str, Iterable[str] | str] | str | Path | Concepts
"""Concepts as a user gives them: labels by concept, the path of a YAML file, or `Concepts`."""

GOOGLE = "google"
SCORERS = (GOOGLE,)


def require_scorer(name: str) -> None:
    """Make sure that there is such a scorer.

    Args:
        name: Its name.

    Raises:
        UsageError: There is none.
    """
    if name not in SCORERS:
        raise UsageError(f"expected a scorer of {', '.join(SCORERS)}, got {name!r}")


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
    if isinstance(given, (str, Path)):
        given = Concepts.load(given)
    found = given if isinstance(given, Concepts) else Concepts.of(given)
    if not len(found):
        raise UsageError("expected at least one concept and its labels, such as monkey=monkey,macaque")
    return found


def estimate(store: Store, scorer: str = GOOGLE, settings: Settings | None = None) -> Estimate:
    """What `score` would do, and cost at most. Nothing is sent or written, and no key is needed.

    Args:
        store: The dataset.
        scorer: Who labels photos.
        settings: Where Vision is; None takes those of the environment.

    Returns:
        Photos, images, requests and USD.
    """
    require_scorer(scorer)
    return run.estimate(store, stored_as((settings or load_settings()).vision_endpoint))


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
        UsageError: There is no way in to Vision, or an argument is not usable.
    """
    name = stored_as(settings.vision_endpoint)
    limit = checked(budget)
    if workers is not None and workers < 1:
        raise UsageError(f"expected 1 request in flight or more, got {workers}")
    rescored = _anew(store, name, concepts, show=show)
    missing = store.count(without_labels(name))
    if not missing:
        return ScoreReport(rescored=rescored)
    from exifds.enrich.score.google import WORKERS, GoogleScorer  # brings gRPC

    with GoogleScorer(settings, workers or WORKERS) as google:
        scoring = Scoring(store, images, LabelCache(database, name), google, concepts, Budget(limit))
        with bar(f"score {store.name}", missing, show=show) as advance:
            report = scoring.run(advance)
    # another run may have labelled photos meanwhile, and scored them for its own concepts only
    report.rescored = rescored + _anew(store, name, concepts, show=show)
    return report


def _anew(store: Store, name: str, concepts: Concepts, *, show: bool | None) -> int:
    """Score the photos that have labels."""
    labelled = store.count({f"labels.{name}": {"$exists": True}})
    with bar(f"score {store.name} anew", labelled, show=show) as advance:
        return rescore(store, name, concepts, advance)
