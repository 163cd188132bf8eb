"""What outcomes are sent as, apart from any server."""

import pytest

from exifds.store.outcomes import Outcome, OutcomeKind, recording


@pytest.mark.parametrize("kind", ["kept", "rejected", "gone", "failed"])
def test_an_outcome_holds_no_more_than_is_known(kind: OutcomeKind) -> None:
    """A reason or slice that is not known is left out; text is kept from being read as an operator."""
    query, update = recording("c", "flickr:1", Outcome(kind))
    assert isinstance(update, list)
    row = {"_id": "c/flickr:1", "crawl": "c", "kind": kind}
    assert query == {"_id": row["_id"]}
    assert update[0]["$replaceWith"]["$cond"][2] == {"$literal": row}
    _, update = recording("c", "flickr:1", Outcome(kind, "$where", "2004"))
    assert isinstance(update, list)
    assert update[0]["$replaceWith"]["$cond"][2]["$literal"] == row | {"reason": "$where", "place": "2004"}
