"""Writing: a comparison as files."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from exifds.errors import MissingExtraError
from exifds.train.folder import roomy
from exifds.train.report import figures, overview
from exifds.train.report.chapters import document
from exifds.train.report.comparison import Comparison
from exifds.train.report.drawing import Drawing
from exifds.train.report.markdown import markdown
from exifds.train.report.page import page

__all__ = ["FIGURES", "require_packages", "write"]

FIGURES: Final = "figures"
_NEEDED: Final = ("jinja2", "matplotlib")


def require_packages() -> None:
    """Make sure, before any work, that a report can be written.

    Raises:
        MissingExtraError: A package is not installed.
    """
    if any(find_spec(name) is None for name in _NEEDED):
        raise MissingExtraError("a report", "train")


def write(comparison: Comparison, folder: Path) -> None:
    """Write `report.html`, `report.md`, `report.json` and the figures.

    Args:
        comparison: All numbers.
        folder: Where to; files of the same names are replaced.

    Raises:
        DiskFullError: The disk is full.
    """
    several = len(comparison.tasks) > 1
    prefixes = [f"task{number}-" if several else "" for number in range(1, len(comparison.tasks) + 1)]
    drawn = [figures.drawings(task, prefix) for task, prefix in zip(comparison.tasks, prefixes, strict=True)]
    across = overview.drawings(comparison)
    whole = document(comparison, across, list(drawn))
    with roomy(folder):
        folder.mkdir(parents=True, exist_ok=True)
        _figures(folder / FIGURES, [one for part in (across, *drawn) for one in part.values()])
        _replace(folder / "report.md", markdown(whole).encode("utf-8", "replace"))
        _replace(folder / "report.json", comparison.model_dump_json(indent=2).encode("utf-8", "replace"))
        _replace(folder / "report.html", page(whole).encode("utf-8", "replace"))


def _figures(folder: Path, drawn: Iterable[Drawing]) -> None:
    folder.mkdir(exist_ok=True)
    for one in drawn:
        _replace(folder / f"{one.name}.svg", one.svg)
        _replace(folder / f"{one.name}.png", one.png)


def _replace(path: Path, data: bytes) -> None:
    """Put a file in place whole: written beside it first, then renamed."""
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(data)
    draft.replace(path)
