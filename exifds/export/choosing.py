"""Choosing: the first step of an export. Photos that match stream from MongoDB into the ledger."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from exifds.errors import FilterError, UsageError
from exifds.export.ledger import Ledger
from exifds.export.options import Options
from exifds.export.record import Label, LeftOut
from exifds.export.rows import Row, row
from exifds.export.selection import Selection, funnel, names_people, needed
from exifds.export.targets import Target
from exifds.photo import Privacy
from exifds.progress import Advance
from exifds.store import queries
from exifds.store.codec import Codec
from exifds.store.sync import Store

__all__ = ["Choice", "check_where", "choose", "counted", "require_scores", "target_of"]

MOST_NAMES: Final = 20
"""Concepts that a message names."""


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Args:
        query: The filter that says which photos.
        total: How many photos match it.
        left_out: Reason to number of photos that the rest of the selection left out.
    """

    query: Mapping[str, Any]
    total: int
    left_out: Mapping[str, int]


def check_where(where: Mapping[str, Any], *, decrypt: bool) -> None:
    """Refuse a filter that would name an owner, or a file of a user, in the manifest.

    Args:
        where: The filter of a selection.
        decrypt: Whether personal fields are exported.

    Raises:
        FilterError: It names one, and personal fields are not exported.
    """
    if names_people(where) and not decrypt:
        raise FilterError(
            "the filter speaks of owners or of paths of files, and the manifest of the export would record "
            "it: add decrypt=True (--decrypt) if they may leave the database"
        )


def counted(
    store: Store, selection: Selection, where: Mapping[str, Any], curated: Mapping[str, Any]
) -> Choice:
    """Let the database count what each part of a selection leaves out.

    Args:
        store: The dataset.
        selection: The selection.
        where: Its filter, checked.
        curated: The filter of its curated selection; empty for none.

    Returns:
        The filter of the whole selection, and the counts.
    """
    conditions: list[dict[str, Any]] = [dict(where)] if where else []
    left_out: Counter[str] = Counter()
    before = store.count(where)
    curation = [("not_selected", dict(curated))] if curated else []
    for reason, condition in (*funnel(selection), *curation):
        conditions.append(condition)
        after = store.count({"$and": conditions})
        left_out[reason] += max(0, before - after)
        before = after
    return Choice({"$and": conditions}, before, +left_out)


def choose(
    ledger: Ledger,
    store: Store,
    codec: Codec,
    options: Options,
    *,
    query: Mapping[str, Any],
    advance: Advance,
) -> tuple[Target | None, Counter[str]]:
    """Fill the ledger with the photos of a selection.

    Args:
        ledger: An empty ledger; inside its `writing`.
        store: The dataset.
        codec: Opens its documents.
        options: What was asked for.
        query: The filter of the whole selection.
        advance: Told of every photo.

    Returns:
        The target with its classes, and the photos that have no label, by reason.

    Raises:
        UsageError: No photo has what the target asks for.
    """
    asked = target_of(options, codec.privacy)
    require_scores(store, asked)
    target = _collected(store, codec, asked, query)
    left_out: Counter[str] = Counter()

    def rows() -> Iterator[Row]:
        for document in _documents(store, codec, query, _fields(options, target)):
            advance(1, 0)
            try:
                label: Label = target.label(document) if target else None
            except LeftOut as reason:
                left_out[str(reason)] += 1
            else:
                yield row(document, options.splitting.group, label, decrypt=options.decrypt)

    ledger.fill(rows())
    return target, left_out


def target_of(options: Options, privacy: Privacy, classes: Iterable[str] | None = None) -> Target | None:
    """The target that was asked for.

    Args:
        options: What was asked for.
        privacy: Of the dataset.
        classes: The classes that were collected, where none were declared.

    Returns:
        The target; None if there is none.
    """
    if options.target is None:
        return None
    target = Target.parse(options.target, options.classes, privacy)
    return target if target.classes is not None or classes is None else target.with_classes(classes)


def require_scores(store: Store, target: Target | None) -> None:
    """Refuse a target of a score that no photo of the dataset has: most often it is mistyped.

    Args:
        store: The dataset.
        target: What is to be learned; None for nothing.

    Raises:
        UsageError: No photo has this score. The message names the concepts that were scored.
    """
    path = ".".join(target.path) if target else ""
    if not path.startswith("scores.") or any(store.find({path: {"$exists": True}}, {"_id": 1}, 1)):
        return
    names = [row["value"] for row in store.aggregate(queries.statistics()["scored"])]
    others = f", and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    there = (
        f"there are scores of {', '.join(names[:MOST_NAMES])}{others}" if names else "run exifds score first"
    )
    raise UsageError(f"no photo of {store.name} has a score of {path.removeprefix('scores.')}: {there}")


def _collected(store: Store, codec: Codec, target: Target | None, query: Mapping[str, Any]) -> Target | None:
    """The target with the classes that occur, if none were declared."""
    if target is None or target.classes is not None:
        return target
    names: set[str] = set()
    for document in _documents(store, codec, query, target.path[:1]):
        names.update(target.values_in(document))
    return target.with_classes(sorted(names))


def _fields(options: Options, target: Target | None) -> tuple[str, ...]:
    return (*needed(decrypt=options.decrypt), *(target.path[:1] if target else ()))


def _documents(
    store: Store, codec: Codec, query: Mapping[str, Any], fields: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    return map(codec.opened, store.find(query, codec.projection(fields)))
