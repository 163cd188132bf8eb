"""Ledger: what an export that is under way has done so far, so that a killed one goes on where it was.

A row for each chosen photo, its encoded image, its place in the export, and the shards that are done. Memory
does not grow with the number of photos.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

import bson
import numpy as np
from numpy.typing import NDArray

from exifds.export.features import FEATURES
from exifds.export.manifest import Shard
from exifds.export.record import Label, Record
from exifds.export.rows import Row
from exifds.export.working_file import WorkingFile
from exifds.store.codec import BSON_OPTIONS

__all__ = ["Ledger", "Picture", "Todo"]

AT_ONCE = 1000
"""Rows read at a time where others are written meanwhile."""

_TABLES = """
create table photos (
    number integer primary key, id text not null unique, created_at real not null, path text not null,
    orientation integer, sha256 text not null, grp text, owner text, camera text, taken_at text, label text,
    exif blob not null, present blob not null, queries text not null, document blob not null
);
create table pictures (
    number integer primary key, data blob, suffix text, fingerprint blob,
    failure text
);
create table places (
    split text not null, place integer not null, number integer not null, grp integer not null,
    primary key (split, place)
) without rowid;
create table shards (path text primary key, photos integer, bytes integer, sha256 text) without rowid;
"""
_RECORD = """
select id, places.grp, label, data, suffix, exif, present, document
from places join photos using (number) join pictures using (number)
where split = ? and place >= ? and place < ? order by place
"""


@dataclass(frozen=True, slots=True)
class Todo:
    """A photo whose picture is still to be made."""

    number: int
    id: str
    path: str
    orientation: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """What became of the image of a photo; `failure` says why it became nothing."""

    number: int
    data: bytes | None = None
    suffix: str | None = None
    fingerprint: bytes | None = None
    failure: str | None = None


class Ledger(WorkingFile):
    """The photos of one export, and what was done with them so far.

    Args:
        path: Where the file is; made if absent.
    """

    def fill(self, rows: Iterable[Row]) -> None:
        """Take the chosen photos; inside `writing`, into an empty ledger."""
        self._make_tables(_TABLES)
        self._sql.executemany(
            "insert into photos values (null, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_stored, rows)
        )

    def todo(self) -> Iterator[Todo]:
        """The photos whose pictures are still to be made; it may be written meanwhile."""
        statement = (
            "select number, id, path, orientation from photos left join pictures using (number) "
            "where pictures.number is null and number > ? order by number limit ?"
        )
        last = 0
        while True:
            with self._plainly():
                found = [Todo(*row) for row in self._sql.execute(statement, (last, AT_ONCE))]
            if not found:
                return
            yield from found
            last = found[-1].number

    def keep(self, pictures: Sequence[Picture]) -> None:
        """Keep pictures; inside `writing`."""
        self._sql.executemany(
            "insert into pictures values (?, ?, ?, ?, ?)", [astuple(picture) for picture in pictures]
        )

    def counts(self) -> tuple[int, int]:
        """Number of photos, and of those whose pictures are made or failed."""
        return self._one("select count(*) from photos"), self._one("select count(*) from pictures")

    def ids(self) -> Iterator[list[str]]:
        """The photos, by `_id`, some at a time."""
        found = self._sql.execute("select id from photos order by number")
        while rows := found.fetchmany(AT_ONCE):
            yield [photo for (photo,) in rows]

    def failures(self) -> list[tuple[str, str]]:
        """Photos whose image could not be used, and why."""
        statement = (
            "select id, failure from photos join pictures using (number) "
            "where failure is not null order by id"
        )
        return self._sql.execute(statement).fetchall()

    def column(self, name: str) -> list[Any]:
        """One column of the photos with a picture, in the order in which they came into the dataset.

        Args:
            name: `number`, `id`, `sha256`, `grp`, `owner`, `camera`, `taken_at`, `label` or `fingerprint`.

        Returns:
            Its values.
        """
        statement = (
            f"select {name} from photos join pictures using (number) where failure is null "  # noqa: S608  # ours
            "order by created_at, id"
        )
        with self._plainly():
            return [value for (value,) in self._sql.execute(statement)]

    def place(self, places: Iterable[tuple[str, int, int, int]]) -> None:
        """Give photos their places; inside `writing`.

        Args:
            places: Split, place in the split, number of the photo and number of its group.
        """
        self._sql.executemany("insert into places values (?, ?, ?, ?)", places)

    def photos_in(self, split: str) -> tuple[int, int, int]:
        """Photos, groups and bytes of images of a split."""
        statement = (
            "select count(*), count(distinct grp), coalesce(sum(length(data)), 0) "
            "from places join pictures using (number) where split = ?"
        )
        with self._plainly():
            photos, groups, size = self._sql.execute(statement, (split,)).fetchone()
        return photos, groups, size

    def records(self, split: str, start: int, stop: int) -> Iterator[Record]:
        """The photos of a split from one place to another.

        Args:
            split: Name of the split.
            start: The first place.
            stop: The place after the last.

        Yields:
            Records, in order.
        """
        with self._plainly():
            for found in self._sql.execute(_RECORD, (split, start, stop)):
                yield _record(found)

    def documents(self, split: str) -> Iterator[tuple[Mapping[str, Any], list[str]]]:
        """The exported fields of the photos of a split, in order, and how each was found."""
        statement = (
            "select document, queries from places join photos using (number) where split = ? order by place"
        )
        with self._plainly():
            for document, queries in self._sql.execute(statement, (split,)):
                yield _document(document), json.loads(queries)

    def labels(self, split: str) -> Iterator[Label]:
        """The labels of a split."""
        statement = "select label from places join photos using (number) where split = ? order by place"
        for (label,) in self._sql.execute(statement, (split,)):
            yield json.loads(label)

    def features(self, split: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Values and presence of the features of a split, both (photos, features)."""
        statement = (
            "select exif, present from places join photos using (number) where split = ? order by place"
        )
        found = self._sql.execute(statement, (split,)).fetchall()
        values = np.frombuffer(b"".join(row[0] for row in found), dtype="<f8")
        present = np.frombuffer(b"".join(row[1] for row in found), dtype=np.bool_)
        shape = (len(found), len(FEATURES))
        return values.reshape(shape), present.reshape(shape)

    def shard(self, path: str) -> Shard | None:
        """A shard that is done; None if it is not."""
        found = self._sql.execute("select * from shards where path = ?", (path,)).fetchone()
        return Shard(path=found[0], photos=found[1], bytes=found[2], sha256=found[3]) if found else None

    def shard_done(self, shard: Shard) -> None:
        """Note that a shard is in place."""
        with self.writing():
            row = (shard.path, shard.photos, shard.bytes, shard.sha256)
            self._sql.execute("insert or replace into shards values (?, ?, ?, ?)", row)

    def _one(self, statement: str) -> int:
        with self._plainly():
            return int(self._sql.execute(statement).fetchone()[0])


