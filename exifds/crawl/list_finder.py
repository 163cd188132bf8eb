"""ListFinder: the photos of an id list. The rows go onto the work list, so the file is read once."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from exifds.crawl.ask import Call, ask
from exifds.crawl.finder import Finder, Findings, Licenses, Row
from exifds.errors import GonePhotoError, PhotoError
from exifds.photo import Photo
from exifds.sources import id_list
from exifds.sources.flickr import IdList, parse
from exifds.sources.flickr.found import FoundPhoto
from exifds.sources.listed_photo import BadRow, ListedPhoto, union
from exifds.store.tasks import NewTask, Task

__all__ = ["ListFinder"]

LIST_ROWS = 200
"""Rows of an id list in one task."""


class ListFinder(Finder):
    """Finds the photos of an id list. The rows go onto the work list, so the file is read once."""

    shifts = False

    def __init__(
        self,
        listing: IdList,
        call: Call,
        licenses: Licenses,
        limit: int | None,
        *,
        metadata: bool,
    ) -> None:
        super().__init__(call, licenses, limit)
        self.listing = listing
        self.metadata = metadata

    async def first(self, started: int) -> AsyncIterator[NewTask]:
        """Tasks of some rows each."""
        del started
        rows = id_list.read(self.listing.path)
        page = 0
        while chunk := [_plain(row) for row in islice(rows, LIST_ROWS)]:
            page += 1
            yield NewTask({"rows": chunk, "from": (page - 1) * LIST_ROWS + 1}, page, order=page)

    async def find(self, task: Task) -> Findings:
        """The rows of a task, each photo once with all of its labels."""
        rows: dict[str, Row] = {}
        for rank, plain in enumerate(task.slice["rows"], task.slice["from"]):
            row = _listed(plain, rank)
            rows[row.photo_id] = _joined(rows[row.photo_id], row) if row.photo_id in rows else row
        return Findings(tuple(rows.values()), len(rows))

    async def describe(self, row: Row) -> FoundPhoto:
        """Ask Flickr about the photo, unless the list alone shall do."""
        if row.listed is None:
            raise row.fault or PhotoError("the row holds no photo")
        now = datetime.now(UTC)
        if not self.metadata:
            bare = Photo(id=row.photo_id, source="flickr", source_id=row.listed.id, created_at=now)
            return FoundPhoto(bare, row.listed.secret, row.listed.server)
        answer = await ask(self.call, "flickr.photos.getInfo", row.listed.id, row.listed.secret)
        if answer is None:
            raise GonePhotoError("its owner does not show it to everybody")
        return parse.info(answer, await self.licenses(), now)


def _plain(row: ListedPhoto | BadRow) -> dict[str, Any]:
    """A row as the work list keeps it."""
    if isinstance(row, BadRow):
        return {"line": row.line, "fault": row.reason}
    return {"id": row.id, "secret": row.secret, "server": row.server, "concepts": list(row.concepts)}


def _listed(row: Mapping[str, Any], rank: int) -> Row:
    if "fault" in row:
        return Row(f"line:{row['line']}", rank, fault=PhotoError(row["fault"]))
    listed = ListedPhoto(row["id"], row["secret"], row["server"], tuple(row["concepts"]))
    return Row(f"flickr:{listed.id}", rank, listed=listed)


def _joined(one: Row, other: Row) -> Row:
    """Two rows of one photo as one."""
    if one.listed is None or other.listed is None:
        return one
    return replace(one, listed=union(one.listed, other.listed))
