"""Listing: which datasets there are."""

from dataclasses import dataclass

from exifds.settings import Settings, load_settings
from exifds.store.connect import connect, plain_errors
from exifds.store.dataset_entry import META

__all__ = ["ListedDataset", "datasets"]


@dataclass(frozen=True)
class ListedDataset:
    """A dataset, for a list.

    Args:
        dataset: Its name.
        photos: How many there are, of whatever state.
        privacy: What is encrypted.
    """

    dataset: str
    photos: int
    privacy: str


def datasets(uri: str | None = None, *, settings: Settings | None = None) -> list[ListedDataset]:
    """The datasets of a database.

    Args:
        uri: A MongoDB server; None takes `EXIFDS_URI`, or else starts the embedded server.
        settings: Read from the environment if not given.

    Returns:
        The datasets by name.

    Raises:
        UnreachableError: No server answers at `uri`.

    Example:
        >>> import exifds
        >>> [entry.dataset for entry in exifds.datasets()]  # doctest: +SKIP
        ['cameras', 'holidays']
    """
    settings = load_settings(uri=uri) if settings is None else settings
    connection = connect(settings)
    try:
        with plain_errors():
            return [
                ListedDataset(
                    entry["_id"],
                    connection.database[entry["_id"]].count_documents({}),
                    str(entry["privacy"]),
                )
                for entry in connection.database[META].find({}, {"privacy": 1}).sort("_id")
            ]
    finally:
        connection.close()
