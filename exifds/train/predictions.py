"""Predictions: what a model says of the photos of val and test, as a table that anybody can read."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Predictions"]


@dataclass(frozen=True)
class Predictions:
    """What a model says of N photos of val and test, in the order of the export; C classes.

    Args:
        ids: `_id` of each photo.
        split: 1 for val, 2 for test, shape (N,).
        group: Number that photos of one owner (camera, place) share, shape (N,).
        labels: Class, shape (N,); for several labels 0 or 1, shape (N, C).
        logits: Before softmax or sigmoid, shape (N, C).
        tags: Number of EXIF tags of the photo that models of the recipe can use, shape (N,). Without one
            the additive fusion goes by the image alone.
        complete: Whether it has all of those that half of the training photos have, shape (N,).
        seen: Whether the training has photos of the same group, shape (N,).
        flash: 1 fired, 0 not fired, -1 unknown, shape (N,).
    """

    ids: tuple[str, ...]
    split: NDArray[np.int8]
    group: NDArray[np.int64]
    labels: NDArray[np.int64]
    logits: NDArray[np.float64]
    tags: NDArray[np.int64]
    complete: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    flash: NDArray[np.int8]

    def of(self, split: int) -> "Predictions":
        """Those of one split: 1 for val, 2 for test."""
        there = self.split == split
        columns = {name: getattr(self, name)[there] for name in _COLUMNS}
        return Predictions(tuple(np.asarray(self.ids, object)[there]), **columns)

    @classmethod
    def from_csv(cls, data: bytes) -> "Predictions":
        """Read what `to_csv` wrote.

        Args:
            data: The file.

        Returns:
            The predictions.

        Raises:
            KeyError: A column is missing.
            OverflowError: A number is too large for its column.
            ValueError: A value is not what its column holds, or a row has more or fewer than the others.
            csv.Error: It is no table.
        """
        rows = list(csv.DictReader(StringIO(data.decode(), newline="")))
        if any(None in row or None in row.values() for row in rows):
            raise ValueError("expected rows of as many values as there are columns")
        names = list(rows[0]) if rows else []

        def column(name: str, kind: type[Any]) -> NDArray[Any]:
            return np.array([_READ[kind](row[name]) for row in rows], kind)

        def columns(prefix: str, kind: type[Any]) -> NDArray[Any]:
            numbered = [name for name in names if name.startswith(f"{prefix}_")]
            return np.array([column(name, kind) for name in numbered], kind).reshape(-1, len(rows)).T

        return cls(
            ids=tuple(row["id"] for row in rows),
            labels=column("label", np.int64) if "label" in names else columns("label", np.int64),
            logits=columns("logit", np.float64),
            **{name: column(name, kind) for name, kind in _ROW.items()},
        )

    def to_csv(self) -> bytes:
        """A row a photo; floats keep all their digits.

        Returns:
            The file.
        """
        columns: dict[str, list[Any]] = {"id": list(self.ids)}
        for name in (*_ROW, "label", "logit"):
            values = (
                self.labels if name == "label" else self.logits if name == "logit" else getattr(self, name)
            )
            several = values.ndim > 1
            parts = (
                {f"{name}_{number}": part for number, part in enumerate(values.T)}
                if several
                else {name: values}
            )
            columns |= {name: part.tolist() for name, part in parts.items()}
        file = StringIO(newline="")
        table = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        table.writerow(columns)
        table.writerows(zip(*columns.values(), strict=True))
        return file.getvalue().encode()


_COLUMNS: Final = ("split", "group", "labels", "logits", "tags", "complete", "seen", "flash")
_ROW: Final = {
    "split": np.int8,
    "group": np.int64,
    "tags": np.int64,
    "complete": bool,
    "seen": bool,
    "flash": np.int8,
}
_READ: Final[dict[type[Any], Callable[[str], Any]]] = {
    np.int8: int,
    np.int64: int,
    np.float64: float,
    bool: "True".__eq__,
}
