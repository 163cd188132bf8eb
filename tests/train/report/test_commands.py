"""Commands that make the runs of a task again."""

import shlex
from pathlib import Path

from exifds.train.recipe import LEDERER2023
from exifds.train.report.commands import again
from exifds.train.report.gather import gather
from tests.train.report.folders import Export, write


def test_commands_make_the_runs_again(tmp_path: Path) -> None:
    """One command for models of one recipe, seeds and weights; texts are quoted for the shell."""
    recipe = LEDERER2023.with_switches({"split": "export"})
    write(tmp_path, Export(name="my cats; rm"), seeds=(0, 1), backbones=("tiny", "MobileNetV2"))
    write(tmp_path, Export(name="my cats; rm"), ("mask",), seeds=(3,), recipe=recipe)
    ((task,), _) = gather(tmp_path)
    exporting, *training, reporting = again(task)
    assert shlex.split(exporting)[2] == "my cats; rm"
    alone, network = training
    assert alone == (
        "exifds train EXPORT --out RUNS --inputs mask --recipe lederer2023 --set split=export --seeds 3"
    )
    assert network == (
        "exifds train EXPORT --out RUNS --inputs exif,image,fusion --backbone MobileNetV2 --backbone tiny "
        "--recipe modern --seeds 0,1 --weights none"
    )
    assert reporting == "exifds report RUNS"
