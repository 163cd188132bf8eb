"""Report: what became of an export."""

from dataclasses import dataclass
from pathlib import Path

from exifds.export.manifest import Manifest

__all__ = ["ExportReport"]


@dataclass(frozen=True)
class ExportReport:
    """What became of an export.

    Args:
        folder: Where it is.
        manifest: What it holds.
        was_there: Whether it was finished before, so that nothing was done.
        today: Photos that its options choose today, if it was; `Manifest.selected` were it then.
    """

    folder: Path
    manifest: Manifest
    was_there: bool = False
    today: int | None = None

    @property
    def failed(self) -> list[tuple[str, str]]:
        """Photos whose image could not be used, and why."""
        return list(self.manifest.failed.items())
