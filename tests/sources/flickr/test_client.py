"""Calls of the Flickr API: retried where that may help, admitted each, and silent about the key."""

import base64
import hashlib
import hmac
import logging
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

import flickrapi
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from exifds.errors import ExifdsError, FlickrError, FlickrUnavailableError, UsageError
from exifds.sources.flickr.client import TRIES, Client, backoff_bound
from exifds.sources.flickr.transport import Limits
from tests.sources.flickr.scripted import Answer, ScriptedServer, Seen, fail, http, ok, reset

KEY = "canarykey0123456789abcdef01234567"
SECRET = "canarysecret0123"
SORRY = "Sorry, the Flickr API service is not currently available"
LIMITS = Limits(connect_s=20, silence_s=20, largest=100_000)


class StoppedError(Exception):
    """The user wants to stop."""


@dataclass
class Run:
    """The bucket and the clock of a run: it waits for nothing and remembers everything."""

    admitted: int = 0
    holds: list[float] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)

    def admit(self) -> None:
        self.admitted += 1

    def client(self, url: str, key: str = KEY, secret: str = SECRET) -> Client:
        return Client(
            key,
            secret,
            url,
            admit=self.admit,
            hold=self.holds.append,
            pause=self.pauses.append,
            limits=LIMITS,
        )


@pytest.fixture
def run() -> Run:
    return Run()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(ok()) as serving:
        yield serving


@pytest.fixture
def client(run: Run, server: ScriptedServer) -> Iterator[Client]:
    with run.client(server.url) as opened:
        yield opened


def oauth(seen: Seen) -> dict[str, str]:
    """The fields of the Authorization header."""
    fields = seen.headers["authorization"].removeprefix("OAuth ").split(", ")
    return {name: unquote(value.strip('"')) for name, _, value in (field.partition("=") for field in fields)}


def test_a_call_gives_what_flickr_answers(client: Client, server: ScriptedServer, run: Run) -> None:
    server.script([ok('{"stat": "ok", "photos": {"photo": [{"id": "7"}]}}')])
    answer = client.call("flickr.photos.search", text="monkey", page=2)
    assert answer["photos"]["photo"] == [{"id": "7"}]
    assert (client.calls, run.admitted, dict(client.retries), run.pauses) == (1, 1, {}, [])
    assert server.seen[0].form == {
        "method": "flickr.photos.search",
        "text": "monkey",
        "page": "2",
        "format": "json",
        "nojsoncallback": "1",
    }


@pytest.mark.parametrize(
    "text", ["monkey", "サル 🐒", "a&b=c+d %41 ~'()*!", "line\nbreak\0", "", '-dog "ape"']
)
def test_a_call_is_signed_with_key_and_secret(client: Client, server: ScriptedServer, text: str) -> None:
    """As RFC 5849 says: the secret makes the signature and stays here."""
    client.call("flickr.photos.search", text=text)
    (seen,) = server.seen
    fields = oauth(seen)
    signature = fields.pop("oauth_signature")
    assert fields["oauth_consumer_key"] == KEY
    pairs = sorted((quote(name, "~"), quote(value, "~")) for name, value in {**fields, **seen.form}.items())
    normal = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(quote(part, "~") for part in ("POST", server.url, normal))
    digest = hmac.new(f"{SECRET}&".encode(), base.encode(), hashlib.sha1).digest()
    assert base64.b64decode(signature) == digest
    assert SECRET not in str(seen)
    assert KEY not in str(seen.form)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (http(429, "<html>"), "HTTP 429"),
        (http(500), "HTTP 500"),
        (http(502, "<html>"), "HTTP 502"),
        (ok("<html>Bad, bad panda!</html>"), "HTML instead of JSON"),
        (ok(""), "empty answer"),
        (ok('{"stat": "ok"', Content_Length="90"), "connection lost"),
        (ok('{"stat": "ok"'), "not JSON"),
        (fail(105, "Service currently unavailable"), "Flickr is not available"),
        (fail(201, SORRY), "Flickr is not available"),
        (fail(0, SORRY), "Flickr is not available"),
        (fail(10, "Sorry, the Flickr search API is not available"), "Flickr is not available"),
        (ok(f'<rsp stat="fail"><err code="0" msg="{SORRY}"/></rsp>'), "Flickr is not available"),
        (reset, "connection lost"),
    ],
)
def test_what_passes_is_tried_again(
    client: Client, server: ScriptedServer, run: Run, answer: Answer, reason: str
) -> None:
    """Each try is admitted, each failure counted, and the answer in the end is the right one."""
    server.script([answer, answer, ok('{"stat": "ok", "at": "last"}')])
    assert client.call("flickr.test.echo")["at"] == "last"
    assert (client.calls, run.admitted, dict(client.retries)) == (3, 3, {reason: 2})
    assert len(run.pauses) == 2
    assert all(0 <= pause <= backoff_bound(attempt) for attempt, pause in enumerate(run.pauses))


