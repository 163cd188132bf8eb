"""Exporter: from a dataset to files, in four steps: choose, develop, place, write.

Each step leaves what it did in the ledger, so a run that was killed goes on where it was, and ends with the
same bytes as one that was not. The manifest is written last: an export that has one is whole.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from exifds.errors import ExifdsError, UsageError
from exifds.export import account, attribution, choosing, datasheet, target_text, workshop
from exifds.export.features import FEATURES
from exifds.export.formats import FORMATS
from exifds.export.ledger import Ledger
from exifds.export.manifest import MANIFEST, Manifest, Shard, is_export, load
from exifds.export.options import Options, pinned
from exifds.export.pictures import Darkroom, Original, develop
from exifds.export.placing import place
from exifds.export.record import Format, Schema
from exifds.export.report import ExportReport
from exifds.export.shards import Shards, put
from exifds.export.splits import SPLITS
from exifds.export.targets import Target
from exifds.fetch.images import ImageStore
from exifds.progress import bar
from exifds.store import filters
from exifds.store.codec import Codec
from exifds.store.sync import Store

__all__ = ["Exporter", "NothingToExportError"]


class NothingToExportError(UsageError):
    """No photo can be exported.

    Args:
        name: Name of the dataset.
        left_out: Reason to number of photos.
        failed: Photos whose image could not be used, and why.
        meant: What may have been meant, in words.
    """

    def __init__(
        self,
        name: str,
        left_out: Mapping[str, int],
        failed: Sequence[tuple[str, str]] = (),
        meant: str = "",
    ) -> None:
        reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in left_out.items())
        why = f": left out were {reasons}" if reasons else ": none matches"
        first = f"; {failed[0][0]}: {failed[0][1]}" if failed else ""
        hint = f"; {meant}" if meant else ""
        super().__init__(f"no photo of {name} can be exported{why}{first}{hint}")


@dataclass(frozen=True)
class Exporter:
    """Exports one dataset.

    Args:
        store: The dataset.
        codec: Opens its documents.
        images: Its image files.
        options: What is asked for.
        curated: The filter of the curated selection that was asked for; empty for none.
        blind_index: Turns an owner id into `owner_bx`, for filters on owners.
        original: Gives original files, if those are asked for.
    """

    store: Store
    codec: Codec
    images: ImageStore
    options: Options
    curated: Mapping[str, Any] = field(default_factory=dict)
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
            UsageError: The folder holds something else, or no photo can be exported.
            LeakError: What belongs together stands in two splits.
            DiskFullError: The disk is full.
        """
        if is_export(out):
            report = self._finished(out)
            workshop.tidy(out)
            return report
        with workshop.opened(out) as work:
            with Ledger(work / "ledger.sqlite") as ledger:
                try:
                    self._prepare(ledger, out, workers, show)
                except ExifdsError as error:
                    if isinstance(error, NothingToExportError) or ledger.note("export") is None:
                        workshop.abandon(out)
                    raise
                whole = self._finish(ledger, out, work, self._write(ledger, out, work, show))
            workshop.clear(out)
        return ExportReport(out, whole)

    def _prepare(self, ledger: Ledger, out: Path, workers: int | None, show: bool | None) -> None:
        """Everything before the first file: choose, make pictures, share out."""
        if ledger.note("export") is None:
            self._choose(ledger, show)
        else:
            self._go_on(ledger, out)
        self._develop(ledger, workers, show)
        if ledger.note("placed") is None:
            place(ledger, self.store, self.options.splitting, self._target(ledger))
        if not any(ledger.photos_in(split)[0] for split in SPLITS):
            raise NothingToExportError(self.store.name, account.left_out(ledger), ledger.failures())

    def _choose(self, ledger: Ledger, show: bool | None) -> None:
        """Fill the ledger."""
        choosing.check_where(self.options.selection.where, decrypt=self.options.decrypt)
        choice = self._choice()
        with bar(f"choose from {self.store.name}", choice.total, show=show) as advance, ledger.writing():
            target, unlabelled = choosing.choose(
                ledger, self.store, self.codec, self.options, query=choice.query, advance=advance
            )
            left_out = Counter(choice.left_out) + unlabelled
            if not ledger.counts()[0]:
                raise NothingToExportError(
                    self.store.name, left_out, meant=target_text.meant(target.path) if target else ""
                )
            self.layout.check(self._schema(target))
            ledger.set_note("export", self._asked())
            ledger.set_note("classes", target.classes if target else None)
            ledger.set_note("chosen", dict(left_out))
            ledger.set_note("selected", choice.total)

    def _choice(self) -> choosing.Choice:
        """What the options choose now."""
        selection = self.options.selection
        checked = filters.checked(selection.where, self.codec.privacy, self.blind_index)
        return choosing.counted(self.store, selection, checked, self.curated)

    def _go_on(self, ledger: Ledger, out: Path) -> None:
        """Make sure that the export that was begun is this one, and that no photo was removed meanwhile."""
        if ledger.note("export") != self._asked():
            raise UsageError(
                f"{out} holds an unfinished export of another dataset or with other options: "
                "run that one again, remove the folder, or choose another"
            )
        gone = 0
        for ids in ledger.ids():
            gone += len(ids) - sum(state == "done" for state in self.store.states(ids).values())
        if gone:
            raise UsageError(
                f"{gone} photos of this unfinished export are no longer in {self.store.name}: "
                f"remove {out} and export again"
            )

    def _asked(self) -> dict[str, Any]:
        return {"dataset": self.store.name, "options": self.options.record()}

    def _develop(self, ledger: Ledger, workers: int | None, show: bool | None) -> None:
        """Make the pictures."""
        pictures = self.layout.pictures and not self.options.restore_exif
        darkroom = Darkroom(self.images, self.options.rendering if pictures else None, self.original)
        photos, made = ledger.counts()
        with bar("make pictures", photos - made, show=show) as advance:
            develop(ledger, darkroom, workers, advance)

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
        whole = account.manifest(ledger, self.options, self._schema(self._target(ledger)), done)
        documents = (document for split in SPLITS for document, _ in ledger.documents(split))
        attributed = out / attribution.ATTRIBUTION
        put(attributed, work, lambda draft: attribution.write(draft, documents, whole.data))
        texts = {datasheet.DATASHEET: datasheet.datasheet(whole), **self.layout.sidecars(whole)}
        for name, text in (*texts.items(), (MANIFEST, whole.model_dump_json(indent=2))):
            put(out / name, work, partial(_write_text, text=text))
        return whole

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
        whole = load(out)
        same = self.options.record() in (whole.options, pinned(whole).record())
        if whole.data.name != self.store.name or not same:
            raise UsageError(
                f"{out} holds a finished export of another dataset or with other options: "
                "choose another folder"
            )
        for split in whole.splits.values():
            for shard in split.shards:
                if not shard.is_in(out):
                    raise UsageError(
                        f"{shard.path} of the export in {out} is missing or damaged: remove the folder and "
                        "export again"
                    )
        return ExportReport(out, whole, was_there=True, today=self._choice().total)


def _write_text(draft: Path, text: str) -> None:
    draft.write_bytes(text.encode())
