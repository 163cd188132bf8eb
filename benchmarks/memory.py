"""Memory of an export, of few photos and of ten times as many: it must hardly grow.

Rendered photos of 48 pixels are ingested in place and exported as TFRecords, each export in a process of its
own, whose largest resident set counts. The rate is that of the 48-pixel photos and says little about others.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import exifds
from benchmarks.result import Result
from exifds.sandbox import photographer
from exifds.settings import Settings
from exifds.store.embedded import attach

__all__ = ["run"]

EXPORT = """
import json, resource, sys, time
import exifds
home, config, out = sys.argv[1:]
settings = exifds.Settings(uri=None, home=home, config=config, key=None, passphrase=None)
with exifds.open("photos", settings=settings) as dataset:
    started = time.perf_counter()
    photos = dataset.export(out, target="concept", image_size=48, progress=False).manifest.photos
    took = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"photos": photos, "mb": peak / 1024, "rate": photos / took}))
"""
MOST_GROWTH_MB = 200


def run(*, quick: bool = False) -> list[Result]:
    """Measure.

    Args:
        quick: The smallest size that works: the figures mean nothing.

    Returns:
        One row: megabytes for few photos against megabytes for many.
    """
    few, many = (20, 200) if quick else (10_000, 100_000)
    with tempfile.TemporaryDirectory(prefix="exifds-bench-") as name:
        root = Path(name)
        found = {}
        settings = Settings(uri=None, home=root / "home", config=root / "config", key=None, passphrase=None)
        with attach(root / "home"), exifds.open("photos", settings=settings) as dataset:
            for photos in (few, many):
                photographer.write(root / "photos", photos)
                dataset.ingest(root / "photos", concepts_from_folders=True, in_place=True, progress=False)
                found[photos] = _exported(root, root / f"out-{photos}")
    small, large = found[few], found[many]
    grown = large["mb"] - small["mb"]
    return [
        Result(
            f"export: memory for {few:,} / {many:,}",
            small["mb"],
            large["mb"],
            small["mb"] / large["mb"],
            unit="MB",
            note=f"{grown:.0f} MB more for {large['photos']:,} photos ({MOST_GROWTH_MB} allowed), "
            f"{large['rate']:,.0f} photos/s of 48 pixels",
        )
    ]


def _exported(root: Path, out: Path) -> dict[str, float]:
    command = [sys.executable, "-c", EXPORT, str(root / "home"), str(root / "config"), str(out)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    measured: dict[str, float] = json.loads(printed)
    return measured
