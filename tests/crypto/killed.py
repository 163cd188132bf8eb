"""Kills itself with signal 9 at every line of writing a keyring, and says what was left behind each time.

Run as a script with the config folder: it must hold keyring.json and master.key. Prints one JSON object.
"""

import dataclasses
import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from exifds.crypto import Keyring, State, keyfile, private
from exifds.crypto.keyring import DataKey


class _KillAt:
    """A trace function that kills the process at the n-th line run in the modules that write."""

    def __init__(self, line: int) -> None:
        self.left = line

    def __call__(self, frame: FrameType, event: str, _: object) -> "_KillAt | None":
        if frame.f_code.co_filename not in {private.__file__, keyfile.__file__}:
            return None
        if event == "line":
            self.left -= 1
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def save_and_die(config: Path, keyring: Keyring, line: int) -> bool:
    """Save in a child that dies at a line; whether it died."""
    child = os.fork()
    if child == 0:
        sys.settrace(_KillAt(line))
        keyfile.save(config, keyring)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(config: Path) -> None:
    """Die at line 0, 1, 2... until a save comes to its end; after each, load what is there."""
    old = keyfile.load(config)
    staged = DataKey("99999999", State.STAGED, old.primary.created, b"x" * 32)
    found = {"killed": 0, "old": 0, "new": 0, "neither": 0, "temporary": 0}
    died = True
    while died:
        new = dataclasses.replace(old, keys=(*old.keys, staged))
        died = save_and_die(config, new, found["killed"])
        now = keyfile.load(config)
        found["old" if now == old else "new" if now == new else "neither"] += 1
        found["temporary"] = max(found["temporary"], len(list(config.glob(".*.tmp"))))
        found["killed"] += died
        keyfile.save(config, old)
    found["left"] = len(list(config.glob(".*.tmp")))
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
