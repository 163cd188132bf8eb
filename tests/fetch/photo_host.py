"""Photo hosts for tests: a real server that answers as it is told, and a port nobody may connect to."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web

PHOTO = b"\xff\xd8\xff\xe0 a photo \xff\xd9"
PLACEHOLDER = b"\xff\xd8\xff\xe0 this photo is no longer available \xff\xd9"

Answer = web.StreamResponse | Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class PhotoHost:
    """A host whose paths answer from a script: the last answer of a path is repeated for ever."""

    port: int = 0
    scripts: dict[str, list[Answer]] = field(default_factory=dict)
    seen: list[web.Request] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Host and port, as a Downloader takes it."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """The URL of a path."""
        return f"http://{self.place}{path}"

    def says(self, path: str, *answers: Answer) -> str:
        """Script the answers of a path and give its URL."""
        self.scripts[path] = list(answers)
        return self.url(path)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The next answer of the path that is asked for."""
        self.seen.append(request)
        self.times.append(asyncio.get_running_loop().time())
        script = self.scripts[request.path]
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, web.StreamResponse):
            return web.Response(
                status=answer.status, headers=answer.headers, body=getattr(answer, "body", None)
            )
        return await answer(request)


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None) -> AsyncIterator[PhotoHost]:
    """A host that runs while the block does."""
    host = PhotoHost()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", host.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.01)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    host.port = runner.addresses[0][1]
    try:
        yield host
    finally:
        await runner.cleanup()


async def until(condition: Callable[[], object]) -> None:
    """Let others run until something is so."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  # what is waited for is in the code under test
            await asyncio.sleep(0)


@dataclass
class Canary:
    """A port that counts who connects to it."""

    port: int = 0
    connections: int = 0


@asynccontextmanager
async def canary() -> AsyncIterator[Canary]:
    """A port that nobody may connect to."""
    found = Canary()

    async def sing(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.connections += 1
        writer.close()

    server = await asyncio.start_server(sing, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


@asynccontextmanager
async def saying(answer: bytes) -> AsyncIterator[str]:
    """A server that says the same bytes to everybody and hangs up; gives its host and port."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def photo(body: bytes = PHOTO) -> web.Response:
    """The photo."""
    return web.Response(body=body, content_type="image/jpeg")


def status(code: int, **headers: str) -> web.Response:
    """An answer without a photo; `_` in names of headers stands for `-`."""
    return web.Response(status=code, headers={name.replace("_", "-"): text for name, text in headers.items()})


def moved(location: str) -> web.Response:
    """A redirect."""
    return status(302, Location=location)


def page() -> web.Response:
    """A page where a photo should be."""
    return web.Response(text="<html>We'll be right back", content_type="text/html")


async def cut_off(request: web.Request) -> web.StreamResponse:
    """Half the photo, though its whole length was announced."""
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg", "Content-Length": str(len(PHOTO))})
    await response.prepare(request)
    await response.write(PHOTO[: len(PHOTO) // 2])
    _hang_up(request)
    return response


async def cut_off_chunk(request: web.Request) -> web.StreamResponse:
    """A chunked photo without its end."""
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(PHOTO)
    _hang_up(request)
    return response


async def reset(request: web.Request) -> web.StreamResponse:
    """No answer: the connection is reset."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def silent(_request: web.Request) -> web.StreamResponse:
    """No answer for ever."""
    await asyncio.Event().wait()
    raise AssertionError


async def dripping(request: web.Request) -> web.StreamResponse:
    """A body that comes byte by byte, for ever, without a length."""
    return await _endless(request, b"\xff", 0.01)


async def flooding(request: web.Request) -> web.StreamResponse:
    """A body that comes as fast as can be, for ever, without a length."""
    return await _endless(request, bytes(2**16), 0)


async def _endless(request: web.Request, part: bytes, pause: float) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
    await response.prepare(request)
    while True:
        await response.write(part)
        await asyncio.sleep(pause)


def _hang_up(request: web.Request) -> None:
    assert request.transport is not None
    request.transport.close()
