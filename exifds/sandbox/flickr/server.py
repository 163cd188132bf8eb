"""Server: the sandbox of Flickr on a local port, in a thread of its own."""

import asyncio
import socket
import threading
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import web

from exifds.errors import UsageError
from exifds.sandbox.flickr.catalogue import Catalogue
from exifds.sandbox.flickr.faults import Faults
from exifds.sandbox.flickr.service import KEY, SECRET, Service
from exifds.sandbox.flickr.stats import Stats

__all__ = ["FlickrServer"]

_HOST: Final = "127.0.0.1"
_QUERIES_PER_HOUR: Final = 3_600_000  # nobody else uses the sandbox, so nobody must wait


class FlickrServer:
    """A local Flickr that speaks the real protocol. It serves while the `with` block lasts.

    Args:
        catalogue: The photos; 2,000 by default.
        faults: What goes wrong; nothing by default. It also decides which photos are deleted, lost, videos
            and so on: ask `server.catalogue`, not the one given, for the truth.
        latency: Seconds that every answer takes.
        port: Port on 127.0.0.1; 0 takes a free one.

    Example:
        >>> with FlickrServer(Catalogue(5)) as server:
        ...     server.static_url.startswith("http://127.0.0.1:")
        True
    """

    def __init__(
        self,
        catalogue: Catalogue | None = None,
        faults: Faults | None = None,
        latency: float = 0.0,
        port: int = 0,
    ) -> None:
        base = Catalogue() if catalogue is None else catalogue
        self.catalogue = base if faults is None else base.troubled(faults)
        self.stats = Stats()
        self._latency = latency
        self._port = port
        self._thread: threading.Thread | None = None

    @property
    def static_url(self) -> str:
        """Address of the photo host."""
        return f"http://{_HOST}:{self._port}"

    @property
    def rest_url(self) -> str:
        """Address of the REST API."""
        return f"{self.static_url}/services/rest/"

    def settings(self, **other: Any) -> dict[str, Any]:
        """What points exifds here.

        Args:
            **other: Further settings.

        Returns:
            Arguments of `Settings`.
        """
        return {
            "flickr_key": KEY,
            "flickr_secret": SECRET,
            "flickr_rest_url": self.rest_url,
            "flickr_static_url": self.static_url,
            "flickr_queries_per_hour": _QUERIES_PER_HOUR,
            **other,
        }

    def warm(self) -> Self:
        """Draw all originals now, so that serving them takes no time.

        Returns:
            The server.
        """
        self.catalogue.pictures.warm(len(self.catalogue))
        return self

    def __enter__(self) -> Self:
        _ = self.catalogue.words, self.catalogue.tags  # drawn before the clock of a caller starts
        started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, int]] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(started)), daemon=True)
        self._thread.start()
        try:
            self._loop, self._stop, self._port = started.result()
        except OSError as error:
            self._thread.join()
            raise UsageError(
                f"expected a free port on {_HOST}, got {self._port}: {error.strerror}; 0 takes any free one"
            ) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join()

    async def _run(self, started: "Future[tuple[asyncio.AbstractEventLoop, asyncio.Event, int]]") -> None:
        """Serve until told to stop. The port is known before the application, whose answers name it."""
        stop = asyncio.Event()
        try:
            listening = _listen(self._port)
        except OSError as error:
            started.set_exception(error)
            return
        port = listening.getsockname()[1]
        runner = web.AppRunner(
            Service(self.catalogue, self.stats, self._latency, f"http://{_HOST}:{port}").app(),
            access_log=None, handler_cancellation=True, shutdown_timeout=0.1,
        )  # fmt: skip
        await runner.setup()
        await web.SockSite(runner, listening).start()
        started.set_result((asyncio.get_running_loop(), stop, port))
        await stop.wait()
        await runner.cleanup()


def _listen(port: int) -> socket.socket:
    return socket.create_server((_HOST, port), backlog=1024)
