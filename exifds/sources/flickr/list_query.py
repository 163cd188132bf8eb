"""IdList: the photos that a file names."""

from pathlib import Path

from exifds.sources.flickr.base import Query

__all__ = ["IdList"]


class IdList(Query):
    """The photos that a file names. Made by `exifds.flickr.listed`.

    Args:
        path: The file.
        digest: SHA-256 of its content, so that a changed list is another query.
        concepts: Labels for every photo, besides those in the file.
    """

    kind = "list"

    path: Path
    digest: str

    @property
    def label(self) -> str:
        """Name of the file, without its folders: they may name the user."""
        return str(self.path.name).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
