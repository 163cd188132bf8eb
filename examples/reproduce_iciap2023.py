"""Reproduce Lederer et al., ICIAP 2023: from its lists of Flickr photos to a report.

python examples/reproduce_iciap2023.py runs moving_static.json object_landscape.json indoor_outdoor.json

The lists are the metadata files of the thesis: {"super,sub": [{"id": ..., "secret": ..., "server": ...}]}. A
Flickr key is needed (EXIFDS_FLICKR_KEY), and patience: 3,000 calls an hour for 60,000 photos a list. Stopped,
it goes on where it was when it is run again.

With the recipe `lederer2023` splits are random and copies stay, as in the thesis; with `modern` no owner
stands in two splits. Their test photos differ, so the report shows them apart.
"""

import argparse
import json
import sys
from pathlib import Path

import exifds
from exifds import train

FLAGS = ("FocalLength", "ISO", "FNumber", "ExposureTime", "Flash")
"""Tags that each photo of the thesis has."""

PIXELS = (50, 150)
BACKBONES = ("MobileNetV2", "EfficientNetB0", "EfficientNetB4", "ResNet50V2")


def main() -> None:
    """Scrape, export, train and compare."""
    given = arguments()
    runs, made = given.out / "runs", []
    for recipe in given.recipe:
        for metadata in given.lists:
            for export in exports(metadata, recipe, given):
                made.append(export)
                train.fit(
                    export,
                    runs,
                    backbones=given.backbone,
                    recipe=recipe,
                    seeds=range(given.seeds),
                    epochs=given.epochs,
                    weights=given.weights,
                )
    for task in train.compare(runs, given.out, export=made).tasks:
        print("", task.title, *task.hazards, sep="\n")
        for claim in task.claims:
            print(f"  {claim.text}")
    print(f"\nreport: {given.out / 'report.html'}")


def exports(metadata: Path, recipe: str, given: argparse.Namespace) -> list[Path]:
    """The exports of one problem: the super-concepts as classes and all concepts as labels, at each size."""
    made = []
    with exifds.open(f"iciap2023-{metadata.stem}") as ds:
        ds.scrape(exifds.flickr.listed(metadata), given.limit, exif="api", size="q", require_exif=FLAGS)
        for pixels in given.pixels:
            for task, target, classes in (("super", "concept", supers(metadata)), ("sub", "concepts", None)):
                out = given.out / "exports" / f"{metadata.stem}-{task}-{pixels}-{recipe}"
                ds.export(
                    out,
                    target=target,
                    classes=classes,
                    image_size=pixels,
                    group="owner",
                    allow_leaks=recipe == "lederer2023",
                )
                made.append(out)
    return made


def supers(metadata: Path) -> list[str]:
    """The super-concepts: the first word of each key."""
    return sorted({key.split(",")[0] for key in json.loads(metadata.read_text())})


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description="Reproduce Lederer et al., ICIAP 2023.")
    parser.add_argument("out", type=Path, help="folder for exports, runs and the report")
    parser.add_argument("lists", type=Path, nargs="+", help="metadata files of the thesis")
    parser.add_argument("--recipe", nargs="+", default=["lederer2023"], choices=list(train.RECIPES))
    parser.add_argument("--backbone", nargs="+", default=BACKBONES)
    parser.add_argument("--pixels", nargs="+", type=int, default=PIXELS)
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--epochs", type=int, help="at most so many of each phase")
    parser.add_argument("--weights", default="imagenet", help="imagenet, none, or a file")
    parser.add_argument("--limit", type=int, help="photos of each list")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except exifds.ExifdsError as error:
        sys.exit(f"{error}")
