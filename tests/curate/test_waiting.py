"""Verdicts that are on their way."""

from exifds.curate.waiting import Waiting


def test_a_photo_waits_once() -> None:
    """Until its verdict is stored, no other one on it is taken."""
    waiting = Waiting()
    assert waiting.begin(["a", "b"]) == ["a", "b"]
    assert waiting.begin(["b", "c"]) == ["c"]
    waiting.end(["a", "b"])
    assert ["b" in waiting, "c" in waiting] == [False, True]
    assert waiting.begin(["b"]) == ["b"]


def test_a_long_wait_is_news_once() -> None:
    """After 2 s; and again when all was stored meanwhile."""
    now = 0.0
    waiting = Waiting(lambda: now)
    told = []
    for second in range(8):
        now = float(second)
        if second in {1, 5}:
            waiting.begin([f"{second}"])
        if second == 2:
            waiting.begin(["2"])
        if second == 4:
            waiting.end(["1", "2"])
        told.append(waiting.is_news())
    assert told == [False, False, False, True, False, False, False, True]
