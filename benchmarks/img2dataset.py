"""img2dataset: the peer of `exifds scrape` and `exifds export`, in a virtual environment of its own.

A download's rate is the one that it reports itself, from the first of its shards begun to the last one done:
its start, some seconds of imports in each of its processes, does not count.
"""

import json
import os
import subprocess
import venv
from pathlib import Path

from platformdirs import user_cache_path

__all__ = ["download", "installed", "resize"]

VERSION = "1.47.0"

SCRIPT = """
import json, sys
from img2dataset import download
if __name__ == "__main__":
    download(**json.loads(sys.argv[1]))
"""

RESIZE = """
import io, json, os, sys, time
from multiprocessing import Pool
from pathlib import Path
from img2dataset.resizer import Resizer

def ready(options):
    global resizer
    resizer = Resizer(**options)

def resize(pair):
    path, target = pair
    found = resizer(io.BytesIO(Path(path).read_bytes()))
    assert found[-1] is None, found[-1]
    Path(target).write_bytes(found[0])

if __name__ == "__main__":
    given = json.loads(sys.stdin.read())
    with Pool(given["processes"], ready, (given["options"],)) as pool:
        pool.map(resize, given["pairs"][:1] * given["processes"] * 2, chunksize=1)
        started = time.perf_counter()
        pool.map(resize, given["pairs"], chunksize=8)
        print(len(given["pairs"]) / (time.perf_counter() - started))
"""


def installed() -> Path | str:
    """Install it unless it is there.

    Returns:
        Its Python, or why there is none.
    """
    folder = user_cache_path("exifds-benchmarks") / f"img2dataset-{VERSION}"
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.is_file():
        venv.create(folder, clear=True, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", f"img2dataset=={VERSION}"]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return f"img2dataset {VERSION} could not be installed"
        done.touch()
    return python


def download(python: Path, urls: list[str], folder: Path) -> float:
    """Download photos as they are, with a process per core and 64 threads each.

    Args:
        python: From `installed`.
        urls: Where the photos are.
        folder: Where to; new.

    Returns:
        Photos per second.
    """
    folder.mkdir()
    listing = folder / "urls.txt"
    listing.write_text("".join(f"{url}\n" for url in urls))
    processes = min(os.cpu_count() or 1, len(urls))
    options = {
        "url_list": str(listing),
        "output_folder": str(folder / "photos"),
        "output_format": "files",
        "resize_mode": "no",
        "skip_reencode": True,
        "processes_count": processes,
        "thread_count": 64,
        "number_sample_per_shard": -(-len(urls) // processes),
        "disallowed_header_directives": [],
    }
    subprocess.run(
        [python, "-c", SCRIPT, json.dumps(options)],
        env=os.environ | {"NO_ALBUMENTATIONS_UPDATE": "1"},
        capture_output=True,
        check=True,
    )
    shards = [json.loads(path.read_text()) for path in (folder / "photos").glob("*_stats.json")]
    assert sum(shard["successes"] for shard in shards) == len(urls), shards
    begun, ended = min(shard["start_time"] for shard in shards), max(shard["end_time"] for shard in shards)
    return len(urls) / float(ended - begun)


def resize(python: Path, files: list[Path], folder: Path, side: int, quality: int) -> float:
    """Crop photos to their middle, resize and encode them by its `Resizer`, with a process per core.

    Args:
        python: From `installed`.
        files: The photos.
        folder: Where to; new.
        side: Width and height, in pixels.
        quality: Of the JPEGs.

    Returns:
        Photos per second; the start of the processes does not count.
    """
    folder.mkdir()
    given = {
        "processes": os.cpu_count() or 1,
        "options": {
            "image_size": side,
            "resize_mode": "center_crop",
            "resize_only_if_bigger": False,
            "encode_quality": quality,
        },
        "pairs": [(str(path), str(folder / path.name)) for path in files],
    }
    done = subprocess.run(
        [python, "-c", RESIZE],
        input=json.dumps(given),
        env=os.environ | {"NO_ALBUMENTATIONS_UPDATE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
