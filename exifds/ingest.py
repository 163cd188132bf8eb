"""Ingest: files become photos in a dataset.

The unit of work is a chunk of files: all are read once and hashed, the ones already stored are told apart
by their hash, and only the new ones are parsed, sealed, written and inserted. The order makes a kill at any
point harmless: first the image file (whole or absent), then the document, journalled. What is missing after
a kill is found missing by the next run.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import joblib
from bson.raw_bson import RawBSONDocument

from exifds import exif
from exifds.crypto import privacy as policy
from exifds.errors import PhotoError
from exifds.fetch.images import ImageStore, require_space
from exifds.photo import Photo, Privacy
from exifds.progress import Advance
from exifds.reading import ReadFile, photo_in, read_file
from exifds.sources.folder import FoundFile
from exifds.store import queries
from exifds.store.codec import Codec, failed, to_bson
from exifds.store.sync import Store

__all__ = ["Failure", "IngestReport", "Ingester"]

CHUNK_FILES = 32
CHUNK_BYTES = 32 * 2**20


@dataclass(frozen=True)
class Failure:
    """A file that did not become a photo, and why."""

    query: str
    reason: str


@dataclass
class IngestReport:
    """What became of the files of a run.

    Args:
        stored: New photos.
        known: Files whose photo was there already.
        kept_metadata: Of the stored, those whose file still holds its metadata: it was left in place, or
            is of a format that cannot be stripped.
        failed: Files that are no usable photo.
    """

    stored: int = 0
    known: int = 0
    kept_metadata: int = 0
    failed: list[Failure] = field(default_factory=list)

    @property
    def files(self) -> int:
        """Number of files looked at."""
        return self.stored + self.known + len(self.failed)

    def add(self, other: "IngestReport") -> None:
        """Count another report in."""
        self.stored += other.stored
        self.known += other.known
        self.kept_metadata += other.kept_metadata
        self.failed += other.failed


Item = TypeVar("Item", FoundFile, ReadFile)
Result = TypeVar("Result")


@dataclass(frozen=True)
class _Draft:
    """A new photo on its way into the store; `failure` says why its document holds nothing but its id."""

    read: ReadFile
    photo: Photo
    document: RawBSONDocument
    copy: bytes | None
    kept_metadata: bool = False
    failure: str | None = None


@dataclass(frozen=True)
class Ingester:
    """Takes files into one dataset.

    Args:
        store: The dataset.
        codec: Makes its documents.
        images: Where copies of the image files go.
        in_place: Leave the files where and as they are instead of copying them.
        data_folder: Where the database grows, if on this machine: its disk must not fill up.
    """

    store: Store
    codec: Codec
    images: ImageStore
    in_place: bool = False
    data_folder: Path | None = None

    def run(self, files: Iterable[FoundFile], advance: Advance, workers: int | None = None) -> IngestReport:
        """Ingest files on several threads.

        Args:
            files: From `sources.folder.walk`.
            advance: Told of every chunk.
            workers: Threads; None takes one per core.

        Returns:
            What became of them.

        Raises:
            DiskFullError: Too little room is left.
            UnreachableError: The database went away and did not come back.
        """
        self.images.sweep()
        report = IngestReport()
        parallel = joblib.Parallel(
            n_jobs=workers or os.cpu_count() or 1, require="sharedmem", return_as="generator_unordered"
        )
        for part in parallel(joblib.delayed(self.chunk)(chunk) for chunk in _chunks(files)):
            report.add(part)
            advance(part.files, len(part.failed))
        return report

    def chunk(self, files: list[FoundFile]) -> IngestReport:
        """Ingest so few files that all fit into memory.

        Args:
            files: The files.

        Returns:
            What became of them.
        """
        require_space(*self._disks())
        report = IngestReport()
        reads = list(_sift(files, read_file, report))
        states = self.store.states([read.photo_id for read in reads])
        stored = {photo_id for photo_id, state in states.items() if state != "failed"}
        drafts = list(_sift((read for read in reads if read.photo_id not in stored), self._draft, report))
        unique = {draft.photo.id: draft for draft in drafts}
        self.store.forget_failures(list(states.keys() - stored))
        taken = self._insert(list(unique.values()), report)
        again = [read for read in reads if read.photo_id in stored]
        twins = [draft for draft in drafts if draft is not unique[draft.photo.id]]
        again += [draft.read for draft in drafts if draft.photo.id in taken and draft not in twins]
        again += [draft.read for draft in twins if unique[draft.photo.id].failure is None]
        self._mend([read for read in again if not self.in_place])
        self.store.update([update for read in again for update in _provenance(read)])
        report.known += len(again)
        return report

    def _mend(self, known: list[ReadFile]) -> None:
        """Write again the copies of known photos that are gone."""
        paths = {
            read.photo_id: self.images.locate(self.store.name, read.sha256, exif.detect(read.data))
            for read in known
        }
        gone = {read.photo_id: read for read in known if not self.images.has(paths[read.photo_id])}
        for row in self.store.find({"_id": {"$in": list(gone)}}, {"image.path": 1}) if gone else ():
            path = paths[row["_id"]]
            if row.get("image", {}).get("path") == path:
                _, copy = photo_in(gone[row["_id"]], partial(self.images.locate, self.store.name))
                self.images.put(path, copy or b"")

    def _disks(self) -> list[Path]:
        images = [] if self.in_place else list(self.images.local_folders())
        return images if self.data_folder is None else [*images, self.data_folder]

    def _draft(self, read: ReadFile) -> _Draft:
        """Everything about a photo that can be known before it is stored."""
        locate = None if self.in_place else partial(self.images.locate, self.store.name)
        photo, copy = photo_in(read, locate)
        if self.codec.privacy is Privacy.STRICT and photo.image and photo.image.format not in exif.STRIPPABLE:
            raise PhotoError(f"strict privacy stores no {photo.image.format}: its metadata cannot be cut out")
        kept_metadata = copy in (None, read.data) and bool(photo.exif or photo.xmp or photo.iptc)
        photo = policy.apply(photo, self.codec.privacy, self.codec.keyring, exif.CAMERA_TAGS)
        try:
            return _Draft(read, photo, self._encoded(photo), copy, kept_metadata)
        except PhotoError as error:
            return self._failed(read, photo, str(error))

    def _failed(self, read: ReadFile, photo: Photo, reason: str) -> _Draft:
        return _Draft(read, photo, self._encoded(failed(photo, reason)), None, failure=reason)

    def _encoded(self, photo: Photo) -> RawBSONDocument:
        return to_bson(self.codec.encode(photo))

    def _insert(self, drafts: list[_Draft], report: IngestReport) -> set[str]:
        """Write the image files, then the documents; quarantine what the server refuses.

        Returns:
            Ids of photos that somebody else had stored in the meantime.
        """
        for draft in drafts:
            if draft.copy is not None and draft.photo.image is not None:
                self.images.put(draft.photo.image.path, draft.copy)
        inserted = self.store.insert([draft.document for draft in drafts])
        refused = [
            self._failed(draft.read, draft.photo, inserted.refused[draft.photo.id])
            for draft in drafts
            if draft.photo.id in inserted.refused
        ]
        self.store.insert([draft.document for draft in refused])
        for draft in drafts:
            reason = draft.failure or inserted.refused.get(draft.photo.id)
            if reason is not None:
                report.failed.append(Failure(draft.read.query, reason))
            elif draft.photo.id not in inserted.known:
                report.stored += 1
                report.kept_metadata += draft.kept_metadata
        return set(inserted.known)


def _chunks(files: Iterable[FoundFile]) -> Iterator[list[FoundFile]]:
    """Group files so that a group is worth a round trip to the database and fits into memory."""
    chunk: list[FoundFile] = []
    size = 0
    for file in files:
        if chunk and (len(chunk) == CHUNK_FILES or size + file.size > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(file)
        size += file.size
    if chunk:
        yield chunk


def _sift(items: Iterable[Item], step: Callable[[Item], Result], report: IngestReport) -> Iterator[Result]:
    """Do a step with each item; one that fails is reported and left out."""
    for item in items:
        try:
            yield step(item)
        except PhotoError as error:
            report.failed.append(Failure(item.query, str(error)))


def _provenance(read: ReadFile) -> list[queries.Update]:
    return queries.add_provenance(read.photo_id, read.found_by(), read.file.concepts)
