"""The processes of an embedded server, for tests that start, stop and kill some."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pymongo

from exifds.store.embedded import supervisor


def processes(home: Path) -> list[psutil.Process]:
    """List the supervisors and servers of a data directory."""
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if any(str(home / "db") in word for word in process.info["cmdline"] or ())
        and (process.info["name"] == "mongod" or supervisor.__file__ in process.info["cmdline"])
    ]


def mongods(home: Path) -> list[psutil.Process]:
    """List the servers of a data directory: one, unless something is wrong."""
    return [process for process in processes(home) if process.info["name"] == "mongod"]


def listening(home: Path) -> bool:
    """Tell whether the server of a data directory takes connections."""
    about = home / "db" / "run" / "server.json"
    return about.exists() and supervisor.listens(json.loads(about.read_text())["socket"])


def wait_until(true: Callable[[], object], seconds: float = 15) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.05)


def ping(uri: str) -> Any:
    """Ask a server as any MongoDB client does."""
    with pymongo.MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=10_000) as client:
        return client.admin.command("ping")["ok"]
