"""Demo: the whole way of a photo on rendered photos, in one folder that can be thrown away."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from exifds.dataset import open_dataset
from exifds.sandbox import photographer
from exifds.settings import Settings

__all__ = ["run"]

DATASET = "demo"

Say = Callable[[str], None]
Show = Callable[[str, Sequence[str], Sequence[Sequence[Any]]], None]


def run(out: Path, photos: int, *, say: Say, show: Show) -> None:
    """Render, ingest, geocode, verify, query.

    Everything is made below `out`: photos, database, images and, apart from them, the keyring. Run again,
    it finds what is there.

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
    program = sys.argv[0] if Path(sys.argv[0]).name == "exifds" else "exifds"
    say(f"\nQuery it yourself:  EXIFDS_HOME={out}/data EXIFDS_CONFIG={out}/config {program} find {DATASET}")
