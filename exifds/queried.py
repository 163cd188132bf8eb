"""Queried: a dataset that can be asked for its photos and for figures about them. Nothing here changes it."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exifds.connected import OpenDataset
from exifds.photo import Photo
from exifds.store import filters, queries, selections
from exifds.store.codec import decode
from exifds.view import View

if TYPE_CHECKING:
    from exifds.train.analyze.analysis import Analysis

__all__ = ["QueriedDataset"]


class QueriedDataset(OpenDataset):
    """What `Dataset` answers. Made by `exifds.open()`."""

    def find(self, query: Mapping[str, Any] | None = None, *, decrypt: bool = False) -> View[Photo]:
        """The photos that match a MongoDB filter, read when they are asked for.

        Args:
            query: A filter; its operators are checked against an allow-list. None matches all.
            decrypt: Open personal fields.

        Returns:
            A view: iterate it, or use `count()`, `to_pandas()`, `project()`, `limit()`.

        Raises:
            FilterError: The filter is malformed, or compares an encrypted field.

        Example:
            >>> import exifds
            >>> exifds.open("cameras").find({"camera.iso": {"$gte": 800}}).count()  # doctest: +SKIP
            42
        """
        codec = self._codec(decrypt=decrypt)
        checked = filters.checked(query or {}, codec.privacy, self._blind_index)
        return View(self._store, checked, codec, decode, open_images=lambda: self.images)

    def selection(self, name: str, version: int | None = None) -> View[Photo]:
        """The photos of a selection that was saved on the curation page.

        Args:
            name: Its name.
            version: Its version; None takes the last.

        Returns:
            A view, as `find()` gives it.

        Raises:
            UsageError: There is no such selection.
        """
        chosen = selections.get(self._connection.database, self.name, name, version)
        return self.find(chosen.condition())

    def stats(self) -> dict[str, Any]:
        """Counts by state, camera, country, concept and year, of scored photos, and of each camera tag.

        Returns:
            `totals` with `summary` and `coverage`, and by name of the statistic rows of `value` and `photos`.
        """
        self._codec(decrypt=False)
        found = {name: self._store.aggregate(pipeline) for name, pipeline in queries.statistics().items()}
        return found | {"totals": found["totals"][0] if found["totals"] else queries.NO_TOTALS}

    def analyze(
        self,
        target: str,
        *,
        where: Mapping[str, Any] | None = None,
        selection: str | None = None,
        out: str | Path | None = None,
        progress: bool | None = None,
    ) -> "Analysis":
        """What EXIF tells about a target, and what would make a model look better than it is.

        Args:
            target: What is to be learned, as in `export`; it must have classes.
            where: A MongoDB filter. None takes all photos.
            selection: A selection of the curation page, `NAME` or `NAME@VERSION`.
            out: Folder for `analysis.json`, `analysis.md` and plots; None writes nothing.
            progress: Show a progress bar; None shows it on a terminal.

        Returns:
            Coverage and distribution of each tag, what it tells alone, what tags go together, and warnings.

        Raises:
            UsageError: The target or the selection is not usable, or no photo has a label.
            MissingExtraError: There is an `out`, and Matplotlib is not installed.

        Example:
            >>> import exifds
            >>> found = exifds.open("cameras").analyze("concept")  # doctest: +SKIP
            >>> found.associations[0].tag  # doctest: +SKIP
            'ev100'
        """
        from exifds import analysing

        codec = self._codec(decrypt=False)
        chosen = analysing.Chosen(
            where=filters.checked(where or {}, codec.privacy, self._blind_index),
            curated=analysing.curated(
                selection, partial(selections.get, self._connection.database, self.name)
            ),
        )
        return analysing.analyse(self._store, codec, target, chosen, out=out, show=progress)
