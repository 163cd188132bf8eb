"""train: models of EXIF, of images and of both, from an export to a report.

`fit` trains, `compare` reports, `importance` says which tags matter, `load` predicts; `MODERN` and
`LEDERER2023` say how models are trained.

Example:
    >>> from exifds import train
    >>> train.fit("out", "runs", inputs=["exif", "image", "fusion"], seeds=[0, 1, 2])  # doctest: +SKIP
    >>> train.compare("runs")  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exifds.train.explain.importance import importance
    from exifds.train.predictor import load
    from exifds.train.recipe import LEDERER2023, MODERN, RECIPES, Recipe
    from exifds.train.report.compare import compare
    from exifds.train.report.comparison import Truth
    from exifds.train.training import fit

__all__ = ["LEDERER2023", "MODERN", "RECIPES", "Recipe", "Truth", "compare", "fit", "importance", "load"]

_HOMES = {
    "LEDERER2023": "recipe",
    "MODERN": "recipe",
    "RECIPES": "recipe",
    "Recipe": "recipe",
    "Truth": "report.comparison",
    "compare": "report.compare",
    "fit": "training",
    "importance": "explain.importance",
    "load": "predictor",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'exifds.train' has no attribute {name!r}")
    return getattr(import_module(f"exifds.train.{_HOMES[name]}"), name)
