"""The command `train`: from an export to trained models."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exifds.cli import console
from exifds.errors import UsageError

if TYPE_CHECKING:
    from exifds.train.run import Run

__all__ = ["train"]


def train(
    export: Annotated[Path, typer.Argument(help="A finished export with a target.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Folder of the runs.", show_default=False)],
    inputs: Annotated[
        str,
        typer.Option(
            help="What the models see: exif, image, fusion; and for control mask, camera, permuted, head."
        ),
    ] = "exif,image,fusion",
    backbone: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="A network of keras.applications, or tiny; repeatable. MobileNetV2 by default.",
            show_default=False,
        ),
    ] = None,
    recipe: Annotated[str, typer.Option(help="How they are trained: modern or lederer2023.")] = "modern",
    set: Annotated[  # noqa: A002  # what it does
        list[str] | None,
        typer.Option(
            metavar="SWITCH=VALUE",
            help="What to do otherwise than the recipe, as `scale=raw`; repeatable.",
            show_default=False,
        ),
    ] = None,
    seeds: Annotated[str, typer.Option(help="One model for each, as `0,1,2`.")] = "0",
    epochs: Annotated[
        int | None,
        typer.Option(min=1, help="At most so many in each phase of the recipe.", show_default=False),
    ] = None,
    weights: Annotated[
        str, typer.Option(help="The backbone starts with: imagenet, none, or a file of weights.")
    ] = "imagenet",
    mixed_precision: Annotated[
        bool | None,
        typer.Option(
            "--mixed-precision/--no-mixed-precision",
            help="Use numbers of 16 bits where they suffice. By default only on graphics cards.",
            show_default=False,
        ),
    ] = None,
    energy: Annotated[bool, typer.Option(help="Measure energy and CO2 with codecarbon.")] = True,
    country: Annotated[str, typer.Option(help="Where the electricity is from, three letters.")] = "DEU",
    json: Annotated[bool, typer.Option("--json", help="Print the runs as JSON.")] = False,
) -> None:
    """Train models of EXIF, of images and of both. Run it again to go on."""
    from exifds.train.training import fit

    before = {path: path.stat().st_mtime_ns for path in out.expanduser().glob("*/run.json")}
    runs = fit(
        export,
        out,
        inputs=_words(inputs),
        backbones=backbone or ["MobileNetV2"],
        recipe=recipe,
        switches=dict(map(_switch, set or ())),
        seeds=list(map(_seed, _words(seeds))),
        epochs=epochs,
        weights=weights,
        mixed_precision=mixed_precision,
        energy=energy,
        country=country,
        progress=False if json else None,
    )
    ends = [run.path / "run.json" for run in runs]
    rows = [
        _row(run, was_there=end.stat().st_mtime_ns == before.get(end))
        for run, end in zip(runs, ends, strict=True)
    ]
    if json:
        console.print_json(rows)
    else:
        _print(out, rows)


def _print(out: Path, rows: list[dict[str, Any]]) -> None:
    """The runs for people."""
    console.table(
        str(out),
        ("run", "epochs", "val score", "test score", "seconds"),
        [
            (row["run"], row["epochs"], f"{row['val']:.3f}", f"{row['test']:.3f}", f"{row['seconds']:.1f}")
            for row in rows
        ],
    )
    there = sum(row["was_there"] for row in rows)
    before = f", {there} of them before" if there else ""
    typer.echo(f"{console.counted(len(rows), 'run')} finished{before}; exifds report {out} compares them")


def _row(run: "Run", *, was_there: bool) -> dict[str, Any]:
    """What there is to say of a run: scores are accuracies, for several labels the macro-F1 at 0.5."""
    from exifds.train.loop import score
    from exifds.train.photos import TEST, VAL

    found = run.predictions()
    scores = {
        name: score(part.labels, part.logits)
        for name, part in (("val", found.of(VAL)), ("test", found.of(TEST)))
    }
    history = run.history()
    return {
        "run": run.path.name,
        "epochs": len(history),
        **scores,
        "seconds": sum(epoch.seconds for epoch in history),
        "was_there": was_there,
    }


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _switch(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"expected a switch and its value as scale=raw, got {text!r}")
    return name.strip(), value.strip()


def _seed(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"expected seeds as 0,1,2, got {text!r}") from None
