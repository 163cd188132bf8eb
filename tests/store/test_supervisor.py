"""The supervisor in this process: locks, leases, the life of one real mongod. Kills are in tests/faults."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from exifds.store.embedded import mongod, supervisor
from exifds.store.embedded.supervisor import Plan, Run, Supervisor, held, living, lock, unlock, write_json


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder with a short path, for sockets."""
    path = Path(tempfile.mkdtemp(prefix="exifds-"))
    (path / "run" / "leases").mkdir(parents=True)
    (path / "data").mkdir()
    yield path
    shutil.rmtree(path)


def plan(
    folder: Path, *, command: list[str] | None = None, idle_s: float = 0.0, start_s: float = 60.0
) -> Plan:
    """Plan a real mongod in a folder, or another command."""
    sock = folder / "run" / "m.sock"
    shutil.rmtree(folder / "lib", ignore_errors=True)
    binary = mongod.load(mongod.find_mongod(), folder / "lib")
    return Plan(
        run=str(folder / "run"),
        command=command or mongod.command(binary.path, folder / "data", sock, folder / "log"),
        env=binary.env,
        data=str(folder / "data"),
        socket=str(sock),
        log=str(folder / "log"),
        about={"uri": "mongodb://x"},
        idle_s=idle_s,
        start_s=start_s,
        start_fd=-1,
    )


def left(run: Path) -> list[str]:
    """Name what lies among the run files."""
    return sorted(path.name for path in run.iterdir())


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    """Who asks second gets nothing until the first gives the lock back."""
    first = lock(tmp_path / "x", 0)
    assert first is not None
    assert held(tmp_path / "x")
    began = time.monotonic()
    assert lock(tmp_path / "x", 0.1) is None
    assert 0.1 <= time.monotonic() - began < 5
    unlock(first)
    assert not held(tmp_path / "x")


