"""One request takes no more bytes and seconds than allowed, and leaves nothing behind."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from exifds import __version__
from exifds.errors import GonePhotoError, PhotoError
from exifds.fetch.answer import FailedTryError
from exifds.fetch.hosts import Hosts
from exifds.fetch.session import Bounds, Session
from tests.fetch.photo_host import (
    PHOTO,
    Answer,
    Canary,
    PhotoHost,
    cut_off,
    cut_off_chunk,
    dripping,
    flooding,
    moved,
    page,
    photo,
    reset,
    saying,
    serving,
    silent,
    status,
)

BOUNDS = Bounds(largest=10**6, patience=5, slowest=10**4, deadline=10)
HASTY = Bounds(largest=10**6, patience=0.4, slowest=10**3, deadline=10)


@pytest_asyncio.fixture
async def session(host: PhotoHost) -> AsyncIterator[Session]:
    """A session that may ask the host."""
    async with aclosing(Session(Hosts.of([host.place]), BOUNDS)) as opened:
        yield opened


async def ask(session: Session, host: PhotoHost, answer: Answer) -> bytes | str:
    """Ask for a photo that is answered so."""
    url = host.says("/1.jpg", answer)
    return await session.get(Hosts.of([host.place]).check(url))


async def test_a_photo_comes_as_it_is(session: Session, host: PhotoHost) -> None:
    """Byte by byte, asked for under our name and without asking for anything packed."""
    assert await ask(session, host, photo()) == PHOTO
    headers = host.seen[0].headers
    assert headers["User-Agent"] == f"exifds/{__version__}"
    assert headers["Accept-Encoding"] == "identity"


async def test_a_redirect_is_not_followed(session: Session, host: PhotoHost) -> None:
    """Its address is given to who can judge it."""
    assert await ask(session, host, moved("http://169.254.169.254/")) == "http://169.254.169.254/"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(), "not an image"),
        (photo(b""), "empty"),
        (cut_off, "cut off"),
        (cut_off_chunk, "cut off"),
        (reset, "connection lost"),
        (status(500), "status 500"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_a_failed_try_says_why(session: Session, host: PhotoHost, answer: Answer, reason: str) -> None:
    """Faults of the network and the host may pass."""
    with pytest.raises(FailedTryError) as failed:
        await ask(session, host, answer)
    assert (failed.value.reason, failed.value.strained) == (reason, False)


@pytest.mark.parametrize("answer", [silent, dripping])
@pytest.mark.parametrize("bounds", [HASTY, Bounds(10**12, patience=0.1, slowest=1, deadline=0.2)])
async def test_an_answer_that_takes_too_long_is_dropped(
    host: PhotoHost, answer: Answer, bounds: Bounds
) -> None:
    """It does not begin, it is too slow, or it is steady but would keep the connection for ever."""
    async with aclosing(Session(Hosts.of([host.place]), bounds)) as session, asyncio.timeout(5):
        with pytest.raises(FailedTryError, match="timeout") as failed:
            await ask(session, host, answer)
    assert failed.value.strained


async def test_gone_is_told_apart_from_refused(session: Session, host: PhotoHost) -> None:
    """Both are final."""
    with pytest.raises(GonePhotoError):
        await ask(session, host, status(404))
    with pytest.raises(PhotoError, match="status 403"):
        await ask(session, host, status(403))


@pytest.mark.parametrize("answer", [photo(bytes(10**6 + 1)), flooding], ids=["announced", "endless"])
async def test_a_photo_above_the_limit_is_refused(session: Session, host: PhotoHost, answer: Answer) -> None:
    """By its announced length before it is read, else as soon as too much has come."""
    with pytest.raises(PhotoError, match="larger than the 1,000,000 bytes that are allowed"):
        await ask(session, host, answer)


async def test_a_photo_at_the_limit_is_taken(session: Session, host: PhotoHost) -> None:
    """The limit is the largest size allowed."""
    assert await ask(session, host, photo(bytes(10**6))) == bytes(10**6)


async def test_a_packed_body_is_not_unpacked(session: Session, host: PhotoHost) -> None:
    """A bomb stays a parcel."""
    bomb = web.Response(body=gzip.compress(bytes(10**7)), headers={"Content-Encoding": "gzip"})
    bomb.content_type = "image/jpeg"
    with pytest.raises(FailedTryError, match="packed"):
        await ask(session, host, bomb)


async def test_a_large_photo_gets_more_time(host: PhotoHost) -> None:
    """What comes fast enough may take longer than the patience for an answer."""

    async def steady(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
        await response.prepare(request)
        for _ in range(8):
            await response.write(bytes(4000))
            await asyncio.sleep(0.08)
        return response

    async with aclosing(Session(Hosts.of([host.place]), HASTY)) as session:
        assert await ask(session, host, steady) == bytes(32_000)


async def test_nothing_is_remembered(host: PhotoHost) -> None:
    """Cookies are not sent back."""
    headers = {"Set-Cookie": "who=you", "Content-Type": "image/jpeg"}
    host.says("/1.jpg", web.Response(body=PHOTO, headers=headers))
    place = f"http://localhost:{host.port}"  # by name: no client keeps the cookies of a bare address
    hosts = Hosts.of([place])
    async with aclosing(Session(hosts, BOUNDS)) as session:
        for _ in range(2):
            assert await session.get(hosts.check(f"{place}/1.jpg")) == PHOTO
    assert "Cookie" not in host.seen[1].headers


async def test_no_proxy_is_used(
    session: Session, host: PhotoHost, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy connects where it likes: the check of the address would be worth nothing."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    assert await ask(session, host, photo()) == PHOTO
    assert canary.connections == 0


async def test_nobody_answers(session: Session) -> None:
    """A port where nothing listens."""
    with pytest.raises(FailedTryError, match="no connection"):
        await session.get(Hosts.of(["http://127.0.0.1:9"]).check("http://127.0.0.1:9/1.jpg"))


async def test_a_certificate_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """Before anything is asked."""
    async with serving(_self_signed(tmp_path)) as host:
        place = f"https://{host.place}"
        async with aclosing(Session(Hosts.of([place]), BOUNDS)) as session:
            with pytest.raises(FailedTryError, match="certificate"):
                await session.get(Hosts.of([place]).check(f"{place}/1.jpg"))
        assert not host.seen


def _self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    file = folder / "host.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0" * 100,
        b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.1 999 No\r\n\r\n",
        b"HTTP/1.1 -1 No\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nphoto",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 7\r\n\r\nphoto",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\nphoto",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10**6 + b"\r\n\r\nphoto",
        b"HTTP/1.1 200 OK\r\n" + b"X: x\r\n" * 10**5 + b"\r\nphoto",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nphoto\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\nphoto",
        b"HTTP/1.1 200 OK\r\nContent-Type: \xff\xfe\0\r\nContent-Length: 5\r\n\r\nphoto",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/\xff\r\nContent-Length: 5\r\n\r\nphoto",
        b"HTTP/1.1 429 No\r\nRetry-After: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
    ],
)
async def test_whatever_a_server_says_one_photo_fails_at_most(answer: bytes) -> None:
    """Broken or hostile answers end in our own errors."""
    async with saying(answer) as place, aclosing(Session(Hosts.of([place]), BOUNDS)) as session:
        with pytest.raises((FailedTryError, PhotoError)):
            await session.get(Hosts.of([place]).check(f"http://{place}/1.jpg"))
