"""Labeller: finds the labels of a few photos at a time, and writes them down.

What a scorer said goes to the cache first and to the photos then, journalled both times; so a kill in between
costs nothing, and one before costs the answers under way.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

from exifds.enrich.score.answers import Barred, Labelled, Refused, Scorer, Unaffordable, Unclaimed
from exifds.enrich.score.budget import Budget
from exifds.enrich.score.concepts import Concepts
from exifds.errors import PhotoError, UsageError
from exifds.fetch.images import ImageStore
from exifds.photo import Labels
from exifds.store.labels import LabelCache
from exifds.store.queries import Update
from exifds.store.sync import Store

__all__ = ["Labeller", "Part", "Unlabelled"]

Found = dict[str, dict[str, Any]]
"""Labels as `Photo.labels` holds them, by hash of the image file."""


class Unlabelled(NamedTuple):
    """A photo that wants labels: its `_id`, and its image file."""

    id: str
    sha256: str
    path: str
    orientation: int | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read a document with the fields `image.sha256`, `image.path` and `image.orientation`."""
        image = row["image"]
        return cls(row["_id"], image["sha256"], image["path"], image.get("orientation"))


@dataclass
class Part:
    """What became of a few photos.

    Args:
        scored: Photos whose labels were paid.
        cached: Photos that got labels which were known.
        failures: Why photos got none, by `_id`.
        busy: Images that somebody else is asking about, or may be.
        unaffordable: Images that the budget did not suffice for.
        unanswered: Why the scorer gave no answer, if it gave none.
        barred: Why it lets nobody in, if it does not.
    """

    scored: int = 0
    cached: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    busy: int = 0
    unaffordable: int = 0
    unanswered: str | None = None
    barred: UsageError | None = None


@dataclass(frozen=True)
class Labeller:
    """Labels the photos of one dataset. Any number of threads may use it.

    Args:
        store: The dataset.
        images: Its image files.
        cache: What the scorer said already, about images of all datasets.
        scorer: Gives labels.
        concepts: What the photos are scored for.
        budget: What may be spent.
    """

    store: Store
    images: ImageStore
    cache: LabelCache
    scorer: Scorer
    concepts: Concepts
    budget: Budget

    def fill(self, photos: Sequence[Unlabelled]) -> Part:
        """Give photos the labels that are known of their images.

        Args:
            photos: The photos.

        Returns:
            How many got some, and which were refused.
        """
        known, refused = self.cache.read({photo.sha256 for photo in photos})
        failures = {photo.id: refused[photo.sha256] for photo in photos if photo.sha256 in refused}
        return Part(cached=self._write(photos, known), failures=failures)

    def ask(self, photos: Sequence[Unlabelled]) -> Part:
        """Ask for the labels of photos, each different image once.

        Args:
            photos: The photos, as many as the scorer is best asked about.

        Returns:
            What became of them.

        Raises:
            UsageError: The scorer lets nobody in; what it said before is written down.
        """
        part = Part()
        by_image = defaultdict(list)
        for photo in photos:
            by_image[photo.sha256].append(photo)
        with self.cache.claimed(by_image.keys()) as claim:
            files = self._prepared([by_image[sha256] for sha256 in sorted(claim.ours)], part)
            found, refused = self._asked(files, by_image, part, claim.held)
            self.cache.keep(found)
            self.cache.refuse(refused)
        part.busy += len(by_image.keys() - claim.ours - claim.known.keys() - claim.refused.keys())
        for sha256, reason in claim.refused.items():
            part.failures |= {photo.id: reason for photo in by_image[sha256]}
        part.scored = self._write(photos, found)
        part.cached = self._write(photos, claim.known)
        if part.barred:
            raise part.barred
        return part

    def _prepared(self, groups: Iterable[list[Unlabelled]], part: Part) -> dict[str, bytes]:
        """Images as the scorer takes them, by hash; the photos of a group have the same file."""
        files = {}
        for group in groups:
            first = group[0]
            try:
                files[first.sha256] = self.scorer.prepared(self._file(first), first.orientation)
            except PhotoError as error:
                part.failures |= {photo.id: str(error) for photo in group}
        return files

    def _file(self, photo: Unlabelled) -> bytes:
        data = self.images.get(photo.path)
        if hashlib.sha256(data).hexdigest() != photo.sha256:
            raise PhotoError("the image file is not the one that was stored")
        return data

    def _asked(
        self,
        files: Mapping[str, bytes],
        by_image: Mapping[str, list[Unlabelled]],
        part: Part,
        held: Callable[[], bool],
    ) -> tuple[Found, dict[str, str]]:
        """The labels of images, and why others were refused, by hash."""
        found: Found = {}
        refused: dict[str, str] = {}
        answers = self.scorer.label(list(files.values()), self.budget, held) if files else []
        for sha256, answer in zip(files, answers, strict=True):
            match answer:
                case Labelled(items):
                    labels = Labels(model=self.scorer.model, at=datetime.now(UTC), items=items)
                    found[sha256] = labels.model_dump()
                case Refused(reason, lasting):
                    if lasting:
                        refused[sha256] = reason
                    part.failures |= {photo.id: reason for photo in by_image[sha256]}
                case Unaffordable():
                    part.unaffordable += 1
                case Unclaimed():
                    part.busy += 1
                case Barred(error):
                    part.barred = error
                case _:
                    part.unanswered = answer.reason
        return found, refused

    def _write(self, photos: Iterable[Unlabelled], found: Mapping[str, Mapping[str, Any]]) -> int:
        """Write labels and scores to those of the photos that have some now, in one journalled step."""
        updates = [self._update(photo, found[photo.sha256]) for photo in photos if photo.sha256 in found]
        self.store.update(updates)
        return len(updates)

    def _update(self, photo: Unlabelled, labels: Mapping[str, Any]) -> Update:
        scores = {f"scores.{name}": value for name, value in self.concepts.scores(labels["items"]).items()}
        query = {"_id": photo.id, "image.sha256": photo.sha256}
        return query, {"$set": {f"labels.{self.scorer.name}": dict(labels), **scores}}