def test_each_try_is_signed_anew(client: Client, server: ScriptedServer) -> None:
    """A nonce counts once."""
    server.script([http(500), ok()])
    client.call("flickr.test.echo")
    first, second = map(oauth, server.seen)
    assert first["oauth_nonce"] != second["oauth_nonce"]


@pytest.mark.parametrize("code", [1, 2, 4, 20, 98, 99, 112, 116, 201])
def test_what_is_final_is_never_tried_again(
    client: Client, server: ScriptedServer, run: Run, code: int
) -> None:
    server.script([fail(code, "Photo not found")])
    with pytest.raises(
        FlickrError, match=r"^Flickr refused flickr.photos.getInfo: Photo not found$"
    ) as raised:
        client.call("flickr.photos.getInfo", photo_id="7")
    assert raised.value.code == code
    assert not isinstance(raised.value, FlickrUnavailableError)
    assert (client.calls, run.pauses, dict(client.retries)) == (1, [], {})


@pytest.mark.parametrize("status", [302, 403, 404])
def test_an_answer_of_somebody_else_is_final(client: Client, server: ScriptedServer, status: int) -> None:
    server.script([http(status, "<html>", Location="http://127.0.0.1:1/")])
    with pytest.raises(FlickrError, match=f"HTTP {status} is no answer of the Flickr API: check EXIFDS_"):
        client.call("flickr.test.echo")
    assert client.calls == 1


def test_a_wrong_key_is_told_with_where_it_comes_from(client: Client, server: ScriptedServer) -> None:
    server.script([fail(100, f"Invalid API Key ({KEY} has invalid format)")])
    with pytest.raises(FlickrError) as raised:
        client.call("flickr.test.echo")
    assert str(raised.value) == (
        "Flickr refused flickr.test.echo: Invalid API Key (*** has invalid format): "
        "check EXIFDS_FLICKR_KEY, or FLICKER_KEY in credentials.json"
    )
    assert raised.value.code == 100


def test_a_service_that_stays_down_is_given_up(client: Client, server: ScriptedServer, run: Run) -> None:
    """After six tries and five pauses, with what to do."""
    server.script([http(503), http(502)])
    with pytest.raises(FlickrUnavailableError) as raised:
        client.call("flickr.test.echo")
    assert str(raised.value) == (
        "Flickr gave no usable answer to flickr.test.echo in 6 tries (the last: HTTP 502): "
        "run the same command again later to go on"
    )
    assert raised.value.code is None
    assert (client.calls, run.admitted, len(run.pauses)) == (TRIES, TRIES, TRIES - 1)
    assert client.retries == {"HTTP 503": 1, "HTTP 502": 5}


def test_a_retry_after_is_waited_at_least_and_by_all(
    client: Client, server: ScriptedServer, run: Run
) -> None:
    server.script(
        [
            http(429, Retry_After="70"),
            http(
                503,
                Date="Wed, 21 Oct 2015 07:28:00 GMT",
                Retry_After="Wed, 21 Oct 2015 07:29:40 GMT",
            ),
            ok(),
        ]
    )
    client.call("flickr.test.echo")
    assert run.pauses == run.holds == [70.0, 100.0]


def test_too_many_requests_hold_everybody_and_other_failures_nobody(
    client: Client, server: ScriptedServer, run: Run
) -> None:
    server.script([http(429), http(500), ok()])
    client.call("flickr.test.echo")
    assert run.holds == [1.0]  # not a random part of it: that spreads who waits, and nobody is to come early
    assert run.pauses[0] <= 1.0


def test_the_last_try_too_holds_everybody(client: Client, server: ScriptedServer, run: Run) -> None:
    """This call gives up; the others shall still keep off."""
    server.script([http(429, Retry_After="900")])
    with pytest.raises(FlickrUnavailableError):
        client.call("flickr.test.echo")
    assert run.holds == [900.0] * TRIES


@pytest.mark.parametrize("stopping", ["admit", "hold", "pause"])
def test_a_run_that_stops_ends_the_call(server: ScriptedServer, stopping: str) -> None:
    """Whatever the run raises comes through as it is, and no further request goes out."""

    def stop(*_: float) -> None:
        raise StoppedError

    run = Run()
    waits = {"admit": run.admit, "hold": run.holds.append, "pause": run.pauses.append, stopping: stop}
    server.script([http(429)])
    with Client(KEY, SECRET, server.url, **waits) as client, pytest.raises(StoppedError):  # type: ignore[arg-type]
        client.call("flickr.test.echo")
    assert len(server.seen) == (stopping != "admit")


def test_pauses_are_random_below_a_bound_that_doubles(
    client: Client, server: ScriptedServer, run: Run
) -> None:
    """So that callers who failed together do not come back together."""
    server.script([http(500)])
    for _ in range(3):
        with pytest.raises(FlickrUnavailableError):
            client.call("flickr.test.echo")
    assert len(set(run.pauses)) == len(run.pauses) == 3 * (TRIES - 1)
    assert [backoff_bound(attempt) for attempt in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_threads_share_a_client(client: Client, server: ScriptedServer) -> None:
    """Each gets the answer to its own call, and nothing is counted twice or lost."""
    server.script([http(500)] * 20 + [ok()])
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda page: client.call("flickr.test.echo", page=page), range(40)))
    assert answers == [{"stat": "ok"}] * 40
    assert (client.calls, client.retries["HTTP 500"], len(server.seen)) == (60, 20, 60)
    assert len({oauth(seen)["oauth_nonce"] for seen in server.seen}) == 60


