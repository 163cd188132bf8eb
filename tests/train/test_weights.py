"""Weights: enough room is asked for before they are written."""

import errno
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exifds.train import weights
from exifds.train.weights import fill, save


def network(units: int) -> Any:
    """Two dense layers."""
    import keras

    image = keras.Input((8,))
    return keras.Model(image, keras.layers.Dense(2)(keras.layers.Dense(units)(image)))


@pytest.mark.parametrize("units", [1, 50_000])
def test_there_is_room_for_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, units: int) -> None:
    """A little more is asked for than the file takes, however small it is; it can be read again."""
    asked: list[int] = []
    monkeypatch.setattr(weights, "require_room", lambda _folder, size: asked.append(size))
    path = tmp_path / "a.weights.h5"
    save(model := network(units), path)
    assert path.stat().st_size < asked[0] < 1.2 * path.stat().st_size + 50_000
    fill(other := network(units), path)
    for one, same in zip(model.weights, other.weights, strict=True):
        assert np.array_equal(one, same)


def test_without_room_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """HDF5 would crash the process."""

    def full(folder: Path, size: int) -> None:
        raise OSError(errno.ENOSPC, f"no {size} bytes in {folder}")

    monkeypatch.setattr(weights, "require_room", full)
    with pytest.raises(OSError, match=r"no .* bytes"):
        save(network(1), tmp_path / "a.weights.h5")
    assert not list(tmp_path.iterdir())


def test_what_is_no_file_of_weights_is_a_value_error(tmp_path: Path) -> None:
    """With the name of what went wrong."""
    with pytest.raises(ValueError, match="FileNotFoundError"):
        fill(network(1), tmp_path / "none.weights.h5")
    save(network(2), tmp_path / "a.weights.h5")
    with pytest.raises(ValueError, match=r"Error|Warning"):
        fill(network(1), tmp_path / "a.weights.h5")
