"""Trained: a run whose files are not what they were is told apart from one that is whole."""

import json
import random
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from exifds.errors import UsageError
from exifds.train.run import Run, find
from exifds.train.trained import fault, name_of, trained
from tests.train.damage import WAYS, harm, without_hashes

FILES = ("run.json", "model.weights.h5", "predictions.csv", "history.json", "encoder.json", "config.json")


@pytest.fixture
def copy(runs: Path, tmp_path: Path) -> Run:
    """A fusion that may be damaged."""
    (found,) = (run for run in find(runs) if run.path.name.startswith("fusion-tiny-modern-s0"))
    return Run(shutil.copytree(found.path, tmp_path / "run"))


def rewritten(path: Path, **parts: Any) -> None:
    """A JSON file with other parts."""
    path.write_text(json.dumps(json.loads(path.read_text()) | parts))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("way", WAYS)
def test_every_damage_is_one_sentence(copy: Run, name: str, way: str) -> None:
    """It names the file. A flipped bit of what nothing is made of may pass: of a number in a cost, say."""
    assert fault(copy) is None
    harm(copy.path / name, way)
    told = fault(copy)
    if way == "flipped" and name == "run.json":
        assert told is None or name in told
    else:
        assert told
        assert name in told
        assert "\n" not in told


def test_a_run_of_an_earlier_version_is_whole(copy: Run) -> None:
    """Without hashes a file counts as whole if it can be read; it must be there."""
    assert fault(without_hashes(copy)) is None
    trained(copy)
    copy.weights.unlink()
    assert "train this run again" in str(fault(copy))


def test_no_damage_to_weights_is_a_crash(copy: Run) -> None:
    """None is loaded where hashes tell; elsewhere it is loaded or told, and never a traceback."""
    whole = copy.weights.read_bytes()
    with_hashes = (copy.path / "run.json").read_bytes()
    without_hashes(copy)
    draw = random.Random(0)
    for number in range(40):
        damaged = bytearray(whole)
        for _ in range(1 + number % 4):
            damaged[draw.randrange(len(whole) if number % 2 else 4096)] ^= 1 << draw.randrange(8)
        copy.weights.write_bytes(damaged)
        with suppress(UsageError):
            trained(copy)
    (copy.path / "run.json").write_bytes(with_hashes)
    with pytest.raises(UsageError, match="is damaged, or of another run: train this run again"):
        trained(copy)


@pytest.mark.parametrize("name", ["config.json", "encoder.json"])
def test_a_model_is_loaded_from_files_as_the_training_left_them(copy: Run, name: str) -> None:
    """Also what is still usable; without hashes nobody can tell."""
    (copy.path / name).write_bytes((copy.path / name).read_bytes() + b"\n")
    with pytest.raises(UsageError, match=f"{name} is damaged, or of another run"):
        trained(copy)
    trained(without_hashes(copy))


def test_weights_are_read_once_where_they_have_a_hash(copy: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the check before they are loaded; the name takes the hash that was checked."""
    read = []
    digest = Run.sha256

    def counting(self: Run, name: str) -> str:
        read.append(name)
        return digest(self, name)

    monkeypatch.setattr(Run, "sha256", counting)
    name = name_of(copy)
    trained(copy)
    assert read.count("model.weights.h5") == 1
    assert name_of(without_hashes(copy)) == name


@pytest.mark.parametrize(
    "parts",
    [{"features": ["x"] * 18}, {"features": ["x"]}, {"inputs": "exif"}, {"columns": "lederer2023"}],
)
def test_an_encoder_of_another_model_is_refused(copy: Run, parts: dict[str, Any]) -> None:
    """Its columns would mean something else."""
    rewritten(without_hashes(copy).path / "encoder.json", **parts)
    with pytest.raises(UsageError, match="train this run again"):
        trained(copy)


@pytest.mark.parametrize(
    "parts", [{"backbone": None}, {"height": 0}, {"width": None}, {"classes": []}, {"classes": ["a"]}]
)
def test_a_configuration_of_no_model_is_refused(copy: Run, parts: dict[str, Any]) -> None:
    """In one sentence."""
    rewritten(copy.path / "config.json", **parts)
    with pytest.raises(UsageError, match=r"config\.json cannot be read"):
        trained(copy)
