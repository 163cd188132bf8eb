"""A server on 127.0.0.1 that answers each request with the next bytes of a script."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

Answer = bytes | Callable[[socket.socket], None]
"""What is sent, or what sends it."""


def http(status: int, body: bytes | str = b"", **headers: str) -> bytes:
    """An HTTP answer after which the connection closes; `_` in a header's name stands for `-`."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"Content-Length": str(len(data)), "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Some Words\r\n{lines}\r\n".encode() + data


def ok(body: str = '{"stat": "ok"}', **headers: str) -> bytes:
    """An answer of Flickr."""
    return http(200, body, **headers)


def fail(code: int, message: str) -> bytes:
    """A failure, as Flickr tells it: under status 200."""
    return ok(f'{{"stat": "fail", "code": {code}, "message": "{message}"}}')


def drip(start: bytes, drop: bytes = b" ") -> Callable[[socket.socket], None]:
    """Send a start and then drop after drop, until the client has gone: ten seconds at most."""

    def send(connection: socket.socket) -> None:
        clock = threading.Event()
        connection.sendall(start)
        for _ in range(2000):
            clock.wait(0.005)
            connection.sendall(drop)

    return send


def reset(connection: socket.socket) -> None:
    """Close without a word."""
    connection.close()


@dataclass(frozen=True)
class Seen:
    """A request that came."""

    line: str
    headers: dict[str, str]
    form: dict[str, str]


class ScriptedServer:
    """Serves a script; when it is at its end, its last answer again and again."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self.connections = 0
        self._answers = list(answers)
        self._tls = tls
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}/services/rest/"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for opened in (self._listener, *self._open):
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def script(self, answers: Iterable[Answer]) -> None:
        """Begin another script."""
        with self._lock:
            self._answers = list(answers)

    def _start(self, target: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, plain: socket.socket) -> None:
        with plain, suppress(OSError):
            connection = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        self._open.append(connection)
        with connection, suppress(OSError):
            while self._answered(connection):
                pass

    def _answered(self, connection: socket.socket) -> bool:
        """Answer one request; False when the client has gone or the answer ends the connection."""
        received = b""
        while b"\r\n\r\n" not in received:
            received += (some := connection.recv(65536))
            if not some:
                return False
        head, _, body = received.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)
        }
        while len(body) < int(headers.get("content-length", 0)):
            body += connection.recv(65536)
        with self._lock:
            self.seen.append(Seen(line, headers, dict(parse_qsl(body.decode(), keep_blank_values=True))))
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if callable(answer):
            answer(connection)
            return False
        connection.sendall(answer)
        return b"Connection: keep-alive" in answer
