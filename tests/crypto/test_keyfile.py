"""Tests of exifds.crypto.keyfile."""

import dataclasses
import json
import os
import stat
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from exifds.crypto import Keyring, State, load, load_or_create, private, save
from exifds.crypto.keyring import DataKey
from exifds.errors import KeyringError, MasterKeyError, UsageError

from .samples import KEY, NOW

HERE = Path(__file__).parent
CANARY_KEY = "canary-canary-canary-canary-canary-canary-A="
CANARY_PASSPHRASE = "canary correct horse battery staple"


def grown(keyring: Keyring) -> Keyring:
    """The next generation of a keyring: one key more."""
    staged = DataKey("99999999", State.STAGED, NOW, b"x" * 32)
    return dataclasses.replace(keyring, keys=(*keyring.keys, staged))


def test_first_use_makes_a_private_keyring(tmp_path: Path) -> None:
    """The first use makes the folder, the keyring and its master key, all private; the next reads them."""
    config = tmp_path / "config" / "exifds"
    keyring = load_or_create(config)
    assert load_or_create(config) == load(config) == keyring
    assert stat.S_IMODE(config.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in config.iterdir()} == {
        "keyring.json": 0o600,
        "master.key": 0o600,
        ".keyring.lock": 0o600,
    }


@pytest.mark.parametrize(
    ("opener", "kind"),
    [
        ({}, "file"),
        ({"key": KEY}, "key"),
        ({"key": f"command:echo {KEY}"}, "command"),
        ({"passphrase": "correct horse"}, "passphrase"),
    ],
)
def test_every_source_opens_what_it_made(tmp_path: Path, opener: dict[str, str], kind: str) -> None:
    """A keyring made with a source opens and is saved with it; a master key file is made only for `file`."""
    keyring = load_or_create(tmp_path, **opener)
    assert json.loads((tmp_path / "keyring.json").read_text())["master"]["kind"] == kind
    save(tmp_path, grown(keyring), **opener)
    assert load(tmp_path, **opener) == grown(keyring)
    assert (tmp_path / "master.key").exists() == (kind == "file")


@pytest.mark.parametrize(
    ("made", "used", "message"),
    [
        ({"passphrase": "correct horse"}, {"passphrase": "wrong"}, "wrong passphrase"),
        ({"key": KEY}, {"key": KEY.replace("a", "b")}, "EXIFDS_KEY does not open this keyring"),
        ({"key": KEY}, {"key": f"command:echo {KEY.replace('a', 'b')}"}, "prints does not open this keyring"),
        ({}, {"key": KEY}, r"EXIFDS_KEY does not open .* made with the file master\.key"),
        ({}, {"passphrase": "correct horse"}, r"opened by the file master\.key, not by a passphrase"),
        ({"passphrase": "correct horse"}, {}, "set EXIFDS_PASSPHRASE"),
        ({"key": KEY}, {}, "set EXIFDS_KEY"),
    ],
)
def test_wrong_opener_is_named(
    tmp_path: Path, made: dict[str, str], used: dict[str, str], message: str
) -> None:
    """Each wrong master key has a message that names its source and the file, and changes nothing."""
    load_or_create(tmp_path, **made)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    for door in (load, load_or_create):
        with pytest.raises(MasterKeyError, match=message) as caught:
            door(tmp_path, **used)
        assert str(caught.value).startswith(f"{tmp_path}/keyring.json: ")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_lost_master_key_is_never_made_anew(tmp_path: Path) -> None:
    """A keyring whose master.key is gone says what to restore; no new key is made, none by `save` either."""
    keyring = load_or_create(tmp_path)
    (tmp_path / "master.key").unlink()
    doors: list[Callable[[], object]] = [
        lambda: load(tmp_path),
        lambda: load_or_create(tmp_path),
        lambda: save(tmp_path, keyring),
    ]
    for door in doors:
        with pytest.raises(KeyringError, match=f"{tmp_path}/master.key is missing, and only it opens"):
            door()
    assert not (tmp_path / "master.key").exists()


def test_lost_keyring_is_never_made_anew(tmp_path: Path) -> None:
    """Where an earlier generation is left, the message is the command that restores it."""
    keyring = load_or_create(tmp_path)
    save(tmp_path, grown(keyring))
    (tmp_path / "keyring.json").unlink()
    with pytest.raises(KeyringError, match=f"cp -p {tmp_path}/keyring.json.1 {tmp_path}/keyring.json$"):
        load_or_create(tmp_path)
    with pytest.raises(KeyringError, match=r"keyring\.json is missing: restore the folder"):
        load(tmp_path)
    (tmp_path / "keyring.json.1").rename(tmp_path / "keyring.json")
    assert load(tmp_path) == keyring


def test_creation_that_was_killed_goes_on(tmp_path: Path) -> None:
    """A master.key without a keyring is what a killed creation leaves: it is used."""
    load_or_create(tmp_path)
    (tmp_path / "keyring.json").unlink()
    kept = (tmp_path / "master.key").read_bytes()
    load_or_create(tmp_path)
    assert (tmp_path / "master.key").read_bytes() == kept


