"""Advice: what to do where it is open whether EXIF helps, or whether a gain is one of EXIF. Pure."""

import math
from collections.abc import Iterator, Sequence
from itertools import count, islice

from exifds.train.report.comparison import Pair, Task
from exifds.train.report.pairs import FEWEST_SEEDS
from exifds.train.report.questions import CONTROLS, SAID
from exifds.train.report.wording import change, counted, listed

__all__ = ["advice"]


def advice(task: Task) -> str:
    """What would settle whether EXIF helps beside the image: the fusion must beat the image and the controls.

    Args:
        task: With its pairs, decided.

    Returns:
        A sentence; empty where it is settled, or where nothing is known that would settle it.
    """
    asked = [pair for pair in task.pairs if pair.question == "fusion-image"]
    pair = next((pair for pair in asked if pair.a in task.shown), asked[0] if asked else None)
    if pair is None or pair.verdict == "worse":
        return ""
    if pair.verdict == "better":
        return _controls(pair, task)
    return _settled("whether EXIF helps beside the image", _wanted(pair, task))


def _controls(pair: Pair, task: Task) -> str:
    """Of a fusion that beats the image: train the controls it lacks, or show that it beats them, too."""
    there = {one.question: one for one in task.pairs if one.question in CONTROLS and one.a == pair.a}
    if missing := [question.partition("-")[2] for question in CONTROLS if question not in there]:
        seeds = ",".join(map(str, _both(pair, task)))
        return _settled("whether the gain is one of EXIF", [f"--inputs {','.join(missing)} --seeds {seeds}"])
    told = (_settled(SAID[one.question][2], _wanted(one, task)) for one in there.values())
    return next(filter(None, told), "")


def _settled(what: str, wanted: Sequence[str]) -> str:
    return f"To settle {what}: {listed([*wanted])}." if wanted else ""


def _wanted(pair: Pair, task: Task) -> list[str]:
    """What a pair that is open takes."""
    if pair.verdict != "open":
        return []
    return [*_seeds(pair, task), *(_photos(pair, task) if pair.trained == "open" else ())]


def _both(pair: Pair, task: Task) -> list[int]:
    """The seeds that both models have."""
    return sorted(set(task.model(pair.a).seeds) & set(task.model(pair.b).seeds))


def _seeds(pair: Pair, task: Task) -> Iterator[str]:
    """As many as a claim takes, those that are there among them."""
    there = _both(pair, task)
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
