"""Photographer: takes photos whose EXIF has a known effect.

`shoot` streams photos and the truth about each; `write` makes a folder of them. What indoor and outdoor
photos differ in is set in `Studio`, so how well ANY model can do is known exactly: a fair yardstick for
training code, and a demo that needs no network. `truth` gives these figures, `log_odds` those of a photo.
"""

import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from exifds.errors import UsageError
from exifds.sandbox import pixels, tags
from exifds.sandbox.owners import Owners, meet
from exifds.sandbox.scene import BLOCK, Scenes, stage
from exifds.sandbox.studio import Studio
from exifds.sandbox.truth import log_odds, truth

__all__ = ["CLASSES", "MANIFEST", "Shot", "Studio", "log_odds", "shoot", "truth", "write"]

CLASSES: Final = ("indoor", "outdoor")
"""The classes, by y."""
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Shot:
    """One photo: a JPEG file and the truth about it."""

    name: str
    """File name."""
    data: bytes
    """The JPEG file."""
    truth: dict[str, Any]
    """What was drawn, as plain data.

    `index`, `owner` (row in the manifest's owners), `y`, `c`, `far`, `light` and `metered` in EV, `flash`,
    `stripped`, `camera` (the 14 tags by their names in `exifds.photo.Camera`, written or not), `written`
    (which of them are), `taken_at` and `location` (longitude, latitude) if written.
    """

    @property
    def label(self) -> str:
        """The class: `indoor` or `outdoor`."""
        return CLASSES[self.truth["y"]]


def shoot(n: int, studio: Studio | None = None, *, start: int = 0) -> Iterator[Shot]:
    """Take photos, one at a time.

    Args:
        n: How many.
        studio: The settings.
        start: Index of the first: `shoot(5, start=10)` gives the photos 10 to 14 of `shoot(15)`.

    Yields:
        Photos. Photo i depends on the studio and i only, so more photos begin with the same ones.

    Raises:
        UsageError: `n` or `start` is negative.

    Example:
        >>> [shot.name for shot in shoot(2)]
        ['photo-0000000.jpg', 'photo-0000001.jpg']
    """
    if n < 0 or start < 0:
        raise UsageError(f"expected a number of photos and a start of 0 or more, got {n} and {start}")
    return _shots(n, Studio() if studio is None else studio, start)


def write(folder: str | os.PathLike[str], n: int, studio: Studio | None = None) -> Path:
    """Write photos as `folder/<class>/<name>` and a manifest.

    A photo is in place whole or not at all. Run again with a larger `n`, it adds what is missing.

    Args:
        folder: Where to; made if absent.
        n: How many photos.
        studio: The settings.

    Returns:
        The manifest: `folder/manifest.json` with the settings, the owners and the truth about each photo.

    Raises:
        UsageError: `n` is negative, or the folder holds photos of another studio or more of this one.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     json.loads(write(folder, 3).read_text())["studio"]["code_accuracy"]
        0.85
    """
    folder = Path(folder)
    studio = Studio() if studio is None else studio
    shots = shoot(n, studio)
    _check_same(folder, n, studio)
    for label in CLASSES:
        (folder / label).mkdir(parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    if not manifest.is_file():  # so that a run that was killed says whose photos these are
        _replace(manifest, _manifest_lines(studio, ()))
    _replace(manifest, _manifest_lines(studio, _written(folder, shots)))
    return manifest


def _shots(n: int, studio: Studio, start: int) -> Iterator[Shot]:
    """The photos from `start`, block by block."""
    owners = meet(studio)

    def endless() -> Iterator[Shot]:
        block, row = divmod(start, BLOCK)
        while True:
            scenes = stage(studio, owners, block)
            for at in range(row, BLOCK):
                yield _develop(studio, owners, scenes, at)
            block, row = block + 1, 0

    return islice(endless(), n)


def _develop(studio: Studio, owners: Owners, scenes: Scenes, row: int) -> Shot:
    """One photo of a block."""
    index = scenes.first + row
    iso, seconds = 100 * 2 ** (int(scenes.iso[row]) / 3), 2 ** (int(scenes.time[row]) / 3)
    image = pixels.picture(
        bool(scenes.code[row]),
        scenes.layout[row],
        np.random.default_rng([studio.seed, 2, index]),
        size=studio.size,
        # Photon noise goes with the root of the gain, motion blur with the time; scaled to stay legible.
        noise=studio.noise * ((iso / 400) ** 0.5 if studio.physics else 1.0),
        tint=owners.tint[scenes.owner[row]] if studio.fingerprint else None,
        blur=studio.size / 48 * min(1.5, 2 * seconds**0.5) if studio.physics else 0.0,
    )
    file = io.BytesIO()
    image.save(file, "JPEG", quality=studio.quality, exif=tags.block(scenes, owners, row, dated=studio.dates))
    return Shot(f"photo-{index:07d}.jpg", file.getvalue(), _truth(studio, scenes, row))


def _truth(studio: Studio, scenes: Scenes, row: int) -> dict[str, Any]:
    """What was drawn for one photo, as plain data."""
    dated = studio.dates and not scenes.stripped[row]
    return {
        "index": scenes.first + row,
        "owner": int(scenes.owner[row]),
        "y": int(scenes.outdoor[row]),
        "c": int(scenes.code[row]),
        "far": bool(scenes.far[row]),
        "light": float(scenes.light[row]),
        "metered": float(scenes.metered[row]),
        "flash": bool(scenes.flash[row]),
        "stripped": bool(scenes.stripped[row]),
        "camera": tags.camera(scenes, row),
        "written": list(tags.written(scenes, row)),
        "taken_at": scenes.taken_at[row].item().isoformat() if dated else None,
        "location": scenes.point[row].tolist() if scenes.located[row] else None,
    }


def _check_same(folder: Path, n: int, studio: Studio) -> None:
    """Photos of two studios must not mix: their names are the same."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return
    try:
        before = json.loads(manifest.read_text(encoding="ascii"))
        same = before["studio"] == studio.model_dump(mode="json") and len(before["photos"]) <= n
    except (ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise UsageError(
            f"expected {folder} to be empty or to hold {n} or fewer photos of this studio, "
            "got others; choose another folder or remove it"
        )


def _written(folder: Path, shots: Iterable[Shot]) -> Iterator[dict[str, Any]]:
    """Write each photo, then give what the manifest says about it."""
    for shot in shots:
        _replace(folder / shot.label / shot.name, (shot.data,))
        yield {"path": f"{shot.label}/{shot.name}", **shot.truth}


def _replace(target: Path, parts: Iterable[bytes]) -> None:
    """Put a file in place whole: written beside it first, then renamed."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    with draft.open("wb") as stream:
        stream.writelines(parts)
    draft.replace(target)


def _manifest_lines(studio: Studio, photos: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """The manifest, a line per photo, so that memory does not grow with their number."""
    head = {"studio": studio.model_dump(mode="json"), "classes": CLASSES, "owners": meet(studio).describe()}
    yield json.dumps(head)[:-1].encode() + b', "photos": ['
    for number, photo in enumerate(photos):
        yield (b",\n" if number else b"\n") + json.dumps(photo).encode()
    yield b"\n]}\n"
