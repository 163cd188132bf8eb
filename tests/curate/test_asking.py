"""Asking the database: the page goes on, and says what went wrong."""

import threading

import pytest
from nicegui import ui

from exifds.curate.asking import ask
from exifds.errors import DatabaseError
from tests.curate.finished import finished


def test_the_page_goes_on_while_it_waits() -> None:
    """The question is asked in another thread than the page runs in."""

    async def both() -> tuple[int, int | None]:
        return threading.get_ident(), await ask(threading.get_ident)

    page, database = finished(both())
    assert database not in {page, None}


def test_what_went_wrong_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of ours in its own words; another one is a bug, and is raised."""
    said: list[str] = []
    monkeypatch.setattr(ui, "notify", lambda words, **_options: said.append(words))

    def fail(error: Exception) -> str:
        raise error

    assert finished(ask(fail, error=DatabaseError("the database did not answer"))) is None
    assert said == ["the database did not answer"]
    with pytest.raises(ZeroDivisionError):
        finished(ask(fail, ZeroDivisionError()))
