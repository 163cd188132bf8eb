"""Opening: `exifds.open()`, from a name and settings to a dataset."""

import re
from pathlib import Path

from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.photo import Privacy
from exifds.settings import Settings, load_settings
from exifds.store.connect import connect

__all__ = ["open_dataset"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def open_dataset(
    name: str,
    uri: str | None = None,
    *,
    privacy: Privacy | str | None = None,
    accept_open: bool = False,
    images: str | Path | None = None,
    settings: Settings | None = None,
) -> Dataset:
    """Open a dataset; it is made when the first photo is stored.

    Args:
        name: Name of the dataset and of its MongoDB collection.
        uri: A MongoDB server; None takes `EXIFDS_URI`, or else starts the embedded server.
        privacy: `standard`, `strict` or `open`; None takes what the dataset has, `standard` for a new one.
        accept_open: Must be true for `open`: nothing is encrypted then.
        images: Where the image files of a new dataset go: a folder or an fsspec URL. None takes what the
            dataset has, `images` in the data directory for a new one.
        settings: Read from the environment if not given.

    Returns:
        The dataset; close it, or use it in a `with` block.

    Raises:
        UsageError: The name or an option is not usable.
        UnreachableError: No server answers at `uri`.

    Example:
        >>> import exifds
        >>> with exifds.open("cameras") as ds:  # doctest: +SKIP
        ...     ds.ingest("~/Pictures")
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"expected a dataset name of letters, digits, _ and - that starts with a letter, got {name!r}"
        )
    if privacy is not None and privacy not in tuple(Privacy):
        raise UsageError(f"expected privacy {', '.join(Privacy)}, got {privacy!r}")
    if privacy == Privacy.OPEN and not accept_open:
        raise UsageError(
            "privacy 'open' encrypts nothing, not even owners; say so twice: accept_open=True (--accept-open)"
        )
    settings = load_settings(uri=uri) if settings is None else settings
    if uri is not None:
        settings = settings.model_copy(update={"uri": uri})
    place = None if images is None else str(images)
    if place is not None and "://" not in place:
        place = str(Path(place).expanduser().absolute())
    return Dataset(name, connect(settings), settings, place, None if privacy is None else Privacy(privacy))
