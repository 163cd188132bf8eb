"""Serving: run the sandbox until it is stopped, and say how to use it."""

import shlex
import threading
from collections.abc import Callable
from typing import Literal

from exifds.sandbox.vision.faults import Faults
from exifds.sandbox.vision.server import VisionServer

__all__ = ["exports", "serve"]


def exports(server: VisionServer, way: Literal["grpc", "rest"] = "grpc") -> list[str]:
    """Lines of a shell that point exifds to a server.

    Args:
        server: The server, running.
        way: How exifds shall ask.

    Returns:
        One line per variable.
    """
    settings = server.settings(way)
    return [f"export EXIFDS_{name.upper()}={shlex.quote(str(value))}" for name, value in settings.items()]


def serve(
    *,
    port: int = 0,
    grpc_port: int = 0,
    seed: int = 0,
    faults: bool = False,
    latency: float = 0.0,
    say: Callable[[str], None] = print,
) -> None:
    """Serve until Ctrl-C, and then say what it would have cost.

    Args:
        port: Port of REST on 127.0.0.1; 0 takes a free one.
        grpc_port: Port of gRPC; 0 takes a free one.
        seed: Seed of the faults.
        faults: Whether everything goes wrong now and then.
        latency: Milliseconds that every answer takes.
        say: Prints a line.

    Raises:
        UsageError: A port is taken.
    """
    server = VisionServer(
        faults=Faults.all(seed) if faults else Faults(),
        latency=latency / 1000, port=port, grpc_port=grpc_port,
    )  # fmt: skip
    with server:
        try:
            for line in exports(server):
                say(line)
            say(f"# a Google Vision; over REST: {server.rest_endpoint}. Ctrl-C stops it.")
            threading.Event().wait()
        except KeyboardInterrupt:
            say(f"# stopped; {server.ledger.images:,} images charged, {server.ledger.usd:.2f} USD at Google")
