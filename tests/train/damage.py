"""Damage: what disks, copies and people do to a file."""

from pathlib import Path

__all__ = ["WAYS", "harm"]

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
