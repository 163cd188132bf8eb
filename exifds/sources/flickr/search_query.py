"""Search: photos that match words, tags, places, dates and more. Checked before anything is asked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from exifds.errors import UsageError
from exifds.sources.flickr import bounds, given
from exifds.sources.flickr.base import PAGE, Count, Language, PerPage, Query, Tag
from exifds.sources.flickr.bounds import Box

__all__ = ["CAP", "OPENING", "Search"]

CAP = 4000
"""Photos that Flickr gives for one search; later pages repeat earlier ones."""

OPENING = datetime(2004, 2, 1, tzinfo=UTC)
"""Flickr opened in this month: nothing was uploaded before."""

_GEO_PAGE = 250
_TAGS = 20
_ACCURACY = MappingProxyType({"world": 1, "country": 3, "region": 6, "city": 11, "street": 16})
_CONTENT_TYPES = MappingProxyType({"photo": 0, "screenshot": 1, "other": 2, "virtual": 3})
_SAFETY = MappingProxyType({"safe": 1, "moderate": 2, "restricted": 3})
_LICENSES = (
    "Flickr's licence ids such as 4,5 (0 all rights reserved; Creative Commons 2.0: 1 BY-NC-SA, 2 BY-NC, "
    "3 BY-NC-ND, 4 BY, 5 BY-SA, 6 BY-ND; 7 no known restrictions, 8 US government, 9 CC0, 10 public domain; "
    "Creative Commons 4.0: 11 BY, 12 BY-SA, 13 BY-ND, 14 BY-NC, 15 BY-NC-SA, 16 BY-NC-ND)"
)
_Text = Annotated[str | None, BeforeValidator(given.text)]
_Words = Annotated[tuple[str, ...], BeforeValidator(given.words)]
_MachineTags = Annotated[tuple[str, ...], BeforeValidator(given.machine_tags)]
_Nsid = Annotated[str | None, BeforeValidator(given.nsid)]
_Licenses = Annotated[tuple[int, ...], BeforeValidator(partial(given.numbers, expected=_LICENSES))]
_ContentTypes = Annotated[
    tuple[int, ...],
    BeforeValidator(
        partial(given.numbers, expected="photo, screenshot, other or virtual", names=_CONTENT_TYPES)
    ),
]
_Sort = Literal[
    "date-posted-asc",
    "date-posted-desc",
    "date-taken-asc",
    "date-taken-desc",
    "interestingness-asc",
    "interestingness-desc",
    "relevance",
]
_Accuracy = Annotated[int, Field(ge=1, le=16), BeforeValidator(partial(given.level, names=_ACCURACY))]
_Safety = Annotated[int, Field(ge=1, le=3), BeforeValidator(partial(given.level, names=_SAFETY))]


class Search(Query):
    """Photos that match all that is given, as `flickr.photos.search` understands it.

    Args:
        text: Words in title, description or tags; `-word` excludes.
        language: Language of the words; recorded with each photo.
        tags: At most 20 tags; `-tag` excludes.
        tag_mode: Whether a photo needs `any` or `all` of them.
        machine_tags: Machine tags such as `geo:country=de` or `geo:`.
        machine_tag_mode: Whether a photo needs `any` or `all` of them.
        user_id: NSID of the owner.
        group_id: NSID of a group whose pool holds the photos.
        bbox: West, south, east, north in degrees; west is greater than east across 180 degrees.
        has_geo: True for photos with a place only, False for those without.
        accuracy: Of the place, at least, 1 to 16: 1 world, 3 country, 6 region, 11 city, 16 street.
        since: Uploaded then or later (UTC).
        until: Uploaded then or earlier; a day, month or year counts to its end.
        taken_since: Taken then or later, by the camera's clock.
        taken_until: Taken then or earlier.
        license: Flickr's licence ids.
        sort: Flickr's order; None leaves it to exifds.
        content_types: 0 photo, 1 screenshot, 2 other, 3 virtual photo, or these names.
        safe_search: 1 safe, 2 moderate, 3 restricted, or these names; without a login Flickr gives safe
            ones only.
        media: `photos`, `videos` or `all`.
        start_page: First page to take, counted from 1.
        page_limit: Pages to take.
        per_page: Photos a page.
        filter_tag: A tag that each photo must have besides.
        concepts: Labels for every photo.

    Example:
        >>> Search(text="monkey", bbox="116 4 127 22", since="2020").label
        'monkey; bbox 116 4 127 22; since 2020-01-01'
    """

    kind = "search"

    text: _Text = None
    language: Language = None
    tags: _Words = ()
    tag_mode: Literal["any", "all"] = "any"
    machine_tags: _MachineTags = ()
    machine_tag_mode: Literal["any", "all"] = "any"
    user_id: Annotated[_Nsid, Field(repr=False)] = None
    group_id: _Nsid = None
    bbox: Annotated[Box | None, BeforeValidator(bounds.box)] = None
    has_geo: bool | None = None
    accuracy: _Accuracy | None = None
    since: Annotated[datetime | None, BeforeValidator(bounds.first_instant)] = None
    until: Annotated[datetime | None, BeforeValidator(bounds.last_instant)] = None
    taken_since: Annotated[datetime | None, BeforeValidator(bounds.first_moment)] = None
    taken_until: Annotated[datetime | None, BeforeValidator(bounds.last_moment)] = None
    license: _Licenses = ()
    sort: _Sort | None = None
    content_types: _ContentTypes = ()
    safe_search: _Safety | None = None
    media: Literal["photos", "videos", "all"] = "photos"
    start_page: Count = 1
    page_limit: Count | None = None
    per_page: PerPage | None = None
    filter_tag: Tag = None

    @property
    def geo(self) -> bool:
        """Whether Flickr takes it for a search of places: it gives fewer photos a page and wants a date."""
        return self.bbox is not None or self.has_geo is not None

    @property
    def page_size(self) -> int:
        """Photos a page: what was asked for, as far as Flickr gives it."""
        return min(self.per_page or PAGE, _GEO_PAGE if self.geo else PAGE)

    @property
    def boxes(self) -> tuple[Box | None, ...]:
        """The box, cut in two where it crosses 180 degrees; `(None,)` without one.

        Example:
            >>> Search(bbox="170 -20 -170 -10").boxes
            ((170.0, -20.0, 180.0, -10.0), (-180.0, -20.0, -170.0, -10.0))
        """
        if self.bbox is None or self.bbox[0] < self.bbox[2]:
            return (self.bbox,)
        west, south, east, north = self.bbox
        return (west, south, 180.0, north), (-180.0, south, east, north)

    @property
    def label(self) -> str:
        """The search for people: what it looks for, then what narrows it. It names no person."""
        return "; ".join(self._parts())

    def _parts(self) -> Iterator[str]:
        narrowed = {
            "tags": " + ".join(self.all_tags) if self.all_tag_mode == "all" else ", ".join(self.all_tags),
            "machine tags": ", ".join(self.machine_tags),
            "group": self.group_id,
            "by": self.user_id and "one owner",
            "bbox": self.bbox and " ".join(map(bounds.degrees, self.bbox)),
            "place": None if self.has_geo is None else "known" if self.has_geo else "unknown",
            "since": self.since and _day(self.since),
            "until": self.until and _day(self.until),
            "taken since": self.taken_since and _day(self.taken_since),
            "taken until": self.taken_until and _day(self.taken_until),
            "license": ",".join(map(str, self.license)),
            "media": None if self.media == "photos" else self.media,
        }
        if self.text:
            yield self.text
        yield from (f"{name} {value}" for name, value in narrowed.items() if value)

    @property
    def all_tags(self) -> tuple[str, ...]:
        """The tags, and the filter tag with them: Flickr knows no filter apart."""
        return tuple(dict.fromkeys((*self.tags, *filter(None, [self.filter_tag]))))

    @property
    def all_tag_mode(self) -> str:
        """How many of `all_tags` a photo needs."""
        return "all" if self.tags and self.filter_tag else self.tag_mode

    def parameters(self) -> dict[str, str]:
        """What `flickr.photos.search` is asked on every page: all but dates of upload, box, sort and page.

        Returns:
            Flickr's names and values.

        Example:
            >>> Search(text="monkey").parameters()
            {'text': 'monkey', 'media': 'photos'}
        """
        accuracy = self.accuracy or (1 if self.bbox else None)  # Flickr's own default drops coarse places
        asked = {
            "text": self.text,
            "tags": ",".join(self.all_tags),
            "tag_mode": self.all_tag_mode if self.all_tags else None,
            "machine_tags": ",".join(self.machine_tags),
            "machine_tag_mode": self.machine_tag_mode if self.machine_tags else None,
            "user_id": self.user_id,
            "group_id": self.group_id,
            "has_geo": None if self.has_geo is None else int(self.has_geo),
            "accuracy": accuracy,
            "min_taken_date": self.taken_since and _mysql(self.taken_since),
            "max_taken_date": self.taken_until and _mysql(self.taken_until),
            "license": ",".join(map(str, self.license)),
            "content_types": ",".join(map(str, self.content_types)),
            "safe_search": self.safe_search,
            "media": self.media,
        }
        return {name: str(value) for name, value in asked.items() if value not in (None, "")}

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for fault in (*self._empty(), *self._odd_tags(), *self._odd_dates(), *self._odd_pages()):
            raise UsageError(fault)
        return self

    def _empty(self) -> Iterator[str]:
        wanted = (self.text, self.all_tags, self.machine_tags, self.user_id, self.group_id, self.bbox)
        if not any((*wanted, self.license)):
            yield (
                "a search needs something to look for: a text, tags, machine_tags, a user_id, a group_id, a "
                "bbox or a license"
            )

    def _odd_tags(self) -> Iterator[str]:
        if len(self.all_tags) > _TAGS:
            yield f"tags: expected at most {_TAGS}, Flickr's limit, got {len(self.all_tags)}"
        if self.filter_tag and self.tag_mode == "any" and len(self.tags) > 1:
            yield "filter_tag: Flickr cannot ask for it and for any of several tags at once: use tag_mode all"

    def _odd_dates(self) -> Iterator[str]:
        if self.until and self.until < OPENING:
            yield (
                f"until: expected a date of upload, got {_day(self.until)}, before Flickr opened in "
                f"{OPENING:%Y}: for the date of the photo itself use taken_since and taken_until"
            )
        for first, last in (("since", "until"), ("taken_since", "taken_until")):
            start, end = getattr(self, first), getattr(self, last)
            if start and end and start > end:
                yield f"{first}: expected a date before {last}, got {_day(start)} after {_day(end)}"

    def _odd_pages(self) -> Iterator[str]:
        pages = -(-CAP // self.page_size)
        if self.start_page > pages:
            yield (
                f"start_page: expected 1 to {pages}, got {self.start_page}: Flickr gives the first {CAP:,} "
                f"photos of a search, {self.page_size} a page; without start_page exifds gets past that"
            )


def _day(moment: datetime) -> str:
    """A moment for people: without the time where it is the first or last second of a day."""
    written = _mysql(moment)
    return written.removesuffix(" 00:00:00").removesuffix(" 23:59:59")


def _mysql(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ")
