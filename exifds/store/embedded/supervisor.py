"""Keeps one mongod running while anybody uses it, then stops it and leaves nothing behind.

Run by path with `python -I -S`, so it imports the standard library only and starts in 25 ms. No module of
exifds can be imported then: the run files and locks, which the users of the server share, stand here too.

    starter ── plan on stdin ──► supervisor.py ── fork ──► supervisor (own session) ── fork ──► mongod
            ◄── one JSON line ──┘            ◄── "it listens" ──┘

What is true is told by the kernel, not by process ids: each lock is an flock, which ends with its holder.
`supervisor.lock` is held while a supervisor lives, `leases/<pid>-<random>` by each user of the server (a
forked child shares its parent's), and `start.lock` by whoever is changing anything: a user making a lease,
the starter together with the supervisor until mongod listens, the supervisor from its decision to stop until
all is gone. The only process ever signalled is the supervisor's own child. If the supervisor is killed, the
kernel sends mongod SIGTERM (Linux); elsewhere the next user asks the orphan to shut down through its socket.
"""

import ctypes
import fcntl
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

__all__ = [
    "Plan",
    "Run",
    "Supervisor",
    "held",
    "listens",
    "living",
    "lock",
    "main",
    "read_json",
    "unlock",
    "write_json",
]

TICK_S = 0.25
STOP_S = 60.0
STRANGER_S = 2.0
LOG_BYTES = 10_000_000
OPEN_FILES = 64_000
QUICK_S = 1.0
QUICK_DEATHS = 5
PR_SET_PDEATHSIG = 1


class Run:
    """The run files of one server.

    Args:
        folder: Where they lie; private to one user.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start_lock = folder / "start.lock"
        self.supervisor_lock = folder / "supervisor.lock"
        self.leases = folder / "leases"
        self.server = folder / "server.json"  # address, version and process id of the running server
        self.keep = folder / "keep"  # while it is there, the server stays although nobody uses it
        self.hurry = folder / "hurry"  # while it is there, the server stops as soon as nobody uses it
        self.links = folder / "lib"  # links to libraries that the system lacks


class Plan(NamedTuple):
    """What a supervisor is told: the call of mongod, and how patient to be. Times are in seconds."""

    run: str
    command: list[str]
    env: dict[str, str]
    data: str
    socket: str
    log: str
    about: dict[str, Any]
    idle_s: float
    start_s: float
    start_fd: int


def lock(path: Path, wait_s: float) -> int | None:
    """Take an exclusive lock on a file, made if needed.

    Args:
        path: The file.
        wait_s: Give up after so many seconds.

    Returns:
        A descriptor that holds the lock, closed by exec and at exit; None if others held it all the time.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(0.01)
                continue
            os.close(fd)
            return None
        return fd


def unlock(fd: int) -> None:
    """Give a lock back, also where a forked child has inherited the descriptor."""
    fcntl.flock(fd, fcntl.LOCK_UN)
    os.close(fd)


def held(path: Path) -> bool:
    """Tell whether somebody holds the exclusive lock of a file; false where there is no file."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        # shared, so that two who look do not take each other for the holder
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return True
    unlock(fd)
    return False


def living(leases: Path) -> list[Path]:
    """List the leases that somebody holds."""
    return [path for path in sorted(leases.glob("*")) if held(path)]


def listens(address: str) -> bool:
    """Tell whether a server takes connections at a unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(address)
        except OSError:
            return False
    return True


def write_json(path: Path, content: object) -> None:
    """Write a JSON file so that a reader sees the old or the new content, never half."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(content))
    fresh.replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; empty where there is nothing of the kind."""
    try:
        content = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


