"""The embedded server under kill -9 and under races. Long form: EXIFDS_FAULTS=long."""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pymongo
import pytest
from pymongo.collection import Collection
from pymongo.errors import AutoReconnect, DuplicateKeyError

from exifds.errors import MongodError
from exifds.store import embedded
from exifds.store.embedded import attach
from tests.servers import listening, mongods, ping, processes, wait_until

pytestmark = pytest.mark.faults

LONG = os.environ.get("EXIFDS_FAULTS") == "long"
USER = """
import sys, time
from pathlib import Path
import pymongo
from exifds.store import embedded
print("ready", flush=True)
sys.stdin.readline()
lease = embedded.attach(Path(sys.argv[1]), idle_s=0.5)
pymongo.MongoClient(lease.uri).admin.command("ping")
print(embedded.status(Path(sys.argv[1])).pid, flush=True)
sys.stdin.read()
"""


def users(home: Path, count: int) -> list[subprocess.Popen[str]]:
    """Start processes that attach when they are told to go."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", USER, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(count)
    ]
    assert [one.stdout.readline() for one in started if one.stdout] == ["ready\n"] * count
    return started


def go(started: list[subprocess.Popen[str]]) -> list[str]:
    """Let all attach at once; return the process id of the server that each got."""
    for one in started:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    return [one.stdout.readline().strip() for one in started if one.stdout]


def the_pid(home: Path) -> int:
    """Name the mongod of a running server."""
    pid = embedded.status(home).pid
    assert pid is not None
    return pid


def the_supervisor(home: Path) -> psutil.Process:
    """Name the parent of mongod."""
    parent = psutil.Process(the_pid(home)).parent()
    assert parent is not None
    return parent


@pytest.mark.parametrize("round_", range(10 if LONG else 2))
def test_processes_that_open_an_empty_directory_at_once_share_one_server(home: Path, round_: int) -> None:
    """Eight processes that find no server start exactly one mongod, and all eight reach it (F10)."""
    started = users(home, 8)
    got = go(started)
    assert len(set(got)) == 1
    assert got[0].isdecimal()
    assert len(mongods(home)) == 1
    assert len(embedded.status(home).users) == 8
    for one in started:
        one.communicate()
    wait_until(lambda: not processes(home))


@pytest.mark.parametrize("round_", range(50 if LONG else 2))
def test_users_that_are_killed_leave_no_server(home: Path, round_: int) -> None:
    """When the only user is killed with -9, neither mongod nor supervisor lives 10 s later (F11)."""
    (one,) = users(home, 1)
    assert go([one])[0].isdecimal()
    one.kill()
    one.communicate()
    wait_until(lambda: not processes(home), seconds=10)
    assert sorted(path.name for path in (home / "db" / "run").rglob("*")) == [
        "leases",
        "start.lock",
        "supervisor.lock",
    ]


@pytest.mark.parametrize("after_s", [0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.5] if LONG else [0.05, 0.2])
def test_a_starter_that_is_killed_blocks_nobody(home: Path, after_s: float) -> None:
    """A process killed at any moment of its start leaves no lock, no orphan; the next one gets a server."""
    (one,) = users(home, 1)
    assert one.stdin is not None
    one.stdin.write("go\n")
    one.stdin.flush()
    time.sleep(after_s)
    one.kill()
    one.communicate()
    with attach(home, idle_s=0.5) as lease:
        assert ping(lease.uri) == 1
        assert len(mongods(home)) == 1
    wait_until(lambda: not processes(home), seconds=10)


@pytest.mark.parametrize("round_", range(20 if LONG else 2))
def test_a_killed_supervisor_takes_mongod_along(home: Path, round_: int) -> None:
    """When the supervisor is killed, mongod ends in good order, and the next user gets a new server."""
    with attach(home) as lease:
        first = the_pid(home)
        supervisor = the_supervisor(home)
        supervisor.kill()
        psutil.wait_procs([supervisor], timeout=15)
        began = time.monotonic()
        with attach(home, idle_s=0.2) as again:
            assert time.monotonic() - began < 15
            assert again.uri == lease.uri
            assert ping(again.uri) == 1
            assert the_pid(home) != first
    wait_until(lambda: not psutil.pid_exists(first))
    assert '"exitCode":0' in (home / "db" / "mongod.log").read_text()


def work(numbers: Collection[dict[str, Any]], acknowledged: set[int], seconds: float) -> None:
    """Insert for some seconds after the first success; with 0 seconds, until the first success or failure."""
    until = time.monotonic() + 60
    began = False
    while time.monotonic() < until:
        number = len(acknowledged)
        try:
            numbers.insert_one({"_id": number})
        except AutoReconnect:
            if not seconds:
                return
            continue
        except DuplicateKeyError:  # done before the connection broke
            pass
        acknowledged.add(number)
        if not began:
            began, until = True, time.monotonic() + seconds


def test_a_killed_mongod_comes_back_with_all_it_acknowledged(home: Path) -> None:
    """Through kills of mongod a client that repeats goes on, and all that j=True acknowledged is there."""
    acknowledged: set[int] = set()
    with (
        attach(home) as lease,
        pymongo.MongoClient[dict[str, Any]](lease.uri, retryWrites=False) as client,
    ):
        numbers = client["x"].get_collection("y", write_concern=pymongo.WriteConcern(w=1, j=True))
        kills = 20 if LONG else 3
        for kill in range(kills):
            work(numbers, acknowledged, seconds=0.0 if kill % 2 else 1.3)
            for process in mongods(home):
                process.kill()
        wait_until(lambda: listening(home))
        assert acknowledged - {found["_id"] for found in numbers.find()} == set()
        assert len(acknowledged) > 50 * kills


def test_a_process_id_that_another_program_got_is_not_signalled(home: Path) -> None:
    """A server.json left by a crash, with an id that now is another program's, harms nobody (F12)."""
    attach(home, idle_s=0).release()
    embedded.stop(home)
    with subprocess.Popen(["sleep", "60"]) as other:
        run = home / "db" / "run"
        about = {"uri": "mongodb://%2Ftmp%2Fnone.sock", "socket": "/tmp/none.sock", "pid": other.pid}
        (run / "server.json").write_text(json.dumps(about))
        (run / "leases" / f"{other.pid}-dead").touch()
        assert not embedded.status(home).running
        assert not embedded.stop(home).running
        with attach(home, idle_s=0.2) as lease:
            assert ping(lease.uri) == 1
            assert the_pid(home) != other.pid
        wait_until(lambda: not processes(home))
        assert list((run / "leases").iterdir()) == []
        assert other.poll() is None
        other.kill()


@pytest.mark.skipif(not LONG or os.geteuid() != 0, reason="needs root, for a small disk of its own")
def test_a_full_disk_is_told_and_loses_nothing(home: Path) -> None:
    """On a full disk the start fails with one sentence that says so; with room again the data is there."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160M", "exifds", home], check=True)
    try:
        with attach(home, idle_s=0) as lease, pymongo.MongoClient[dict[str, Any]](lease.uri) as client:
            done = client["x"].get_collection("y", write_concern=pymongo.WriteConcern(w=1, j=True))
            done.insert_one({"_id": 1})
        embedded.stop(home)
        filler = home / "filler"
        with filler.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(4096))
        with pytest.raises(MongodError, match="No space left on device"):
            attach(home)
        assert not processes(home)
        filler.unlink()
        with attach(home, idle_s=0) as lease, pymongo.MongoClient[dict[str, Any]](lease.uri) as client:
            assert client["x"]["y"].count_documents({"_id": 1}) == 1
        embedded.stop(home)
        wait_until(lambda: not processes(home))
    finally:
        subprocess.run(["umount", home], check=True)
