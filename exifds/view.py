"""View: the photos that match a filter, read when they are asked for."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from exifds.errors import UsageError
from exifds.fetch.images import ImageStore
from exifds.store.codec import Codec
from exifds.store.fields import doubt
from exifds.store.sync import Store

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["View"]

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
        open_images: Gives the image files, when they are asked for.
    """

    store: Store
    query: Mapping[str, Any]
    codec: Codec
    make: Callable[[dict[str, Any]], Row]
    fields: tuple[str, ...] = ()
    size: int = 0
    open_images: Callable[[], ImageStore] | None = None

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
        for document in self.store.find(self.query, self.codec.projection(self.fields), self.size):
            plain = self.codec.opened(document)
            yield {key: plain[key] for key in plain if not wanted or key in wanted or key == "_id"}

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
        """Read only some fields; iterating gives dictionaries. A field that no photo may have is warned of.

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
        for field in fields:
            doubt(field)
        return View(self.store, self.query, self.codec, dict, fields, self.size, self.open_images)

    @property
    def images(self) -> ImageStore:
        """The image files of the dataset."""
        assert self.open_images is not None  # views of a dataset have it
        return self.open_images()

    def to_pandas(self, columns: Literal["document", "seed"] = "document") -> "pd.DataFrame":
        """The photos as a table with typed columns.

        Args:
            columns: `document` names them as the document does, dotted as in MongoDB; `seed` gives the 21
                columns of Smart Image Scraper.

        Returns:
            One row a photo, indexed by `_id`. Personal fields are there only in a decrypted view; the `seed`
            columns that hold them are empty otherwise.

        Raises:
            UsageError: `columns` is neither.
        """
        from exifds.export.seed_columns import to_seed_frame  # bring pandas
        from exifds.export.tables import to_frame

        if columns not in ("document", "seed"):
            raise UsageError(f"expected the columns 'document' or 'seed', got {columns!r}")
        return to_seed_frame(self.documents()) if columns == "seed" else to_frame(self.documents())
