"""Sandbox: stand-ins for services in processes of their own, so that who asks them shares no interpreter."""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["flickr", "vision"]


@contextmanager
def flickr(photos: int, latency_ms: float, *, warm: bool = True) -> Iterator[dict[str, Any]]:
    """Serve a catalogue while the block runs.

    Args:
        photos: How many photos there are; the word "wild" finds them all.
        latency_ms: Milliseconds that every answer takes.
        warm: Draw all originals before.

    Yields:
        The settings that point exifds to it.
    """
    options = [f"--photos={photos}", f"--latency-ms={latency_ms}", *(["--warm"] if warm else [])]
    with _served("-m", "exifds.sandbox.flickr", *options) as settings:
        yield settings


@contextmanager
def vision(latency_ms: float) -> Iterator[dict[str, Any]]:
    """Serve a Google Vision while the block runs.

    Args:
        latency_ms: Milliseconds that every answer takes.

    Yields:
        The settings that point exifds to it.
    """
    with _served("-m", "exifds", "sandbox", "vision", f"--latency={latency_ms}") as settings:
        yield settings


@contextmanager
def _served(*command: str) -> Iterator[dict[str, Any]]:
    """Run a server in a process of its own; its settings are what it says when it is ready."""
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _settings(process)
        finally:
            process.terminate()


def _settings(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the sandbox says when it is ready."""
    assert process.stdout is not None
    settings: dict[str, Any] = {}
    for line in iter(process.stdout.readline, ""):
        if line.startswith("#"):
            break
        name, _, value = shlex.split(line)[1].partition("=")
        settings[name.removeprefix("EXIFDS_").lower()] = value
    return settings
