"""Flickr: what to collect from it, as searches, groups and lists of photos.

Example:
    >>> from exifds.sources import flickr
    >>> flickr.search("monkey wild", bbox="116 4 127 22", until="2020").label
    'monkey wild; bbox 116 4 127 22; until 2020-12-31'
"""

from pathlib import Path
from typing import Any

from exifds.sources import id_list
from exifds.sources.flickr.group_query import Group
from exifds.sources.flickr.list_query import IdList
from exifds.sources.flickr.search_query import Search

__all__ = ["Group", "IdList", "Search", "Source", "group", "listed", "search"]

Source = Search | Group | IdList


def search(text: str | None = None, **options: Any) -> Search:
    """Photos that match words and more.

    Args:
        text: Words in title, description or tags; `-word` excludes.
        **options: Fields of `Search`; None counts as not given. Dates may be dates or ISO text (`2020`,
            `2020-06`, `2020-06-30`), a box four numbers or text, several values an iterable or text with
            commas.

    Returns:
        The search.

    Raises:
        UsageError: An option is unknown or its value is not usable.

    Example:
        >>> search("monkey", licence="4,5")
        Traceback (most recent call last):
        exifds.errors.UsageError: there is no option 'licence': did you mean license?
    """
    return Search(text=text, **options)


def group(group: str, **options: Any) -> Group:
    """The photos in the pool of a group.

    Args:
        group: NSID, URL, or the last part of the URL.
        **options: Fields of `Group`; None counts as not given.

    Returns:
        The query.

    Raises:
        UsageError: An option is unknown or its value is not usable.

    Example:
        >>> group("https://www.flickr.com/groups/34427469792@N01/", filter_tag="wild").nsid
        '34427469792@N01'
    """
    return Group(group=group, **options)


def listed(path: str | Path, **options: Any) -> IdList:
    """The photos that a file names: JSON, CSV, or one id or URL a line, see `exifds.sources.id_list`.

    Args:
        path: The file.
        **options: Fields of `IdList`; None counts as not given.

    Returns:
        The query.

    Raises:
        UsageError: The file cannot be read, or an option is not usable.

    Example:
        >>> listed("no-such-list.csv")
        Traceback (most recent call last):
        exifds.errors.UsageError: no file no-such-list.csv
    """
    return IdList(path=path, digest=id_list.digest(path), **options)
