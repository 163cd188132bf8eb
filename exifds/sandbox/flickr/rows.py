"""Rows: one photo as lists of photos and flickr.photos.getInfo describe it. Pure."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from exifds.sandbox import tags
from exifds.sandbox.flickr.columns import NOW
from exifds.sandbox.flickr.faults import uniform
from exifds.sandbox.flickr.sizes import ORIGINAL
from exifds.sandbox.flickr.texts import squash

if TYPE_CHECKING:
    from exifds.sandbox.flickr.catalogue import Catalogue

__all__ = ["Rows"]

Row = dict[str, Any]

_ROTATIONS: Final = {3: 180, 6: 90, 8: 270}
_SPOILED: Final[tuple[Row, ...]] = (
    {"views": None, "title": None},
    {"description": None, "ownername": None},
    {"tags": None, "machine_tags": None, "dateupload": ""},
    {"latitude": None, "longitude": None, "accuracy": None},
    {"license": None, "datetaken": None},
    {"views": "many", "datetaken": "yesterday", "latitude": "north", "datetakengranularity": "fine"},
    {"title": 7, "tags": ["a", "b"], "description": "no mapping", "license": 999},
    {"ownername": {"_content": "nested"}, "dateupload": 99999999999999999, "views": -1, "pathalias": False},
)
"""What photos with broken fields have in place of the right values."""


class Rows:
    """Photos of a catalogue as answers describe them.

    Args:
        catalogue: Where the photos are.
        static_url: Address of the photo host.
    """

    def __init__(self, catalogue: "Catalogue", static_url: str) -> None:
        self._catalogue = catalogue
        self._static_url = static_url
        self._extras: dict[str, Callable[[int], Row]] = {
            "description": lambda index: {"description": {"_content": catalogue.texts(index).description}},
            "license": lambda index: {"license": str(catalogue.columns.license[index])},
            "date_upload": lambda index: {"dateupload": str(catalogue.columns.uploaded[index])},
            "last_update": lambda index: {"lastupdate": str(self._updated(index))},
            "date_taken": self._taken,
            "owner_name": lambda index: {"ownername": catalogue.owner(index).username},
            "icon_server": lambda _index: {"iconserver": "65535", "iconfarm": 66},
            "original_format": self._original,
            "geo": self._geo,
            "tags": lambda index: {"tags": " ".join(self.clean_tags(index))},
            "machine_tags": lambda index: {"machine_tags": " ".join(catalogue.texts(index).machine_tags)},
            "o_dims": lambda _index: dict.fromkeys(("o_width", "o_height"), str(catalogue.studio.size)),
            "views": lambda index: {"views": str(catalogue.columns.views[index])},
            "media": self._media,
            "path_alias": lambda index: {"pathalias": catalogue.owner(index).path_alias},
            "content_type": lambda index: {"content_type": str(catalogue.columns.content_type[index])},
            "safety_level": lambda index: {"safety_level": str(int(catalogue.fates.unsafe[index]))},
        }

    def row(self, index: int, extras: str) -> Row:
        """One photo of a list.

        Args:
            index: The photo's.
            extras: What to tell beyond the ordinary, separated by commas.

        Returns:
            The row.
        """
        catalogue = self._catalogue
        row: Row = {
            "id": catalogue.photo_id(index),
            "owner": catalogue.owner(index).nsid,
            "secret": catalogue.secret(index),
            "server": catalogue.server(index),
            "farm": 66,
            "title": catalogue.texts(index).title,
            "ispublic": 1,
            "isfriend": 0,
            "isfamily": 0,
        }
        wanted = {extra.strip() for extra in extras.split(",")}
        for name, tell in self._extras.items():
            if name in wanted:
                row |= tell(index)
        for size in catalogue.sizes(index):
            if f"url_{size.extra}" in wanted:
                row |= self._url(
                    index, size.extra, size.longest or catalogue.studio.size, self.url(index, size)
                )
        if catalogue.fates.nulls[index]:
            spoiled = _SPOILED[int(uniform("spoiled", index) * len(_SPOILED))]
            row |= {name: value for name, value in spoiled.items() if name in row}
        return row

    def info(self, index: int) -> Row:
        """One photo as getInfo tells it.

        Args:
            index: The photo's.

        Returns:
            The value of `photo`.
        """
        catalogue, drawn = self._catalogue, self._catalogue.columns
        owner, texts = catalogue.owner(index), catalogue.texts(index)
        taken = self._taken(index)
        info: Row = {
            "id": catalogue.photo_id(index),
            "secret": catalogue.secret(index),
            "server": catalogue.server(index),
            "farm": 66,
            "dateuploaded": str(drawn.uploaded[index]),
            "isfavorite": 0,
            "license": str(drawn.license[index]),
            "safety_level": str(int(catalogue.fates.unsafe[index])),
            "rotation": self._rotation(index),
            **self._original(index),
            "owner": {
                "nsid": owner.nsid, "username": owner.username, "realname": owner.realname,
                "location": owner.location, "iconserver": "65535", "iconfarm": 66,
                "path_alias": owner.path_alias,
            },
            "title": {"_content": texts.title},
            "description": {"_content": texts.description},
            "visibility": {"ispublic": 1, "isfriend": 0, "isfamily": 0},
            "dates": {
                "posted": str(drawn.uploaded[index]),
                "taken": taken["datetaken"],
                "takengranularity": taken["datetakengranularity"],
                "takenunknown": taken["datetakenunknown"],
                "lastupdate": str(self._updated(index)),
            },
            "views": str(drawn.views[index]),
            "usage": {
                "candownload": int(not catalogue.fates.guarded[index]),
                "canblog": 0, "canprint": 0, "canshare": 1,
            },
            "comments": {"_content": str(drawn.comments[index])},
            "notes": {"note": []},
            "people": {"haspeople": 0},
            "tags": {"tag": self._tags(index, owner.nsid, owner.username)},
            **self._location(index),
            "urls": {"url": [{"type": "photopage", "_content": self.page(index)}]},
            **self._media(index),
        }  # fmt: skip
        return info

    def url(self, index: int, size: Any) -> str:
        """The address of one size of a photo."""
        return self._static_url + self._catalogue.path(index, size)

    def page(self, index: int) -> str:
        """The address of a photo's page."""
        owner = self._catalogue.owner(index)
        return f"https://www.flickr.com/photos/{owner.path}/{self._catalogue.photo_id(index)}/"

    def clean_tags(self, index: int) -> list[str]:
        """The tags of a photo as searches know them, machine tags too."""
        texts = self._catalogue.texts(index)
        return [tag for tag in map(squash, (*texts.tags, *texts.machine_tags)) if tag]

    def _url(self, index: int, extra: str, pixels: int, url: str) -> Row:
        """Address and pixels; numbers or texts, as it comes."""
        number: Any = pixels if index % 4 else str(pixels)
        return {f"url_{extra}": url, f"height_{extra}": number, f"width_{extra}": number}

    def _taken(self, index: int) -> Row:
        drawn = self._catalogue.columns
        taken = f"{datetime.fromtimestamp(int(drawn.taken[index]), UTC):%Y-%m-%d %H:%M:%S}"
        return {
            "datetaken": "0000-00-00 00:00:00" if drawn.taken_zero[index] else taken,
            "datetakengranularity": int(drawn.granularity[index])
            if index % 2
            else str(drawn.granularity[index]),
            "datetakenunknown": str(int(drawn.taken_unknown[index])),
        }

    def _updated(self, index: int) -> int:
        return min(int(self._catalogue.columns.uploaded[index]) + 86_400, NOW)

    def _original(self, index: int) -> Row:
        if self._catalogue.fates.guarded[index]:
            return {}
        format_ = "png" if self._catalogue.is_png(index, ORIGINAL) else "jpg"
        return {"originalsecret": self._catalogue.secret(index, ORIGINAL), "originalformat": format_}

    def _geo(self, index: int) -> Row:
        drawn = self._catalogue.columns
        if not drawn.located[index]:
            return {"latitude": 0, "longitude": 0, "accuracy": 0, "context": 0}
        return {
            "latitude": str(drawn.latitude[index]),
            "longitude": str(drawn.longitude[index]),
            "accuracy": str(drawn.accuracy[index]),
            "context": 0,
            "geo_is_public": 1,
        }

    def _location(self, index: int) -> Row:
        if not self._catalogue.columns.located[index]:
            return {}
        geo = self._geo(index)
        names = {name: {"_content": ""} for name in ("locality", "county", "region", "country")}
        return {"location": {key: geo[key] for key in ("latitude", "longitude", "accuracy")} | names}

    def _media(self, index: int) -> Row:
        return {"media": "video" if self._catalogue.fates.video[index] else "photo", "media_status": "ready"}

    def _tags(self, index: int, nsid: str, username: str) -> list[Row]:
        texts = self._catalogue.texts(index)
        return [
            {
                "id": f"{index}-{row}", "author": nsid, "authorname": username, "raw": raw,
                "_content": squash(raw), "machine_tag": int(row >= len(texts.tags)),
            }
            for row, raw in enumerate((*texts.tags, *texts.machine_tags))
        ]  # fmt: skip

    def _rotation(self, index: int) -> int:
        scenes, row = self._catalogue.scene(index)
        if "orientation" not in tags.written(scenes, row):
            return 0
        return _ROTATIONS.get(int(scenes.null["orientation"][row]), 0)
