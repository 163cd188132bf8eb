"""Commands: what to type to make the runs of a task again. Pure."""

import shlex
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from exifds.train.config import INPUTS
from exifds.train.report.entries import Entry, Gathered, standard

__all__ = ["again"]


def again(gathered: Gathered) -> tuple[str, ...]:
    """The commands that make the runs of a task again.

    Args:
        gathered: The models of the task.

    Returns:
        Lines of a shell. A recipe of one's own can only be named, which a comment says.
    """
    lines = [f"exifds export {shlex.quote(gathered.config.export.name)} EXPORT --like OLD_EXPORT"]
    for recipe, epochs, seeds in sorted({_call(entry) for entry in _trained(gathered)}, key=repr):
        same = [entry for entry in _trained(gathered) if _call(entry) == (recipe, epochs, seeds)]
        lines += [
            " ".join([*_command(kinds, backbones, weights, (recipe, epochs, seeds)), *_own(same)])
            for (kinds, weights), backbones in _networks(same).items()
        ]
    return (*lines, "exifds report RUNS")


def _trained(gathered: Gathered) -> list[Entry]:
    return [entry for entry in gathered.entries if entry.config]


def _call(entry: Entry) -> tuple[str, int | None, tuple[int, ...]]:
    """What the models of one command share."""
    return entry.recipe_name or "", entry.epochs, tuple(sorted(entry.seeds))


def _own(entries: Sequence[Entry]) -> Iterator[str]:
    if not all(standard(entry.recipe) for entry in entries if entry.recipe):
        yield "# with a recipe of your own, or of another version: give it to exifds.train.fit"


def _networks(entries: Sequence[Entry]) -> dict[tuple[frozenset[str], str | None], list[str]]:
    """Backbones by kinds and weights, for a command trains each kind with each backbone."""
    kinds: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    for entry in entries:
        if entry.backbone:
            kinds[entry.backbone, entry.weights].add(entry.kind)
    found: dict[tuple[frozenset[str], str | None], list[str]] = defaultdict(list)
    alone = frozenset(entry.kind for entry in entries if not entry.backbone)
    for (backbone, weights), asked in sorted(kinds.items(), key=repr):
        found[frozenset(asked | alone), weights].append(backbone)
    return found or {(alone, None): []}


def _command(
    kinds: Collection[str],
    backbones: Sequence[str],
    weights: str | None,
    call: tuple[str, int | None, tuple[int, ...]],
) -> Iterator[str]:
    recipe, epochs, seeds = call
    base, *switches = recipe.split("+")
    yield "exifds train EXPORT --out RUNS"
    yield f"--inputs {','.join(name for name in INPUTS if name in kinds)}"
    for backbone in backbones:
        yield f"--backbone {shlex.quote(backbone)}"
    yield f"--recipe {shlex.quote(base)}"
    for switch in switches:
        yield f"--set {shlex.quote(switch)}"
    yield f"--seeds {','.join(map(str, seeds))}"
    if epochs is not None:
        yield f"--epochs {epochs}"
    if weights is not None:
        yield f"--weights {'FILE  # ' + weights if weights.startswith('sha256:') else shlex.quote(weights)}"
