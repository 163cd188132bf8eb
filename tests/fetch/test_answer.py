"""What a photo host means by a status and its headers."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict

from exifds.errors import GonePhotoError, PhotoError, WithheldPhotoError
from exifds.fetch.answer import CrowdedError, FailedTryError, judge, retry_after, shows_nothing

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def judged(status: int, **headers: str) -> str | None:
    """Judge an answer; `_` in names of headers stands for `-`."""
    return judge(status, CIMultiDict({name.replace("_", "-"): text for name, text in headers.items()}), NOW)


@pytest.mark.parametrize("media", ["image/jpeg", "IMAGE/PNG; q=1", "application/octet-stream", "", None])
def test_a_body_is_the_photo(media: str | None) -> None:
    """An image, or something of which the host does not say what it is."""
    assert judged(200, **({} if media is None else {"content_type": media})) is None
    assert judged(200, content_type="image/gif", content_encoding="identity") is None


@pytest.mark.parametrize(
    "media", ["text/html; charset=utf-8", "application/json", "imagine/jpeg", "video/mp4"]
)
def test_a_page_under_200_is_no_photo(media: str) -> None:
    """Another try may bring the photo."""
    with pytest.raises(FailedTryError, match="not an image"):
        judged(200, content_type=media)


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip", "zstd"])
def test_nothing_packed_is_taken(encoding: str) -> None:
    """Nobody asked for it, and a small packed body may be a huge one."""
    with pytest.raises(FailedTryError, match="packed"):
        judged(200, content_type="image/jpeg", content_encoding=encoding)


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_is_gone(status: int) -> None:
    """The photo was deleted or made private."""
    with pytest.raises(GonePhotoError, match=f"status {status}"):
        judged(status)


@pytest.mark.parametrize("status", [400, 405, 416, 451, 300, 304, 302, 100, 600])
def test_what_is_refused_is_final(status: int) -> None:
    """Also a redirect without an address."""
    with pytest.raises(PhotoError, match=f"does not give the photo .status {status}") as refused:
        judged(status)
    assert not isinstance(refused.value, GonePhotoError)


@pytest.mark.parametrize("status", [401, 403])
def test_what_is_withheld_may_be_given_in_another_size(status: int) -> None:
    """Originals of free accounts are not given to everybody: that is neither gone nor broken."""
    with pytest.raises(WithheldPhotoError, match=f"status {status}"):
        judged(status)


@pytest.mark.parametrize("status", [201, 204, 206, 408, 425, 500, 502, 503, 504, 599])
def test_what_may_pass_is_tried_again(status: int) -> None:
    """Faults of the server, and answers that are no answer to what was asked."""
    with pytest.raises(FailedTryError) as failed:
        judged(status)
    assert failed.value.reason == f"status {status}"
    assert not isinstance(failed.value, CrowdedError)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {}, None),
        (429, {"retry_after": "7"}, 7.0),
        (429, {"retry_after": "soon"}, None),
        (503, {"retry_after": "Fri, 01 May 2026 12:00:30 GMT"}, 30.0),
    ],
)
def test_a_crowded_host_says_how_long_to_wait(status: int, headers: dict[str, str], wait: float) -> None:
    """Too many requests, or an overload that names a time."""
    with pytest.raises(CrowdedError) as crowded:
        judged(status, **headers)
    assert (crowded.value.wait, crowded.value.strained) == (wait, True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_gives_its_address(status: int) -> None:
    """As it came: it is checked by who follows it."""
    assert judged(status, location="//elsewhere/1.jpg") == "//elsewhere/1.jpg"


def test_the_picture_for_gone_photos_is_known_by_its_name() -> None:
    """Flickr has served it in several sizes and from several hosts."""
    assert shows_nothing("https://s.yimg.com/pw/images/en-us/photo_unavailable_l.png")
    assert not shows_nothing("https://live.staticflickr.com/65535/1_a_b.jpg")


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=900))
def test_seconds_and_dates_mean_the_same(seconds: int) -> None:
    """Both forms of Retry-After are read."""
    date = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(str(seconds), NOW) == retry_after(date, NOW) == seconds


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("99999999", 900.0),
        ("9" * 5000, 900.0),
        ("Fri, 01 May 2099 12:00:00 GMT", 900.0),
        ("Fri, 01 May 1970 12:00:00 GMT", 0.0),
        ("Fri, 01 May 2026 12:00:09 -0000", 9.0),
        ("-5", None),
        ("1.5", None),
        ("Fri, 99 May 2026 12:00:00 GMT", None),
        ("\u0667", None),
    ],
)
def test_odd_waits(value: str, wait: float | None) -> None:
    """A wait is never negative and never longer than 15 minutes; what is no time is none."""
    assert retry_after(value, NOW) == wait


@settings(deadline=None)
@given(st.text())
def test_any_retry_after_is_read(value: str) -> None:
    """Whatever a host sends, there is a wait within bounds or none."""
    wait = retry_after(value, NOW)
    assert wait is None or 0 <= wait <= 900
