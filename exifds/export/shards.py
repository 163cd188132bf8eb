"""Shards: each is written as a draft, synced, and renamed, so that what can be seen is whole."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from exifds.errors import DiskFullError, UsageError
from exifds.export.ledger import Ledger
from exifds.export.manifest import Shard
from exifds.export.record import Format, Schema
from exifds.export.splits import SPLITS
from exifds.fetch.images import require_space

__all__ = ["Shards", "put", "sync"]

_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Shards:
    """The shards of an export.

    Args:
        ledger: Holds the records.
        layout: How records are laid down.
        schema: What holds for all of them.
        out: The export.
        work: Where drafts are made, on the same disk.
        most_bytes: Bytes of images a shard holds, about.
    """

    ledger: Ledger
    layout: Format
    schema: Schema
    out: Path
    work: Path
    most_bytes: int

    def write(self) -> Iterator[tuple[str, Shard]]:
        """Write the shards; those that are done are passed over.

        Yields:
            Split and shard, as each is in place.

        Raises:
            DiskFullError: The disk is full.
        """
        for split in SPLITS:
            photos, _, size = self.ledger.photos_in(split)
            count = 1 if self.layout.whole else min(photos, max(1, -(-size // self.most_bytes)))
            for index in range(count):
                path = self.layout.shard_name(self.schema, split, index, count)
                places = range(index * photos // count, (index + 1) * photos // count)
                yield split, self._one(split, path, places)

    def _one(self, split: str, path: str, places: range) -> Shard:
        """One shard, written unless it is in place already."""
        target = self.out / path
        done = self.ledger.shard(path)
        if done is not None and target.exists():
            return done
        require_space(self.work)

        def write(draft: Path) -> None:
            self.layout.write(draft, self.ledger.records(split, places.start, places.stop), self.schema)

        size, digest = put(target, self.work, write)
        shard = Shard(path=path, photos=len(places), bytes=size, sha256=digest)
        self.ledger.shard_done(shard)
        return shard


def put(target: Path, work: Path, write: Callable[[Path], object]) -> tuple[int, str]:
    """Put a file or a folder in place whole, or not at all.

    Args:
        target: Where it goes.
        work: Where its draft is made, on the same disk.
        write: Writes it under the name it is given.

    Returns:
        Its bytes, and its sha256; of a folder that of the sorted lines `sha256  path` of its files.

    Raises:
        DiskFullError: The disk is full.
        UsageError: It cannot be written for another reason.
    """
    draft = work / f"draft-{target.name}"
    try:
        _remove(draft)
        write(draft)
        size, digest = _sealed(draft)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir():
            _remove(target)
        draft.rename(target)
        sync(target.parent)
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError(
                f"the disk of {target.parent} is full: make room and run the same command again; "
                "it goes on where it was"
            ) from None
        raise UsageError(f"{target} cannot be written: {error.strerror or error}") from None
    return size, digest


def sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sealed(draft: Path) -> tuple[int, str]:
    """Size and digest of a draft; afterwards all of it is on disk."""
    if draft.is_file():
        size, digest = _file(draft)
        return size, digest
    total, lines = 0, []
    for path in sorted(path for path in draft.rglob("*") if path.is_file()):
        size, digest = _file(path)
        total += size
        lines.append(f"{digest}  {path.relative_to(draft).as_posix()}\n")
    for folder in (path for path in draft.rglob("*") if path.is_dir()):
        sync(folder)
    sync(draft)
    return total, hashlib.sha256("".join(lines).encode()).hexdigest()


def _file(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    return path.stat().st_size, digest


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
