"""What the stores send to make a collection."""

import pytest
from pymongo.errors import OperationFailure

from exifds.store import collection


def test_only_a_collection_that_is_there_is_passed_over() -> None:
    """`unless_made` hides NamespaceExists and no other refusal."""
    with collection.unless_made():
        raise OperationFailure("collection already exists", 48)
    with pytest.raises(OperationFailure), collection.unless_made():
        raise OperationFailure("not authorized", 13)


def test_what_is_promised_is_journalled() -> None:
    """A dataset's collection is made, and used, with `w=1, j=True`."""
    promised = {"w": 1, "j": True}
    assert collection.OPTIONS["write_concern"].document == promised
    assert collection.creation("cameras")["write_concern"].document == promised
