"""Advice: what to do where it is open whether EXIF helps, from numbers that are there. Pure."""

import math
from collections.abc import Iterator
from itertools import count, islice

from exifds.train.report.comparison import Pair, Task
from exifds.train.report.pairs import FEWEST_SEEDS
from exifds.train.report.wording import change, counted, listed

__all__ = ["advice"]


def advice(task: Task) -> str:
    """What would settle whether EXIF helps beside the image.

    Args:
        task: With its pairs, decided.

    Returns:
        A sentence; empty where it is settled, or where nothing is known that would settle it.
    """
    asked = [pair for pair in task.pairs if pair.question == "fusion-image"]
    pair = next((pair for pair in asked if pair.a in task.shown), asked[0] if asked else None)
    if pair is None or pair.verdict != "open":
        return ""
    wanted = [*_seeds(pair, task), *(_photos(pair, task) if pair.trained == "open" else ())]
    return f"To settle whether EXIF helps beside the image: {listed(wanted)}." if wanted else ""


def _seeds(pair: Pair, task: Task) -> Iterator[str]:
    """As many as a claim takes, those that are there among them."""
    there = sorted(set(task.model(pair.a).seeds) & set(task.model(pair.b).seeds))
    if len(there) < FEWEST_SEEDS:
        more = (seed for seed in count() if seed not in there)
        wanted = sorted([*there, *islice(more, FEWEST_SEEDS - len(there))])
        yield f"--seeds {','.join(map(str, wanted))}"
    elif pair.photos_needed is None and pair.detectable is not None and pair.accuracy.difference.estimate:
        yield f"more than {len(there)} seeds, for these scatter as much as the models differ"


def _photos(pair: Pair, task: Task) -> Iterator[str]:
    """As many as the difference takes that was found."""
    photos, groups = task.photos["test"], task.groups["test"]
    if pair.detectable is None:
        yield f"test photos of more groups (there are {counted(groups, 'group')})"
    elif pair.photos_needed is not None and pair.photos_needed > photos:
        yield (
            f"{_rounded(pair.photos_needed):,} test photos or more (there are {photos:,}), if the difference "
            f"of accuracy is what it is here, {change(pair.accuracy.difference.estimate)}"
        )


def _rounded(number: int) -> int:
    """Up to two digits that count.

    Example:
        >>> _rounded(1234), _rounded(7)
        (1300, 7)
    """
    unit = int(10 ** max(0, len(str(number)) - 2))
    return math.ceil(number / unit) * unit
