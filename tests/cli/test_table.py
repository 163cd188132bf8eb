"""Tables fit the terminal: rows are lines, numbers are whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.cli.table import BETWEEN, EDGE, NAME, show, widths

CELLS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=50)
COLUMNS = st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=6)


@given(COLUMNS, st.integers(NAME + BETWEEN + EDGE + 40, 200))
def test_no_line_is_longer_than_the_room(columns: list[list[str]], room: int) -> None:
    """Columns that are shown fit together; one more, as short as may be, would not."""
    found = widths(columns, room)
    assert sum(found) + BETWEEN * len(found) + EDGE <= room
    assert all(width <= max(map(len, column)) for width, column in zip(found, columns, strict=False))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6), st.integers(1, 80))
def test_numbers_are_whole_or_left_out(numbers: list[int], room: int) -> None:
    """A number that is cut would be another number; only where not one column fits, there is no help."""
    columns = [["name", "photo" * 10], *(["n", str(number)] for number in numbers)]
    assert (
        widths(columns, room)[1:]
        == [len(str(number)) for number in numbers][: len(widths(columns, room)) - 1]
    )


def test_a_name_gives_way_and_what_is_left_out_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The name is shortened first, then columns are left out from the right."""
    monkeypatch.setenv("COLUMNS", "37")
    show("photos", ("photo", "iso", "camera", "place"), [("file:" + "0" * 32, "100", "Dunlin 9", "[red]x")])
    title, _, head, _, row, _, note = capsys.readouterr().out.splitlines()
    assert title == "photos"
    assert head.split() == ["photo", "iso", "camera"]
    assert row.split() == ["file:0000000000\N{HORIZONTAL ELLIPSIS}", "100", "Dunlin", "9"]
    assert note == "  no room for place; a wider terminal or a file shows them"


def test_in_a_pipe_nothing_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no terminal has room for all, and markup is text."""
    monkeypatch.delenv("COLUMNS", raising=False)
    show("photos", ("photo", "place"), [("x" * 100, "[red]" + "y" * 100)])
    printed = capsys.readouterr().out
    assert f"{'x' * 100}   [red]{'y' * 100}" in printed
