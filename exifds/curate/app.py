"""App: serves the page until it is stopped."""

import secrets
import socket
import threading
import webbrowser
from collections.abc import Callable
from functools import cache, partial
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlencode

from exifds.errors import ExifdsError, MissingExtraError, PhotoError, UsageError

try:
    import uvicorn
    from fastapi import FastAPI
    from fastapi import Path as PathParameter
    from fastapi.responses import FileResponse, Response
    from nicegui import ui
except ImportError:
    raise MissingExtraError("the curation page", "web") from None

from exifds.curate.code import Code
from exifds.curate.desk import Desk
from exifds.curate.guard import Guard, hosts
from exifds.curate.page import build
from exifds.curate.thumbnails import Thumbnails

__all__ = ["CurationServer", "run"]

_STYLE: Final = Path(__file__).with_name("curate.css")
_ICON: Final = Path(__file__).with_name("curate.svg")
_MISSING: Final = Path(__file__).with_name("missing.svg")
_STARTS_WITHIN_S: Final = 30.0
_STOPS_WITHIN_S: Final = 30.0
_SAY: Final = partial(print, flush=True)
_DOOR: Final = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>exifds</title>
<meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url={url}"></head>
<body><a href="{url}">Go on</a></body></html>"""
_PhotoId = Annotated[str, PathParameter(pattern=r"^[a-z]+:[0-9A-Za-z_@.-]+$")]

_one = threading.Lock()
"""NiceGUI has one application a process."""


def run(
    desk: Desk,
    *,
    port: int | None = None,
    host: str = "127.0.0.1",
    show: bool = True,
    say: Callable[[str], None] = _SAY,
) -> None:
    """Serve the curation page until Ctrl-C.

    Args:
        desk: The dataset.
        port: Its port; None takes a free one.
        host: An address of this machine.
        show: Open the page in a browser.
        say: Prints a line.

    Raises:
        UsageError: The port is taken, or another page is served by this process.
    """
    with CurationServer(desk, port=port, host=host) as server, TemporaryDirectory(prefix="exifds-") as folder:
        try:
            say(f"{desk.name} is at {server.url}")
            say(f"The code {server.code} opens personal fields on the page.")
            say("Whoever has the address may see and judge photos. Ctrl-C stops the page.")
            if show:
                webbrowser.open(_door(Path(folder), server.url).as_uri())
            threading.Event().wait()
        except KeyboardInterrupt:
            say("stopped; every verdict without an hourglass is stored")


def _door(folder: Path, url: str) -> Path:
    """A file that leads to the page: every user of the machine sees what a browser is started with."""
    path = folder / "open.html"
    path.touch(mode=0o600)
    path.write_text(_DOOR.format(url=escape(url)), encoding="utf-8")
    return path


class CurationServer:
    """The curation page, served by a thread within a `with` block.

    Args:
        desk: The dataset.
        port: Its port; None takes a free one.
        host: An address of this machine.
        token: What opens the page; None makes one.
        code: What opens personal fields on the page; None makes one.

    Example:
        >>> with CurationServer(desk) as server:  # doctest: +SKIP
        ...     print(server.url, server.code)
        http://127.0.0.1:39817/?token=... k7mw2pxq
    """

    def __init__(
        self,
        desk: Desk,
        *,
        port: int | None = None,
        host: str = "127.0.0.1",
        token: str | None = None,
        code: str | None = None,
    ) -> None:
        self._desk, self._code = desk, Code(code)
        self._socket = _listening(host, port or 0)
        address, number = self._socket.getsockname()[:2]
        allowed = hosts(host, number) | hosts(address, number)
        self._token = token or secrets.token_urlsafe(24)
        name = f"[{host}]" if ":" in host else host
        self.origin = f"http://{name}:{number}"
        guarded = Guard(_application(), self._token, allowed, cookie=f"exifds-{number}")
        config = uvicorn.Config(
            guarded,
            log_level="error",
            access_log=False,  # addresses hold the token
            ws="wsproto",
            server_header=False,
            timeout_graceful_shutdown=2,
            proxy_headers=False,
        )
        config.load()  # NiceGUI looks at every server there is, and stumbles over one not loaded
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="curate", daemon=True)

    @property
    def url(self) -> str:
        """The address with the token."""
        return f"{self.origin}/?{urlencode({'token': self._token})}"

    @property
    def code(self) -> str:
        """What opens personal fields on the page: 8 characters, other ones at each start."""
        return self._code.text

    def __enter__(self) -> Self:
        if not _one.acquire(blocking=False):
            self._socket.close()
            raise UsageError("this process serves a curation page already: stop it, or start another process")
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stop()

    def _start(self) -> None:
        Thumbnails(self._desk.images, self._desk.cache).sweep()
        _application().state.desk, _application().state.code = self._desk, self._code
        self._thread.start()
        latest = monotonic() + _STARTS_WITHIN_S
        while not self._server.started:
            self._thread.join(0.01)
            if not self._thread.is_alive() or monotonic() > latest:
                raise ExifdsError(f"the page at {self.origin} did not start; try again with another port")

    def _stop(self) -> None:
        self._server.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(_STOPS_WITHIN_S)
        self._socket.close()
        _one.release()

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])


def _listening(host: str, port: int) -> socket.socket:
    hosts(host, port)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "ports are 0 to 65535"
        raise UsageError(
            f"the page cannot be served at {host}:{port}: {reason}; choose another port"
        ) from None
    try:
        hosts(*listening.getsockname()[:2])  # the empty name, `0` and `0x0` mean all addresses
    except UsageError:
        listening.close()
        raise
    return listening


@cache
def _application() -> FastAPI:
    """The application: pictures, style, and under them the page."""
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @application.get("/image/{photo_id}")
    def image(photo_id: _PhotoId, size: Literal["thumb", "view"] = "thumb") -> Response:
        try:
            data = application.state.desk.thumbnail(photo_id, size)
        except PhotoError:
            return FileResponse(_MISSING, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})
        if data is None:
            return Response(status_code=404)
        kept = {"Cache-Control": "private, max-age=86400, immutable"}
        return Response(data, media_type="image/jpeg", headers=kept)

    @application.get("/curate.css")
    def style() -> Response:
        return FileResponse(_STYLE, media_type="text/css")

    @application.get("/curate.svg")
    def icon() -> Response:
        return FileResponse(_ICON, media_type="image/svg+xml")

    @ui.page("/", title="exifds", favicon="/curate.svg")
    async def page() -> None:
        build(application.state.desk, application.state.code)

    ui.run_with(
        application,
        title="exifds",
        dark=None,
        language="en-US",
        tailwind=False,
        gzip_middleware_factory=None,
        show_welcome_message=False,
        binding_refresh_interval=None,
        reconnect_timeout=20,  # thresholds outlive a short sleep of the network
        storage_secret=None,
    )
    return application