def test_looking_at_a_lock_needs_no_file(tmp_path: Path) -> None:
    """A lock that nobody ever took is free, and looking makes no file."""
    assert not held(tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    """A lock of a process that was killed is free, although its file is there."""
    script = (
        "import sys, pathlib, time; sys.path.insert(0, sys.argv[2]); import supervisor;"
        "supervisor.lock(pathlib.Path(sys.argv[1]), 0); print('locked', flush=True); time.sleep(60)"
    )
    leases = tmp_path / "leases"
    leases.mkdir()
    where = Path(supervisor.__file__).parent
    with subprocess.Popen(
        [sys.executable, "-S", "-c", script, leases / "7-x", where], stdout=subprocess.PIPE, text=True
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == "locked\n"
        assert living(leases) == [leases / "7-x"]
        user.kill()
    assert living(leases) == []


def test_write_json_leaves_one_file(tmp_path: Path) -> None:
    """A reader sees the old or the new content, and no temporary file stays."""
    write_json(tmp_path / "a.json", {"n": 1})
    write_json(tmp_path / "a.json", {"n": 2})
    assert json.loads((tmp_path / "a.json").read_text()) == {"n": 2}
    assert left(tmp_path) == ["a.json"]


def test_a_server_without_users_stops_and_leaves_nothing(folder: Path) -> None:
    """When nobody holds a lease, mongod ends clean, and only empty lock files stay."""
    one = Supervisor(plan(folder))
    (folder / "run" / "leases" / "1-dead").touch()
    assert one.begin() == {"exit": None}
    run = Run(folder / "run")
    assert held(run.supervisor_lock)
    assert json.loads(run.server.read_text())["pid"] == one.mongod.pid  # type: ignore[union-attr]
    assert one.step() is False
    assert one.mongod is not None
    assert one.mongod.returncode == 0
    assert left(run.folder) == ["leases", "start.lock", "supervisor.lock"]
    assert not held(run.supervisor_lock)
    assert not held(run.start_lock)
    assert (folder / "data" / "mongod.lock").stat().st_size == 0


def test_a_lease_the_keep_mark_and_the_idle_time_each_keep_the_server(folder: Path) -> None:
    """A server stays while it is used, or kept, or not idle long enough; `hurry` cuts that short."""
    run = Run(folder / "run")
    one = Supervisor(plan(folder, idle_s=60))
    assert one.begin() == {"exit": None}
    lease = lock(run.leases / "1-a", 0)
    run.hurry.touch()
    assert one.step()
    unlock(lease or -1)
    run.keep.touch()
    assert one.step()
    run.keep.unlink()
    run.hurry.unlink()
    assert one.step()
    run.hurry.touch()
    assert not one.step()


def test_a_newcomer_who_holds_the_start_lock_is_waited_for(folder: Path) -> None:
    """The server does not stop while somebody is about to take a lease."""
    run = Run(folder / "run")
    one = Supervisor(plan(folder))
    assert one.begin() == {"exit": None}
    newcomer = lock(run.start_lock, 0)
    assert one.step()
    lease = lock(run.leases / "1-a", 0)
    unlock(newcomer or -1)
    assert one.step()
    unlock(lease or -1)
    assert not one.step()


def test_a_mongod_that_dies_is_started_again_but_not_for_ever(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A used mongod that dies comes back; one that dies quickly again and again is given up."""
    monkeypatch.setattr(supervisor, "QUICK_DEATHS", 2)
    run = Run(folder / "run")
    one = Supervisor(plan(folder))
    assert one.begin() == {"exit": None}
    lease = lock(run.leases / "1-a", 0)
    for _ in range(2):
        assert one.mongod is not None
        one.mongod.kill()
        one.mongod.wait()
        assert one.step()
        assert json.loads(run.server.read_text())["pid"] == one.mongod.pid
    one.mongod.kill()  # type: ignore[union-attr]
    one.mongod.wait()  # type: ignore[union-attr]
    assert not one.step()
    assert left(run.folder) == ["leases", "start.lock", "supervisor.lock"]
    unlock(lease or -1)


def test_an_unused_mongod_that_dies_is_not_started_again(folder: Path) -> None:
    """A mongod that dies while nobody uses it is the end."""
    one = Supervisor(plan(folder, idle_s=60))
    assert one.begin() == {"exit": None}
    assert one.mongod is not None
    one.mongod.kill()
    one.mongod.wait()
    assert not one.step()
    assert left(folder / "run") == ["leases", "start.lock", "supervisor.lock"]


def test_a_mongod_that_does_not_start_leaves_nothing(folder: Path) -> None:
    """A failed start gives the exit status, with what was printed in the log, and no run files."""
    one = Supervisor(plan(folder, command=["/bin/sh", "-c", "echo no luck; exit 62"]))
    assert one.begin() == {"exit": 62}
    assert left(folder / "run") == ["leases", "supervisor.lock"]
    assert (folder / "log").read_text() == "no luck\n"


def test_a_program_that_is_not_there_is_an_error_in_words(folder: Path) -> None:
    """What the system says is passed on."""
    assert Supervisor(plan(folder, command=["/nowhere"])).begin() == {"error": "No such file or directory"}
    assert left(folder / "run") == ["leases", "supervisor.lock"]


def test_a_mongod_that_never_listens_is_stopped(folder: Path) -> None:
    """After `start_s` seconds without a socket the start has failed, and the program is ended."""
    one = Supervisor(plan(folder, command=["/bin/sleep", "60"], start_s=0.2))
    assert one.begin() == {"exit": -signal.SIGTERM}
    assert one.mongod is not None
    assert one.mongod.returncode == -signal.SIGTERM


def test_one_supervisor_at_a_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second supervisor gives up and touches nothing of the first."""
    run = Run(folder / "run")
    first = lock(run.supervisor_lock, 0)
    run.server.write_text("{}")
    monkeypatch.setattr(supervisor, "lock", lambda path, _: lock(path, 0))
    assert Supervisor(plan(folder)).begin() == {"error": "another supervisor does not end"}
    assert run.server.exists()
    unlock(first or -1)


def test_a_large_log_is_moved_aside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log over 10 MB is renamed at the next start; one old log is kept."""
    monkeypatch.setattr(supervisor, "LOG_BYTES", 10)
    (folder / "log").write_text("a rather old log")
    for _ in range(2):
        Supervisor(plan(folder, command=["/bin/sh", "-c", "echo twelve bytes; exit 1"])).begin()
    assert (folder / "log.1").read_text() == "twelve bytes\n"
    assert (folder / "log").read_text() == "twelve bytes\n"


def test_the_program_hands_the_start_lock_on_and_leaves_its_starter(folder: Path) -> None:
    """As a program it says in one line how the start went, frees `start.lock`, and ends by SIGTERM."""
    run = Run(folder / "run")
    fd = lock(run.start_lock, 0)
    assert fd is not None
    lease = lock(run.leases / "1-a", 0)
    done = subprocess.run(
        [sys.executable, "-I", "-S", supervisor.__file__, run.folder],
        input=json.dumps(plan(folder)._replace(start_fd=fd)._asdict()),
        pass_fds=(fd,),
        capture_output=True,
        text=True,
        check=True,
    )
    assert (json.loads(done.stdout), done.stderr) == ({"exit": None}, "")
    assert not held(run.start_lock)
    server = json.loads(run.server.read_text())
    parent = psutil.Process(server["pid"]).ppid()
    assert os.getsid(parent) == parent
    os.kill(parent, signal.SIGTERM)  # ours: it is the parent of the mongod that we have just started
    deadline = time.monotonic() + 20
    while held(run.supervisor_lock):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert left(run.folder) == ["leases", "start.lock", "supervisor.lock"]
    os.close(fd)
    unlock(lease or -1)
