"""Reports that many tests look at, each made once."""

from pathlib import Path

import pytest

from exifds.train.config import INPUTS
from exifds.train.recipe import LEDERER2023
from exifds.train.report.compare import compare
from exifds.train.report.comparison import Comparison, Truth
from exifds.train.report.model import Best
from tests.train.report.folders import HOSTILE, Export, write

TRUTH = Truth(
    exif=Best(accuracy=0.8, log_loss=0.45),
    image=Best(accuracy=0.85, log_loss=0.4),
    fusion=Best(accuracy=0.95, log_loss=0.15),
    note="Made up.",
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes, all models and controls, three seeds, and a report on them."""
    runs = tmp_path_factory.mktemp("full") / "runs"
    write(runs, Export(), INPUTS, seeds=(0, 1, 2))
    return runs


@pytest.fixture(scope="session")
def full(folder: Path) -> Comparison:
    """The report of `folder`, written beside its runs."""
    return compare(folder, truth=TRUTH, target_score=0.8, price_hour=1.0, progress=False)


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes with hostile names, two backbones; and the same divided at random, with one seed."""
    runs = tmp_path_factory.mktemp("hostile") / "runs"
    write(runs, Export(classes=HOSTILE), seeds=(0, 1), backbones=("tiny", "MobileNetV2"), energy=False)
    write(runs, Export(classes=HOSTILE, owners=8, seen=True), ("image",), recipe=LEDERER2023)
    return runs


@pytest.fixture(scope="session")
def hostile(hostile_folder: Path) -> Comparison:
    """The report of `hostile_folder`."""
    return compare(hostile_folder, hostile_folder.parent / "report", progress=False)
