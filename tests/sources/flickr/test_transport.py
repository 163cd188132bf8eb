"""One exchange: whatever the server does, it ends in time and in memory."""

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from requests.auth import AuthBase, HTTPBasicAuth

from exifds import __version__
from exifds.errors import UsageError
from exifds.sources.flickr.answer import Again
from exifds.sources.flickr.transport import Limits, RawAnswer, Transport, _Deadline
from tests.sources.flickr.scripted import Answer, ScriptedServer, drip, http, ok, reset

PATIENT = Limits(connect_s=20, silence_s=20, largest=2000)
HASTY = Limits(connect_s=20, silence_s=20, total_s=0.3, largest=2000)
AUTH: AuthBase = HTTPBasicAuth("somebody", "canary-secret")
HEADERS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEADERS + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def transport() -> Iterator[Transport]:
    opened = Transport(PATIENT, proxies=False)
    yield opened
    opened.close()


@pytest.fixture
def hasty() -> Iterator[Transport]:
    opened = Transport(HASTY, proxies=False)
    yield opened
    opened.close()


def post(transport: Transport, *answers: Answer) -> RawAnswer | Again:
    with ScriptedServer(*answers) as server:
        return transport.post(server.url, {}, AUTH)


def test_status_headers_and_body_come_as_they_were_sent(transport: Transport) -> None:
    """Also those of an error, which flickrapi would write to its log and lose."""
    came = post(transport, http(429, "<html>", Retry_After="7"))
    assert isinstance(came, RawAnswer)
    assert (came.status, came.headers["retry-after"], came.body) == (429, "7", b"<html>")


def test_a_form_is_posted_under_our_name(transport: Transport) -> None:
    with ScriptedServer(ok()) as server:
        transport.post(server.url, {"text": "サル & =+%\n🐒", "page": 1, "empty": ""}, AUTH)
    (seen,) = server.seen
    assert seen.line == "POST /services/rest/ HTTP/1.1"
    assert seen.form == {"text": "サル & =+%\n🐒", "page": "1", "empty": ""}
    assert seen.headers["user-agent"] == f"exifds/{__version__}"


def test_a_connection_is_used_again(transport: Transport) -> None:
    with ScriptedServer(ok(Connection="keep-alive")) as server:
        for _ in range(5):
            transport.post(server.url, {}, AUTH)
    assert (len(server.seen), server.connections) == (5, 1)


