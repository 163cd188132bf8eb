"""Serving: run the sandbox until it is stopped, and say how to use it."""

import shlex
import threading
from collections.abc import Callable

from exifds.sandbox.flickr.catalogue import Catalogue
from exifds.sandbox.flickr.faults import Faults
from exifds.sandbox.flickr.server import FlickrServer
from exifds.sandbox.flickr.vocabulary import WILD

__all__ = ["exports", "serve"]


def exports(server: FlickrServer) -> list[str]:
    """Lines of a shell that point exifds to a server.

    Args:
        server: The server, running.

    Returns:
        One line per variable.
    """
    return [
        f"export EXIFDS_{name.upper()}={shlex.quote(str(value))}" for name, value in server.settings().items()
    ]


def serve(
    *,
    port: int = 0,
    photos: int = 2000,
    seed: int = 0,
    faults: bool = False,
    latency: float = 0.0,
    warm: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Serve a catalogue until Ctrl-C.

    Args:
        port: Port on 127.0.0.1; 0 takes a free one.
        photos: How many photos there are.
        seed: Seed of the photos and of the faults.
        faults: Whether everything goes wrong now and then.
        latency: Milliseconds that every answer takes.
        warm: Draw all originals before serving.
        say: Prints a line.

    Raises:
        UsageError: A number is out of range, or the port is taken.
    """
    server = FlickrServer(
        Catalogue(photos, seed), Faults.all(seed) if faults else Faults(), latency=latency / 1000, port=port
    )
    if warm:
        server.warm()
    ready = f"# a Flickr of {photos:,} photos; all of them match {WILD!r}. Ctrl-C stops it."
    with server:
        try:
            for line in (*exports(server), ready):
                say(line)
            threading.Event().wait()
        except KeyboardInterrupt:
            say("# stopped")
