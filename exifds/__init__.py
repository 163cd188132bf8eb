"""exifds: photo datasets in MongoDB, encrypted where personal, queryable where useful.

The way of a photo is the way through the folders of this package:

```
source ──► fetch ──► exif ──► crypto ──► store ──► enrich ──► curate ──► export ──► train
 folder    image      tags,    keyring,   one        place,    page,      tables,    models,
 flickr    files,     camera,  seals      document   score     verdicts   splits,    statistics,
           downloads  strip               a photo                         shards     report
```

`open()` gives a `Dataset`, and `datasets()` lists them; `Dataset.find()` gives a `View` of `Photo`s. `flickr`
names what to scrape; `tfdata` reads exports with TensorFlow, and `train` trains models on them.
Errors are in `exifds.errors`. Nothing heavy is imported before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exifds import errors, exif, train
    from exifds.dataset import Dataset
    from exifds.errors import ExifdsError
    from exifds.export import tfdata
    from exifds.listing import datasets
    from exifds.opening import open_dataset as open  # noqa: A004  # exifds.open() reads as it should
    from exifds.photo import Photo, Privacy
    from exifds.settings import Settings
    from exifds.sources import flickr
    from exifds.view import View

__all__ = [
    "Dataset",
    "ExifdsError",
    "Photo",
    "Privacy",
    "Settings",
    "View",
    "datasets",
    "errors",
    "exif",
    "flickr",
    "open",
    "tfdata",
    "train",
]
__version__ = "0.1.0"

_MODULES = {
    "errors": "exifds.errors",
    "exif": "exifds.exif",
    "flickr": "exifds.sources.flickr",
    "tfdata": "exifds.export.tfdata",
    "train": "exifds.train",
}
_HOMES = {
    "Dataset": ("exifds.dataset", "Dataset"),
    "ExifdsError": ("exifds.errors", "ExifdsError"),
    "Photo": ("exifds.photo", "Photo"),
    "Privacy": ("exifds.photo", "Privacy"),
    "Settings": ("exifds.settings", "Settings"),
    "View": ("exifds.view", "View"),
    "datasets": ("exifds.listing", "datasets"),
    "open": ("exifds.opening", "open_dataset"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name in _HOMES:
        module, attribute = _HOMES[name]
        return getattr(import_module(module), attribute)
    if name in _MODULES:
        return import_module(_MODULES[name])
    raise AttributeError(f"module 'exifds' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names."""
    return sorted([*__all__, "__version__"])
