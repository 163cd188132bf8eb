"""Machine: what a figure was measured on."""

import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

from exifds.errors import ExifdsError
from exifds.store.embedded.mongod import find_mongod, load

__all__ = ["facts"]

LIBRARIES = ("cryptography", "pillow", "pymongo")


def facts() -> dict[str, str | int]:
    """What belongs beside every figure.

    Returns:
        Cores, system, and versions of Python, mongod and the libraries that do the work.
    """
    return {
        "cores": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "mongod": _mongod(),
        **{name: version(name) for name in LIBRARIES},
    }


def _mongod() -> str:
    try:
        with tempfile.TemporaryDirectory() as folder:
            return load(find_mongod(), Path(folder, "links")).version
    except ExifdsError as error:
        return str(error)
