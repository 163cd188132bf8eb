"""Analysing: a dataset and a target brought together, before anything is trained."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from exifds.errors import UsageError
from exifds.export.choosing import counted, require_scores
from exifds.export.curated import Curated
from exifds.export.selection import Selection
from exifds.export.targets import Target
from exifds.progress import bar
from exifds.store.codec import Codec
from exifds.store.sync import Store
from exifds.train.analyze.analysis import Analysis, analyze, write
from exifds.train.analyze.sample import Sample, draw

__all__ = ["MOST_CLASSES", "Chosen", "analyse", "curated"]

MOST_CLASSES: Final = 50
"""Of more, the most frequent ones are analysed."""

_NEEDED: Final = ("camera", "taken_at", "taken_granularity", "owner", "owner_bx")


@dataclass(frozen=True)
class Chosen:
    """Which photos are analysed.

    Args:
        where: A checked filter; empty for all.
        curated: The filter of a selection of the curation page; empty for none.
    """

    where: Mapping[str, Any]
    curated: Mapping[str, Any]


def curated(name: str | None, get: Callable[[str, int | None], Curated]) -> Mapping[str, Any]:
    """The filter that a selection of the curation page stands for.

    Args:
        name: `NAME` or `NAME@VERSION`; None for none.
        get: Gives the selection of a name and a version.

    Returns:
        The filter; empty for none.

    Raises:
        UsageError: The name is malformed, or there is no such selection.
    """
    if name is None:
        return {}
    base, _, version = name.partition("@")
    if "@" in name and not (version.isascii() and version.isdigit()):
        raise UsageError(f"expected a selection as NAME or NAME@VERSION, got {name!r}")
    return get(base, int(version) if version else None).condition()


def analyse(
    store: Store,
    codec: Codec,
    target: str,
    chosen: Chosen,
    *,
    out: str | Path | None,
    show: bool | None,
) -> Analysis:
    """Analyse the photos that an export would take.

    Args:
        store: The dataset.
        codec: Opens its documents.
        target: What is to be learned, as in `Dataset.export`.
        chosen: Which photos.
        out: Folder for `analysis.json`, `analysis.md` and plots; None writes nothing.
        show: Show a progress bar; None shows it on a terminal.

    Returns:
        The analysis.

    Raises:
        UsageError: The target is not usable, or no photo has a label.
        MissingExtraError: There is an `out`, and Matplotlib is not installed.
    """
    learned = Target.parse(target, None, codec.privacy)
    if learned.kind == "number":
        raise UsageError(f"the target {target} is a number: expected one with classes to tell apart")
    folder = None if out is None else Path(out).expanduser()
    choice = counted(store, Selection(), chosen.where, chosen.curated)
    require_scores(store, learned)
    learned, others = _with_classes(store, codec, learned, choice.query)
    with bar(f"analyze {store.name}", choice.total, show=show) as advance:

        def documents() -> Iterator[dict[str, Any]]:
            for document in _documents(store, codec, choice.query, (*_NEEDED, learned.path[0])):
                yield document
                advance(1, 0)

        sample = draw(documents(), learned)
    found = analyze(_told(sample, choice.left_out, others), dataset=store.name, target=target)
    if folder is not None:
        write(found, folder)
    return found


def _with_classes(store: Store, codec: Codec, target: Target, query: Mapping[str, Any]) -> tuple[Target, int]:
    """The target with the most frequent classes that occur, sorted, and how many others there are."""
    if target.classes is not None:
        return target, 0
    names: Counter[str] = Counter()
    for document in _documents(store, codec, query, target.path[:1]):
        names.update(target.values_in(document))
    frequent = sorted(names, key=lambda name: (-names[name], name))[:MOST_CLASSES]
    return target.with_classes(sorted(frequent)), len(names) - len(frequent)


def _told(sample: Sample, left_out: Mapping[str, int], others: int) -> Sample:
    """The sample with everything that was left out."""
    told = {reason: number for reason, number in {**left_out, **sample.left_out}.items() if number}
    return replace(sample, left_out=told | ({"rare_classes": others} if others else {}))


def _documents(
    store: Store, codec: Codec, query: Mapping[str, Any], fields: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    return map(codec.opened, store.find(query, codec.projection(fields)))
