"""Hazards: what may make the scores of a task too good, or its intervals too narrow. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from exifds.export.manifest import Manifest
from exifds.train.giveaway import giveaway, tag_of
from exifds.train.recipe import Recipe
from exifds.train.report.comparison import Task
from exifds.train.report.entries import Entry, Gathered
from exifds.train.report.pairs import FEWEST_SEEDS
from exifds.train.report.wording import counted, listed, percent
from exifds.train.stats.bootstrap import FEW_GROUPS

__all__ = ["LONE", "hazards", "merged", "recipes"]

LONE: Final = ("none", "time")
"""Groups of an export by which each photo is a group of its own."""

FEW_PHOTOS: Final = 10
"""Below so many test photos the F1 of a class says little."""

_NEARLY_ALL: Final = 0.9
"""Groups by photo: with more of them the bootstrap by group is one by photo."""

_TOO_GOOD: Final = "so the scores may be too good"
_KEPT: Final = {
    "none": "The export keeps no owners apart",
    "camera": "The export keeps cameras apart, not owners: one who has two can stand in training and in test",
    "place": "The export keeps places apart, not owners",
    "time": "The export parts photos by time, not by owner, and an owner's photos are no group: intervals "
    "take photos as independent, so they may be too narrow",
}
_LEARNING: Final = ("fusion", "image", "exif", "head")
_HARDWARE: Final = ("processor", "cores", "graphics_cards")


def recipes(gathered: Gathered) -> dict[str, Recipe]:
    """The recipes of a task by the names that tell them apart, each once."""
    found = {one.recipe_name: one.recipe for one in gathered.entries if one.recipe and one.recipe_name}
    return dict(sorted(found.items()))


def hazards(
    gathered: Gathered,
    manifest: Manifest | None,
    support: Sequence[int],
    copies: Mapping[str, int] = MappingProxyType({}),
) -> tuple[str, ...]:
    """What a reader must know before the scores.

    Args:
        gathered: The models of a task.
        manifest: Of its export; None if it was not given.
        support: Test photos of each class.
        copies: By the name of a recipe, test photos with an exact copy in training, where they were counted.

    Returns:
        Warnings, the gravest first.
    """
    return (
        *_copied(gathered),
        *_owners(gathered, manifest),
        *_unknown(gathered, manifest),
        *_copies(gathered, copies),
        *_size(gathered, support),
        *_runs(gathered),
        *_constant(gathered),
    )


def merged(tasks: Sequence[Task]) -> list[str]:
    """The warnings of all tasks, each once.

    Args:
        tasks: All of a report.

    Returns:
        Warnings; of several tasks with the number of those that share one, or the title of the only one.
    """
    if len(tasks) == 1:
        return list(tasks[0].hazards)
    found: dict[str, list[str]] = {}
    for task in tasks:
        for hazard in task.hazards:
            found.setdefault(hazard, []).append(task.title)
    return [f"{_where(titles, len(tasks))}: {hazard}" for hazard, titles in found.items()]


def _where(titles: Sequence[str], tasks: int) -> str:
    if len(titles) == 1:
        return titles[0]
    return "In all tasks" if len(titles) == tasks else f"In {len(titles)} tasks"


def _copied(gathered: Gathered) -> Iterator[str]:
    """Models whose target is one of their inputs."""
    target = gathered.config.export.options.get("target")
    told = None if target is None else str(target)
    readers = [
        entry.name
        for entry in gathered.entries
        if (of := entry.config) and giveaway(told, of.inputs, of.recipe, of.features)
    ]
    if readers:
        yield (
            f"THE TARGET IS AN INPUT: {listed(readers)} read{'s' * (len(readers) == 1)} {tag_of(told)} and "
            "need only copy it, so such scores say nothing."
        )


def _owners(gathered: Gathered, manifest: Manifest | None) -> Iterator[str]:
    test, config = gathered.photos.test, gathered.config
    splits = {recipe.split for recipe in recipes(gathered).values()}
    known = f" {percent(float(test.seen.mean()))} of the test photos are of a group that training has seen."
    seen = known if test.seen.any() else ""
    if "random" in splits:
        yield f"OWNERS CROSS THE SPLITS: photos were divided at random, {_TOO_GOOD}.{seen}"
    elif "export" in splits and config.export.group == "none":
        yield (
            f"OWNERS CROSS THE SPLITS: {_KEPT['none'].lower()}, {_TOO_GOOD}, and intervals too narrow, for "
            f"they take photos as independent.{seen}"
        )
    elif splits & {"camera", "time"}:
        kinds = listed(sorted(splits & {"camera", "time"}))
        yield f"Photos were divided by {kinds}, so one owner can stand in training and in test.{seen}"
    elif "export" in splits and config.export.group in _KEPT:
        count = "" if manifest is None else f" {manifest.owners_crossing:,} owners do."
        yield f"{_KEPT[config.export.group]}.{count}{seen}"
    elif seen:
        yield f"{seen.strip()} Their scores stand apart among the strata."


def _unknown(gathered: Gathered, manifest: Manifest | None) -> Iterator[str]:
    """Groups that are none: of an unknown owner each session counts as one."""
    test, group = gathered.photos.test, gathered.config.export.group
    if manifest is not None and manifest.without_group:
        yield (
            f"The {group} of {manifest.without_group:,} of {manifest.photos:,} photos is unknown, so one "
            f"{group} can stand in training and in test, and intervals may be too narrow."
        )
    elif group not in LONE and len(set(test.group.tolist())) > _NEARLY_ALL * len(test.ids):
        yield (
            f"Nearly every test photo is a group of its own: each {group} has one photo, or is unknown, and "
            "then the scores may be too good and the intervals too narrow."
        )


def _copies(gathered: Gathered, copies: Mapping[str, int]) -> Iterator[str]:
    splitting = gathered.config.export.options.get("splitting", {})
    if splitting.get("allow_leaks"):
        yield (
            "The export allowed leaks: duplicates, near-duplicates and bursts may stand in training and in "
            f"test, {_TOO_GOOD}."
        )
    careless = [name for name, recipe in recipes(gathered).items() if not recipe.dedup]
    unknown = [name for name in careless if name not in copies]
    if unknown:
        yield f"Exact copies of training photos in test were not looked for ({listed(unknown)}), {_TOO_GOOD}."
    for name in careless:
        if found := copies.get(name):
            yield (
                f"Of {counted(len(gathered.photos.test.ids), 'test photo')} {found:,} "
                f"{'is an exact copy' if found == 1 else 'are exact copies'} of training photos ({name}), "
                f"{_TOO_GOOD}."
            )
    peeking = [name for name, recipe in recipes(gathered).items() if recipe.fit_scope == "all"]
    if peeking:
        yield f"Imputation and scaling of EXIF were fitted on test photos, too ({listed(peeking)})."


def _size(gathered: Gathered, support: Sequence[int]) -> Iterator[str]:
    groups = len(set(gathered.photos.test.group.tolist()))
    if groups < FEW_GROUPS:
        yield (
            f"The test photos are of {counted(groups, 'group')} only: intervals by group are rough below "
            f"{FEW_GROUPS}, and the next owners may be others."
        )
    rare = sum(1 for count in support if count < FEW_PHOTOS)
    if rare:
        yield (
            f"{rare} of {len(support)} classes {'has' if rare == 1 else 'have'} fewer than {FEW_PHOTOS} test "
            f"photos: {'its' if rare == 1 else 'their'} F1 is rough."
        )


def _runs(gathered: Gathered) -> Iterator[str]:
    trained = [entry for entry in gathered.entries if entry.config]
    if all(len(entry.seeds) == 1 for entry in trained):
        yield (
            "Each model was trained once: what another seed would give is not known, and intervals cover the "
            "draw of the photos only."
        )
    elif any(len(entry.seeds) < FEWEST_SEEDS for entry in trained):
        yield f"Some models have fewer than {FEWEST_SEEDS} seeds: what is said of them holds for these runs."
    versions = sorted({spoken.exifds for entry in trained for spoken in entry.spoken()})
    if len(versions) > 1:
        yield f"The runs were trained by different versions of exifds ({listed(versions)}), which can differ."
    alone = [entry.name for entry in trained if entry.kind == "image" and _exif_apart(entry, trained)]
    if alone:
        yield (
            f"There is no late fusion for {listed(alone)}: the EXIF model was trained with other limits of "
            "epochs."
        )
    machines = _machines(spoken.environment for entry in trained for spoken in entry.spoken())
    if machines > 1:
        yield f"The runs come from {machines} different machines: their times cannot be compared."


def _constant(gathered: Gathered) -> Iterator[str]:
    """Models that tell nothing apart; controls may have nothing to go by."""
    for entry in gathered.entries:
        if entry.kind in _LEARNING:
            each = [spoken.answers.decided for spoken in entry.spoken()]
            alike = sum(bool((decided == decided[:1]).all()) for decided in each)
            if alike:
                which = f", with {alike} of {len(each)} seeds" if len(each) > 1 else ""
                yield f"{entry.name} gives one answer to all test photos{which}: it tells no classes apart."


def _exif_apart(image: Entry, trained: Sequence[Entry]) -> bool:
    """Whether an EXIF model of the same recipe is there, but none trained as long."""
    found = [one for one in trained if one.kind == "exif" and one.recipe == image.recipe]
    return bool(found) and not any(image.akin(one) for one in found)


def _machines(environments: Iterable[Mapping[str, str]]) -> int:
    return len({tuple(found.get(name) for name in _HARDWARE) for found in environments if found})
