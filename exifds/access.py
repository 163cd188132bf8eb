"""Access: which privacy a dataset has, and the keyring that goes with it."""

from typing import Any

from exifds.crypto import Keyring, keyfile
from exifds.errors import UsageError
from exifds.fetch.images import ImageStore, open_images
from exifds.photo import Privacy
from exifds.settings import Settings
from exifds.store.codec import Codec
from exifds.store.dataset_entry import check_meta
from exifds.store.sync import Store

__all__ = ["for_reading", "for_writing", "images", "keyring", "privacy_of"]


def privacy_of(store: Store, asked: Privacy | None) -> Privacy:
    """The privacy a dataset has or will have.

    Args:
        store: The dataset.
        asked: The privacy that was asked for; None takes the dataset's, `standard` for a new one.

    Returns:
        The privacy.
    """
    recorded = store.meta()
    return asked or (Privacy(recorded["privacy"]) if recorded else Privacy.STANDARD)


def images(store: Store, settings: Settings, asked: str | None) -> ImageStore:
    """The image files of a dataset: where it was made with, else where was asked for, else in the home.

    Args:
        store: The dataset.
        settings: Where the home is.
        asked: A folder or an fsspec URL; None takes what the dataset has.

    Returns:
        The image store.

    Raises:
        UsageError: The dataset keeps its images elsewhere, or the address is not usable.
    """
    recorded = store.meta()
    if recorded is None:
        return open_images(asked or settings.home / "images")
    if asked is not None and recorded["images"] != asked:
        where = recorded["images"] or "the data directory"
        raise UsageError(f"the images of dataset {store.name} are in {where}, not in {asked}")
    return open_images(recorded["images"] or settings.home / "images")


def for_writing(store: Store, settings: Settings, asked: Privacy | None, images: str | None = None) -> Codec:
    """Get ready to write: the dataset is made if it is new, and refused if it is not ours.

    Args:
        store: The dataset.
        settings: Where the keyring is.
        asked: The privacy that was asked for; None takes the dataset's, `standard` for a new one.
        images: Where its image files go; None for the data directory.

    Returns:
        What seals its documents.

    Raises:
        WrongKeyringError: The dataset was written with another keyring.
        KeyringError: The keyring of an existing dataset is not here: none is made in its place.
        UsageError: The dataset has another privacy.
    """
    privacy = privacy_of(store, asked)
    if privacy is Privacy.OPEN:
        if asked is not Privacy.OPEN:
            raise UsageError(
                f"the dataset {store.name} encrypts nothing; to write to it, say so again: privacy='open', "
                "accept_open=True (--privacy open --accept-open)"
            )
        store.create(privacy, None, images)
        return Codec(store.name, privacy)
    keys = keyring(settings, create=store.meta() is None)
    store.create(privacy, _identity(keys, store.name, privacy), images)
    return Codec(store.name, privacy, keys)


def for_reading(store: Store, settings: Settings, asked: Privacy | None, *, decrypt: bool) -> Codec:
    """Get ready to read.

    Args:
        store: The dataset.
        settings: Where the keyring is.
        asked: The privacy that was asked for; None takes any.
        decrypt: Whether personal fields are to be opened.

    Returns:
        What opens its documents; with a keyring only if `decrypt`.

    Raises:
        UsageError: There is no such dataset.
        WrongKeyringError: The dataset was written with another keyring.
    """
    recorded = store.meta()
    if recorded is None:
        there = ", ".join(store.names()) or "none yet"
        raise UsageError(
            f"there is no dataset {store.name} (there are: {there}); ingest or scrape photos to make it"
        )
    privacy = Privacy(recorded["privacy"])
    keys = keyring(settings) if decrypt and privacy is not Privacy.OPEN else None
    check_meta(store.name, recorded, asked, _identity(keys, store.name, privacy) if keys else None)
    return Codec(store.name, privacy, keys)


def keyring(settings: Settings, *, create: bool = False) -> Keyring:
    """The keyring of the configuration directory.

    Args:
        settings: Where it is and what opens it.
        create: Make one if there is none.

    Returns:
        The keyring.

    Raises:
        KeyringError: There is none, or it is damaged or open to others.
        MasterKeyError: The master key does not open it.
    """
    secrets: dict[str, Any] = {
        name: None if secret is None else secret.get_secret_value()
        for name, secret in (("key", settings.key), ("passphrase", settings.passphrase))
    }
    source = keyfile.load_or_create if create else keyfile.load
    return source(settings.config, **secrets)


def _identity(keyring: Keyring, name: str, privacy: Privacy) -> dict[str, str]:
    """What the database remembers of a keyring: enough to tell it from another, nothing secret.

    The check covers name and privacy, so that nobody weakens a dataset by editing its entry.
    """
    check = keyring.mac(b"exifds dataset v1", name.encode(), privacy.encode())
    return {"id": keyring.id, "check": check.hex()}
