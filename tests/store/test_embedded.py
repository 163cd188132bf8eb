"""The embedded server as its users see it. Kills and races are in tests/faults."""

import ctypes
import json
import logging
import os
import resource
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, unquote

import psutil
import pytest
from typer.testing import CliRunner

from exifds.cli.db import app
from exifds.errors import MongodError, UsageError
from exifds.store import embedded
from exifds.store.embedded import attach, mongod, starting, supervisor
from exifds.store.embedded.home import socket_folder
from tests.servers import ping, processes, wait_until

USER = """
import sys
from pathlib import Path
from exifds.store.embedded import attach
lease = attach(Path(sys.argv[1]), idle_s=0.2)
print(lease.uri, flush=True)
sys.stdin.read()
"""
FORKS = """
import os, sys, time
from pathlib import Path
from exifds.store.embedded import supervisor
from exifds.store.embedded import attach
lease = attach(Path(sys.argv[1]), idle_s=0.2)
socket = str(Path(sys.argv[1]) / "db" / "run" / "m.sock")
asked, ask = os.pipe()
if os.fork() == 0:
    os.close(ask)
    os.read(asked, 1)  # until the parent closes its end
    os._exit(0 if supervisor.listens(socket) else 1)
lease.release()
time.sleep(1)
os.close(ask)
print(os.wait()[1], flush=True)
"""


def user(home: Path) -> subprocess.Popen[str]:
    """Start another process that uses the server until its standard input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", USER, home], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def line(output: IO[str] | None) -> str:
    """Read one line of a process."""
    assert output is not None
    return output.readline().strip()


def obey_modes() -> None:
    """Make the modes of files hold for root too, by giving up CAP_DAC_OVERRIDE: capabilities(7)."""
    if os.geteuid() == 0:
        pr_capbset_drop, cap_dac_override = 24, 1
        assert ctypes.CDLL(None).prctl(pr_capbset_drop, cap_dac_override) == 0


@contextmanager
def by_hand(home: Path, socket: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a mongod on the data of `home` that no supervisor knows of."""
    binary = mongod.load(mongod.find_mongod(), home / "lib")
    call = mongod.command(binary.path, home / "db" / "data", socket, home / "log")
    environment = {**os.environ, **binary.env}
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, env=environment) as process:
        try:
            wait_until(lambda: supervisor.listens(str(socket)))
            yield process
        finally:
            process.terminate()


def left(home: Path) -> list[str]:
    """Name what lies among the run files."""
    return sorted(path.name for path in (home / "db" / "run").rglob("*"))


def test_attach_starts_a_server_that_any_client_reaches(home: Path) -> None:
    """The lease's URI is all a MongoDB client needs; the server goes with the lease and leaves nothing."""
    with attach(home, idle_s=0) as lease:
        assert ping(lease.uri) == 1
        assert lease.uri.startswith("mongodb://%2F")
        assert repr(lease) == f"<Lease {lease.uri}>"
    assert repr(lease) == f"<Lease {lease.uri}, released>"
    lease.release()
    wait_until(lambda: not processes(home))
    assert left(home) == ["leases", "start.lock", "supervisor.lock"]
    assert sorted(path.name for path in (home / "db").iterdir()) == [
        "data",
        "mongod.log",
        "run",
        "version.json",
    ]


def test_nobody_else_can_reach_the_server(home: Path) -> None:
    """It has no network port; its socket is 0600 in a 0700 directory, and so are its files."""
    with attach(home) as lease:
        pid = embedded.status(home).pid
        assert pid is not None
        assert psutil.Process(pid).net_connections("inet") == []
        socket = Path(unquote(lease.uri.removeprefix("mongodb://")))
        assert stat.filemode(socket.stat().st_mode) == "srw-------"
        for folder in (socket.parent, home / "db", home / "db" / "data", home / "db" / "run" / "leases"):
            assert stat.filemode(folder.stat().st_mode) == "drwx------"
        assert stat.filemode((home / "db" / "mongod.log").stat().st_mode) == "-rw-------"