def _stored(row: Row) -> tuple[Any, ...]:
    return (
        row.id,
        row.created_at.timestamp(),
        row.path,
        row.orientation,
        row.sha256,
        row.group,
        row.owner,
        row.camera,
        row.taken_at and row.taken_at.isoformat(),
        json.dumps(row.label),
        np.array(row.exif, dtype="<f8").tobytes(),
        np.array(row.present, dtype=np.bool_).tobytes(),
        json.dumps(row.queries),
        bson.encode(row.document, codec_options=BSON_OPTIONS),
    )


def _record(found: Sequence[Any]) -> Record:
    photo_id, group, label, data, suffix, exif, present, document = found
    label = json.loads(label)
    return Record(
        id=photo_id,
        group=group,
        label=tuple(label) if isinstance(label, list) else label,
        image=data or b"",
        suffix=suffix or "",
        exif=tuple(np.frombuffer(exif, dtype="<f8").tolist()),
        exif_present=tuple(np.frombuffer(present, dtype=np.bool_).tolist()),
        document=_document(document),
    )


def _document(encoded: bytes) -> Mapping[str, Any]:
    document = bson.decode(encoded, codec_options=BSON_OPTIONS)
    if isinstance(document.get("taken_at"), datetime):
        document["taken_at"] = document["taken_at"].replace(tzinfo=None)  # a camera's clock has no zone
    return document
