"""What HTTP answers of the Flickr API mean."""

import json
from email.utils import formatdate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from exifds.sources.flickr.answer import LONGEST_WAIT_S, Again, Answered, Refused, judge

NOW = 1_700_000_000.0
SORRY = "Sorry, the Flickr API service is not currently available."


def failure(code: object, message: object = "Some words") -> bytes:
    return json.dumps({"stat": "fail", "code": code, "message": message}).encode()


def of(status: int, body: bytes | str = b"", **headers: str) -> Answered | Again | Refused:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return judge(status, named, body.encode() if isinstance(body, str) else body, NOW)


@pytest.mark.parametrize(
    "body",
    [
        '{"stat": "ok", "photos": {"total": "7"}}',
        ' \n{"stat": "ok", "photos": {"total": "7"}}\n',
        '\ufeff{"stat": "ok", "photos": {"total": "7"}}',
        'jsonFlickrApi({"stat": "ok", "photos": {"total": "7"}})',
        'jsonFlickrApi({"stat": "ok", "photos": {"total": "7"}});\n',
    ],
)
def test_an_object_that_says_ok_is_the_answer(body: str) -> None:
    """With or without the function call of JSONP."""
    assert of(200, body) == Answered({"stat": "ok", "photos": {"total": "7"}})


def test_bytes_that_are_no_utf8_lose_no_page() -> None:
    """One broken title among 500 photos is not worth the other 499."""
    assert of(200, b'{"stat": "ok", "title": "caf\xe9"}') == Answered({"stat": "ok", "title": "caf\ufffd"})


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_a_temporary_status_is_asked_again_whatever_the_body(status: int) -> None:
    for body in (b"", b"<html>busy</html>", b'{"stat": "ok"}', failure(1)):
        verdict = of(status, body)
        assert isinstance(verdict, Again)
        assert verdict.reason == f"HTTP {status}"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty answer"),
        ("  \n", "empty answer"),
        ("<html><body>Bad, bad panda!</body></html>", "HTML instead of JSON"),
        ('<rsp stat="ok"><photos/></rsp>', "HTML instead of JSON"),
        ('{"stat": "ok", "photos": {"pho', "not JSON"),
        ("[]", "not JSON"),
        ("7", "not JSON"),
        ("{}", "not JSON"),
        ('{"stat": "perhaps"}', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"stat": "ok", "total": ' + "9" * 5000 + "}", "not JSON"),
    ],
)
def test_what_cannot_be_read_is_asked_again(body: str, reason: str) -> None:
    """HTML under 200, truncated bodies, objects that are no answer of Flickr's."""
    assert of(200, body) == Again(reason)


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("901", LONGEST_WAIT_S),
        ("999999999", LONGEST_WAIT_S),
        (formatdate(NOW + 30, usegmt=True), 30.0),
        (formatdate(NOW - 30, usegmt=True), 0.0),
        (formatdate(NOW + 86_400, usegmt=True), LONGEST_WAIT_S),
        ("-5", None),
        ("nan", None),
        ("1e9", None),
        ("\N{ARABIC-INDIC DIGIT SEVEN}", None),
        ("soon", None),
        ("", None),
        ("Tue, 31 Dec 99999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(value: str, wait_s: float | None) -> None:
    """Never below zero, never above 15 minutes."""
    assert of(429, retry_after=value) == Again("HTTP 429", wait_s, for_all=True)


def test_a_date_to_wait_for_is_read_by_the_clock_of_the_server() -> None:
    """A computer whose clock is an hour wrong waits as long as any other."""
    date = formatdate(NOW + 3600, usegmt=True)
    assert of(429, Date=date, Retry_After=formatdate(NOW + 3607, usegmt=True)) == Again("HTTP 429", 7.0, True)


def test_a_wait_is_for_all_when_the_service_asks_for_it() -> None:
    """Too many requests are everybody's doing, and so is a Retry-After; a single broken answer is not."""
    assert of(429) == Again("HTTP 429", None, for_all=True)
    assert of(503, retry_after="3") == Again("HTTP 503", 3.0, for_all=True)
    assert of(503) == Again("HTTP 503", None, for_all=False)
    assert of(200, "") == Again("empty answer", None, for_all=False)


@pytest.mark.parametrize(
    ("code", "message"),
    [(105, "Service currently unavailable"), (201, SORRY), (0, SORRY), ("105", "x"), (10, "Search is down")],
)
def test_a_service_that_is_down_is_asked_again(code: object, message: str) -> None:
    assert of(200, failure(code, message)) == Again("Flickr is not available")


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 11, 12, 18, 20, 98, 99, 111, 112, 116, 201, 0])
def test_what_flickr_refuses_is_final(code: int) -> None:
    """Also code 201 or 0, when they come with other words."""
    for form in (code, str(code)):
        assert of(200, failure(form, "Photo not found")) == Refused(code, "Photo not found")


