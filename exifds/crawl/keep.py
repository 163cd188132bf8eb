"""Keep: what was gathered goes into the dataset. The image file first, whole; then the document says so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from bson.raw_bson import RawBSONDocument

from exifds import exif
from exifds.crawl.needs import NEEDS_FIELDS
from exifds.crypto import privacy as policy
from exifds.errors import PhotoError
from exifds.fetch.images import ImageStore, require_space
from exifds.photo import Photo, Privacy
from exifds.store import queries
from exifds.store.codec import Codec, decode, failed, to_bson
from exifds.store.sync import Store

__all__ = ["Draft", "Keeper", "Known", "Written"]


@dataclass(frozen=True)
class Known:
    """A photo that is in the dataset: what it holds, and the revision that a change builds on."""

    photo: Photo
    revision: int


@dataclass(frozen=True)
class Draft:
    """What becomes of one photo: its new document, or the changes to the one there is."""

    photo_id: str
    kind: Literal["kept", "gone", "failed"]
    reason: str | None = None
    document: RawBSONDocument | None = None
    updates: tuple[queries.Update, ...] = ()
    seen: tuple[queries.Update, ...] = ()
    """Updates in place of a new document, where somebody else was faster: how this crawl found the photo."""
    changed_at: datetime | None = None
    """`updated_at` of a changed document: where another stands, somebody else was faster."""


@dataclass(frozen=True)
class Written:
    """What became of a batch.

    Args:
        refused: Ids of photos that the database refused, with why.
        overtaken: What is in the dataset of photos that somebody else stored or changed meanwhile, by id.
    """

    refused: Mapping[str, str]
    overtaken: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Keeper:
    """Stores photos of a crawl in one dataset.

    Args:
        store: The dataset.
        codec: Makes its documents.
        images: Where its image files go.
        data_folder: Where the database grows, if on this machine: its disk must not fill up.
    """

    store: Store
    codec: Codec
    images: ImageStore
    data_folder: Path | None = None

    def locate(self, sha256: str, image_format: str) -> str:
        """Where an image lies in the image store."""
        return self.images.locate(self.store.name, sha256, image_format)

    def stored(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What of the photos is in the dataset: enough to tell what they need."""
        return {row["_id"]: row for row in self.store.read(ids, NEEDS_FIELDS)}

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        """Photos of the dataset, with their personal fields opened."""
        return {
            row["_id"]: Known(decode(self.codec.opened(row)), row.get("_sec", {}).get("n", 1))
            for row in self.store.read(ids)
        }

    def draft(self, photo: Photo, copy: bytes | None, known: Known | None) -> Draft:
        """Get a photo ready to be stored, and write its image file.

        Args:
            photo: The photo, complete.
            copy: Its image file, if there is a new one.
            known: What is in the dataset of it.

        Returns:
            The draft. A photo that cannot be stored becomes a failure.

        Raises:
            DiskFullError: Too little room is left.
        """
        now = datetime.now(UTC)
        changed_at = (
            now.replace(microsecond=now.microsecond // 1000 * 1000) if known else None
        )  # as BSON has it
        kept = policy.apply(photo, self.codec.privacy, self.codec.keyring, exif.CAMERA_TAGS)
        try:
            if copy is not None and photo.image is not None:
                self._storable(photo.image.format)
            if known is None:
                draft = Draft(photo.id, "kept", None, to_bson(self.codec.encode(kept)), seen=_seen(photo))
            else:
                changed = kept.model_copy(update={"updated_at": changed_at})
                document = self.codec.encode(changed, known.revision + 1)
                updates = (queries.completion(document, known.revision),)
                draft = Draft(photo.id, "kept", updates=updates, changed_at=changed_at)
        except PhotoError as error:
            return self.failure(photo, "failed", str(error), known)
        if copy is not None and photo.image is not None:
            self.images.put(photo.image.path, copy)
        return draft

    def failure(
        self, photo: Photo, kind: Literal["gone", "failed"], reason: str, known: Known | None
    ) -> Draft:
        """Get ready to note that a photo is gone or could not be fetched: nothing personal is kept of it."""
        if known is None:
            return Draft(photo.id, kind, reason, to_bson(self.codec.encode(failed(photo, reason, kind))))
        return Draft(photo.id, kind, reason, None, (queries.setback(photo.id, kind, reason),))

    def write(self, drafts: Sequence[Draft], seen: Iterable[queries.Update] = ()) -> Written:
        """Store drafts, journalled.

        Args:
            drafts: The drafts.
            seen: Other updates to make in the same round trip.

        Returns:
            What the database refused, and where somebody else was faster.

        Raises:
            DiskFullError: Too little room is left.
            UnreachableError: The database went away and did not come back.
        """
        folders = [*self.images.local_folders()]
        require_space(*folders, *([self.data_folder] if self.data_folder else []))
        new = {draft.photo_id: draft for draft in drafts if draft.document is not None}
        self.store.forget_failures(list(new))
        inserted = self.store.insert([draft.document for draft in new.values() if draft.document is not None])
        self.store.insert([self._refused(photo_id, why) for photo_id, why in inserted.refused.items()])
        late = (update for photo_id in inserted.known for update in new[photo_id].seen)
        self.store.update([*(update for draft in drafts for update in draft.updates), *late, *seen])
        return Written(inserted.refused, self._overtaken(drafts, inserted.known))

    def _overtaken(self, drafts: Sequence[Draft], known: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Of the photos that somebody else stored or changed meanwhile, what is in the dataset now."""
        changed = {draft.photo_id: draft.changed_at for draft in drafts if draft.changed_at}
        rows = self.stored([*known, *changed]) if known or changed else {}
        return {
            photo_id: row
            for photo_id, row in rows.items()
            if photo_id not in changed or row.get("updated_at") != changed[photo_id]
        }

    def _refused(self, photo_id: str, reason: str) -> RawBSONDocument:
        source, _, source_id = photo_id.partition(":")
        photo = Photo(id=photo_id, source=source, source_id=source_id, created_at=datetime.now(UTC))
        return to_bson(self.codec.encode(failed(photo, reason)))

    def _storable(self, image_format: str) -> None:
        if self.codec.privacy is Privacy.STRICT and image_format not in exif.STRIPPABLE:
            raise PhotoError(f"strict privacy stores no {image_format}: its metadata cannot be cut out")


def _seen(photo: Photo) -> tuple[queries.Update, ...]:
    """Updates that note how a stored photo was found once more."""
    return tuple(
        update for way in photo.found_by for update in queries.add_provenance(photo.id, way, photo.concepts)
    )
