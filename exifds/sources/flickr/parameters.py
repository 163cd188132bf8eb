"""Parameters: everything that Flickr is asked for one page. No I/O."""

from exifds.sources.flickr.bounds import degrees
from exifds.sources.flickr.group_query import Group
from exifds.sources.flickr.search_query import Search
from exifds.sources.flickr.slices import Slice

__all__ = ["EXTRAS", "group_parameters", "search_parameters"]

_FACTS = (
    "description license date_upload date_taken owner_name icon_server original_format last_update geo tags "
    "machine_tags o_dims views media path_alias content_type"
)
_SIZES = "sq t s q m n w z c l h k 3k 4k f 5k 6k o"

EXTRAS = ",".join((*_FACTS.split(), *(f"url_{size}" for size in _SIZES.split())))
"""What each photo of an answer comes with."""


def search_parameters(search: Search, piece: Slice, page: int, per_page: int, *, sort: str) -> dict[str, str]:
    """Everything that `flickr.photos.search` needs for one page of a slice.

    A first date of upload is always sent: without one, Flickr answers a search of places with the photos of
    the last 12 hours only.

    Args:
        search: What is looked for.
        piece: The slice.
        page: Number of the page.
        per_page: Photos a page.
        sort: Flickr's order; `date-posted-asc` keeps pages steady while photos are added.

    Returns:
        Flickr's names and values.

    Example:
        >>> asked = search_parameters(Search(text="monkey"), Slice(0, 9), 1, 500, sort="date-posted-asc")
        >>> asked["text"], asked["min_upload_date"], asked["max_upload_date"]
        ('monkey', '0', '9')
    """
    asked = search.parameters() | {
        "min_upload_date": str(piece.since),
        "max_upload_date": str(piece.until),
        "page": str(page),
        "per_page": str(per_page),
        "sort": sort,
        "extras": EXTRAS,
    }
    if piece.license is not None:
        asked["license"] = ",".join(map(str, piece.license))
    if piece.box is not None:
        asked["bbox"] = ",".join(map(degrees, piece.box))
    return asked


def group_parameters(group_id: str, group: Group, page: int, per_page: int) -> dict[str, str]:
    """Everything that `flickr.groups.pools.getPhotos` needs for one page.

    Args:
        group_id: NSID of the group.
        group: What is looked for in it.
        page: Number of the page.
        per_page: Photos a page.

    Returns:
        Flickr's names and values.

    Example:
        >>> group_parameters("1@N01", Group(group="1@N01", filter_tag="wild"), 2, 500)["tags"]
        'wild'
    """
    asked = {"group_id": group_id, "page": str(page), "per_page": str(per_page), "extras": EXTRAS}
    return asked | ({"tags": group.filter_tag} if group.filter_tag else {})
