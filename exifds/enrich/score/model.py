"""Model: labels of a model of one's own. They cost nothing, so there is neither a cache nor a budget."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from math import isfinite
from typing import Any, Final

from exifds.enrich.score.concepts import Concepts
from exifds.enrich.score.pages import pages
from exifds.enrich.score.report import Estimate, ScoreReport
from exifds.photo import LabelItem, Labels
from exifds.progress import Advance
from exifds.store.queries import Update
from exifds.store.sync import Store

__all__ = ["KERAS", "MOST_LABELS", "ModelScoring", "Said", "estimate", "without_model"]

KERAS: Final = "keras"
"""The key of models of one's own in `Photo.labels`."""

MOST_LABELS: Final = 50
"""Of a photo, the most probable ones: a model may have 10,000 classes, and a document has to stay small."""

_PAGE: Final = 256

Said = tuple[str, Mapping[str, float], str | None]
"""What a model says of a photo: `_id`, probability by class, and why there is none if there is none."""


def without_model(model: str, *, image: bool) -> dict[str, Any]:
    """Filter of the photos that a model has not labelled yet.

    Args:
        model: Its name, as in `Labels.model`.
        image: Whether it takes photos with an image only; else those whose EXIF is known will do, such as
            those that were scraped without images.

    Returns:
        The filter.

    Example:
        >>> without_model("image-tiny-modern-s0@0f3c", image=True)["labels.keras.model"]
        {'$ne': 'image-tiny-modern-s0@0f3c'}
    """
    whole = {"state": "done"}
    known = {"state": "meta", "camera_status": "ok"}
    there = {**whole, "image": {"$exists": True}} if image else {"$or": [whole, known]}
    return {**there, f"labels.{KERAS}.model": {"$ne": model}}


def estimate(store: Store, model: str, *, image: bool) -> Estimate:
    """What a run would do. It costs nothing, so nothing is to be paid.

    Args:
        store: The dataset.
        model: The name of the model.
        image: Whether it takes photos with an image only.

    Returns:
        Photos.
    """
    return Estimate(photos=store.count(without_model(model, image=image)))


@dataclass(frozen=True)
class ModelScoring:
    """Scores the photos of one dataset by a model.

    Run again, it goes on with those that have no labels of it. Labels of another model are replaced: a photo
    has those of one at a time. One that fails keeps what it has.

    Args:
        store: The dataset.
        model: The name of the model.
        image: Whether it takes photos with an image only.
        predict: Says what photos show, by their `_id`.
        concepts: What the photos are scored for.
    """

    store: Store
    model: str
    image: bool
    predict: Callable[[Sequence[str]], Iterable[Said]]
    concepts: Concepts

    def run(self, advance: Advance) -> ScoreReport:
        """Score the photos that have no labels of this model yet.

        Args:
            advance: Told of every page.

        Returns:
            What was done.

        Raises:
            UnreachableError: The database went away and did not come back.
        """
        report = ScoreReport()
        for rows in pages(self.store, without_model(self.model, image=self.image), {"_id": 1}, _PAGE):
            page = [row["_id"] for row in rows]
            updates, failures = [], {}
            for photo_id, scores, reason in self.predict(page):
                if reason is not None:
                    failures[photo_id] = reason
                elif not all(map(isfinite, scores.values())):
                    failures[photo_id] = "the model gives no number for it, but NaN or infinity"
                else:
                    updates.append(self._update(photo_id, scores))
            self.store.update(updates)
            report.add(len(updates), 0, failures)
            advance(len(updates) + len(failures), len(failures))
        left = self.store.count(without_model(self.model, image=self.image))
        report.remaining = max(left - len(report.failures), 0)
        return report

    def _update(self, photo_id: str, scores: Mapping[str, float]) -> Update:
        likely = sorted(scores, key=scores.__getitem__, reverse=True)
        items = tuple(_item(label, scores[label]) for label in islice(likely, MOST_LABELS))
        labels = Labels(model=self.model, at=datetime.now(UTC), items=items).model_dump()
        scored = {f"scores.{name}": score for name, score in self.concepts.scores(labels["items"]).items()}
        return {"_id": photo_id}, {"$set": {f"labels.{KERAS}": labels, **scored}}


def _item(label: str, score: float) -> LabelItem:
    """A label. Probabilities come from 32-bit floats: 7 digits are theirs."""
    return LabelItem(label=label, score=round(min(max(score, 0.0), 1.0), 7))