def test_a_failure_counts_under_any_status_that_is_not_temporary() -> None:
    assert of(401, failure(98, "Login failed")) == Refused(98, "Login failed")


@pytest.mark.parametrize(
    "body",
    [
        '<?xml version="1.0"?>\n<rsp stat="fail"> <err code="1" msg="Photo &quot;7&quot; not found" /></rsp>',
        '<rsp stat="fail"><err msg="Photo &quot;7&quot; not found" code="1"/></rsp>',
        'jsonFlickrApi({"stat": "fail", "code": 1, "message": "Photo \\"7\\" not found"})',
    ],
)
def test_a_failure_is_read_in_any_form(body: str) -> None:
    """Flickr answers in JSON to calls for XML and the other way round."""
    assert of(200, body) == Refused(1, 'Photo "7" not found')


def test_a_service_that_is_down_may_say_so_in_xml() -> None:
    assert of(200, f'<rsp stat="fail"><err code="0" msg="{SORRY}"/></rsp>') == Again(
        "Flickr is not available"
    )


@pytest.mark.parametrize(
    ("body", "code", "advice"),
    [
        (failure(100, "Invalid API Key"), 100, "check EXIFDS_FLICKR_KEY, or FLICKER_KEY in credentials.json"),
        (failure(96, "Invalid signature"), 96, "check EXIFDS_FLICKR_SECRET, or FLICKER_SECRET"),
        (b"oauth_problem=consumer_key_unknown", 100, "check EXIFDS_FLICKR_KEY"),
        (b"oauth_problem=consumer_key_rejected", 100, "check EXIFDS_FLICKR_KEY"),
        (b"oauth_problem=signature_invalid&debug_sbs=POST&oauth_consumer_key%3Dabc", 96, "FLICKR_SECRET"),
        (b"oauth_problem=timestamp_refused", None, "set the clock of this computer"),
    ],
)
def test_a_wrong_key_secret_or_clock_is_told_with_what_to_do(body: bytes, code: int, advice: str) -> None:
    verdict = of(401 if body.startswith(b"oauth") else 200, body)
    assert isinstance(verdict, Refused)
    assert verdict.code == code
    assert advice in verdict.message
    assert "abc" not in verdict.message


def test_a_nonce_that_was_used_is_made_anew() -> None:
    assert of(401, "oauth_problem=nonce_used") == Again("nonce used")


@pytest.mark.parametrize("status", [101, 204, 301, 302, 307, 400, 401, 403, 404, 410])
def test_another_status_is_somebody_elses_answer(status: int) -> None:
    """A redirect, a captive portal, a wrong address: asking again would not help."""
    for body in (b"", b"<html>Sign in</html>", b'{"stat": "ok"}'):
        verdict = of(status, body)
        assert verdict == Refused(
            None, f"HTTP {status} is no answer of the Flickr API: check EXIFDS_FLICKR_REST_URL and the proxy"
        )


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("line\r\nbreak\x1b[31m\u202e\x00end", "line break [31m end"),
        ("x" * 10_000, "x" * 200),
        ("\ud800 lone", "lone"),
        ("", "no reason given"),
        (None, "None"),
        ({"_content": "x"}, "{'_content': 'x'}"),
    ],
)
def test_flickrs_words_are_shown_printable_and_short(message: object, shown: str) -> None:
    assert of(200, failure(1, message)) == Refused(1, shown)


@pytest.mark.parametrize(
    "code", [None, "", "x", "1; drop", 1.5, -1, [], {}, 10**30, "\N{ARABIC-INDIC DIGIT SEVEN}"]
)
def test_a_code_that_is_no_number_is_no_code(code: object) -> None:
    assert of(200, failure(code)) == Refused(None, "Some words")


@given(
    status=st.integers(100, 999),
    headers=st.dictionaries(st.sampled_from(["Retry-After", "DATE", "Content-Type"]), st.text()),
    body=st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")),
)
@example(status=429, headers={"Retry-After": "1 2 3 4 5"}, body=b"")
@example(status=200, headers={}, body=b'{"stat": "fail"}')
@example(status=200, headers={}, body=b'<err code="1" msg="&#xD800;">')
def test_any_answer_means_something(status: int, headers: dict[str, str], body: bytes) -> None:
    """No bytes of a server raise, and no wait is longer than 15 minutes."""
    verdict = judge(status, headers, body, NOW)
    assert not isinstance(verdict, Again) or 0 <= (verdict.wait_s or 0.0) <= LONGEST_WAIT_S
    assert not isinstance(verdict, Refused) or verdict.message.isprintable()


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_any_json_means_something_and_ok_gives_it_whole(value: object) -> None:
    assert of(200, json.dumps(value)) != Answered({})
    data = {"stat": "ok", "value": value}
    assert of(200, json.dumps(data)) == Answered(data)
    assert of(200, f"jsonFlickrApi({json.dumps(data, ensure_ascii=True)})") == Answered(data)
