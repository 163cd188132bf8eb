"""Answers: what each method of the API says. Pure, but for drawing what was not drawn yet."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from exifds.errors import FlickrError
from exifds.sandbox.flickr import printout
from exifds.sandbox.flickr.catalogue import Catalogue
from exifds.sandbox.flickr.envelope import Answer
from exifds.sandbox.flickr.faults import uniform
from exifds.sandbox.flickr.members import GROUPS, member
from exifds.sandbox.flickr.pages import page_of
from exifds.sandbox.flickr.rows import Rows
from exifds.sandbox.flickr.search import is_geo, search
from exifds.sandbox.flickr.vocabulary import HOSTILE, REMARKS

__all__ = ["LICENSES", "Answers"]

Parameters = Mapping[str, str]

_CC: Final = "https://creativecommons.org/licenses"
LICENSES: Final = (
    ("All Rights Reserved", ""),
    ("CC BY-NC-SA 2.0", f"{_CC}/by-nc-sa/2.0/"),
    ("CC BY-NC 2.0", f"{_CC}/by-nc/2.0/"),
    ("CC BY-NC-ND 2.0", f"{_CC}/by-nc-nd/2.0/"),
    ("CC BY 2.0", f"{_CC}/by/2.0/"),
    ("CC BY-SA 2.0", f"{_CC}/by-sa/2.0/"),
    ("CC BY-ND 2.0", f"{_CC}/by-nd/2.0/"),
    ("No known copyright restrictions", "https://www.flickr.com/commons/usage/"),
    ("United States Government Work", "http://www.usa.gov/copyright.shtml"),
    ("Public Domain Dedication (CC0)", "https://creativecommons.org/publicdomain/zero/1.0/"),
    ("Public Domain Mark", "https://creativecommons.org/publicdomain/mark/1.0/"),
    ("CC BY 4.0", f"{_CC}/by/4.0/"),
    ("CC BY-SA 4.0", f"{_CC}/by-sa/4.0/"),
    ("CC BY-ND 4.0", f"{_CC}/by-nd/4.0/"),
    ("CC BY-NC 4.0", f"{_CC}/by-nc/4.0/"),
    ("CC BY-NC-SA 4.0", f"{_CC}/by-nc-sa/4.0/"),
    ("CC BY-NC-ND 4.0", f"{_CC}/by-nc-nd/4.0/"),
)
"""Name and address of each licence, by its id."""

_PER_PAGE: Final = 500
_PER_PAGE_GEO: Final = 250
_CAP: Final = 4000


class Answers:
    """The methods of the API over a catalogue.

    Args:
        catalogue: The photos.
        static_url: Address of the photo host.

    Example:
        >>> answers = Answers(Catalogue(3), "https://photos.test")
        >>> answers.answer("flickr.photos.search", {"text": "wild"}, visit=0)["photos"]["page"]
        1
    """

    def __init__(self, catalogue: Catalogue, static_url: str) -> None:
        self._catalogue = catalogue
        self._rows = Rows(catalogue, static_url)
        self._methods: dict[str, Callable[[Parameters, int], Answer]] = {
            "flickr.photos.search": self._search,
            "flickr.groups.pools.getPhotos": self._pool,
            "flickr.photos.getExif": self._exif,
            "flickr.photos.getInfo": self._info,
            "flickr.photos.getSizes": self._sizes,
            "flickr.photos.comments.getList": self._comments,
            "flickr.photos.licenses.getInfo": self._licenses,
            "flickr.urls.lookupGroup": self._group,
            "flickr.test.echo": self._echo,
        }

    def answer(self, method: str, parameters: Parameters, *, visit: int) -> Answer:
        """Answer one call.

        Args:
            method: Its full name.
            parameters: All parameters.
            visit: How often this very call was answered before: pages may shift from visit to visit.

        Returns:
            The answer, with `stat`.

        Raises:
            FlickrError: With Flickr's code where it refuses.
        """
        if method not in self._methods:
            raise FlickrError(f'Method "{method}" not found', 112)
        return {**self._methods[method](parameters, visit), "stat": "ok"}

    def _search(self, parameters: Parameters, visit: int) -> Answer:
        found = search(self._catalogue, parameters)
        largest = _PER_PAGE_GEO if is_geo(parameters) else _PER_PAGE
        return {"photos": self._page(found, parameters, visit, largest=largest, cap=_CAP)}

    def _pool(self, parameters: Parameters, visit: int) -> Answer:
        wanted = parameters.get("group_id", "")
        rows = [row for row, group in enumerate(GROUPS) if group.nsid == wanted]
        if not rows:
            raise FlickrError("Group not found", 1)
        code = GROUPS[rows[0]].code
        if code is not None:
            raise FlickrError("You don't have permission to view this pool", code)
        known = {member.nsid for member in self._catalogue.members}
        if parameters.get("user_id") and parameters["user_id"] not in known:
            raise FlickrError("Unknown user", 3)
        one_tag = parameters.get("tags", "").split(",")[0]
        narrowed = {"group_id": wanted, "user_id": parameters.get("user_id", ""), "tags": one_tag}
        found = search(self._catalogue, narrowed)
        page = self._page(found, parameters, visit, largest=_PER_PAGE, cap=None)
        for row in page["photo"]:
            index = self._catalogue.index(row["id"]) or 0
            row["dateadded"] = str(int(self._catalogue.columns.uploaded[index]) + 60)
        return {"photos": page}

    def _page(
        self, found: Any, parameters: Parameters, visit: int, *, largest: int, cap: int | None
    ) -> dict[str, Any]:
        page = page_of(found, parameters, self._catalogue.faults, visit, largest=largest, cap=cap)
        extras = parameters.get("extras", "")
        total: Any = page.total
        return {
            "page": page.number,
            "pages": page.pages,
            "perpage": page.size,
            "total": str(total) if uniform("total", sorted(parameters.items())) < 1 / 2 else total,
            "photo": [self._rows.row(index, extras) for index in page.rows.tolist()],
        }

    def _photo(self, parameters: Parameters) -> int:
        index = self._catalogue.index(parameters.get("photo_id", ""))
        if index is None or self._catalogue.fates.deleted[index]:
            raise FlickrError("Photo not found", 1)
        return index

    def _exif(self, parameters: Parameters, _visit: int) -> Answer:
        catalogue, index = self._catalogue, self._photo(parameters)
        if catalogue.fates.hidden[index]:
            raise FlickrError("Permission denied", 2)
        scenes, row = catalogue.scene(index)
        entries = printout.entries(catalogue.owners, scenes, row, dated=catalogue.studio.dates)
        shown = [
            {"tagspace": entry.space, "tagspaceid": 0, "tag": entry.tag, "label": entry.label}
            | {"raw": {"_content": entry.raw}}
            | ({"clean": {"_content": entry.clean}} if entry.clean else {})
            for entry in entries
        ]
        if catalogue.fates.nulls[index]:
            shown.append(
                {"tagspace": "ExifIFD", "tagspaceid": 0, "tag": "UserComment", "label": "User Comment"}
            )
            shown.append(shown[-1] | {"raw": {"_content": None}, "clean": {"_content": HOSTILE[index % 20]}})
        photo = self._rows.row(index, "")
        return {
            "photo": {name: photo[name] for name in ("id", "secret", "server", "farm")}
            | {"camera": printout.camera_name(catalogue.owners, scenes, row), "exif": shown}
        }

    def _info(self, parameters: Parameters, _visit: int) -> Answer:
        return {"photo": self._rows.info(self._photo(parameters))}

    def _sizes(self, parameters: Parameters, _visit: int) -> Answer:
        catalogue, index = self._catalogue, self._photo(parameters)
        media = "video" if catalogue.fates.video[index] else "photo"
        sizes: list[dict[str, Any]] = []
        for size in catalogue.sizes(index):
            pixels = size.longest or catalogue.studio.size
            sizes.append({
                "label": size.label, "width": pixels, "height": pixels, "source": self._rows.url(index, size),
                "url": f"{self._rows.page(index)}sizes/{size.suffix}/", "media": media,
            })  # fmt: skip
        if media == "video":
            player = "https://www.flickr.com/apps/video/stewart.swf"
            sizes.append(
                {"label": "Video Player", "width": "", "height": "", "source": player, "media": media}
            )
        can = {"canblog": 0, "canprint": 0, "candownload": int(not catalogue.fates.guarded[index])}
        return {"sizes": {**can, "size": sizes}}

    def _comments(self, parameters: Parameters, _visit: int) -> Answer:
        index = self._photo(parameters)
        count = int(self._catalogue.columns.comments[index])
        comments = [self._comment(index, number) for number in range(count)]
        photo_id = self._catalogue.photo_id(index)
        return {"comments": {"photo_id": photo_id} | ({"comment": comments} if comments else {})}

    def _comment(self, index: int, number: int) -> dict[str, Any]:
        author = member(int(uniform("author", index, number) * 40))
        remarks = (*REMARKS, *HOSTILE) if (index + number) % 4 == 0 else REMARKS
        text = remarks[int(uniform("remark", index, number) * len(remarks))]
        return {
            "id": f"1234-{self._catalogue.photo_id(index)}-{number}", "author": author.nsid,
            "author_is_deleted": number % 2, "authorname": author.username, "realname": author.realname,
            "path_alias": author.path_alias, "iconserver": "65535", "iconfarm": 66,
            "datecreate": str(int(self._catalogue.columns.uploaded[index]) + 3600 * (number + 1)),
            "permalink": f"{self._rows.page(index)}#comment{number}", "_content": text,
        }  # fmt: skip

    def _licenses(self, _parameters: Parameters, _visit: int) -> Answer:
        return {
            "licenses": {
                "license": [{"id": id_, "name": name, "url": url} for id_, (name, url) in enumerate(LICENSES)]
            }
        }

    def _group(self, parameters: Parameters, _visit: int) -> Answer:
        parts = parameters.get("url", "").split("/groups/")[-1].strip("/").split("/")
        for group in GROUPS:
            if parts[0] in (group.nsid, group.alias):
                return {"group": {"id": group.nsid, "groupname": {"_content": group.name}}}
        raise FlickrError("Group not found", 1)

    def _echo(self, parameters: Parameters, _visit: int) -> Answer:
        echoed = {"method": "flickr.test.echo", **parameters}
        return {name: {"_content": value} for name, value in echoed.items() if name != "stat"}
