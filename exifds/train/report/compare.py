"""Report: compare the models of a folder of runs, and write down what the numbers support."""

import hashlib
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from exifds import __version__
from exifds.errors import UsageError
from exifds.export import manifest as manifests
from exifds.export.manifest import MANIFEST
from exifds.progress import bar
from exifds.train.folder import writable
from exifds.train.report import pairs, writing
from exifds.train.report.commands import reporting
from exifds.train.report.comparison import Comparison, Settings, Truth
from exifds.train.report.gather import gather
from exifds.train.report.tasks import Export, Work, concluded

__all__ = ["compare"]


def compare(
    runs: str | Path,
    out: str | Path | None = None,
    *,
    export: str | Path | Sequence[str | Path] = (),
    importance: bool = False,
    price_kwh: float = 0.30,
    price_hour: float = 0.0,
    target_score: float | None = None,
    truth: Truth | str | Path | None = None,
    progress: bool | None = None,
) -> Comparison:
    """Compare trained models, and write `report.html`, `report.md`, `report.json` and `figures/`.

    Only models of the same export that were tested on the same photos are compared. A calibrated late fusion
    and the most frequent answer stand beside them always.

    Args:
        runs: Folder of the runs, as given to `fit`.
        out: Folder of the report; None takes `runs`.
        export: The exports of the runs, for the tags of their photos and the owners of each split; without
            them the report says less.
        importance: Also measure how much the models that are drawn rely on each tag; needs the exports, and
            Keras.
        price_kwh: Of a kilowatt-hour, in any currency.
        price_hour: Of an hour of the machine.
        target_score: Score on val until which training time is taken; None takes the highest one that all
            image and fusion runs reached.
        truth: What the best possible observer reaches, or a JSON file of it; for synthetic photos, and runs
            of one task.
        progress: Show a progress bar; None shows it on a terminal.

    Returns:
        All numbers of the report.

    Raises:
        UsageError: There is no finished run, `out` cannot be written, or an argument is not usable, such as a
            truth for several tasks.
        DiskFullError: The disk is full.
        MissingExtraError: Matplotlib or another package is missing.

    Example:
        >>> found = compare("runs", price_kwh=0.25)  # doctest: +SKIP
        >>> found.tasks[0].claims[0].text  # doctest: +SKIP
        'Of the trained models fusion is best on val. On test it has macro-F1 0.872 [0.851, 0.890], ...'
    """
    writing.require_packages()
    settings = _settings(price_kwh, price_hour, target_score)
    known = Truth.read(truth) if isinstance(truth, (str, Path)) else truth
    exports = _exports([export] if isinstance(export, (str, Path)) else export)
    if importance and not exports:
        raise UsageError("importance needs the exports of the runs: give them as export (--export)")
    gathered, left_out = gather(runs)
    strange = set(exports) - {task.config.export.sha256 for task in gathered}
    if strange:
        raise UsageError(
            f"no run was trained on {exports[strange.pop()].folder}: give the exports of the runs"
        )
    if known is not None and len(gathered) > 1:
        titles = ", ".join(task.title for task in gathered)
        raise UsageError(
            f"truth holds for one task, and these runs are of {len(gathered)} ({titles}): give a folder with "
            "the runs of one"
        )
    folder = writable(runs if out is None else out)
    tests = sum(len(pairs.planned(task.entries)) for task in gathered)
    works = [
        Work(
            task, exports.get(task.config.export.sha256), settings, known, importance=importance, tests=tests
        )
        for task in gathered
    ]
    with bar("compare", sum(work.steps for work in works), show=progress) as advance:
        tasks = [work.task(lambda: advance(1, 0)) for work in works]
    last = reporting(
        settings, len(exports), out=out is not None, importance=importance, truth=truth is not None
    )
    found = Comparison(
        exifds=__version__,
        created_at=datetime.now(UTC),
        settings=settings,
        tasks=tuple(task.model_copy(update={"again": (*task.again, last)}) for task in concluded(tasks)),
        left_out=tuple(left_out),
        truth=known,
    )
    writing.write(found, folder)
    return found


def _settings(price_kwh: float, price_hour: float, target_score: float | None) -> Settings:
    """Checked, for a price of NaN would spoil a table in silence."""
    for name, price in (("price_kwh", price_kwh), ("price_hour", price_hour)):
        if not 0 <= price < math.inf:
            raise UsageError(f"{name}: expected a price of 0 or more, got {price}")
    if target_score is not None and not 0 <= target_score <= 1:
        raise UsageError(f"target_score: expected a score from 0 to 1, got {target_score}")
    return Settings(price_kwh=price_kwh, price_hour=price_hour, target_score=target_score)


def _exports(folders: Sequence[str | Path]) -> dict[str, Export]:
    """Exports by the SHA-256 of their manifests."""
    found = {}
    for folder in folders:
        path = Path(folder).expanduser()
        manifest = manifests.load(path)
        found[hashlib.sha256((path / MANIFEST).read_bytes()).hexdigest()] = Export(path, manifest)
    return found
