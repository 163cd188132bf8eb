"""Dataset entry: what is noted of a dataset in `_exifds_meta`. No I/O: `sync` and `aio` do it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo import ReturnDocument

from exifds.errors import UsageError, WrongKeyringError
from exifds.photo import SCHEMA_VERSION, Privacy

__all__ = ["META", "check_meta", "check_unclaimed", "registration", "remembered_seed", "seed_entry"]

META = "_exifds_meta"
"""The collection with an entry for each dataset."""


def registration(
    name: str, privacy: Privacy, keyring: Mapping[str, str] | None, images: str | None
) -> dict[str, Any]:
    """What makes the entry of a dataset unless there is one, and gives the one that counts.

    Args:
        name: Name of the dataset.
        privacy: What is encrypted.
        keyring: `id` and `check` of the keyring that will seal.
        images: Where its image files go; None for the data directory.

    Returns:
        Arguments of `find_one_and_update`: one step, so that of two creators one wins and both know.
    """
    entry = {
        "privacy": str(privacy),
        "keyring": dict(keyring) if keyring else None,
        "images": images,
        "schema": SCHEMA_VERSION,
        "created_at": datetime.now(UTC),
    }
    return {
        "filter": {"_id": name},
        "update": {"$setOnInsert": entry},
        "upsert": True,
        "return_document": ReturnDocument.AFTER,
    }


def seed_entry(name: str, scheme: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """What notes the seed of a way to split, unless there is one already.

    Args:
        name: Name of the dataset.
        scheme: The way to split: what photos are grouped by and the shares.
        seed: The seed.

    Returns:
        Arguments of `update_one`.
    """
    return {
        "filter": {"_id": name, "seeds": {"$not": {"$elemMatch": dict(scheme)}}},
        "update": {"$push": {"seeds": {**scheme, "seed": seed}}},
    }


def remembered_seed(recorded: Mapping[str, Any] | None, scheme: Mapping[str, Any]) -> int | None:
    """The seed that was noted for a way to split.

    Args:
        recorded: The entry of the dataset.
        scheme: The way to split.

    Returns:
        The seed; None if there is none.

    Example:
        >>> remembered_seed({"seeds": [{"group": "owner", "seed": 7}]}, {"group": "owner"})
        7
    """
    for entry in (recorded or {}).get("seeds", ()):
        if all(entry.get(name) == value for name, value in scheme.items()):
            return int(entry["seed"])
    return None


def check_meta(
    name: str, recorded: Mapping[str, Any], privacy: Privacy | None, keyring: Mapping[str, str] | None
) -> None:
    """Make sure that a dataset is what the caller takes it for.

    Args:
        name: Name of the dataset.
        recorded: Its entry in `_exifds_meta`.
        privacy: The privacy that was asked for; None takes any.
        keyring: `id` and `check` of the keyring in use; None when it is not needed.

    Raises:
        UsageError: Another privacy, or a schema of a later exifds.
        WrongKeyringError: Another keyring.
    """
    if recorded["schema"] > SCHEMA_VERSION:
        raise UsageError(f"the dataset {name} was written by a later version of exifds: update exifds")
    if privacy is not None and recorded["privacy"] != privacy:
        raise UsageError(
            f"the dataset {name} has privacy {recorded['privacy']}, not {privacy}; it cannot be changed"
        )
    known = recorded["keyring"]
    if keyring is not None and known is not None and dict(known) != dict(keyring):
        if known["id"] == keyring["id"]:
            raise WrongKeyringError(
                f"the entry of dataset {name} in {META} was changed: its check does not fit"
            )
        raise WrongKeyringError(
            f"the dataset {name} was written with keyring {recorded['keyring']['id']}, but this one is "
            f"{keyring['id']}: point EXIFDS_CONFIG to the folder of the right keyring"
        )


def check_unclaimed(name: str, entry: Mapping[str, Any] | None, first: Mapping[str, Any] | None) -> None:
    """Make sure that a new dataset does not take over a collection of somebody else.

    Args:
        name: Name of the dataset.
        entry: Its entry in `_exifds_meta`.
        first: Any document of the collection of this name.

    Raises:
        UsageError: The collection holds documents and is no dataset.
    """
    if entry is None and first is not None:
        raise UsageError(f"the collection {name} is there already and is no dataset: choose another name")
