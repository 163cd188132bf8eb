"""Who may talk to the page."""

from collections.abc import Mapping

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from exifds.curate.guard import Guard, hosts, policy
from exifds.errors import UsageError

ORIGIN = "http://127.0.0.1:8080"
SOCKET = "ws://127.0.0.1:8080/socket"
TOKEN = "right"


async def page(_request: Request) -> HTMLResponse:
    """A page as NiceGUI writes it."""
    return HTMLResponse('<style>a{}</style><script>1</script><b style="display: none"></b>')


async def text(_request: Request) -> PlainTextResponse:
    """What must not be read without the token."""
    return PlainTextResponse("secret")


async def socket(websocket: WebSocket) -> None:
    """A socket that tells the same."""
    await websocket.accept()
    await websocket.send_text("secret")
    await websocket.close()


@pytest.fixture
def client() -> TestClient:
    """A client that has no cookie yet."""
    routes = [
        Route("/", page),
        Route("/text", text, methods=["GET", "POST"]),
        Route("/_nicegui/script", text),
        WebSocketRoute("/socket", socket),
    ]
    guarded = Guard(Starlette(routes=routes), TOKEN, hosts("127.0.0.1", 8080), "exifds-8080")
    return TestClient(guarded, base_url=ORIGIN, follow_redirects=False)


@pytest.fixture
def known(client: TestClient) -> TestClient:
    """A client that came with the token."""
    assert client.get(f"/?token={TOKEN}").status_code == 200
    return client


def test_the_token_becomes_a_cookie_that_no_script_reads_and_no_other_site_sends(client: TestClient) -> None:
    """The address with the token answers with a strict cookie and a way to the page without the token."""
    answer = client.get(f"/?token={TOKEN}")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("exifds-8080=")
    assert TOKEN not in cookie
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert 'content="0;url=/"' in answer.text
    assert TOKEN not in answer.text


def test_whoever_has_the_cookie_gets_the_page(known: TestClient) -> None:
    """After the entry, no token is needed in any address."""
    assert known.get("/text").text == "secret"


@pytest.mark.parametrize("address", ["/", "/text", "/?token=", "/?token=wrong", "/text?token=right"])
def test_without_the_token_there_is_nothing(client: TestClient, address: str) -> None:
    """No token, a wrong one, or one at another path: 403, and no word of what is there."""
    answer = client.get(address)
    assert answer.status_code == 403
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "cookie", ["exifds-8080=wrong", "exifds-8080=right", "exifds-9090=right", "exifds-8080", "=;;\0=right"]
)
def test_a_wrong_cookie_is_none(client: TestClient, cookie: str) -> None:
    """A cookie of another port, a malformed one, or one that holds the token, opens nothing."""
    assert client.get("/text", headers={"Cookie": cookie}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:8080"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:9090"},
        {"Host": "127.0.0.1:8080.evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "https://127.0.0.1:8080"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "null"},
        {"Host": "evil.example:8080", "Origin": "http://evil.example:8080"},
    ],
)
@pytest.mark.parametrize("address", ["/text", f"/?token={TOKEN}"])
def test_another_host_or_origin_is_refused_even_with_the_token(
    known: TestClient, headers: Mapping[str, str], address: str
) -> None:
    """A name that was made to point here, or a page of another site, gets 403."""
    assert known.get(address, headers=headers).status_code == 403


def test_what_changes_things_must_name_its_origin(known: TestClient) -> None:
    """Browsers tell the origin of every POST, so one without is not from the page."""
    assert known.post("/text").status_code == 403
    assert known.post("/text", headers={"Origin": ORIGIN}).status_code == 200


def test_a_socket_needs_origin_and_cookie(known: TestClient) -> None:
    """WebSockets are not held back by the same-origin policy, so the guard does it."""
    with known.websocket_connect(SOCKET, headers={"Origin": ORIGIN}) as opened:
        assert opened.receive_text() == "secret"


@pytest.mark.parametrize("origin", [{}, {"Origin": "http://evil.example"}])
def test_a_foreign_socket_is_refused(known: TestClient, origin: Mapping[str, str]) -> None:
    """Without the right origin a socket is closed before it is accepted."""
    with pytest.raises(WebSocketDisconnect), known.websocket_connect(SOCKET, headers=dict(origin)):
        pass


def test_a_socket_without_the_cookie_is_refused(client: TestClient) -> None:
    """The right origin alone opens nothing."""
    headers = {"Origin": ORIGIN}
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET, headers=headers):
        pass


@pytest.mark.parametrize("address", ["/", "/text", "/nothing"])
def test_every_answer_says_what_a_browser_may_do(known: TestClient, address: str) -> None:
    """Also errors carry the policy, and none may be framed, sniffed, cached or told to others."""
    headers = known.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]


def test_files_of_the_framework_may_be_kept(known: TestClient) -> None:
    """They are the same for everybody; NiceGUI says for how long."""
    assert "Cache-Control" not in known.get("/_nicegui/script").headers


def test_scripts_and_styles_of_a_page_carry_its_nonce(known: TestClient) -> None:
    """Each answer has a nonce of its own, which stands in the policy and in the page."""
    first, second = known.get("/"), known.get("/")
    assert first.text != second.text
    nonce = first.text.partition('<script nonce="')[2].partition('"')[0]
    assert first.headers["Content-Security-Policy"] == policy(nonce)
    assert f'<style nonce="{nonce}">a{{}}</style>' in first.text
    assert "<b hidden>" in first.text
    assert int(first.headers["Content-Length"]) == len(first.content)


def test_hosts_are_named_as_browsers_do() -> None:
    """Loopback has three names, another address one, and IPv6 stands in brackets."""
    assert "localhost:80" in hosts("localhost", 80)
    assert hosts("192.0.2.1", 80) == {"192.0.2.1:80"}
    assert hosts("2001:db8::1", 80) == {"[2001:db8::1]:80"}
    assert hosts("Studio.lan", 80) == {"studio.lan:80"}


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_the_page_is_not_served_everywhere(address: str) -> None:
    """At all addresses, any name could point to it."""
    with pytest.raises(UsageError, match="expected one address of this machine"):
        hosts(address, 80)


def test_a_cookie_opens_its_own_server_only(known: TestClient) -> None:
    """Each server has a secret of its own, even if two were given the same token."""
    held = known.cookies["exifds-8080"]
    guarded = Guard(Starlette(routes=[Route("/text", text)]), TOKEN, hosts("127.0.0.1", 8080), "exifds-8080")
    other = TestClient(guarded, base_url=ORIGIN, cookies={"exifds-8080": held})
    assert known.get("/text").status_code == 200
    assert other.get("/text").status_code == 403


def test_a_cookie_is_no_token(known: TestClient) -> None:
    """What other servers on this host may see of the cookie is no address to enter by."""
    held = known.cookies["exifds-8080"]
    known.cookies.clear()
    assert known.get(f"/?token={held}").status_code == 403