def test_the_server_does_not_inherit_secrets(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither mongod nor the supervisor, which may outlive its starter, has a key in its environment."""
    monkeypatch.setenv("EXIFDS_KEY", "secret")
    with attach(home):
        assert len(processes(home)) == 2
        assert [process for process in processes(home) if "EXIFDS_KEY" in process.environ()] == []


def test_two_processes_share_one_server(home: Path) -> None:
    """A second process gets the same server, which stays until both are gone."""
    with user(home) as first:
        uri = line(first.stdout)
        with attach(home) as lease:
            assert lease.uri == uri
            assert len(processes(home)) == 2
            assert {pid for pid, _ in embedded.status(home).users} == {os.getpid(), first.pid}
            first.communicate()
            time.sleep(1)
            assert ping(lease.uri) == 1
    wait_until(lambda: not processes(home))
    assert left(home) == ["leases", "start.lock", "supervisor.lock"]


def test_a_forked_child_keeps_the_server(home: Path) -> None:
    """A child by fork shares its parent's lease: the server stays when the parent has released it."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORKS, home], capture_output=True, text=True, check=True
    )
    assert done.stdout == "0\n"
    wait_until(lambda: not processes(home))


def test_start_keeps_the_server_until_stop(home: Path) -> None:
    """A server that was started by hand stays without users, and stop ends it at once; twice does no harm."""
    began = embedded.start(home)
    assert (began.running, began.kept, began.users) == (True, True, ())
    assert embedded.start(home).pid == began.pid
    assert ping(str(began.uri)) == 1
    ended = embedded.stop(home)
    assert (ended.running, ended.uri, ended.pid, ended.kept) == (False, None, None, False)
    assert ended.version == began.version
    assert embedded.stop(home) == ended
    assert left(home) == ["leases", "start.lock", "supervisor.lock"]


def test_stop_waits_for_users(home: Path) -> None:
    """Stop never takes the server from a user: it says who uses it; the last one's end stops it at once."""
    embedded.start(home)
    with attach(home) as lease:
        asked = embedded.stop(home)
        assert asked.running
        assert not asked.kept
        assert asked.users == ((os.getpid(), psutil.Process().name()),)
        time.sleep(0.6)
        assert ping(lease.uri) == 1
    wait_until(lambda: not embedded.status(home).running)


def test_a_new_user_cancels_a_stop(home: Path) -> None:
    """Who attaches after a stop that had to wait gets the usual idle time again."""
    first = attach(home, idle_s=60)
    embedded.stop(home)
    attach(home).release()
    first.release()
    time.sleep(0.8)
    assert embedded.status(home).running


def test_status_changes_nothing(home: Path) -> None:
    """Looking at a data directory that was never used makes no file."""
    found = embedded.status(home / "none")
    assert (found.running, found.uri, found.version, found.bytes, found.users) == (False, None, None, 0, ())
    assert embedded.stop(home / "none") == found
    assert list(home.iterdir()) == []


def test_status_tells_the_room_on_disk(home: Path) -> None:
    """The size is what the files take up, journal included."""
    with attach(home):
        assert 1e6 < embedded.status(home).bytes < 200e6


def test_a_user_whose_children_are_left_has_no_name(home: Path) -> None:
    """A lease of a process that ended, held by its child, is shown without a name."""
    with attach(home):
        lease = supervisor.lock(home / "db" / "run" / "leases" / "999999999-x", 0)
        assert (999999999, "") in embedded.status(home).users
        os.close(lease or -1)


