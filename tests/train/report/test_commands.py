"""Commands that make the runs of a task again."""

import shlex
from pathlib import Path

from exifds.train.recipe import LEDERER2023
from exifds.train.report.commands import again, reporting
from exifds.train.report.comparison import Settings
from exifds.train.report.gather import gather
from tests.train.report.folders import Export, write


def test_commands_make_the_runs_again(tmp_path: Path) -> None:
    """One command for models of one recipe, seeds and weights; texts are quoted for the shell."""
    recipe = LEDERER2023.with_switches({"split": "export"})
    write(tmp_path, Export(name="my cats; rm"), seeds=(0, 1), backbones=("tiny", "MobileNetV2"))
    write(tmp_path, Export(name="my cats; rm"), ("mask",), seeds=(3,), recipe=recipe)
    ((task,), _) = gather(tmp_path)
    exporting, *training = again(task)
    assert shlex.split(exporting)[2] == "my cats; rm"
    alone, network = training
    assert alone == (
        "exifds train EXPORT --out RUNS --inputs mask --recipe lederer2023 --set split=export --seeds 3"
    )
    assert network == (
        "exifds train EXPORT --out RUNS --inputs exif,image,fusion --backbone MobileNetV2 --backbone tiny "
        "--recipe modern --seeds 0,1 --no-mixed-precision --weights none"
    )


def test_precision_is_told(tmp_path: Path) -> None:
    """It would be that of the machine else; models of one command have the same."""
    write(tmp_path, Export(), ("image",), precision="mixed_float16")
    write(tmp_path, Export(), ("fusion",))
    ((task,), _) = gather(tmp_path)
    _, fusion, image = again(task)
    assert "--inputs image" in image
    assert "--mixed-precision" in image
    assert "--inputs fusion" in fusion
    assert "--no-mixed-precision" in fusion


def test_the_report_is_made_again_as_it_was() -> None:
    """With all that was asked for, and words in place of paths."""
    settings = Settings(price_kwh=0.25, price_hour=1.5, target_score=0.8)
    assert reporting(Settings(), 0, out=False, importance=False, truth=False) == "exifds report RUNS"
    assert reporting(settings, 2, out=True, importance=True, truth=True) == (
        "exifds report RUNS --export EXPORT --export EXPORT --out REPORT --importance --truth FILE "
        "--price-kwh 0.25 --price-hour 1.5 --target-score 0.8"
    )
