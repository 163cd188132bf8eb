"""Pages of photos, each by a query of its own."""

from exifds.dataset import Dataset
from exifds.enrich.score.pages import pages


def test_pages_need_no_cursor_that_lasts(filled: Dataset) -> None:
    """Each page is read anew: photos that match no longer by then are left out, none comes twice."""
    ids = sorted(photo.id for photo in filled.find())
    wanted, left_out = ids[10:], ids[-5:]
    found = pages(filled._store, {"_id": {"$gte": wanted[0]}, "verdict": None}, {"camera.make": 1}, 20)
    first = next(found)
    filled.collection.update_many({"_id": {"$in": left_out}}, {"$set": {"verdict": "rejected"}})
    rest = list(found)
    assert [len(page) for page in (first, *rest)] == [20, 20, 5]
    assert [row["_id"] for page in (first, *rest) for row in page] == wanted[:-5]
    assert set(first[0]) <= {"_id", "camera"}
