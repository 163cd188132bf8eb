"""Group: the photos in the pool of a group."""

from typing import Annotated

from pydantic import BeforeValidator

from exifds.sources.flickr import given
from exifds.sources.flickr.base import PAGE, Count, Language, PerPage, Query, Tag

__all__ = ["Group"]


class Group(Query):
    """The photos in the pool of a group.

    Args:
        group: NSID, URL, or the last part of the URL.
        language: Language of the group; recorded with each photo.
        filter_tag: A tag that each photo must have; Flickr takes one.
        start_page: First page to take, counted from 1.
        page_limit: Pages to take.
        per_page: Photos a page.
        concepts: Labels for every photo.

    Example:
        >>> Group(group="https://www.flickr.com/groups/monkeys/pool/").label
        'monkeys'
    """

    kind = "group"

    group: Annotated[str, BeforeValidator(given.group)]
    language: Language = None
    filter_tag: Tag = None
    start_page: Count = 1
    page_limit: Count | None = None
    per_page: PerPage | None = None

    @property
    def nsid(self) -> str | None:
        """The id that Flickr's methods take; None for an alias, which `flickr.urls.lookupGroup` resolves."""
        return self.group if "@" in self.group else None

    @property
    def url(self) -> str:
        """Address of the group."""
        return f"https://www.flickr.com/groups/{self.group}/"

    @property
    def page_size(self) -> int:
        """Photos a page."""
        return self.per_page or PAGE

    @property
    def label(self) -> str:
        """The group for people, and what narrows it."""
        return f"{self.group}; tags {self.filter_tag}" if self.filter_tag else self.group
