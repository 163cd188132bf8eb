"""Synthetic: exports of rendered photos, whose best possible scores are known exactly."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import exifds
from exifds.sandbox import photographer
from exifds.sandbox.studio import Studio
from exifds.settings import Settings

__all__ = ["exported"]


@contextmanager
def exported(
    studio: Studio,
    photos: int,
    *,
    split: str,
    group: str = "none",
    copies: float = 0.0,
    allow_leaks: bool = False,
) -> Iterator[Path]:
    """Render, ingest and export photos, as a user would; everything is gone afterwards.

    Args:
        studio: The settings of the photographer.
        photos: How many.
        split: Shares of train, val and test.
        group: What never stands in two splits.
        copies: Share of the photos that are there twice, as files that differ in their last byte.
        allow_leaks: Keep copies and bursts across splits.

    Yields:
        A folder with the export `export`; there is room for more beside it.
    """
    with tempfile.TemporaryDirectory(prefix="exifds-bench-") as name:
        folder = Path(name)
        photographer.write(folder / "photos", photos, studio)
        for path in sorted((folder / "photos").glob("*/*.jpg"))[: round(photos * copies)]:
            path.with_name(f"copy-{path.name}").write_bytes(path.read_bytes() + b"\0")
        settings = Settings(uri=None, home=folder / "home", config=folder / "config")
        with exifds.open("synthetic", settings=settings) as dataset:
            dataset.ingest(folder / "photos", concepts_from_folders=True, progress=False)
            dataset.export(
                folder / "export",
                target="concept",
                image_size=studio.size,
                encoding="png",
                split=split,
                group=group,
                seed=studio.seed,
                allow_leaks=allow_leaks,
                progress=False,
            )
        yield folder