def test_close_ends_a_call_under_way(server: ScriptedServer) -> None:
    """From another thread, as Ctrl-C does."""
    asked, released, stopped = threading.Event(), threading.Event(), threading.Event()

    def hang(_: object) -> None:
        asked.set()
        released.wait(30)

    def pause(_: float) -> None:
        if stopped.is_set():
            raise StoppedError

    server.script([hang])
    with (
        Client(KEY, SECRET, server.url, admit=lambda: None, hold=lambda _: None, pause=pause) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        calling = pool.submit(client.call, "flickr.test.echo")
        assert asked.wait(30)
        stopped.set()
        client.close()
        with pytest.raises(StoppedError):
            calling.result(30)
        released.set()


@pytest.mark.parametrize(
    "url", ["", "flickr", "api.flickr.com/services", "file:///etc/passwd", "http://[::1"]
)
def test_an_address_that_is_none_is_a_usage_error(run: Run, url: str) -> None:
    with pytest.raises(UsageError, match=r"expected https://api.flickr.com/services/rest/"):
        run.client(url)


def test_a_server_on_this_computer_is_reached_without_the_proxy(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NO_PROXY", raising=False)
        assert client.call("flickr.test.echo") == {"stat": "ok"}


def test_another_flickrapi_in_the_same_program_is_left_alone(client: Client) -> None:
    assert flickrapi.FlickrAPI.REST_URL == "https://api.flickr.com/services/rest/"
    other = flickrapi.FlickrAPI("key", "secret", store_token=False)
    assert type(other.flickr_oauth) is flickrapi.auth.OAuthFlickrInterface


def test_nothing_is_written_to_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: ScriptedServer, run: Run
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with run.client(server.url) as client:
        client.call("flickr.test.echo")
    assert not list(tmp_path.iterdir())


FAULTS: dict[str, list[Answer]] = {
    "nothing": [ok()],
    "wrong key": [fail(100, f"Invalid API Key {KEY}")],
    "wrong secret": [http(401, f"oauth_problem=signature_invalid&debug_sbs=oauth_consumer_key%3D{KEY}")],
    "quoted": [http(400, f"<html>{KEY} {SECRET}</html>")],
    "quoted under 500": [http(500, f"oauth_consumer_key={KEY}&secret={SECRET}")],
    "quoted under 200": [ok(f"<html>{KEY} {SECRET}</html>")],
    "quoted in a header": [http(302, Location=f"http://{KEY}.invalid/", Set_Cookie=f"a={SECRET}")],
    "quoted in a failure": [fail(99, f"{KEY} {SECRET}")],
    "busy": [http(429, KEY, Retry_After=KEY)],
    "malformed": [f"HTTP/1.1 200 {KEY}\r\n{SECRET}\r\n\r\n".encode()],
    "truncated": [http(200, KEY, Content_Length="999")],
    "reset": [reset],
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_key_is_in_no_log_and_no_error(
    fault: str,
    run: Run,
    server: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """At level DEBUG of every logger, through every kind of failure, also in what caused the error."""
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, name)
    caplog.set_level(logging.DEBUG)
    server.script(FAULTS[fault])
    told = ""
    with run.client(server.url) as client:
        try:
            client.call("flickr.photos.search", user_id="canaryowner@N00")
        except ExifdsError as error:
            told = "".join(traceback.format_exception(error, chain=True))
        told += repr(client) + str(client.retries)
    told += caplog.text + "".join(capfd.readouterr())
    assert "canary" not in told.replace('canaryowner@N00")', "")
    assert len(server.seen) == client.calls > 0


def test_a_proxy_that_fails_is_told_without_key_or_password(
    monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    with ScriptedServer(ok()) as gone:
        port = gone.port
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:canarypassword@127.0.0.1:{port}")
    with run.client("https://api.flickr.invalid/services/rest/") as client:
        with pytest.raises(FlickrUnavailableError) as raised:
            client.call("flickr.test.echo")
        assert "(the last: proxy failed)" in str(raised.value)
        assert "canary" not in str(raised.value)


@pytest.fixture(scope="module")
def any_server() -> Iterator[ScriptedServer]:
    with ScriptedServer(ok()) as serving:
        yield serving


@given(body=st.binary(max_size=200), status=st.sampled_from([200, 301, 400, 401, 429, 503]))
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_unusable_answer_ends_in_an_error_of_ours(
    any_server: ScriptedServer, run: Run, body: bytes, status: int
) -> None:
    any_server.script([http(status, body)])
    with run.client(any_server.url) as client, pytest.raises(FlickrError) as raised:
        client.call("flickr.test.echo")
    assert str(raised.value).isprintable()
