"""Damage: what disks, copies and people do to a file."""

from pathlib import Path

from exifds.train.run import Run

__all__ = ["WAYS", "harm", "without_hashes"]

WAYS = ("gone", "cut", "flipped", "{}")


def harm(path: Path, how: str) -> None:
    """Remove a file, cut it in two, flip a bit in its middle, or empty it of all but braces."""
    data = path.read_bytes()
    middle = len(data) // 2
    flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes({"cut": data[:middle], "flipped": flipped, "{}": b"{}"}[how])


def without_hashes(run: Run) -> Run:
    """A run as an earlier version left it."""
    run.write("run.json", run.result().model_copy(update={"sha256": {}}))
    return run
