"""Exits: why mongod ended, in one sentence with what to do."""

import json
import os
import re
from pathlib import Path

__all__ = ["explain_exit", "last_error", "log_since"]

# What is wrong and what to do, by what mongod's own words contain. Measured on mongod 6.0.5 unless marked.
BY_WORDS = (
    ("DBPathInUse", "another mongod uses the data directory", "stop it, or choose another EXIFDS_HOME"),
    (
        "No space left on device",
        "the disk is full",
        "make room and try again: what was acknowledged is still there",
    ),
    ("Too many open files", "too few files may be open at once", "raise the limit with ulimit -n 64000"),
    ("Read-only file system", "the data directory is read-only", "choose another EXIFDS_HOME"),
    ("Permission denied", "the data directory may not be written", "choose another EXIFDS_HOME"),
    (
        "error while loading shared libraries",
        "a system library is missing",
        "install it, e.g. apt install libcurl4 libssl3, or set EXIFDS_MONGOD to another mongod",
    ),
    (
        "GLIBC_",
        "the system is older than this mongod needs",
        "set EXIFDS_MONGOD to a mongod made for this system, or EXIFDS_URI to a MongoDB server",
    ),
)
SOME_OTHER_MONGOD = "set EXIFDS_MONGOD to another mongod, or EXIFDS_URI to a MongoDB server"
SEE_LOG = "see the end of its log"
# The same by exit code: src/mongo/util/exit_code.h of MongoDB 6.0; negative numbers are signals.
BY_CODE = {
    0: ("it ended at once, so it may be no mongod", SOME_OTHER_MONGOD),
    2: ("it does not know an option exifds gave", "use MongoDB 4.4 or newer, or unset EXIFDS_MONGOD"),
    14: (
        "the data files are damaged",
        "restore a backup, or run mongod --repair on a copy",
    ),
    48: ("its socket is taken", "stop the program that listens there"),
    62: (
        "the data directory belongs to another version of MongoDB",
        "set EXIFDS_MONGOD to the version that wrote it",
    ),
    100: ("it gave up", SEE_LOG),
    126: ("the file is not a program for this machine", SOME_OTHER_MONGOD),
    127: ("a system library is missing", SOME_OTHER_MONGOD),
    -4: ("this processor lacks instructions it needs (AVX)", SOME_OTHER_MONGOD),
    -9: ("it was killed, perhaps for want of memory", "free some memory and try again"),
    -15: ("it did not listen within minutes, or was asked to stop", SEE_LOG),
}
SAME_AS = {-6: 14, 132: -4, 134: 14, 137: -9, 143: -15}
NO_CAUSE = ("Fatal assertion", "aborting after", "Please read the documentation", "Got signal")


def explain_exit(code: int, log_tail: str) -> str:
    """Say in one sentence why mongod ended and what to do.

    Args:
        code: Exit status; the negative number of a signal.
        log_tail: The end of its log, JSON lines and other lines mixed.

    Example:
        >>> explain_exit(62, "")
        'mongod did not start (exit 62): the data directory belongs to another version of MongoDB; ...'
    """
    words = last_error(log_tail)
    code = SAME_AS.get(code, code)
    what, do = BY_CODE.get(code, ("it ended at once", SEE_LOG))
    # 48 and 62 say exactly what is wrong; other codes have many causes, which only the words tell apart
    if code not in {48, 62}:
        what, do = next(((what, do) for word, what, do in BY_WORDS if word in words), (what, do))
    return f"mongod did not start (exit {code}): {what}{f' [{words}]' if words else ''}; {do}"


def last_error(log_tail: str) -> str:
    """Find the cause in the end of a log: the last error that names one, at most 300 characters."""
    found = ""
    for line in log_tail.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            found = line.strip() if re.search("(?i)error|not found|illegal", line) else found
            continue
        if isinstance(entry, dict) and entry.get("s") in {"E", "F"}:
            message = str(entry.get("msg", "")).strip()
            if not message.strip("*\n ").startswith(NO_CAUSE):
                found = f"{message}{_details(entry.get('attr'))}"
    return " ".join(found.split())[:300]


def log_since(log: Path, offset: int) -> str:
    """Read what was logged after `offset` bytes, at most 64 kB; all of a log that was rotated meanwhile."""
    with log.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(offset if offset <= end else 0, end - 65536))
        return file.read().decode(errors="replace")


def _details(attr: object) -> str:
    """Pick what is worth reading from the attributes of a log entry."""
    if not isinstance(attr, dict):
        return ""
    wired_tiger = attr.get("message")
    if isinstance(wired_tiger, dict):
        return f": {wired_tiger.get('msg', '')}: {wired_tiger.get('error_str', '')}"
    error = attr.get("error")
    if isinstance(error, dict):
        error = error.get("errmsg")
    return "".join(f": {detail}" for detail in (attr.get("uri"), error or attr.get("reason")) if detail)
