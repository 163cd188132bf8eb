"""`python -m benchmarks.weaknesses --seeds 5`: what each weakness of the thesis costs.

The recipe `lederer2023` with all its weaknesses mended is the base; each row turns one on. Those of the model
lower what it really reaches: both are tested on the same photos. Those of the experiment raise what it
claims: the score on its own test photos is compared with that on photographers it has not seen, or without
copies.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.synthetic import exported
from exifds import train
from exifds.sandbox.studio import Studio
from exifds.train.stats.answers import Answers

TEST: Final = 2
MENDED: Final[Mapping[str, Any]] = {
    "split": "export",
    "dedup": True,
    "fit_scope": "train",
    "impute": "mask",
    "scale": "log2",
    "head": "additive",
    "permute": "group",
    "shuffle": True,
}
GAPS: Final[Mapping[str, Any]] = {"light_source_gaps": (0.3, 0.7)}
LEAK: Final[Mapping[str, Any]] = {"class_prior": (0.9, 0.1, 0.7, 0.3)}


@dataclass(frozen=True)
class Case:
    """A weakness, and photos on which it shows.

    Args:
        switch: Name of the switch.
        weak: Its value in the thesis.
        inputs: The model that shows it.
        what: It, in a few words.
        studio: Settings of the photographer.
        group: What never stands in two splits of the export.
        copies: Share of the photos that are there twice.
        beside: Switches that stay as in the thesis in both models.
    """

    switch: str
    weak: str | bool
    inputs: str
    what: str
    studio: Mapping[str, Any] = field(default_factory=dict)
    group: str = "none"
    copies: float = 0.0
    beside: Mapping[str, Any] = field(default_factory=dict)


CASES: Final = (
    Case("scale", "raw", "exif", "seconds, ISO and mm as they are, not as stops"),
    Case("impute", "mean_mode", "exif", "gaps filled with the mean; here gaps tell the class", GAPS),
    Case("head", "concat50", "fusion", "dense layers over both, instead of added log-odds"),
    Case("shuffle", False, "fusion", "the same batches in each epoch"),
    Case("fit_scope", "all", "exif", "scaling and imputation fitted on test photos too"),
    Case("permute", "independent", "exif", "importance of Flash, its columns permuted one by one"),
    Case("split", "random", "exif", "owners in several splits; here they prefer a class", LEAK, "camera"),
    Case(
        "dedup", False, "image", "copies in several splits; here a fifth of the photos are there twice",
        copies=0.2, beside={"split": "random"},
    ),
)  # fmt: skip


def main() -> None:
    """Train what was asked for, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.weaknesses", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--photos", type=int, default=4000, help="half of them are to learn from")
    parser.add_argument("--only", nargs="*", help="switches")
    given = parser.parse_args()
    print(
        "| switch | weakness | model | with it | without it | difference |\n|---|---|---|---|---|---|",
        flush=True,
    )
    for case in CASES:
        if not given.only or case.switch in given.only:
            pairs = np.array([accuracies(case, seed, given.photos) for seed in range(given.seeds)])
            print(row(case, pairs), flush=True)


def accuracies(case: Case, seed: int, photos: int) -> tuple[float, float]:
    """Accuracy on test with and without the weakness; for `permute` what it falls by without Flash."""
    studio = Studio(seed=seed, **case.studio)
    with exported(
        studio, photos, split="0.5/0.1/0.4", group=case.group, copies=case.copies, allow_leaks=case.copies > 0
    ) as folder:
        mended = {**MENDED, **case.beside}
        weak = accuracy(folder, case, seed, mended | {case.switch: case.weak})
        return weak, accuracy(folder, case, seed, mended)


def accuracy(folder: Path, case: Case, seed: int, switches: Mapping[str, Any]) -> float:
    """Accuracy on test of one model."""
    (run,) = train.fit(
        folder / "export",
        folder / "runs",
        [case.inputs],
        backbones=["tiny"],
        recipe="lederer2023",
        switches=switches,
        seeds=[seed],
        weights="none",
        energy=False,
        progress=False,
    )
    if case.switch == "permute":
        drops = train.importance(run, folder / "export", permute=switches["permute"], progress=False).drops
        return next(drop.accuracy.estimate for drop in drops if drop.name == "flash")
    return float(Answers.of(run.predictions().of(TEST)).right.mean())


def row(case: Case, pairs: np.ndarray[Any, np.dtype[np.float64]]) -> str:
    """Means over the seeds, and the standard error of the difference, in Markdown."""
    weak, mended = pairs.mean(axis=0)
    differences = pairs[:, 0] - pairs[:, 1]
    error = differences.std(ddof=min(1, len(differences) - 1)) / len(differences) ** 0.5
    told = [f"`{case.switch}={str(case.weak).lower()}`", case.what, case.inputs]
    figures = [f"{weak:.3f}", f"{mended:.3f}", f"{differences.mean():+.3f} ± {error:.3f}"]
    return f"| {' | '.join([*told, *figures])} |"


if __name__ == "__main__":
    main()
