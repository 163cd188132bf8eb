"""Sample: the photos of a dataset as columns, drawn in one pass with flat memory."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exifds.errors import UsageError
from exifds.export.features import FEATURES, values_of
from exifds.export.record import Feature, LeftOut
from exifds.export.rows import GROUPS
from exifds.export.targets import Target
from exifds.train.columns import plan, sheet

__all__ = ["AT_MOST", "EV100", "Sample", "draw", "numbered", "usable"]

AT_MOST: Final = 50_000
"""Photos of a sample. Intervals of shares are within 0.5 percentage points then; more would not be seen."""

_UNKNOWN: Final = -1

EV100: Final = Feature(name="ev100", kind="numeric", unit="EV")
"""Light of the scene, derived from other tags."""

Columns = tuple[Feature, ...]


@dataclass(frozen=True)
class Sample:
    """N photos with F tags and C classes.

    Args:
        features: The tags, F of them.
        values: Raw, in the units of the tags, 0 where absent, shape (N, F).
        present: Which are there, shape (N, F).
        labels: Class, shape (N,); for several labels 0 or 1, shape (N, C).
        classes: Names by number.
        owner: A number for each owner, -1 where unknown, shape (N,).
        camera: A number for each make and model, -1 where unknown, shape (N,).
        photos: How many photos the sample was drawn from.
        by_class: How many of those are of each class.
        left_out: Photos that have no label, by reason.

    Example:
        >>> rows = [{"camera": {"iso": 100}, "place": {"country": name}} for name in ("Chad", "Togo")]
        >>> found = draw(rows, Target.parse("place.country", ["Chad", "Togo"]))
        >>> found.photos, found.labels, found.values[:, 2]
        (2, array([0, 1]), array([100., 100.]))
    """

    features: Columns
    values: NDArray[np.float64]
    present: NDArray[np.bool_]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    owner: NDArray[np.int64]
    camera: NDArray[np.int64]
    photos: int
    by_class: tuple[int, ...]
    left_out: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def group(self) -> NDArray[np.int64]:
        """What is drawn together when an interval is computed: the owner, else the camera, else one photo."""
        cameras = np.where(self.camera >= 0, self.camera + self.owner.max(initial=_UNKNOWN) + 1, _UNKNOWN)
        known = np.where(self.owner >= 0, self.owner, cameras)
        alone = known.max(initial=_UNKNOWN) + 1 + np.arange(len(self))
        return np.unique(np.where(known >= 0, known, alone), return_inverse=True)[1]

    @property
    def several(self) -> bool:
        """Whether a photo can have several labels."""
        return self.labels.ndim > 1

    @property
    def indicators(self) -> NDArray[np.float64]:
        """1 where a photo is of a class, shape (N, C)."""
        told = self.labels if self.several else self.labels[:, None] == np.arange(len(self.classes))
        return told.astype(np.float64)


def draw(
    documents: Iterable[Mapping[str, Any]], target: Target, *, at_most: int = AT_MOST, seed: int = 0
) -> Sample:
    """Draw a sample of the photos that have a label, each with the same chance.

    Args:
        documents: Opened documents, shaped as in MongoDB.
        target: What is to be learned, with its classes.
        at_most: Photos of the sample; all of them if there are fewer. Algorithm R of Vitter, ACM TOMS 11
            (1985).
        seed: Of the draw.

    Returns:
        The sample. Nothing in it names an owner or a camera.

    Raises:
        UsageError: The target is a number, or no photo has a label.
    """
    if target.kind == "number" or target.classes is None:
        raise UsageError(f"the target {target.text} is a number: expected one with classes to tell apart")
    rng = np.random.default_rng(seed)
    kept: list[tuple[Any, ...]] = []
    left_out: Counter[str] = Counter()
    by_class = np.zeros(len(target.classes), np.int64)
    photos = 0
    for document in documents:
        try:
            label = target.label(document)
        except LeftOut as reason:
            left_out[str(reason)] += 1
            continue
        by_class += np.array(label) if target.kind == "multi_label" else np.arange(len(by_class)) == label
        place = photos if photos < at_most else int(rng.integers(photos + 1))
        photos += 1
        if place < len(kept):
            kept[place] = _row(document, label)
        elif place < at_most:
            kept.append(_row(document, label))
    if not photos:
        reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in left_out.items())
        raise UsageError(
            f"no photo has a value for the target {target.text}" + (f": {reasons}" if reasons else "")
        )
    return _sample(kept, target.classes, photos, tuple(by_class.tolist()), left_out)


def _row(document: Mapping[str, Any], label: Any) -> tuple[Any, ...]:
    values, present = values_of(document)
    owner, camera = GROUPS["owner"](document), GROUPS["camera"](document)
    return np.array(values), np.array(present), label, owner, camera


def _sample(
    kept: Sequence[tuple[Any, ...]],
    classes: tuple[str, ...],
    photos: int,
    by_class: tuple[int, ...],
    left_out: Mapping[str, int],
) -> Sample:
    rows, there, labels, owners, cameras = zip(*kept, strict=True)
    values, present = usable(np.array(rows, np.float64), np.array(there, np.bool_))
    return Sample(
        features=(*FEATURES, EV100),
        values=values,
        present=present,
        labels=np.array(labels, np.int64),
        classes=classes,
        owner=numbered(owners),
        camera=numbered(cameras),
        photos=photos,
        by_class=by_class,
        left_out=dict(left_out),
    )


def numbered(names: Sequence[Hashable | None]) -> NDArray[np.int64]:
    """Numbers in place of names.

    Args:
        names: By photo; None where unknown.

    Returns:
        Equal numbers for equal names, in the order in which they come, -1 for None.

    Example:
        >>> numbered(["b", None, "a", "b"])
        array([ 0, -1,  1,  0])
    """
    numbers: dict[Hashable, int] = {}
    found = (_UNKNOWN if name is None else numbers.setdefault(name, len(numbers)) for name in names)
    return np.fromiter(found, np.int64, len(names))


def usable(
    values: NDArray[np.float64], present: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Tags as models read them, see `exifds.train.columns`: what they cannot use, as an ISO of 0, is absent.

    Args:
        values: In the order of `exifds.export.features.FEATURES`, shape (N, F).
        present: Shape (N, F).

    Returns:
        Values, 0 where absent, and presence bits, shape (N, F + 1) each: behind the tags stands `ev100`.

    Example:
        >>> row = np.array([[1 / 125, 16.0, 100] + [0.0] * 15])
        >>> usable(row, row > 0)[0][:, -1].round(1)
        array([15.])
    """
    whole = plan("modern", "log2", "exif")
    names = [feature.name for feature in FEATURES]
    found = sheet(whole.tags, names, values, present)
    light = next(column.of(found) for column in whole.columns if column.name == EV100.name)
    columns = np.column_stack([*(found[name] for name in names), light])
    there = np.isfinite(columns)
    return np.where(there, columns, 0.0), there
