"""Tests of exifds.crypto.master."""

import stat
import sys
import time
import traceback
from pathlib import Path

import pytest

from exifds.crypto.master import (
    CommandSource,
    FileSource,
    KeySource,
    PassphraseSource,
    Source,
    master_from,
)
from exifds.crypto.recipe import CEILING, CHEAPEST, RECOMMENDED, Recipe
from exifds.errors import KeyringError, MasterKeyError, UsageError

from .samples import CHEAP_RECIPE, KEY

CANARY = "canary-" + "x" * 36 + "="
"""A Fernet key, and a passphrase, that is easy to find in a message."""

FILE, PASSPHRASE = Recipe(kind="file"), Recipe(kind="passphrase", argon2=RECOMMENDED, salt="00" * 16)


def python(script: str) -> str:
    """A command line that runs a Python script."""
    return f'"{sys.executable}" -c "{script}"'


def test_source_is_chosen_by_what_is_set(tmp_path: Path) -> None:
    """Nothing set means the file; EXIFDS_KEY is a key or, after `command:`, a command."""
    assert master_from(tmp_path) == FileSource(tmp_path / "master.key")
    assert master_from(tmp_path, key=KEY) == KeySource(KEY)
    assert master_from(tmp_path, key="command:pass show exifds") == CommandSource("pass show exifds")
    assert master_from(tmp_path, passphrase="correct horse") == PassphraseSource("correct horse")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("key", "passphrase", "message"),
    [
        (KEY, "correct horse", "EXIFDS_KEY and EXIFDS_PASSPHRASE are both set: unset one"),
        ("", None, "EXIFDS_KEY is empty"),
        (None, " ", "EXIFDS_PASSPHRASE is empty"),
    ],
)
def test_settings_that_say_two_things_or_nothing_are_refused(
    tmp_path: Path, key: str | None, passphrase: str | None, message: str
) -> None:
    """It is never guessed what opens a keyring."""
    with pytest.raises(UsageError, match=message):
        master_from(tmp_path, key=key, passphrase=passphrase)


def test_file_is_made_once_and_is_private(tmp_path: Path) -> None:
    """The first use makes a random key that only its owner reads; later uses read it."""
    source = FileSource(tmp_path / "master.key")
    made = source.unlock(None)
    assert stat.S_IMODE(source.path.stat().st_mode) == 0o600
    assert source.unlock(None) == source.unlock(FILE) == made
    assert len(made.key) == 32
    assert FileSource(tmp_path / "other.key").unlock(None).key != made.key


def test_missing_file_is_never_made_for_a_keyring_that_exists(tmp_path: Path) -> None:
    """A keyring without its master key says what is missing and where to get it back; nothing is made."""
    with pytest.raises(KeyringError) as caught:
        FileSource(tmp_path / "master.key").unlock(FILE)
    assert f"{tmp_path}/master.key is missing" in str(caught.value)
    assert "restore it from the backup of this folder" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (PASSPHRASE, "opened by a passphrase: set EXIFDS_PASSPHRASE"),
        (Recipe(kind="key"), "opened by EXIFDS_KEY: set EXIFDS_KEY"),
        (Recipe(kind="command"), "prints: set EXIFDS_KEY"),
    ],
)
def test_forgotten_setting_is_named(tmp_path: Path, recipe: Recipe, message: str) -> None:
    """Without the setting that a keyring was made with, the message names it; no master.key is made."""
    with pytest.raises(MasterKeyError, match=message):
        FileSource(tmp_path / "master.key").unlock(recipe)
    assert list(tmp_path.iterdir()) == []


def test_key_is_taken_as_it_is() -> None:
    """A Fernet key opens any keyring that a key opens: a key file's content can move to EXIFDS_KEY."""
    for recipe in (None, FILE, Recipe(kind="command")):
        master = KeySource(f" {KEY}\n").unlock(recipe)
        assert master.key == b"k" * 32
        assert master.recipe == Recipe(kind="key")


@pytest.mark.parametrize("key", ["x", KEY[:-1], KEY + "=", KEY.replace("a", "+"), "é" * 44, KEY + KEY])
def test_what_is_no_key_is_refused(key: str) -> None:
    """Anything but a Fernet key is refused, and not shown."""
    with pytest.raises(
        MasterKeyError,
        match=r"^EXIFDS_KEY: expected a Fernet key, 44 characters of URL-safe base64; got something else$",
    ):
        KeySource(key).unlock(None)


@pytest.mark.parametrize("source", [KeySource(KEY), CommandSource("true")])
def test_key_does_not_stand_in_for_a_passphrase(source: Source) -> None:
    """A keyring that a passphrase opens says so."""
    with pytest.raises(MasterKeyError, match="set EXIFDS_PASSPHRASE, unset EXIFDS_KEY"):
        source.unlock(PASSPHRASE)


