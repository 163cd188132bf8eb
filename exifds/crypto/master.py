"""Where the master key comes from: a file, `EXIFDS_KEY`, a command that prints it, or a passphrase."""

import base64
import re
import secrets
import shlex
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from exifds.crypto import private
from exifds.crypto.recipe import CEILING, OWASP_MINIMUM, RECOMMENDED, Argon2, MasterKey, Recipe
from exifds.errors import KeyringError, MasterKeyError, UsageError

__all__ = [
    "CommandSource",
    "FileSource",
    "KeySource",
    "PassphraseSource",
    "Source",
    "master_from",
]

COMMAND = "command:"


class Source(Protocol):
    """Something that gives the master key of a keyring."""

    def unlock(self, recipe: Recipe | None) -> MasterKey:
        """Get the master key.

        Args:
            recipe: How the keyring says its master key is come by; None for a keyring that is being made.

        Returns:
            The master key, with the recipe for the keyring file.

        Raises:
            KeyringError: There is none.
        """
        ...


def master_from(config: Path, *, key: str | None = None, passphrase: str | None = None) -> Source:
    """Choose the source of the master key.

    Args:
        config: The config directory: `master.key` lies there when nothing else is given.
        key: The setting `EXIFDS_KEY`: a Fernet key, or `command:` and a command line that prints one.
        passphrase: The setting `EXIFDS_PASSPHRASE`.

    Returns:
        The source; nothing is read yet.

    Raises:
        UsageError: Both are given, or one is empty.

    Example:
        >>> master_from(Path("config"), key="command:pass show exifds")
        CommandSource(timeout=10.0, tries=3)
    """
    if key is not None and passphrase is not None:
        raise UsageError("EXIFDS_KEY and EXIFDS_PASSPHRASE are both set: unset one of them")
    for name, value in (("EXIFDS_KEY", key), ("EXIFDS_PASSPHRASE", passphrase)):
        if value is not None and not value.strip():
            raise UsageError(f"{name} is empty: unset it, or set it to what opens the keyring")
    if passphrase is not None:
        return PassphraseSource(passphrase)
    if key is None:
        return FileSource(config / "master.key")
    if key.startswith(COMMAND):
        return CommandSource(key.removeprefix(COMMAND))
    return KeySource(key)


@dataclass(frozen=True)
class FileSource:
    """A file that holds a Fernet key, made with the keyring. The caller holds the lock of its folder.

    Args:
        path: The file.
    """

    path: Path

    def unlock(self, recipe: Recipe | None) -> MasterKey:
        """See `Source`. A key is made only for a keyring that is being made: never for one that exists."""
        text = private.read(self.path)
        if text is None:
            if recipe is not None:
                raise self._missing(recipe)
            text = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() + "\n"
            private.write(self.path, text)
        return MasterKey(Recipe(kind="file"), _parse_key(text, f"the file {self.path}"))

    def _missing(self, recipe: Recipe) -> KeyringError:
        if recipe.kind == "passphrase":
            return MasterKeyError("the keyring is opened by a passphrase: set EXIFDS_PASSPHRASE")
        if recipe.kind != "file":
            return MasterKeyError(f"the keyring is opened by {recipe.opened_by}: set EXIFDS_KEY")
        return KeyringError(
            f"{self.path} is missing, and only it opens the keyring beside it: restore it from the backup of "
            "this folder, or set EXIFDS_KEY to its content. A new one would open nothing"
        )


@dataclass(frozen=True)
class KeySource:
    """A Fernet key given as a setting.

    Args:
        key: URL-safe base64 of 32 bytes.
    """

    key: str = field(repr=False)

    def unlock(self, recipe: Recipe | None) -> MasterKey:
        """See `Source`."""
        _refuse_passphrase_keyring(recipe)
        return MasterKey(Recipe(kind="key"), _parse_key(self.key, "EXIFDS_KEY"))


@dataclass(frozen=True)
class CommandSource:
    """A command that prints a Fernet key, such as a password manager's. No shell is involved.

    Args:
        command: The command line; may hold secrets, so it is never shown.
        timeout: Seconds for each try.
        tries: How often it is run until it succeeds.
    """

    command: str = field(repr=False)
    timeout: float = 10.0
    tries: int = 3

    def unlock(self, recipe: Recipe | None) -> MasterKey:
        """See `Source`."""
        _refuse_passphrase_keyring(recipe)
        try:
            arguments = shlex.split(self.command)
        except ValueError:
            raise MasterKeyError("the command in EXIFDS_KEY has an unbalanced quote") from None
        if not arguments:
            raise MasterKeyError("EXIFDS_KEY says command: but names no command")
        printed = self._run(arguments)
        return MasterKey(Recipe(kind="command"), _parse_key(printed, "what the command in EXIFDS_KEY prints"))

    def _run(self, arguments: list[str]) -> str:
        """What the command prints. What it says on stderr is dropped, since that may hold secrets too."""
        reason = ""
        for _ in range(self.tries):
            try:
                done = subprocess.run(  # noqa: S603  # the user's own command, split without a shell
                    arguments,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    timeout=self.timeout,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                reason = f"printed nothing within {self.timeout:g} s"
                continue
            except (OSError, ValueError):
                raise MasterKeyError("the command in EXIFDS_KEY cannot be started: is it on PATH?") from None
            if done.returncode == 0:
                return done.stdout.decode("ascii", "replace")
            reason = f"ended with exit code {done.returncode}"
        raise MasterKeyError(
            f"the command in EXIFDS_KEY {reason}, {self.tries} times: run it by hand to see why"
        )


@dataclass(frozen=True)
class PassphraseSource:
    """A passphrase, from which Argon2id derives the key.

    Args:
        passphrase: The passphrase.
        cost: Parameters for a keyring that is being made.
        floor: The least that is accepted of a keyring that exists.
    """

    passphrase: str = field(repr=False)
    cost: Argon2 = RECOMMENDED
    floor: Argon2 = OWASP_MINIMUM

    def unlock(self, recipe: Recipe | None) -> MasterKey:
        """See `Source`. An existing keyring says salt and parameters; both are checked before use."""
        if recipe is None:
            recipe = Recipe(kind="passphrase", argon2=self.cost, salt=secrets.token_hex(16))
        if recipe.argon2 is None or recipe.salt is None:
            raise MasterKeyError(
                f"the keyring is opened by {recipe.opened_by}, not by a passphrase: unset EXIFDS_PASSPHRASE"
            )
        recipe.argon2.require(self.floor, CEILING)
        return MasterKey(recipe, recipe.argon2.derive(self.passphrase, bytes.fromhex(recipe.salt)))


def _refuse_passphrase_keyring(recipe: Recipe | None) -> None:
    if recipe is not None and recipe.kind == "passphrase":
        raise MasterKeyError("the keyring is opened by a passphrase: set EXIFDS_PASSPHRASE, unset EXIFDS_KEY")


def _parse_key(text: str, source: str) -> bytes:
    """The 32 bytes of a Fernet key. What came is not shown, since it may be a mistyped secret."""
    text = text.strip()
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}=", text):
        raise MasterKeyError(
            f"{source}: expected a Fernet key, 44 characters of URL-safe base64; got something else"
        )
    return base64.urlsafe_b64decode(text)
