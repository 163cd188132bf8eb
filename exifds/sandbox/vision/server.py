"""Server: the sandbox of Google Vision on two local ports, in threads of its own."""

import asyncio
import socket
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final, Literal, Self

import grpc
from aiohttp import web

from exifds.errors import UsageError
from exifds.sandbox.vision.faults import Faults
from exifds.sandbox.vision.labels import label
from exifds.sandbox.vision.ledger import Ledger
from exifds.sandbox.vision.service import KEY, Labeller, Service
from exifds.sandbox.vision.ways import grpc_handler, rest_app

__all__ = ["VisionServer"]

_HOST: Final = "127.0.0.1"
_WORKERS: Final = 64
_OPTIONS: Final = (("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0))


class VisionServer:
    """A local Google Vision that the real client talks to. It serves while the `with` block lasts.

    Args:
        labels: Finds the labels of an image file; by default those of the photographer's pictures.
        faults: What goes wrong; nothing by default.
        latency: Seconds that every answer takes.
        port: Port of REST on 127.0.0.1; 0 takes a free one.
        grpc_port: Port of gRPC; 0 takes a free one.

    Example:
        >>> with VisionServer() as server:
        ...     server.settings()["vision_endpoint"].startswith("grpc://127.0.0.1:")
        True
    """

    def __init__(
        self,
        labels: Labeller = label,
        faults: Faults | None = None,
        latency: float = 0.0,
        port: int = 0,
        grpc_port: int = 0,
    ) -> None:
        self.ledger = Ledger()
        self._stopping = threading.Event()
        self._service = Service(labels, faults, self.ledger, pause=self._stopping.wait, latency=latency)
        self._ports = {"rest": port, "grpc": grpc_port}

    @property
    def rest_endpoint(self) -> str:
        """Address of REST: `http://127.0.0.1:PORT`."""
        return f"http://{_HOST}:{self._ports['rest']}"

    @property
    def grpc_endpoint(self) -> str:
        """Address of gRPC: `grpc://127.0.0.1:PORT`."""
        return f"grpc://{_HOST}:{self._ports['grpc']}"

    def settings(self, way: Literal["grpc", "rest"] = "grpc", **other: Any) -> dict[str, Any]:
        """What points exifds here.

        Args:
            way: How it shall ask.
            **other: Further settings.

        Returns:
            Arguments of `Settings`.
        """
        endpoint = self.grpc_endpoint if way == "grpc" else self.rest_endpoint
        return {"vision_key": KEY, "vision_endpoint": endpoint, **other}

    def __enter__(self) -> Self:
        self._stopping.clear()
        self._workers = ThreadPoolExecutor(_WORKERS, "vision")
        listening = None
        try:
            listening = _listen(self._ports["rest"])
            self._grpc = self._listen_grpc(self._ports["grpc"])
        except UsageError:
            if listening is not None:
                listening.close()
            self._workers.shutdown()
            raise
        started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run(listening, started)), daemon=True
        )
        self._thread.start()
        self._loop, self._stop = started.result()
        self._ports["rest"] = listening.getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._loop.call_soon_threadsafe(self._stop.set)
        self._grpc.stop(None).wait()
        self._thread.join()
        self._workers.shutdown()

    def _listen_grpc(self, port: int) -> Any:
        """A running gRPC server."""
        server = grpc.server(self._workers, handlers=(grpc_handler(self._service),), options=_OPTIONS)
        try:
            self._ports["grpc"] = server.add_insecure_port(f"{_HOST}:{port}")
        except RuntimeError:
            raise _taken(port) from None
        server.start()
        return server

    async def _run(
        self, listening: socket.socket, started: "Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]]"
    ) -> None:
        """Serve REST until told to stop."""
        stop = asyncio.Event()
        runner = web.AppRunner(
            rest_app(self._service, self._workers),
            access_log=None, handler_cancellation=True, shutdown_timeout=0.1,
        )  # fmt: skip
        await runner.setup()
        await web.SockSite(runner, listening).start()
        started.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
        await runner.cleanup()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((_HOST, port), backlog=1024)
    except OSError:
        raise _taken(port) from None


def _taken(port: int) -> UsageError:
    return UsageError(f"expected a free port on {_HOST}, got {port}: it is taken; 0 takes any free one")