def test_command_prints_the_key() -> None:
    """What the command prints is the key; blanks around it do not matter."""
    master = CommandSource(python(f"print(); print('{KEY}')")).unlock(None)
    assert master.key == b"k" * 32
    assert master.recipe == Recipe(kind="command")


def test_command_runs_without_a_shell(tmp_path: Path) -> None:
    """Shell syntax in the command has no meaning."""
    touched = tmp_path / "touched"
    with pytest.raises(MasterKeyError):
        CommandSource(f"echo x; touch {touched} `touch {touched}` $(touch {touched}) > {touched}").unlock(
            None
        )
    assert not touched.exists()


def test_failing_command_is_tried_again(tmp_path: Path) -> None:
    """A command that fails at first gets further tries."""
    log = tmp_path / "log"
    script = f"open('{log}', 'a').write('x'); assert open('{log}').read() == 'xxx'; print('{KEY}')"
    assert CommandSource(python(script)).unlock(None).key == b"k" * 32


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            CommandSource(python("print('canary'); exit(3)")),
            "ended with exit code 3, 3 times: run it by hand",
        ),
        (CommandSource(python("print('canary')")), "the command in EXIFDS_KEY prints: expected a Fernet key"),
        (CommandSource(python("print('é' * 44)")), "prints: expected a Fernet key"),
        (CommandSource("true"), "prints: expected a Fernet key"),
        (CommandSource("/no/such/canary"), "cannot be started: is it on PATH"),
        (CommandSource("canary\0"), "cannot be started"),
        (CommandSource("echo 'canary"), "unbalanced quote"),
        (CommandSource("  "), "names no command"),
    ],
)
def test_command_that_gives_no_key_is_refused(source: CommandSource, message: str) -> None:
    """Each way to fail has its message, without the command line or what it printed."""
    with pytest.raises(MasterKeyError, match=message) as caught:
        source.unlock(None)
    assert "canary" not in "".join(traceback.format_exception(caught.value)) + repr(source)


def test_hanging_command_is_given_up() -> None:
    """A command that hangs is stopped after its time, three times over."""
    started = time.monotonic()
    with pytest.raises(MasterKeyError, match=r"printed nothing within 0\.1 s, 3 times"):
        CommandSource("sleep 30", timeout=0.1).unlock(None)
    assert time.monotonic() - started < 20


def test_passphrase_gives_the_same_key_with_the_stored_recipe() -> None:
    """A new keyring gets its own salt; the recipe stored with it gives the same key again."""
    source = PassphraseSource("correct horse")
    made = source.unlock(None)
    assert made.recipe.argon2 == RECOMMENDED
    assert source.unlock(made.recipe) == made
    cheap = PassphraseSource("correct horse", cost=CHEAPEST, floor=CHEAPEST)
    assert cheap.unlock(None).recipe.salt != cheap.unlock(None).recipe.salt
    assert PassphraseSource("Correct horse", floor=CHEAPEST).unlock(CHEAP_RECIPE).key != (
        cheap.unlock(CHEAP_RECIPE).key
    )


@pytest.mark.parametrize(
    "change",
    [
        {"memory_kib": CEILING.memory_kib + 1},
        {"memory_kib": 2**40},
        {"iterations": 10**9},
        {"lanes": 10**6},
        {"memory_kib": 8},
        {"iterations": 1},
    ],
)
def test_dangerous_parameters_are_refused_at_once(change: dict[str, int]) -> None:
    """A changed keyring can neither exhaust the machine nor weaken the passphrase."""
    recipe = Recipe(kind="passphrase", argon2=RECOMMENDED.model_copy(update=change), salt="00" * 16)
    started = time.monotonic()
    with pytest.raises(KeyringError, match="Somebody changed the file"):
        PassphraseSource("correct horse").unlock(recipe)
    assert time.monotonic() - started < 2


def test_passphrase_does_not_open_a_keyring_of_a_key() -> None:
    """A keyring that a key opens says so."""
    with pytest.raises(MasterKeyError, match=r"opened by the file master\.key, not by a passphrase: unset"):
        PassphraseSource("correct horse").unlock(FILE)


def test_no_secret_in_any_repr() -> None:
    """A source shows neither key, nor passphrase, nor command line."""
    sources = [KeySource(CANARY), CommandSource(CANARY), PassphraseSource(CANARY)]
    assert not any("canary" in repr(source) for source in sources)
    assert not any("canary" in repr(source.unlock(None)) for source in [PassphraseSource(CANARY)])
