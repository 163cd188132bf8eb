"""The keyring on disk: `keyring.json` in the config directory, and `keyring.json.1`, the one before it."""

from datetime import UTC, datetime
from pathlib import Path

from exifds.crypto import private
from exifds.crypto.keyring import Keyring
from exifds.crypto.master import Source, master_from
from exifds.errors import KeyringError

__all__ = ["load", "load_or_create", "save"]

KEYRING = "keyring.json"
PREVIOUS = "keyring.json.1"


def load_or_create(config: Path, *, key: str | None = None, passphrase: str | None = None) -> Keyring:
    """Open the keyring of a config directory; make one where there is none.

    Processes that do this at the same time all get the same keyring.

    Args:
        config: The config directory.
        key: The setting `EXIFDS_KEY`.
        passphrase: The setting `EXIFDS_PASSPHRASE`.

    Returns:
        The keyring.

    Raises:
        KeyringError: A file is missing, damaged, or open to others.
        MasterKeyError: The master key does not open the keyring.
        UsageError: Both `key` and `passphrase` are given, or one is empty.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     made = load_or_create(Path(folder))
        ...     load(Path(folder)) == made
        True
    """
    source = master_from(config, key=key, passphrase=passphrase)
    private.make_folder(config)
    text = private.read(config / KEYRING)
    if text is not None:
        return _open(config, text, source)
    with private.locked(config):
        text = private.read(config / KEYRING)  # another process may have made it meanwhile
        return _create(config, source) if text is None else _open(config, text, source)


def load(config: Path, *, key: str | None = None, passphrase: str | None = None) -> Keyring:
    """Open the keyring of a config directory.

    Args:
        config: The config directory.
        key: The setting `EXIFDS_KEY`.
        passphrase: The setting `EXIFDS_PASSPHRASE`.

    Returns:
        The keyring.

    Raises:
        KeyringError: A file is missing, damaged, or open to others.
        MasterKeyError: The master key does not open the keyring.
        UsageError: Both `key` and `passphrase` are given, or one is empty.
    """
    source = master_from(config, key=key, passphrase=passphrase)
    return _open(config, _existing(config), source)


def save(config: Path, keyring: Keyring, *, key: str | None = None, passphrase: str | None = None) -> None:
    """Replace the keyring of a config directory by a newer generation of it; the older one is kept.

    Args:
        config: The config directory.
        keyring: The newer generation: the same keyring id.
        key: The setting `EXIFDS_KEY`, as it opens the present generation.
        passphrase: The setting `EXIFDS_PASSPHRASE`, likewise.

    Raises:
        KeyringError: A file is missing, damaged, or open to others, or it holds another keyring.
        MasterKeyError: The master key does not open the present generation.
        UsageError: Both `key` and `passphrase` are given, or one is empty.
    """
    source = master_from(config, key=key, passphrase=passphrase)
    private.make_folder(config)
    with private.locked(config):
        text = _existing(config)
        master = source.unlock(Keyring.recipe(text))
        present = Keyring.from_json(text, master)
        if present.id != keyring.id:
            raise KeyringError(
                f"{config / KEYRING} holds keyring {present.id}, not {keyring.id}: not replaced"
            )
        private.write(config / PREVIOUS, text)
        private.write(config / KEYRING, keyring.to_json(master))


def _existing(config: Path) -> str:
    text = private.read(config / KEYRING)
    if text is None:
        raise KeyringError(
            f"{config / KEYRING} is missing: restore the folder from your backup, or set EXIFDS_CONFIG to it"
        )
    return text


def _open(config: Path, text: str, source: Source) -> Keyring:
    try:
        return Keyring.from_json(text, source.unlock(Keyring.recipe(text)))
    except KeyringError as error:
        raise type(error)(f"{config / KEYRING}: {error}") from None


def _create(config: Path, source: Source) -> Keyring:
    if (config / PREVIOUS).exists():
        raise KeyringError(
            f"{config / KEYRING} is missing, but {PREVIOUS} is there: restore it with "
            f"cp -p {config / PREVIOUS} {config / KEYRING}"
        )
    keyring = Keyring.create(datetime.now(UTC).replace(microsecond=0))
    private.write(config / KEYRING, keyring.to_json(source.unlock(None)))
    return keyring
