"""Exporter: from a dataset to files, in four steps: choose, develop, place, write.

Each step leaves what it did in the ledger, so a run that was killed goes on where it was, and ends with the
same bytes as one that was not. The manifest is written last: an export that has one is whole.
"""

import fcntl
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import PIL
from google import protobuf
from PIL import features

from exifds import __version__
from exifds.errors import ExifdsError, UsageError
from exifds.export import attribution, choosing, datasheet, manifest
from exifds.export.features import FEATURES, fit
from exifds.export.formats import FORMATS
from exifds.export.ledger import Ledger
from exifds.export.manifest import MANIFEST, Manifest, Shard, Split
from exifds.export.options import Options
from exifds.export.pictures import Darkroom, Original, develop
from exifds.export.placing import place
from exifds.export.record import Format, Label, Schema
from exifds.export.shards import Shards, put
from exifds.export.splits import SPLITS
from exifds.export.tallies import tally
from exifds.export.targets import Target
from exifds.fetch.images import ImageStore, require_space
from exifds.progress import bar
from exifds.store import filters
from exifds.store.codec import Codec
from exifds.store.sync import Store

__all__ = ["ExportReport", "Exporter"]

WORK: Final = ".work"
"""The folder of an export that is not finished."""


@dataclass(frozen=True)
class ExportReport:
    """What became of an export.

    Args:
        folder: Where it is.
        manifest: What it holds.
        failed: Photos whose image could not be used, and why.
        was_there: Whether it was finished before, so that nothing was done.
    """

    folder: Path
    manifest: Manifest
    failed: tuple[tuple[str, str], ...] = ()
    was_there: bool = False


@dataclass(frozen=True)
class Exporter:
    """Exports one dataset.

    Args:
        store: The dataset.
        codec: Opens its documents.
        images: Its image files.
        options: What is asked for.
        blind_index: Turns an owner id into `owner_bx`, for filters on owners.
        original: Gives original files, if those are asked for.
    """

    store: Store
    codec: Codec
    images: ImageStore
    options: Options
    blind_index: filters.BlindIndex | None = None
    original: Original | None = None

    def run(self, out: Path, workers: int | None = None, *, show: bool | None = None) -> ExportReport:
        """Export, or go on with an export that was interrupted.

        Args:
            out: A new folder, or one of an export with the same options.
            workers: Threads; None takes one per core.
            show: Show progress bars; None shows them on a terminal.

        Returns:
            What became of it.

        Raises:
            UsageError: The folder holds something else.
            LeakError: What belongs together stands in two splits.
            DiskFullError: The disk is full.
        """
        if (out / MANIFEST).is_file():
            return self._finished(out)
        with _work(out) as work, Ledger(work / "ledger.sqlite") as ledger:
            with _nothing_left(out, unless=ledger):
                self._choose(ledger, show)
            self._develop(ledger, workers, show)
            if ledger.note("placed") is None:
                self._place(ledger)
            done = self._write(ledger, out, work, show)
            failed = tuple(ledger.failures())
            whole = self._finish(ledger, out, work, done)
        shutil.rmtree(out / WORK)
        return ExportReport(out, whole, failed)

    def _choose(self, ledger: Ledger, show: bool | None) -> None:
        """Fill the ledger, unless that was done by a run before this one."""
        asked = {"dataset": self.store.name, "options": self.options.record()}
        before = ledger.note("export")
        if before is not None:
            if before != asked:
                raise UsageError(
                    "the folder holds an unfinished export of another dataset or with other options: "
                    "run that one again, remove the folder, or choose another"
                )
            return
        where = self.options.selection.where
        choosing.check_where(where, decrypt=self.options.decrypt)
        checked = filters.checked(where, self.codec.privacy, self.blind_index)
        choice = choosing.counted(self.store, self.options.selection, checked)
        with bar(f"choose from {self.store.name}", choice.total, show=show) as advance, ledger.writing():
            target, unlabelled = choosing.choose(
                ledger, self.store, self.codec, self.options, query=choice.query, advance=advance
            )
            left_out = Counter(choice.left_out) + unlabelled
            if not ledger.counts()[0]:
                raise UsageError(f"no photo of {self.store.name} can be exported{_because(left_out)}")
            self.layout.shard_name(self._schema(target), SPLITS[0], 0, 1)  # refuses what it cannot lay down
            ledger.set_note("export", asked)
            ledger.set_note("classes", target.classes if target else None)
            ledger.set_note("chosen", dict(left_out))

    def _develop(self, ledger: Ledger, workers: int | None, show: bool | None) -> None:
        """Make the pictures."""
        pictures = self.layout.pictures and not self.options.restore_exif
        darkroom = Darkroom(self.images, self.options.rendering if pictures else None, self.original)
        photos, made = ledger.counts()
        with bar("make pictures", photos - made, show=show) as advance:
            develop(ledger, darkroom, workers, advance)

    def _place(self, ledger: Ledger) -> None:
        """Share the photos out."""
        place(ledger, self.store, self.options.splitting, self._target(ledger))

    def _write(self, ledger: Ledger, out: Path, work: Path, show: bool | None) -> dict[str, list[Shard]]:
        """Write the shards."""
        schema = self._schema(self._target(ledger))
        photos = sum(ledger.photos_in(split)[0] for split in SPLITS)
        done: dict[str, list[Shard]] = {split: [] for split in SPLITS}
        with bar(f"write {out.name}", photos, show=show) as advance:
            writer = Shards(ledger, self.layout, schema, out, work, self.options.shard_bytes)
            for split, shard in writer.write():
                done[split].append(shard)
                advance(shard.photos, 0)
        return done

    def _finish(self, ledger: Ledger, out: Path, work: Path, done: Mapping[str, list[Shard]]) -> Manifest:
        """Write what lies beside the shards, and last of all the manifest."""
        whole = self._manifest(ledger, done)
        documents = (document for split in SPLITS for document, _ in ledger.documents(split))
        attributed = out / attribution.ATTRIBUTION
        put(attributed, work, lambda draft: attribution.write(draft, documents, whole.data))
        sheet = datasheet.datasheet(whole)
        put(out / datasheet.DATASHEET, work, lambda draft: draft.write_text(sheet, encoding="utf-8"))
        self.layout.finish(out, whole)
        text = whole.model_dump_json(indent=2)
        put(out / MANIFEST, work, lambda draft: draft.write_text(text, encoding="utf-8"))
        return whole

    def _manifest(self, ledger: Ledger, done: Mapping[str, list[Shard]]) -> Manifest:
        placed = ledger.note("placed")
        left_out = Counter(ledger.note("chosen")) + Counter(placed["left_out"])
        left_out["failed"] += len(ledger.failures())
        return Manifest(
            exifds=__version__,
            created_at=datetime.now(UTC),
            options=self.options.record(),
            data=self._schema(self._target(ledger)),
            seed=placed["seed"],
            cuts=placed["cuts"],
            splits=_splits(ledger, self._schema(self._target(ledger)), self.options, done),
            statistics=fit(*ledger.features("train")),
            left_out=dict(sorted((+left_out).items())),
            leaks=placed["leaks"],
            owners_crossing=placed["owners_crossing"],
            tallies=tally(photo for split in SPLITS for photo in ledger.documents(split)),
            libraries=_libraries(),
        )

    @property
    def layout(self) -> Format:
        """How records are laid down."""
        return FORMATS[self.options.format]

    def _target(self, ledger: Ledger) -> Target | None:
        return choosing.target_of(self.options, self.codec.privacy, ledger.note("classes"))

    def _schema(self, target: Target | None) -> Schema:
        """What holds for all records."""
        rendering = self.options.rendering
        original = self.options.restore_exif
        same_size = self.layout.pictures and not original and rendering.resize != "short"
        return Schema(
            name=self.store.name,
            features=FEATURES,
            target=self.options.target,
            kind=target.kind if target else None,
            classes=(target.classes or ()) if target else (),
            encoding=("original" if original else rendering.encoding) if self.layout.pictures else None,
            height=rendering.size if same_size else None,
            width=rendering.size if same_size else None,
        )

    def _finished(self, out: Path) -> ExportReport:
        """An export that is whole already."""
        whole = manifest.load(out)
        if whole.data.name != self.store.name or whole.options != self.options.record():
            raise UsageError(
                f"{out} holds a finished export of another dataset or with other options: "
                "choose another folder"
            )
        shutil.rmtree(out / WORK, ignore_errors=True)
        return ExportReport(out, whole, was_there=True)


