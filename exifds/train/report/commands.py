"""Commands: what to type to make the runs of a task again. Pure."""

import shlex
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from exifds.train.config import INPUTS
from exifds.train.report.comparison import Settings
from exifds.train.report.entries import Entry, Gathered, standard

__all__ = ["again", "reporting"]


_Start = tuple[str, str]
"""Weights and precision of a network for images."""


def again(gathered: Gathered) -> tuple[str, ...]:
    """The commands that make the runs of a task again.

    Args:
        gathered: The models of the task.

    Returns:
        Lines of a shell, without that of the report. A recipe of one's own can only be named, which a
        comment says.
    """
    lines = [f"exifds export {shlex.quote(gathered.config.export.name)} EXPORT --like OLD_EXPORT"]
    for recipe, epochs, seeds in sorted({_call(entry) for entry in _trained(gathered)}, key=repr):
        same = [entry for entry in _trained(gathered) if _call(entry) == (recipe, epochs, seeds)]
        lines += [
            " ".join([*_command(kinds, backbones, start, (recipe, epochs, seeds)), *_own(same)])
            for (kinds, start), backbones in _networks(same).items()
        ]
    return tuple(lines)


def reporting(settings: Settings, exports: int, *, out: bool, importance: bool, truth: bool) -> str:
    """The command that makes a report again.

    Args:
        settings: Of the report.
        exports: How many exports were given.
        out: Whether it has a folder of its own.
        importance: Whether the importance of tags was measured.
        truth: Whether the scores of the best possible observer were given.

    Returns:
        A line of a shell, with words in capitals in place of paths.

    Example:
        >>> reporting(Settings(), 1, out=False, importance=True, truth=False)
        'exifds report RUNS --export EXPORT --importance'
    """
    usual = Settings()
    words = ["exifds report RUNS", *["--export EXPORT"] * exports]
    words += ["--out REPORT"] * out + ["--importance"] * importance + ["--truth FILE"] * truth
    for name in ("price_kwh", "price_hour", "target_score"):
        if (value := getattr(settings, name)) != getattr(usual, name):
            words.append(f"--{name.replace('_', '-')} {value}")
    return " ".join(words)


def _trained(gathered: Gathered) -> list[Entry]:
    return [entry for entry in gathered.entries if entry.config]


def _call(entry: Entry) -> tuple[str, int | None, tuple[int, ...]]:
    """What the models of one command share."""
    return entry.recipe_name or "", entry.epochs, tuple(sorted(entry.seeds))


def _own(entries: Sequence[Entry]) -> Iterator[str]:
    if not all(standard(entry.recipe) for entry in entries if entry.recipe):
        yield "# with a recipe of your own, or of another version: give it to exifds.train.fit"


def _networks(entries: Sequence[Entry]) -> dict[tuple[frozenset[str], _Start | None], list[str]]:
    """Backbones by kinds and start, for a command trains each kind with each backbone."""
    kinds: dict[tuple[str, _Start], set[str]] = defaultdict(set)
    for entry in entries:
        if entry.backbone:
            kinds[entry.backbone, (entry.weights or "none", entry.precision or "float32")].add(entry.kind)
    found: dict[tuple[frozenset[str], _Start | None], list[str]] = defaultdict(list)
    alone = frozenset(entry.kind for entry in entries if not entry.backbone)
    for (backbone, start), asked in sorted(kinds.items(), key=repr):
        found[frozenset(asked | alone), start].append(backbone)
    return found or {(alone, None): []}


def _command(
    kinds: Collection[str],
    backbones: Sequence[str],
    start: _Start | None,
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
    if start is not None:
        weights, precision = start
        yield "--mixed-precision" if precision == "mixed_float16" else "--no-mixed-precision"
        yield f"--weights {'FILE  # ' + weights if weights.startswith('sha256:') else shlex.quote(weights)}"
