"""`python -m benchmarks.recovery --seeds 10`: how much of what is possible the models reach.

Every seed is another world: photos, splits, weights and order. The best possible scores are exact
(`exifds.sandbox.truth`), so the share of the gain that a fusion reaches is known, not estimated.
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.synthetic import exported
from exifds import train
from exifds.export import manifest, tfrecord
from exifds.sandbox.studio import Studio
from exifds.sandbox.truth import truth
from exifds.train.predictions import Predictions
from exifds.train.run import Run
from exifds.train.stats.answers import Answers
from exifds.train.stats.calibration import temperature
from exifds.train.stats.curves import reliability
from exifds.train.stats.late import Late

VAL, TEST = 1, 2
MODELS = ("exif", "image", "fusion", "late")


def main() -> None:
    """Train on the worlds that were asked for, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recovery", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--photos", type=int, default=6600, help="3000 of them are to learn from")
    parser.add_argument("--accuracy", type=float, default=0.85, help="of the image alone, at best")
    given = parser.parse_args()
    found: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for seed in range(given.seeds):
        studio = Studio(seed=seed, code_accuracy=given.accuracy, stripped=0.2)
        for name, figures in world(studio, given.photos).items():
            found[name].append(figures)
        print(
            f"seed {seed}: " + ", ".join(f"{name} {found[name][-1]['accuracy']:.3f}" for name in MODELS),
            flush=True,
        )
    print(table(found))


def world(studio: Studio, photos: int) -> dict[str, dict[str, float]]:
    """Figures of each model on the photos of one studio."""
    best = truth(studio, owner_known=False).report()
    with exported(studio, photos, split="0.4546/0.0909/0.4545") as folder:
        runs = train.fit(
            folder / "export",
            folder / "runs",
            backbones=["tiny"],
            weights="none",
            seeds=[studio.seed],
            energy=False,
        )
        predictions: dict[str, Predictions] = {run.config().inputs: run.predictions() for run in runs}
        stripped = without_exif(
            next(run for run in runs if run.config().inputs == "fusion"), folder / "export"
        )
    predictions["late"] = late(predictions["image"], predictions["exif"])
    figures = {name: scores(found) for name, found in predictions.items()}
    image = figures["image"]["accuracy"]
    possible = best["fusion"]["accuracy"] - best["image"]["accuracy"]
    for name, row in figures.items():
        most = best["fusion" if name == "late" else name]
        row |= {"best possible": most["accuracy"], "loss above the best": row["log-loss"] - most["log_loss"]}
        if name in ("fusion", "late"):
            row["share of the gain"] = (row["accuracy"] - image) / possible
    figures["fusion, EXIF taken away"] = {"accuracy": stripped, "best possible": best["image"]["accuracy"]}
    return figures


def scores(found: Predictions) -> dict[str, float]:
    """Accuracy, log-loss and calibration on test."""
    val, test = found.of(VAL), found.of(TEST)
    answers = Answers.of(test)
    scaled = test.logits / temperature(val.labels, val.logits)
    return {
        "accuracy": float(answers.right.mean()),
        "log-loss": float(answers.log_losses.mean()),
        "ECE, scaled": reliability(test.labels, scaled).ece,
    }


def late(image: Predictions, exif: Predictions) -> Predictions:
    """Calibrated late fusion of two models."""
    val, has = image.split == VAL, image.tags > 0
    fitted = Late.fit(image.labels[val], image.logits[val], exif.logits[val], has_exif=has[val])
    columns = dict(vars(image)) | {"logits": fitted.logits(image.logits, exif.logits, has)}
    return Predictions(**columns)


def without_exif(run: Run, export: Path) -> float:
    """Accuracy on test of a fusion that is not told any EXIF."""
    shards = manifest.load(export).splits["test"].shards
    rows: list[Any] = [row for shard in shards for row in tfrecord.read(export / shard.path)]
    predictor = train.load(run.path)
    said = predictor.predict([(row["image"][0], {}) for row in rows], batch_size=256)
    right = [found.best == predictor.classes[row["label"][0]] for found, row in zip(said, rows, strict=True)]
    return float(np.mean(right))


def table(found: Mapping[str, list[Mapping[str, float]]]) -> str:
    """Mean and standard deviation over the seeds, in Markdown."""
    columns = (
        "accuracy",
        "best possible",
        "log-loss",
        "loss above the best",
        "ECE, scaled",
        "share of the gain",
    )
    lines = [f"| model | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for model, rows in found.items():
        cells = [[row[column] for row in rows if column in row] for column in columns]
        told = [
            f"{np.mean(cell):.3f} ± {np.std(cell, ddof=min(1, len(cell) - 1)):.3f}" if cell else ""
            for cell in cells
        ]
        lines.append(f"| {model} | {' | '.join(told)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
