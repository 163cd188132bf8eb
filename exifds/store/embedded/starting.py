"""Starting: from no server to one that listens, through a supervisor that outlives its starter."""

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from socket import gethostname
from time import monotonic
from typing import Any
from urllib.parse import quote

from exifds.errors import MongodError
from exifds.store.embedded import exits, mongod, supervisor
from exifds.store.embedded.home import START_S, Home, make_private, socket_folder
from exifds.store.embedded.supervisor import Plan

__all__ = ["PING_S", "start"]

PING_S = 30.0
KEPT_ENVIRONMENT = ("HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR")
"""What the server gets of its starter's environment: no key, and no locale that may not be installed."""

log = logging.getLogger(__name__)


def start(place: Home, idle_s: float, start_fd: int) -> None:
    """Start a supervisor, which starts mongod. The caller holds `start.lock`, open as `start_fd`."""
    _end_orphan(place)
    shutil.rmtree(place.run.links, ignore_errors=True)
    binary = mongod.load(mongod.find_mongod(), place.run.links)
    mongod.check_version(supervisor.read_json(place.version).get("version"), binary)
    if mongod.is_network(kind := mongod.filesystem_type(place.data)):
        log.warning("%s lies on a network file system (%s), where MongoDB may lose data.", place.home, kind)
    short = os.environ.get("XDG_RUNTIME_DIR", "")
    fallback = Path(short if os.access(short, os.W_OK) else tempfile.gettempdir())
    folder = socket_folder(place.home, fallback, os.geteuid())
    make_private(folder)
    socket = folder / "m.sock"
    about = {
        "uri": f"mongodb://{quote(str(socket), safe='')}",
        "socket": str(socket),
        "version": binary.version,
        "host": gethostname(),
    }
    plan = Plan(
        run=str(place.run.folder),
        command=mongod.command(binary.path, place.data, socket, place.log),
        env=binary.env,
        data=str(place.data),
        socket=str(socket),
        log=str(place.log),
        about=about,
        idle_s=idle_s,
        start_s=START_S,
        start_fd=start_fd,
    )
    logged = place.log.stat().st_size if place.log.exists() else 0
    outcome = _supervise(plan)
    if "error" in outcome:
        raise MongodError(f"the embedded server did not start: {outcome['error']}; see {place.log}")
    if outcome["exit"] is not None:
        raise MongodError(exits.explain_exit(outcome["exit"], exits.log_since(place.log, logged)))
    supervisor.write_json(place.version, {"version": binary.version})


def _supervise(plan: Plan) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603  our own script
        [sys.executable, "-I", "-S", supervisor.__file__, plan.run],
        input=json.dumps(plan._asdict()),
        env={name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ},
        pass_fds=(plan.start_fd,),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return {"error": " ".join(done.stderr.split()[-20:])}
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def _end_orphan(place: Home) -> None:
    """Ask a mongod that outlived its supervisor (not on Linux) to shut down, through its socket."""
    about = supervisor.read_json(place.run.server)
    deadline = monotonic() + PING_S
    while supervisor.listens(about.get("socket", "")) and monotonic() < deadline:
        import pymongo
        from pymongo.errors import PyMongoError

        client = pymongo.MongoClient[dict[str, Any]](about["uri"], serverSelectionTimeoutMS=500)
        with client, suppress(PyMongoError):  # it may be gone already, or close the connection for an answer
            client.admin.command("shutdown")