@pytest.mark.parametrize("name", ["keyring.json", "master.key"])
@pytest.mark.parametrize("trouble", ["0644", "0640", "link", "owner"])
def test_file_open_to_others_is_refused(tmp_path: Path, name: str, trouble: str) -> None:
    """A keyring or master key that others can read or swap is refused, by every door."""
    path = tmp_path / name
    keyring = load_or_create(tmp_path)
    if trouble == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    elif trouble == "owner":
        if os.geteuid() != 0:
            pytest.skip("only root can give files away")
        os.chown(path, 12345, -1)
    else:
        path.chmod(int(trouble, 8))
    doors: list[Callable[[], object]] = [
        lambda: load(tmp_path),
        lambda: load_or_create(tmp_path),
        lambda: save(tmp_path, keyring),
    ]
    expected = {"link": "symbolic link", "owner": "belongs to user 12345"}.get(trouble, f"chmod 600 {path}")
    for door in doors:
        with pytest.raises(KeyringError, match=expected):
            door()


def test_save_keeps_the_generation_before(tmp_path: Path) -> None:
    """keyring.json.1 is the file as it was, byte for byte."""
    keyring = load_or_create(tmp_path)
    before = (tmp_path / "keyring.json").read_bytes()
    save(tmp_path, grown(keyring))
    assert (tmp_path / "keyring.json.1").read_bytes() == before
    assert stat.S_IMODE((tmp_path / "keyring.json.1").stat().st_mode) == 0o600
    assert load(tmp_path) == grown(keyring)


def test_save_never_puts_one_keyring_in_place_of_another(tmp_path: Path) -> None:
    """The keys of a dataset cannot be overwritten by those of another."""
    keyring = load_or_create(tmp_path)
    other = Keyring.create(NOW)
    with pytest.raises(KeyringError, match=f"holds keyring {keyring.id}, not {other.id}: not replaced"):
        save(tmp_path, other)
    assert load(tmp_path) == keyring


def test_damaged_keyring_is_named(tmp_path: Path) -> None:
    """Damage is told with the path and the way back."""
    load_or_create(tmp_path)
    (tmp_path / "keyring.json").write_text("{}")
    with pytest.raises(KeyringError, match=rf"^{tmp_path}/keyring\.json: the keyring is damaged .*\.json\.1"):
        load(tmp_path)


def test_killed_at_every_line_of_a_write(tmp_path: Path) -> None:
    """A write that is killed anywhere leaves the old keyring or the new one, and the next write cleans up."""
    load_or_create(tmp_path)
    done = subprocess.run([sys.executable, HERE / "killed.py", tmp_path], capture_output=True, check=True)
    found = json.loads(done.stdout)
    assert found["killed"] >= 30
    assert found["neither"] == 0
    assert found["old"] > 10
    assert found["new"] >= 1
    assert found["temporary"] == 1
    assert found["left"] == 0


def test_processes_that_create_at_once_get_one_keyring(tmp_path: Path) -> None:
    """Of eight processes that make a keyring at the same moment one wins; all use the same."""
    script = (
        "import sys, time, pathlib; from exifds.crypto import load_or_create\n"
        "print('ready', flush=True); sys.stdin.read()\n"
        "keyring = load_or_create(pathlib.Path(sys.argv[1]))\n"
        "print(keyring.id, keyring.check, keyring.primary.kid)"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, tmp_path / "config"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.close()
    told = set()
    for process in running:
        assert process.stdout is not None
        with process:
            told.add(process.stdout.read())
        assert process.returncode == 0
    keyring = load(tmp_path / "config")
    assert told == {f"{keyring.id} {keyring.check} {keyring.primary.kid}\n"}


def test_keyring_made_while_waiting_for_the_lock_is_used(tmp_path: Path) -> None:
    """Who waited for the lock reads what the other made meanwhile, and makes nothing."""
    made, found = load_or_create(tmp_path / "made"), []
    config = tmp_path / "config"
    config.mkdir(0o700)
    thread = threading.Thread(target=lambda: found.append(load_or_create(config)))
    with private.locked(config):
        thread.start()
        time.sleep(0.2)
        for name in ("keyring.json", "master.key"):
            (tmp_path / "made" / name).rename(config / name)
    thread.join()
    assert found == [made]


def test_no_secret_in_any_message(tmp_path: Path) -> None:
    """No way to fail shows a key or passphrase in a message or traceback."""
    made: list[dict[str, str]] = [{}, {"key": CANARY_KEY}, {"passphrase": CANARY_PASSPHRASE}]
    wrong = [
        {"key": CANARY_KEY},
        {"key": CANARY_KEY[:-9]},
        {"key": f"command:{CANARY_KEY}"},
        {"key": f"command:echo {CANARY_KEY} x"},
        {"key": f"command:false {CANARY_KEY}"},
        {"key": f"command:'{CANARY_KEY}"},
        {"passphrase": CANARY_PASSPHRASE + "\udcff"},
        {"passphrase": CANARY_PASSPHRASE},
        {"key": CANARY_KEY, "passphrase": CANARY_PASSPHRASE},
    ]
    failures = 0
    for number, maker in enumerate(made):
        config = tmp_path / str(number)
        load_or_create(config, **maker)
        secret = (config / "master.key").read_text().strip() if not maker else "canary"
        for opener in [opener for opener in wrong if opener != maker]:
            with pytest.raises((KeyringError, UsageError)) as caught:
                load_or_create(config, **opener)
            shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
            assert "canary" not in shown
            assert secret not in shown
            failures += 1
    assert failures >= 24
