"""The demo goes the whole way, and again."""

import sys
from pathlib import Path

import pytest

from exifds.sandbox import demo


def demonstrated(out: Path) -> str:
    """What the demo prints."""
    said: list[str] = []
    demo.run(out, 40, say=said.append, show=lambda title, *_rest: said.append(title))
    return "\n".join(said)


def test_the_demo_runs_twice(tmp_path: Path) -> None:
    """All steps report success; a second run finds everything there."""
    for expected in ("40 stored, 0 known, 0 failed", "0 stored, 40 known, 0 failed"):
        text = demonstrated(tmp_path / "out")
        assert expected in text
        assert "40 photos checked, 0 faults" in text
        assert "what the keyring opens: Artist = " in text
        assert "gone, 0 failed" in text
        assert "splits" in text
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "photos",
        "data",
        "config",
        "export",
        "runs",
    }


def test_without_the_extra_for_training_the_demo_ends_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how to get it, and still how to go on."""
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    monkeypatch.setitem(sys.modules, "keras", None)
    text = demonstrated(tmp_path / "out")
    assert "left out: training needs an optional part: pip install 'exifds[train]'" in text
    assert "Query it yourself" in text
    assert "Read the report" not in text
    assert not (tmp_path / "out" / "runs").exists()
