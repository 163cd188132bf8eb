"""Connected: a dataset that is open: its connection, its files, its keys. `Dataset` adds what can be done."""

from pathlib import Path
from typing import Any, Self

from exifds import access
from exifds.fetch.images import ImageStore
from exifds.photo import Privacy
from exifds.settings import Settings
from exifds.store.codec import Codec
from exifds.store.connect import Connection
from exifds.store.sync import Store

__all__ = ["OpenDataset"]


class OpenDataset:
    """What every method of a dataset needs.

    Args:
        name: Name of the dataset.
        connection: To its database.
        settings: Where its files and keys are.
        images: Where its images were asked to be; None takes what it has.
        privacy: The privacy that was asked for; None takes what it has.
    """

    def __init__(
        self,
        name: str,
        connection: Connection,
        settings: Settings,
        images: str | None,
        privacy: Privacy | None,
    ) -> None:
        self.name = name
        self._connection = connection
        self._settings = settings
        self._images = images
        self._privacy = privacy
        self._store = Store(connection.database, name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the embedded server stops when nobody uses it any more."""
        self._connection.close()

    @property
    def images(self) -> ImageStore:
        """Where the image files are."""
        return access.images(self._store, self._settings, self._images)

    @property
    def privacy(self) -> Privacy:
        """What is encrypted in this dataset."""
        return self._codec(decrypt=False).privacy

    @property
    def _data_folder(self) -> Path | None:
        """Where the database grows, if it is ours."""
        return self._settings.home if self._connection.lease else None

    @property
    def collection(self) -> Any:
        """The PyMongo collection, for queries of your own."""
        return self._store.collection

    def _blind_index(self, owner: str) -> str:
        keyring = self._codec(decrypt=True).keyring
        assert keyring is not None  # asked for only where owners are encrypted
        return keyring.blind_index(owner)

    def _codec(self, *, decrypt: bool) -> Codec:
        return access.for_reading(self._store, self._settings, self._privacy, decrypt=decrypt)