def test_a_long_path_uses_a_short_one_for_the_socket(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the socket's path would be too long or hold a comma, it lies in the runtime directory."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    long = home / ("long, " * 20)
    with attach(long, idle_s=0) as lease:
        assert ping(lease.uri) == 1
        (folder,) = home.glob("exifds-*")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    wait_until(lambda: not processes(long))
    assert list(home.glob("exifds-*")) == []


@pytest.mark.parametrize(
    ("name", "near"), [("a", True), ("a" * 92, True), ("a" * 93, False), ("ä" * 60, False), ("a,b", False)]
)
def test_socket_folder(name: str, near: bool) -> None:
    """107 bytes, not characters, are the most; the other folder differs for each home and user."""
    home, short = Path("/", name), Path("/run")
    chosen = socket_folder(home, short, 7)
    assert (chosen == home / "db" / "run") is near
    if not near:
        assert chosen.parent == short
        assert len({chosen, socket_folder(home, short, 8), socket_folder(home / "x", short, 7)}) == 3


def test_an_open_run_folder_is_closed(home: Path) -> None:
    """A folder of ours that others could enter is made private before anything is put there."""
    (home / "db" / "run").mkdir(parents=True)
    (home / "db").chmod(0o755)
    (home / "db" / "run").chmod(0o777)
    attach(home).release()
    assert stat.S_IMODE((home / "db").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "db" / "run").stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(home: Path) -> None:
    """A run folder, or a link to one, that another user made is not used."""
    (home / "db" / "run").mkdir(parents=True)
    os.chown(home / "db" / "run", 65534, 65534)
    with pytest.raises(MongodError, match="belongs to another user"):
        attach(home)
    os.chown(home / "db" / "run", 0, 0)
    (home / "db" / "run").rename(home / "ours")
    (home / "db" / "run").symlink_to(home / "ours")
    os.chown(home / "db" / "run", 65534, 65534, follow_symlinks=False)
    with pytest.raises(MongodError, match="belongs to another user"):
        attach(home)
    (home / "db" / "run").unlink()


def test_a_home_that_is_a_file_is_one_sentence(home: Path) -> None:
    """A file in the place of the data directory is named, with what to do."""
    (home / "file").touch()
    with pytest.raises(MongodError, match=r"file cannot be used \(.*EXIFDS_HOME"):
        attach(home / "file")
    with pytest.raises(MongodError, match=r"cannot be used \(Not a directory"):
        attach(home / "file" / "x")


def test_a_read_only_home_is_one_sentence(home: Path) -> None:
    """A directory without the right to write is named, with what to do."""
    (home / "locked").mkdir(mode=0o500)
    script = (
        "import sys; from pathlib import Path; from exifds.store import embedded\n"
        "from exifds.errors import MongodError\n"
        "try: embedded.attach(Path(sys.argv[1]))\nexcept MongodError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, home / "locked"],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=obey_modes,
    )
    assert "cannot be used (Permission denied" in done.stdout
    assert done.stdout.count("\n") == 1


def test_on_windows_a_sentence_says_what_to_do(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no flock there is no embedded server."""
    with monkeypatch.context() as windows:
        windows.setattr(sys, "platform", "win32")
        with pytest.raises(UsageError, match=r"pass uri=\.\.\. of a MongoDB server"):
            attach(home)


def test_a_data_directory_in_use_is_explained(home: Path) -> None:
    """A mongod that somebody else runs on the data directory is left alone and told of."""
    attach(home, idle_s=0).release()
    embedded.stop(home)
    with by_hand(home, home / "m.sock") as stranger:
        with pytest.raises(MongodError, match=r"another mongod uses the data directory .*DBPathInUse"):
            attach(home)
        assert stranger.poll() is None
    assert left(home) == ["leases", "start.lock", "supervisor.lock"]
    with attach(home) as lease:
        assert ping(lease.uri) == 1


def test_damaged_data_is_explained(home: Path) -> None:
    """Data files that mongod cannot read are told of, with the file's name; they are left as they are."""
    attach(home, idle_s=0).release()
    embedded.stop(home)
    (home / "db" / "data" / "_mdb_catalog.wt").write_bytes(b"nonsense" * 1000)
    with pytest.raises(MongodError, match=r"the data files are damaged \[.*catalog.*restore a backup"):
        attach(home)
    assert left(home) == ["leases", "start.lock", "supervisor.lock"]
    assert (home / "db" / "data" / "_mdb_catalog.wt").read_bytes() == b"nonsense" * 1000


def test_data_of_a_newer_mongodb_is_refused_before_the_start(home: Path) -> None:
    """A directory that a newer MongoDB has used is refused, and no mongod has touched it."""
    attach(home, idle_s=0).release()
    embedded.stop(home)
    version = home / "db" / "version.json"
    assert json.loads(version.read_text()) == {
        "version": mongod.load(mongod.find_mongod(), home / "x").version
    }
    version.write_text('{"version": "99.1.0"}')
    logged = (home / "db" / "mongod.log").stat().st_size
    with pytest.raises(MongodError, match=r"last used by MongoDB 99\.1\.0, which is newer"):
        attach(home)
    assert (home / "db" / "mongod.log").stat().st_size == logged
    version.write_text("nonsense")
    attach(home).release()


def test_an_orphan_of_ours_is_asked_to_shut_down(home: Path) -> None:
    """A server that outlived its supervisor (not on Linux) is ended by its socket, and a new one starts."""
    attach(home, idle_s=0).release()
    embedded.stop(home)
    run = home / "db" / "run"
    with by_hand(home, run / "m.sock") as orphan:
        about = {"uri": f"mongodb://{quote(str(run / 'm.sock'), safe='')}", "socket": str(run / "m.sock")}
        (run / "server.json").write_text(json.dumps(about))
        with attach(home) as lease:
            assert ping(lease.uri) == 1
            assert orphan.wait(5) == 0


def test_few_open_files_are_enough(home: Path) -> None:
    """With ulimit -n 256 the server still starts."""
    with subprocess.Popen(
        [sys.executable, "-c", USER, home],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256)),  # noqa: PLW1509  no threads
    ) as frugal:
        assert ping(line(frugal.stdout)) == 1


