"""Rescoring: scores from the labels that a scorer gave earlier, so that new synonyms cost no call."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from exifds.enrich.score.concepts import Concepts
from exifds.progress import Advance
from exifds.store.queries import Update
from exifds.store.sync import Store

__all__ = ["by_others", "labelled_by", "rescore"]

BATCH = 1000


def rescore(store: Store, scorer: str, concepts: Concepts, advance: Advance, model: str | None = None) -> int:
    """Score every photo that a scorer has labelled for these concepts. Done twice, it changes nothing more.

    Photos without its labels stay as they are, and so do the scores of other concepts.

    Args:
        store: The dataset.
        scorer: Who labelled: a key in `Photo.labels`, such as `google`.
        concepts: What the photos are scored for.
        advance: Told of every batch.
        model: Only labels that this model of the scorer gave count; None takes those of all.

    Returns:
        Number of photos whose scores changed.
    """
    changed = 0
    labelled = store.find(labelled_by(scorer, model), {f"labels.{scorer}": 1, **_paths(concepts)})
    for batch in _batches(labelled):
        updates = (_update(document, scorer, concepts) for document in batch)
        changed += store.update([update for update in updates if update is not None])
        advance(len(batch), 0)
    return changed


def labelled_by(scorer: str, model: str | None = None) -> dict[str, Any]:
    """Filter of the photos that have labels of a scorer.

    Args:
        scorer: The scorer, as in `Photo.labels`.
        model: The model that gave them; None for any.

    Returns:
        The filter.

    Example:
        >>> labelled_by("keras", "exif-modern-s0@0f3c")
        {'labels.keras.model': 'exif-modern-s0@0f3c'}
    """
    return {f"labels.{scorer}.model": model} if model else {f"labels.{scorer}": {"$exists": True}}


def by_others(store: Store, scorer: str, concepts: Concepts, model: str | None = None) -> int:
    """Count the photos whose scores for these concepts another scorer gave.

    Whatever has labels of a scorer is scored by them, so a score without its labels is not its own.

    Args:
        store: The dataset.
        scorer: The scorer, as in `Photo.labels`.
        concepts: What photos are scored for.
        model: Only labels that this model of the scorer gave count; None takes those of all.

    Returns:
        Number of photos that have a score of one of the concepts, and no labels of the scorer.
    """
    scored = [{path: {"$exists": True}} for path in _paths(concepts)]
    return store.count({"$nor": [labelled_by(scorer, model)], "$or": scored}) if scored else 0


def _paths(concepts: Concepts) -> dict[str, int]:
    return {f"scores.{name}": 1 for name in concepts.names}


def _update(document: Mapping[str, Any], scorer: str, concepts: Concepts) -> Update | None:
    """The new scores, unless they stand already; never of labels that were replaced meanwhile."""
    labels, stored = document["labels"][scorer], document.get("scores", {})
    scores = concepts.scores(labels.get("items", ()))
    new = {
        f"scores.{name}": score
        for name, score in scores.items()
        if name not in stored or stored[name] != score
    }
    same = {"_id": document["_id"], f"labels.{scorer}.at": labels["at"]}
    return (same, {"$set": new}) if new else None


def _batches(documents: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(documents)
    while batch := list(islice(iterator, BATCH)):
        yield batch