def test_a_compressed_body_is_unpacked(transport: Transport) -> None:
    came = post(transport, http(200, gzip.compress(b"unpacked"), Content_Encoding="gzip"))
    assert isinstance(came, RawAnswer)
    assert came.body == b"unpacked"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http(200, b"x" * 2001), "answer too large"),
        (http(200, gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"), "answer too large"),
        (HEADERS + b"\r\n" + b"x" * 5000, "answer too large"),
        (http(200, "{}", Content_Length="500"), "connection lost"),
        (CHUNKED + b"5\r\nab", "connection lost"),
        (CHUNKED + b"what\r\n", "connection lost"),
        (http(200, "not gzip", Content_Encoding="gzip"), "not decodable"),
        (http(200, "{}", Content_Length="1, 2"), "connection lost"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "connection lost"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "connection lost"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", "connection lost"),
        (b"", "connection lost"),
        (reset, "connection lost"),
    ],
)
def test_an_answer_that_is_none_has_a_reason(transport: Transport, answer: Answer, reason: str) -> None:
    """Too large (also unpacked), cut short, malformed, or nothing at all."""
    assert post(transport, answer) == Again(reason)


@pytest.mark.parametrize(
    "answer",
    [
        drip(b"", b"H"),
        drip(HEADERS, b"X: y\r\n"),
        drip(HEADERS + b"X-Slow: ", b"y"),
        drip(HEADERS + b"Content-Length: 1999\r\n\r\n"),
        drip(HEADERS + b'\r\n{"stat": "ok"}'),
        drip(CHUNKED, b"1\r\n \r\n"),
        drip(CHUNKED, b"0"),
    ],
    ids=["status", "headers", "a header", "body", "body without length", "chunks", "length of a chunk"],
)
def test_an_answer_that_drips_ends_at_the_deadline(hasty: Transport, answer: Answer) -> None:
    """No byte is late, but the whole is: in the headers as in the body."""
    assert post(hasty, answer) == Again("too slow")


def test_a_connection_that_comes_after_the_deadline_is_cut_at_once() -> None:
    here, there = socket.socketpair()
    with here, there, _Deadline(60) as deadline:
        deadline.cut()
        deadline.watch(here)
        assert there.recv(1) == here.recv(1) == b""


def test_a_silent_server_is_given_up() -> None:
    transport = Transport(Limits(silence_s=0.05, total_s=60), proxies=False)
    released = threading.Event()

    def hang(_: object) -> None:
        released.wait(30)

    with ScriptedServer(hang) as server:
        assert transport.post(server.url, {}, AUTH) == Again("timed out")
        released.set()
    transport.close()


def test_a_server_that_is_not_there_is_told(transport: Transport) -> None:
    with ScriptedServer(ok()) as server:
        url = server.url
    assert transport.post(url, {}, AUTH) == Again("connection lost")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(transport: Transport, status: int) -> None:
    """The signature goes to no other server, and no address that a server names is even looked at."""
    with ScriptedServer(ok()) as elsewhere:
        for location in (elsewhere.url, "http://[::1", "file:///etc/passwd", ""):
            came = post(transport, http(status, "moved", Location=location))
            assert isinstance(came, RawAnswer)
            assert (came.status, came.body) == (status, b"moved")
    assert not elsewhere.seen


def test_no_cookie_is_kept(transport: Transport) -> None:
    with ScriptedServer(ok(Set_Cookie="follow=me; Path=/")) as server:
        transport.post(server.url, {}, AUTH)
        transport.post(server.url, {}, AUTH)
    assert not [seen for seen in server.seen if "cookie" in seen.headers]


def test_close_cuts_what_is_under_way(transport: Transport) -> None:
    """So that a run that is stopped need not wait for a server that hangs."""
    came: list[RawAnswer | Again] = []
    asked, released = threading.Event(), threading.Event()

    def hang(_: object) -> None:
        asked.set()
        released.wait(30)

    with ScriptedServer(hang) as server:
        caller = threading.Thread(target=lambda: came.append(transport.post(server.url, {}, AUTH)))
        caller.start()
        assert asked.wait(30)
        transport.close()
        caller.join(30)
        assert not released.is_set()
        assert isinstance(came[0], Again)
        released.set()
        assert transport.post(server.url, {}, AUTH) == Again("closed")


@pytest.mark.parametrize("url", ["", "flickr", "http://", "ftp://127.0.0.1/", "http://127.0.0.1:x/"])
def test_what_is_no_address_is_told_once(transport: Transport, url: str) -> None:
    with pytest.raises(UsageError, match="EXIFDS_FLICKR_REST_URL or the proxy is no usable address"):
        transport.post(url, {}, AUTH)


def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(ok()) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        transport = Transport(PATIENT)
        assert isinstance(transport.post("http://flickr.invalid/rest/", {}, AUTH), RawAnswer)
        transport.close()
    assert proxy.seen[0].line == "POST http://flickr.invalid/rest/ HTTP/1.1"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    with ScriptedServer(ok()) as gone:
        port = gone.port
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://user:canary-password@127.0.0.1:{port}")
    transport = Transport(PATIENT)
    assert transport.post(f"{scheme}://flickr.invalid/rest/", {}, AUTH) == Again("proxy failed")
    transport.close()


def test_a_proxy_that_is_no_address_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://user:canary-password@:99999999")
    transport = Transport(PATIENT)
    with pytest.raises(UsageError, match="the proxy") as raised:
        transport.post("http://flickr.invalid/rest/", {}, AUTH)
    assert "canary" not in str(raised.value)
    transport.close()


def test_certificates_that_are_not_there_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    transport = Transport(PATIENT)
    with pytest.raises(UsageError, match="REQUESTS_CA_BUNDLE names no file of certificates"):
        transport.post("https://127.0.0.1:1/rest/", {}, AUTH)
    transport.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(tls: ssl.SSLContext, transport: Transport) -> None:
    with ScriptedServer(ok(), tls=tls) as server:
        assert transport.post(server.url, {}, AUTH) == Again("TLS failed")
    assert not server.seen


@pytest.mark.parametrize("answer", [drip(HEADERS, b"X: y\r\n"), drip(HEADERS + b"\r\n{}")])
def test_the_deadline_holds_under_tls(
    monkeypatch: pytest.MonkeyPatch, certificate: Path, tls: ssl.SSLContext, answer: Answer
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    transport = Transport(HASTY)
    with ScriptedServer(answer, tls=tls) as server:
        assert transport.post(server.url, {}, AUTH) == Again("too slow")
    transport.close()


@pytest.fixture(scope="module")
def any_server() -> Iterator[ScriptedServer]:
    with ScriptedServer(ok()) as server:
        yield server


@given(data=st.binary(max_size=200), headed=st.booleans())
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_an_answer_or_none(
    any_server: ScriptedServer, transport: Transport, data: bytes, headed: bool
) -> None:
    """No bytes of a server raise."""
    any_server.script([HEADERS + data if headed else data])
    assert isinstance(transport.post(any_server.url, {}, AUTH), RawAnswer | Again)
