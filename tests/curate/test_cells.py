"""Cells: photos whose scores of every concept are in the same bands."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from exifds.curate.cells import Cells
from tests.curate.photos import cube_of, photos


@given(photos)
def test_cells_are_bands_of_all_scores(rows: list[dict[str, Any]]) -> None:
    """Photos are in one if the scores of each concept are in the same tenth, or below, or missing."""
    cube = cube_of(rows)
    bands_of = [
        tuple(one if one < 0 else min(one, 99) // 10 for one in row) for row in cube.levels.T.tolist()
    ]
    cells = cube.cells(()).of.tolist()
    assert len(set(zip(bands_of, cells, strict=True))) == len(set(bands_of)) == len(set(cells))


@given(photos)
def test_the_cells_of_a_block_follow_each_other(rows: list[dict[str, Any]]) -> None:
    """They are in the same band of the concepts that were asked for, wherever these stand in the cube."""
    cube = cube_of(rows)
    for row, concept in enumerate(cube.concepts):
        found = cube.cells([concept])
        bands = [one if one < 0 else min(one, 99) // 10 for one in cube.levels[row].tolist()]
        assert found.blocks.tolist() == sorted(found.blocks.tolist())
        blocks = found.blocks[found.of].tolist()
        assert len(set(zip(bands, blocks, strict=True))) == len(set(bands)) == len(set(blocks))
        assert cube.cells([concept, "zebra"]) is found


@pytest.mark.parametrize("concepts", [17, 40])
def test_many_concepts_do_not_overflow(concepts: int) -> None:
    """A number for all bands at once would be larger than 64 bits."""
    random = np.random.default_rng(1)
    levels = random.integers(-2, 101, (concepts, 500)).astype(np.int16)
    levels = np.concatenate([levels, levels[:, :100]], axis=1)
    found = Cells.numbered(levels, [concepts - 1])
    bands = np.where(levels < 0, levels, np.minimum(levels, 99) // 10)
    assert len(found.blocks) == len(np.unique(bands, axis=1).T)
    assert (found.of[500:] == found.of[:100]).all()