@contextmanager
def _work(out: Path) -> Iterator[Path]:
    """The working folder of an export, held by one process at a time."""
    work = out / WORK
    try:
        if out.exists() and not work.is_dir() and any(out.iterdir()):
            raise UsageError(f"expected a new or empty folder, but {out} holds something else")
        out.mkdir(parents=True, exist_ok=True)
        work.mkdir(mode=0o700, exist_ok=True)
        with (work / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            require_space(work)
            yield work
    except BlockingIOError:
        raise UsageError(f"another process is writing an export to {out}") from None
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror or error}") from None


@contextmanager
def _nothing_left(out: Path, *, unless: Ledger) -> Iterator[None]:
    """Leave no folder behind where nothing was chosen for it."""
    try:
        yield
    except ExifdsError:
        if unless.note("export") is None:
            shutil.rmtree(out / WORK)
            with suppress(OSError):  # it was there before, and somebody keeps something in it
                out.rmdir()
        raise


def _splits(
    ledger: Ledger, schema: Schema, options: Options, done: Mapping[str, list[Shard]]
) -> dict[str, Split]:
    """Counts of each split."""
    counts = {split: ledger.photos_in(split)[:2] for split in SPLITS}
    total = sum(photos for photos, _ in counts.values())
    shares = options.splitting.shares if options.splitting.cuts is None else (None, None, None)
    return {
        split: Split(
            photos=photos,
            groups=groups,
            share=photos / total,
            asked=asked,
            classes=_by_class(ledger.labels(split), schema),
            shards=tuple(done[split]),
        )
        for (split, (photos, groups)), asked in zip(counts.items(), shares, strict=True)
    }


def _by_class(labels: Iterable[Label], schema: Schema) -> dict[str, int]:
    """Photos by class, also the classes without any."""
    counts = [0] * len(schema.classes)
    for label in labels:
        if isinstance(label, (tuple, list)):
            for number, has in enumerate(label):
                counts[number] += bool(has)
        elif counts and isinstance(label, int):
            counts[label] += 1
    return dict(zip(schema.classes, counts, strict=True))


def _because(left_out: Mapping[str, int]) -> str:
    reasons = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
    return f": left out were {reasons}" if reasons else ": none matches"


def _libraries() -> dict[str, str]:
    """Versions of what shapes the bytes of pictures."""
    turbo = features.version("libjpeg_turbo")
    versions = {"pillow": PIL.__version__, "libjpeg_turbo": turbo or "", "numpy": np.__version__}
    return versions | {"protobuf": protobuf.__version__}
