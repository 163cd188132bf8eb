"""Demo: the whole way of a photo on rendered photos and a local Flickr, in one folder to throw away."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from exifds.dataset import Dataset
from exifds.errors import MissingExtraError
from exifds.opening import open_dataset
from exifds.sandbox import photographer
from exifds.sandbox.flickr import Catalogue, FlickrServer
from exifds.settings import Settings
from exifds.sources import flickr

__all__ = ["run"]

DATASET = "demo"
SCRAPED = "demo-flickr"

Say = Callable[[str], None]
Show = Callable[[str, Sequence[str], Sequence[Sequence[Any]]], None]


def run(out: Path, photos: int, *, say: Say, show: Show) -> None:
    """Render, ingest, geocode, verify, query, export, train, report; and scrape a Flickr of this machine.

    Everything is made below `out`: photos, database, images and, apart from them, the keyring. Run again,
    it finds what is there. Without the extra `train`, training and its report are left out.

    Args:
        out: The folder.
        photos: How many photos to render.
        say: Prints a line.
        show: Prints a table from its title, columns and rows.
    """
    settings = Settings(uri=None, home=out / "data", config=out / "config", key=None, passphrase=None)
    say(f"1. render {photos} photos with EXIF into {out / 'photos'}")
    photographer.write(out / "photos", photos)
    with open_dataset(DATASET, settings=settings) as dataset:
        say("2. ingest them: hash, read EXIF, cut it out of the copy, encrypt what is personal, store")
        report = dataset.ingest(out / "photos", concepts_from_folders=True)
        say(f"   {report.stored} stored, {report.known} known, {len(report.failed)} failed")
        say(f"3. geocode: {dataset.geocode()} photos got a place")
        checked = dataset.verify()
        say(f"4. verify: {checked.photos} photos checked, {len(checked.faults)} faults")
        dark = {"camera.iso": {"$gte": 800}, "concepts": "indoor"}
        say(f"5. find {dark}: {dataset.find(dark).count()} photos")
        countries = dataset.stats()["countries"][:5]
        show("countries", ("country", "photos"), [(row["value"], row["photos"]) for row in countries])
        photo = next(
            iter(dataset.find({"camera.iso": {"$exists": True}, "exif": {"$exists": True}}).limit(1))
        )
        stored = dataset.collection.find_one({"_id": photo.id})
        opened = next(iter(dataset.find({"_id": photo.id}, decrypt=True)))
        artist = (opened.exif or {})["IFD0"]["Artist"]
        say(f"6. what MongoDB holds of {photo.id}: exif = {stored['exif'][:40]}...")
        say(f"   what the keyring opens: Artist = {artist}, {photo.camera.model}, ISO {photo.camera.iso:g}")
        _export(dataset, out / "export", say, show)
    _scrape(settings, photos, say)
    try:
        page = _train(out, say, show)
    except MissingExtraError as missing:
        page = None
        say(f"   left out: {missing}")
    program = sys.argv[0] if Path(sys.argv[0]).name == "exifds" else "exifds"
    say(f"\nQuery it yourself:  EXIFDS_HOME={out}/data EXIFDS_CONFIG={out}/config {program} find {DATASET}")
    if page is not None:
        say(f"Read the report:    {page}")


def _export(dataset: Dataset, out: Path, say: Say, show: Show) -> None:
    """Write TFRecords, split so that no burst and no near-duplicate stands in two splits."""
    say("7. export images, camera values and labels as TFRecords")
    manifest = dataset.export(out, target="concept", image_size=48).manifest
    rows = [
        (name, split.photos, f"{split.share:.0%}", *split.classes.values())
        for name, split in manifest.splits.items()
    ]
    show("splits", ("split", "photos", "share", *manifest.data.classes), rows)


def _scrape(settings: Settings, photos: int, say: Say) -> None:
    """Search a Flickr that runs meanwhile, in two languages, and read the EXIF from file and API."""
    with FlickrServer(Catalogue(photos)) as server:
        there = settings.model_copy(update=Settings(**server.settings()).model_dump(include=_FLICKR))
        with open_dataset(SCRAPED, settings=there) as dataset:
            terms = [flickr.search("monkey", language="en"), flickr.search("Affe", language="de")]
            report = dataset.scrape(terms, exif="both")
            say("8. scrape 'monkey' and 'Affe' from a Flickr on this machine")
            say(
                f"   {report.stored} stored, {report.known} known, {report.gone.total()} gone, "
                f"{len(report.failed)} failed; {report.calls} API calls"
            )
            shared = dataset.find({"license.id": {"$in": [4, 5, 9, 10]}}).count()
            say(f"   {shared} of them under CC BY, CC BY-SA, CC0 or the public domain mark")


def _train(out: Path, say: Say, show: Show) -> Path:
    """Train the models, and report beside them what the best possible observer reaches."""
    from exifds import train  # TensorFlow loads here
    from exifds.train.report.wording import LEGEND, MARKS, interval, score

    say("9. train models of EXIF, of images and of both")
    runs = out / "runs"
    train.fit(out / "export", runs, backbones=["tiny"], weights="none")
    say("10. compare them, with each other and with what is possible")
    best = photographer.truth()
    truth = train.Truth.model_validate(best.report() | {"note": "exact: exifds.sandbox.truth"})
    found = train.compare(runs, export=out / "export", truth=truth).tasks[0]
    rows = [
        (
            model.name,
            interval(model.accuracy),
            score(model.truth.best.accuracy) if model.truth else "",
        )
        for model in found.models
    ]
    show("accuracy on test", ("model", "reached", "possible on average"), rows)
    for hazard in found.hazards:
        say(f"   ! {hazard}")
    for claim in found.claims:
        say(f"   {MARKS[claim.verdict]} {claim.text}")
    say(f"   {LEGEND}")
    return runs / "report.html"


_FLICKR = {name for name in Settings.model_fields if name.startswith("flickr_")}
