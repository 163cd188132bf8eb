"""Every error exifds raises on purpose.

```
ExifdsError
├── UsageError                what was asked for cannot be done: a wrong name, argument or setting
│   ├── FilterError           a MongoDB filter with an operator or field that is not allowed
│   └── MissingExtraError     an optional part is not installed
├── DatabaseError             the database said no
│   ├── UnreachableError      no server answers at the address
│   ├── MongodError           the embedded server did not start
│   └── WrongKeyringError     the dataset was written with another keyring
├── KeyringError              the keyring file or its master key is unusable
│   └── MasterKeyError        the master key does not open the keyring
├── LeakError                 what belongs together stands in two splits of an export
├── SealError                 an encrypted value was changed, moved or cannot be opened
├── DiskFullError             too little room is left to go on safely
├── FlickrError               Flickr refused: a wrong key, an unknown group
│   └── FlickrUnavailableError  Flickr does not answer, or not in a usable way, however often it is asked
└── PhotoError                one photo is unusable; the run goes on without it
    ├── GonePhotoError        its source has it no longer
    └── WithheldPhotoError    its source does not give it to everybody
```

A message says what was expected, what came, and what to do. It never holds a key or a personal value.
"""

__all__ = [
    "DatabaseError",
    "DiskFullError",
    "ExifdsError",
    "FilterError",
    "FlickrError",
    "FlickrUnavailableError",
    "GonePhotoError",
    "KeyringError",
    "LeakError",
    "MasterKeyError",
    "MissingExtraError",
    "MongodError",
    "PhotoError",
    "SealError",
    "UnreachableError",
    "UsageError",
    "WithheldPhotoError",
    "WrongKeyringError",
]


class ExifdsError(Exception):
    """Base of all errors of exifds. Never raised itself."""


class UsageError(ExifdsError):
    """What was asked for cannot be done as asked: a wrong name, argument or setting."""


class FilterError(UsageError):
    """A MongoDB filter uses an operator or a field that exifds does not allow."""


class MissingExtraError(UsageError):
    """An optional part of exifds is not installed."""

    def __init__(self, purpose: str, extra: str) -> None:
        super().__init__(f"{purpose} needs an optional part: pip install 'exifds[{extra}]'")
        self.extra = extra


class DatabaseError(ExifdsError):
    """The database refused what was asked of it."""


class UnreachableError(DatabaseError):
    """No MongoDB server answers at the address."""


class MongodError(DatabaseError):
    """The embedded MongoDB server did not start or did not stay."""


class WrongKeyringError(DatabaseError):
    """The dataset was written with a keyring other than the one in use."""


class KeyringError(ExifdsError):
    """The keyring file, or the file of its master key, is missing, damaged or open to others."""


class MasterKeyError(KeyringError):
    """The master key (file, EXIFDS_KEY, passphrase or command) does not open the keyring."""


class LeakError(ExifdsError):
    """Photos that belong together stand in two splits, so a test score would not be honest."""


class SealError(ExifdsError):
    """An encrypted value was changed, moved from another document, or cannot be opened."""


class DiskFullError(ExifdsError):
    """Too little disk space is left to go on without putting the database at risk."""


class FlickrError(ExifdsError):
    """Flickr refused what was asked of it; asking again would not help.

    Args:
        message: What was refused and what to do.
        code: Flickr's error code, if it gave one.
    """

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class FlickrUnavailableError(FlickrError):
    """Flickr does not answer, or not in a usable way, however often it is asked. Try again later."""


class PhotoError(ExifdsError):
    """One photo is unusable: broken, hostile, or refused by the database. The run goes on without it."""


class GonePhotoError(PhotoError):
    """The source of the photo has it no longer: deleted, or made private."""


class WithheldPhotoError(PhotoError):
    """The source has the photo, in this size at least, and does not give it to everybody."""
