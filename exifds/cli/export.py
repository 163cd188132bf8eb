"""The command `export`: from a dataset to files for training."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exifds.cli import console
from exifds.cli.collect import SOME_FAILED
from exifds.cli.query import parsed_filter

if TYPE_CHECKING:
    from exifds.export.manifest import Manifest
    from exifds.export.report import ExportReport

__all__ = ["export"]

SHARE_TOLERANCE = 0.01
"""A split whose share is further from what was asked is pointed out."""

CLASSES_ON_SCREEN = 20


def export(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.", show_default=False)],
    out: Annotated[Path, typer.Argument(help="A new folder.", show_default=False)],
    format: Annotated[  # noqa: A002  # what users call it
        str | None, typer.Option(help="tfrecord (the default), parquet, csv or folder.", show_default=False)
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="What is to be learned: concept, concepts, scores.NAME>=X, or a field as place.country.",
            show_default=False,
        ),
    ] = None,
    classes: Annotated[
        str | None, typer.Option(help="The classes in order, as `indoor,outdoor`.", show_default=False)
    ] = None,
    where: Annotated[
        str | None, typer.Option(metavar="FILTER", help="A MongoDB filter as JSON.", show_default=False)
    ] = None,
    min_score: Annotated[
        list[str] | None,
        typer.Option(metavar="C=X", help="A concept's least score; repeatable.", show_default=False),
    ] = None,
    license: Annotated[  # noqa: A002  # Flickr's word
        str | None, typer.Option(help="Allowed licence ids, as `4,5,9,10`.", show_default=False)
    ] = None,
    require_exif: Annotated[
        str | None, typer.Option(help="EXIF tags that must be there, as `ISO,FNumber`.", show_default=False)
    ] = None,
    selection: Annotated[
        str | None, typer.Option(help="A selection of the curation page, as `good`.", show_default=False)
    ] = None,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="Also take photos that a person rejected.")
    ] = False,
    image_size: Annotated[
        int | None,
        typer.Option(min=0, help="Pixels of a side, 224 by default; 0 leaves them.", show_default=False),
    ] = None,
    resize: Annotated[
        str | None, typer.Option(help="crop (the default), pad, square or short.", show_default=False)
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="jpeg (the default) or png.", show_default=False)
    ] = None,
    quality: Annotated[int | None, typer.Option(help="Of JPEG, 90 by default.", show_default=False)] = None,
    srgb: Annotated[bool, typer.Option("--srgb", help="Convert colours to sRGB.")] = False,
    split: Annotated[
        str | None,
        typer.Option(help="Shares of train, val and test, 0.7/0.2/0.1 by default.", show_default=False),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            help="What never stands in two splits: owner (the default), camera, place, time or none.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Of the split; else the one the dataset remembers.", show_default=False),
    ] = None,
    burst_seconds: Annotated[
        float | None,
        typer.Option(min=0, help="Photos of an owner this close in time stay together.", show_default=False),
    ] = None,
    allow_leaks: Annotated[
        bool, typer.Option("--allow-leaks", help="Keep duplicates and bursts across splits, and report them.")
    ] = False,
    decrypt: Annotated[bool, typer.Option("--decrypt", help="Also export owners and the full EXIF.")] = False,
    restore_exif: Annotated[
        bool, typer.Option("--restore-exif", help="Export the original files, byte for byte.")
    ] = False,
    shard_bytes: Annotated[
        int | None,
        typer.Option(min=1, help="Bytes of images a shard holds, 128 MiB by default.", show_default=False),
    ] = None,
    like: Annotated[
        Path | None, typer.Option(help="An earlier export, whose options are taken.", show_default=False)
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Threads; one per core if not given.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the manifest as JSON.")] = False,
) -> None:
    """Export photos, EXIF features and labels for training, split without leaks. Run it again to go on."""
    import exifds  # brings pymongo

    with exifds.open(dataset) as opened:
        report = opened.export(
            out,
            like=like,
            workers=workers,
            progress=False if json else None,
            format=format,
            target=target,
            classes=classes,
            where=None if where is None else parsed_filter(where),
            min_score=min_score or None,
            licenses=license,
            require_exif=require_exif,
            selection=selection,
            rejected=rejected or None,
            image_size=image_size,
            resize=resize,
            encoding=encoding,
            quality=quality,
            srgb=srgb or None,
            split=split,
            group=group,
            seed=seed,
            burst_seconds=burst_seconds,
            allow_leaks=allow_leaks or None,
            decrypt=decrypt or None,
            restore_exif=restore_exif or None,
            shard_bytes=shard_bytes,
        )
    if json:
        failed = [{"photo": photo, "reason": why} for photo, why in report.failed]
        found = report.manifest.model_dump(mode="json")
        console.print_json(found | {"failed": failed, "today": report.today})
    else:
        _print(report)
    if report.failed:
        raise typer.Exit(SOME_FAILED)


def _print(report: "ExportReport") -> None:
    """The report for people."""
    manifest = report.manifest
    done = "was finished before, on" if report.was_there else "finished"
    when = f" {manifest.created_at:%Y-%m-%d %H:%M} UTC" if report.was_there else ""
    typer.echo(f"{report.folder}: {console.counted(manifest.photos, 'photo')}; {done}{when}")
    console.table("splits", ("split", "photos", "share", "groups", "shards"), _split_rows(manifest))
    if manifest.data.classes:
        console.table("photos by class", ("class", *manifest.splits), _class_rows(manifest))
    today, then = report.today, manifest.selected
    if today is not None and then is not None and today != then:
        typer.echo(
            f"  the same options choose {console.counted(today, 'photo')} today, and chose {then} then: "
            "export to a new folder",
            err=True,
        )
    for reason, number in manifest.left_out.items():
        typer.echo(f"  left out: {number} {reason.replace('_', ' ')}", err=True)
    for warning in _warnings(manifest):
        typer.echo(f"  {warning}", err=True)
    console.print_failures(report.failed)


def _split_rows(manifest: "Manifest") -> list[tuple[Any, ...]]:
    return [
        (name, split.photos, f"{split.share:.1%}", split.groups, len(split.shards))
        for name, split in manifest.splits.items()
    ]


def _class_rows(manifest: "Manifest") -> list[tuple[Any, ...]]:
    shown = manifest.data.classes[:CLASSES_ON_SCREEN]
    rows: list[tuple[Any, ...]] = [
        (name, *(split.classes[name] for split in manifest.splits.values())) for name in shown
    ]
    more = len(manifest.data.classes) - len(shown)
    return [*rows, (f"... and {more} more", *("" for _ in manifest.splits))] if more else rows


def _warnings(manifest: "Manifest") -> list[str]:
    """What a reader of the figures must know."""
    why = ": what belongs together stays together" if manifest.better_seed is None else ""
    found = [
        f"{name} has {split.share:.1%} of the photos instead of {split.asked:.1%}{why}"
        for name, split in manifest.splits.items()
        if split.asked is not None and abs(split.share - split.asked) > SHARE_TOLERANCE
    ]
    found += [
        f"leak: {console.counted(number, 'photo')} with a companion of kind {kind} in another split"
        for kind, number in manifest.leaks.items()
    ]
    if manifest.better_seed is not None:
        found.append(
            f"the dataset remembers seed {manifest.seed}; --seed {manifest.better_seed} shares these photos "
            "out better, and otherwise than earlier exports"
        )
    if manifest.without_group:
        group = manifest.options["splitting"]["group"]
        hint = "; run exifds geocode first" if group == "place" else ""
        found.append(
            f"the {group} of {manifest.without_group} of {manifest.photos} photos is unknown: what their "
            f"camera took within an hour stays together{hint}"
        )
    if manifest.owners_crossing:
        found.append(f"{console.counted(manifest.owners_crossing, 'owner')} with photos in several splits")
    return found