def test_a_network_file_system_is_warned_of(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Data on another machine's disk gets one line of warning, at the start of the server only."""
    monkeypatch.setattr(mongod, "filesystem_type", lambda _: "nfs4")
    with caplog.at_level(logging.WARNING), attach(home), attach(home):
        (record,) = caplog.records
    assert "network file system (nfs4)" in record.getMessage()


def test_a_lost_address_is_told(home: Path) -> None:
    """When server.json was deleted under a running server, the message says so."""
    with attach(home):
        server = home / "db" / "run" / "server.json"
        content = server.read_text()
        server.unlink()
        with pytest.raises(MongodError, match=r"server\.json was lost"):
            attach(home)
        assert embedded.status(home).uri is None
        server.write_text(content)


def test_a_server_that_does_not_answer_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When mongod runs and does not answer, the message names the log and where the server was started."""
    monkeypatch.setattr(starting, "PING_S", 0.3)
    with attach(home):
        pid = embedded.status(home).pid
        assert pid is not None
        psutil.Process(pid).suspend()
        try:
            with pytest.raises(MongodError, match=r"does not answer on .*mongod\.log"):
                attach(home)
        finally:
            psutil.Process(pid).resume()


def command(home: Path, *words: str, uri: str = "") -> Any:
    """Call `exifds db`."""
    return CliRunner().invoke(app, list(words), env={"EXIFDS_HOME": str(home), "EXIFDS_URI": uri})


def test_db_commands(home: Path) -> None:
    """Start, status, uri and stop do what they say; --json is for programs."""
    assert command(home, "status").stdout.startswith("not running; 0 MB in ")
    assert isinstance(command(home, "uri").exception, MongodError)
    began = command(home, "start")
    assert began.exit_code == 0
    assert began.stdout.startswith("running until exifds db stop: MongoDB ")
    assert "used by: nobody\n" in began.stdout
    assert ping(command(home, "uri").stdout.strip()) == 1
    found = json.loads(command(home, "status", "--json").stdout)
    assert f"{found['uri']}/exifds" == command(home, "uri").stdout.strip()
    assert (found["running"], found["kept"], found["users"], found["in_use"]) == (True, True, [], True)
    with attach(home):
        assert f"({os.getpid()})\n" in command(home, "stop").stdout
    assert command(home, "stop").stdout.startswith("not running; ")


def test_db_commands_with_another_server(home: Path) -> None:
    """With EXIFDS_URI set, start, stop and uri refuse, and status says that it is used instead."""
    other = "mongodb://elsewhere"
    for name in ("start", "stop", "uri"):
        assert isinstance(command(home, name, uri=other).exception, UsageError)
    assert "EXIFDS_URI is set" in command(home, "status", uri=other).stdout