class Supervisor:
    """Starts, watches and stops one mongod.

    Args:
        plan: What to run.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.run = Run(Path(plan.run))
        self.mongod: subprocess.Popen[bytes] | None = None
        self.told_to_end = False
        self._mine: int | None = None
        self._wakeup: int | None = None
        self._listening_since = 0.0
        self._deaths = 0
        self._idle_since: float | None = None

    def begin(self) -> dict[str, Any]:
        """Become the supervisor and start mongod. The starter holds `start.lock`.

        Returns:
            `{"exit": None}` when mongod listens, else its exit status, or `{"error": ...}` of the system.
        """
        try:
            self._mine = lock(self.run.supervisor_lock, 5.0)
            if self._mine is None:
                return {"error": "another supervisor does not end"}
            code = self.start()
        except OSError as error:
            self._leave()
            return {"error": error.strerror}
        if code is not None:
            self._leave()
        return {"exit": code}

    def start(self) -> int | None:
        """Start mongod and wait until it listens.

        Returns:
            None when it listens, else its exit status.
        """
        self._await_data()
        Path(self.plan.socket).unlink(missing_ok=True)  # what listens there from now on is ours
        log = Path(self.plan.log)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_name(f"{log.name}.1"))
        with log.open("ab") as output:
            self.mongod = subprocess.Popen(  # noqa: S603  the plan is ours
                self.plan.command,
                env={**os.environ, **self.plan.env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509  one thread only
            )
        write_json(self.run.server, {**self.plan.about, "pid": self.mongod.pid})
        deadline = time.monotonic() + self.plan.start_s
        while not listens(self.plan.socket):
            if self.mongod.poll() is not None:
                return self.mongod.returncode
            if self.told_to_end or time.monotonic() > deadline:
                self.end_mongod()
                return -signal.SIGTERM
            time.sleep(0.005)
        self._listening_since = time.monotonic()
        return None

    def step(self) -> bool:
        """Do what is due now.

        Returns:
            Whether there is more to watch.
        """
        if self.told_to_end:
            return self._stop()
        if self._wanted():
            self._idle_since = None
            return self._alive() or self._revive()
        now = time.monotonic()
        self._idle_since = self._idle_since or now
        due = now - self._idle_since >= self.plan.idle_s or self.run.hurry.exists() or not self._alive()
        return not due or self._stop(if_unused=True)

    def _alive(self) -> bool:
        return self.mongod is not None and self.mongod.poll() is None

    def _wanted(self) -> bool:
        return self.run.keep.exists() or bool(living(self.run.leases))

    def _revive(self) -> bool:
        """Start mongod again, unless it dies again and again."""
        if time.monotonic() - self._listening_since > QUICK_S:
            self._deaths = 0
        while self._deaths < QUICK_DEATHS and not self.told_to_end:
            time.sleep(0.2 * self._deaths)
            self._deaths += 1
            try:
                if self.start() is None:
                    return True
            except OSError:  # e.g. a full disk: it may pass
                self.end_mongod()
        return self._stop()

    def _stop(self, *, if_unused: bool = False) -> bool:
        """Stop mongod and tidy up.

        Args:
            if_unused: Not if somebody came meanwhile, or is about to: who attaches holds `start.lock`.

        Returns:
            Whether there is more to watch.
        """
        changing = lock(self.run.start_lock, 0.0 if if_unused else 10.0)
        if if_unused and (changing is None or self._wanted()):
            if changing is not None:
                unlock(changing)
            return True
        self._leave()
        if changing is not None:
            unlock(changing)
        return False

    def _leave(self) -> None:
        """End mongod, remove what tells of the server, and stop being the supervisor."""
        self.end_mongod()
        run, address = self.run, Path(self.plan.socket)
        alive = living(run.leases)
        dead = [path for path in run.leases.glob("*") if path not in alive]
        for path in (*dead, *run.links.glob("*"), run.server, run.keep, run.hurry, address):
            path.unlink(missing_ok=True)
        for folder in (run.links, address.parent):  # not `leases`: somebody may be about to make one there
            try:
                folder.rmdir()
            except OSError:  # not there, or the folder of all run files
                continue
        if self._mine is not None:
            unlock(self._mine)
            self._mine = None

    def end_mongod(self) -> None:
        """Stop mongod in good order; kill it only if it does not end within a minute."""
        if self.mongod is None or self.mongod.poll() is not None:
            return
        self.mongod.terminate()
        try:
            self.mongod.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.mongod.kill()  # its journal keeps what was acknowledged
            self.mongod.wait()

    def _await_data(self) -> None:
        """Wait while the mongod of a killed supervisor shuts down; a stranger's is told of by mongod."""
        deadline = time.monotonic() + (STOP_S if self.run.server.exists() else STRANGER_S)
        while held(Path(self.plan.data) / "mongod.lock") and time.monotonic() < deadline:
            time.sleep(0.02)

    def listen_to_signals(self) -> None:
        """Let SIGTERM end the supervisor in good order, and any signal end a sleep."""
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        self._wakeup, write = os.pipe()
        os.set_blocking(self._wakeup, False)
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)

    def _end(self, *_: object) -> None:
        self.told_to_end = True

    def sleep(self) -> None:
        """Sleep one tick, or until mongod ends or a signal comes."""
        wakeup = [] if self._wakeup is None else [self._wakeup]
        for fd in select.select(wakeup, [], [], TICK_S)[0]:
            os.read(fd, 512)


def main() -> int:
    """Start a supervisor in a process of its own and say how that went, as one JSON line."""
    plan = Plan(**json.load(sys.stdin))
    hear, tell = os.pipe()
    if os.fork():
        os.close(tell)
        with open(hear) as report:  # noqa: PTH123  a descriptor
            sys.stdout.write(report.readline() or '{"error": "the supervisor was killed"}')
        return 0
    os.close(hear)
    _leave_everything()
    supervisor = Supervisor(plan)
    supervisor.listen_to_signals()
    outcome = supervisor.begin()
    os.write(tell, json.dumps(outcome).encode() + b"\n")
    os.close(tell)
    unlock(plan.start_fd)
    try:
        while outcome == {"exit": None} and supervisor.step():
            supervisor.sleep()
    except OSError:  # the run folder was deleted
        supervisor.end_mongod()
    return 0


def _leave_everything() -> None:
    """Become independent of the starter: own session, no terminal, no folder, no descriptors of others."""
    os.setsid()
    os.chdir("/")
    os.umask(0o077)
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in range(3):
        os.dup2(nothing, fd)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))


def _die_with(parent: int) -> Callable[[], None] | None:
    """Make what a child runs before exec: let the kernel send it SIGTERM when its parent ends."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def die_with_parent() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != parent:
            os._exit(1)

    return die_with_parent


if __name__ == "__main__":
    sys.exit(main())
