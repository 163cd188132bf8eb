"""The photos that the page shows, 30 at a time."""

from exifds.curate.desk import Desk
from exifds.curate.listing import PAGE, Listing
from exifds.dataset import Dataset


def ids(listing: Listing, desk: Desk) -> list[str]:
    """The photos of a page."""
    return [card.id for card in listing.read(desk.store, desk.codec)[0]]


def test_pages_go_through_all_photos_once(desk: Desk, scored: Dataset) -> None:
    """Forward, and back to where one was."""
    first = Listing({})
    cards, more = first.read(desk.store, desk.codec)
    assert (len(cards), more, first.offset) == (PAGE, True, 0)
    second = first.next(cards[-1].id)
    rest, more = second.read(desk.store, desk.codec)
    assert (len(rest), more, second.offset) == (30, False, 30)
    assert len({card.id for card in (*cards, *rest)}) == 60
    assert second.previous() == first
    assert first.previous() == first


def test_a_page_stands_still_when_photos_leave_its_filter(desk: Desk, scored: Dataset) -> None:
    """Who judges the photos of a page skips none on the next: it begins after an id, not at a number."""
    unjudged = Listing({"verdict": {"$exists": False}})
    here = ids(unjudged, desk)
    following = ids(unjudged.next(here[-1]), desk)
    scored.collection.update_many({"_id": {"$in": here}}, {"$set": {"verdict": "accepted"}})
    assert ids(unjudged.next(here[-1]), desk) == following


def test_photos_without_an_image_are_not_shown(desk: Desk, scored: Dataset) -> None:
    """There would be nothing to judge."""
    here = ids(Listing({}), desk)
    scored.collection.update_one({"_id": here[0]}, {"$unset": {"image": ""}})
    assert ids(Listing({}), desk)[0] == here[1]


def test_the_address_of_a_picture_changes_with_the_picture(desk: Desk) -> None:
    """So a browser may keep it."""
    card = Listing({}).read(desk.store, desk.codec)[0][0]
    turned = card.image.model_copy(update={"orientation": 6})
    assert card.source("thumb").startswith(f"/image/{card.id}?size=thumb&v=")
    assert type(card)(card.id, None, None, {}, turned).source("thumb") != card.source("thumb")
