"""View: the photos that match a filter, read when they are asked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from exifds.errors import UsageError
from exifds.photo import Photo
from exifds.store.codec import Codec, decode
from exifds.store.sync import Store

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["View", "photos"]

Row = TypeVar("Row")


@dataclass(frozen=True)
class View(Generic[Row]):
    """The photos that match a filter. Nothing is read before the view is iterated, counted or tabled.

    Each iteration asks the database anew and streams, so a view of a million photos takes no memory.

    Args:
        store: The dataset.
        query: A checked filter.
        codec: Opens its documents; without a keyring, personal fields are left out.
        make: Turns a document into what iteration gives.
        fields: The fields that are read; empty means all.
        size: At most so many photos; 0 means all.
    """

    store: Store
    query: Mapping[str, Any]
    codec: Codec
    make: Callable[[dict[str, Any]], Row]
    fields: tuple[str, ...] = ()
    size: int = 0

    def __iter__(self) -> Iterator[Row]:
        return map(self.make, self.documents())

    def documents(self) -> Iterator[dict[str, Any]]:
        """The photos as dictionaries, shaped as in MongoDB; personal fields opened or left out.

        Yields:
            One dictionary a photo.

        Raises:
            SealError: A personal value was changed, moved or cannot be opened.
        """
        wanted = {field.partition(".")[0] for field in self.fields}
        for document in self.store.find(self.query, self._projection(), self.size):
            plain = self.codec.opened(document)
            yield {key: plain[key] for key in plain if not wanted or key in wanted or key == "_id"}

    def _projection(self) -> dict[str, int] | None:
        """What to read. The seal spans all personal fields, so opening one needs them all."""
        sealed = self.codec.sealed_fields()
        if self.codec.keyring is None:
            hidden = sealed - {"owner_bx"}
            plain = [field for field in self.fields if field.partition(".")[0] not in hidden]
            return dict.fromkeys(plain or ["_id"], 1) if self.fields else dict.fromkeys(hidden, 0)
        plain = [field for field in self.fields if field.partition(".")[0] not in sealed]
        return dict.fromkeys([*plain, *sealed], 1) if self.fields else None

    def count(self) -> int:
        """The number of photos, counted by the database."""
        found = self.store.count(self.query)
        return min(found, self.size) if self.size else found

    def limit(self, size: int) -> "View[Row]":
        """The first photos only.

        Args:
            size: How many; 0 means all.

        Returns:
            A new view.
        """
        if size < 0:
            raise UsageError(f"expected a limit of 0 (all) or more, got {size}")
        return replace(self, size=size)

    def project(self, *fields: str) -> "View[dict[str, Any]]":
        """Read only some fields; iterating gives dictionaries.

        Args:
            *fields: Dotted paths as in MongoDB, such as `camera.iso`.

        Returns:
            A new view.

        Example:
            >>> import exifds
            >>> photos = exifds.open("cameras").find({"camera.iso": {"$gte": 800}})  # doctest: +SKIP
            >>> [row["camera"]["iso"] for row in photos.project("camera.iso")]  # doctest: +SKIP
            [1600.0, 800.0]
        """
        return View(self.store, self.query, self.codec, dict, fields, self.size)

    def to_pandas(self) -> "pd.DataFrame":
        """The photos as a table with typed columns.

        Returns:
            One row a photo, indexed by `_id`; personal fields are columns only in a decrypted view.
        """
        from exifds.export.tables import to_frame  # brings pandas

        return to_frame(self.documents())


def photos(store: Store, query: Mapping[str, Any], codec: Codec) -> View[Photo]:
    """A view that gives photos.

    Args:
        store: The dataset.
        query: A checked filter.
        codec: Opens its documents.

    Returns:
        The view.
    """
    return View(store, query, codec, decode)
