"""A progress bar shows on a terminal and nowhere else."""

import pytest

from exifds.progress import bar


def test_nothing_is_shown_away_from_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe, progress prints nothing."""
    with bar("photos", 2) as advance:
        advance(1, 0)
    assert capsys.readouterr() == ("", "")


def test_rate_and_failures_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """The bar is on stderr and counts steps, rate and failures."""
    with bar("photos", 3, show=True) as advance:
        advance(1, 0)
        advance(2, 1)
    out, err = capsys.readouterr()
    assert out == ""
    assert "photos" in err
    assert "3/3" in err
    assert "1 failed" in err


def test_nothing_is_said_of_no_failures_and_no_rate(capsys: pytest.CaptureFixture[str]) -> None:
    """Epochs do not fail, and take longer than a second."""
    with bar("epochs", 2, show=True, note=lambda: "val 0.8") as advance:
        advance(0, 0)
    _, err = capsys.readouterr()
    assert "val 0.8" in err
    assert "failed" not in err
    assert "/s" not in err
