"""Photos come whole, from allowed hosts only, or the reason is told; a host is never pressed."""

import asyncio
import socket
import threading
from typing import Any

import pytest
from aiohttp import web

from exifds.errors import DiskFullError, FlickrUnavailableError, GonePhotoError, PhotoError, UsageError
from exifds.fetch.download import SILENCE, Downloader
from tests.fetch.photo_host import (
    PHOTO,
    PLACEHOLDER,
    Answer,
    Canary,
    PhotoHost,
    cut_off,
    dripping,
    flooding,
    moved,
    page,
    photo,
    reset,
    serving,
    silent,
    status,
    until,
)


def downloader(host: PhotoHost, **options: Any) -> Downloader:
    """A downloader that may ask a host, and does not wait long."""
    return Downloader([host.place], **{"base": 0.001, "patience": 5, **options})


async def test_what_read_returns_is_returned(host: PhotoHost) -> None:
    """The bytes are processed in a thread, so that the network goes on meanwhile."""
    url = host.says("/1.jpg", photo())
    async with downloader(host) as fetcher:
        thread, data = await fetcher.fetch(url, lambda data: (threading.current_thread().name, data))
    assert data == PHOTO
    assert thread.startswith("exifds-photo")
    assert (fetcher.requests, fetcher.retries) == (1, {})


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (cut_off, "cut off"),
        (reset, "connection lost"),
        (page(), "not an image"),
        (photo(b""), "empty"),
        (silent, "timeout"),
        (dripping, "timeout"),
        (status(500), "status 500"),
        (status(503), "status 503"),
        (status(429), "status 429"),
        (status(429, Retry_After="0"), "status 429"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_what_may_pass_is_tried_again(host: PhotoHost, fault: Answer, reason: str) -> None:
    """After some faults the photo comes, and the faults are counted by reason."""
    url = host.says("/1.jpg", fault, fault, photo())
    async with downloader(host, patience=0.2 if reason == "timeout" else 5) as fetcher:
        assert await fetcher.fetch(url, bytes) == PHOTO
    assert set(fetcher.retries) == {reason}


async def test_a_photo_that_never_comes_is_given_up(host: PhotoHost) -> None:
    """After all tries, and the reason of the last one is told."""
    url = host.says("/1.jpg", page(), status(500))
    async with downloader(host, tries=3) as fetcher:
        with pytest.raises(
            PhotoError, match=r"^the photo did not come in 3 tries; the last one: status 500$"
        ):
            await fetcher.fetch(url, len)
    assert fetcher.retries == {"not an image": 1, "status 500": 1}
    assert len(host.seen) == 3


@pytest.mark.parametrize(("code", "error"), [(404, GonePhotoError), (410, GonePhotoError), (403, PhotoError)])
async def test_what_is_final_is_not_tried_again(host: PhotoHost, code: int, error: type[PhotoError]) -> None:
    """Gone or refused: asking again would press the host for nothing."""
    url = host.says("/1.jpg", status(code), photo())
    async with downloader(host) as fetcher:
        with pytest.raises(error, match=f"status {code}"):
            await fetcher.fetch(url, len)
    assert len(host.seen) == 1


async def test_bytes_that_are_no_photo_are_fetched_again(host: PhotoHost) -> None:
    """Truncation may show only when the photo is read."""

    def read(data: bytes) -> bytes:
        if not data.endswith(b"\xff\xd9"):
            raise PhotoError("expected an end of image, the data stops before it")
        return data

    url = host.says("/1.jpg", photo(PHOTO[:-2]), photo())
    async with downloader(host, tries=2) as fetcher:
        assert await fetcher.fetch(url, read) == PHOTO
        assert fetcher.retries == {"unusable photo": 1}
        url = host.says("/2.jpg", photo(PHOTO[:-2]))
        with pytest.raises(PhotoError, match="the data stops before it"):
            await fetcher.fetch(url, read)


@pytest.mark.parametrize(
    "error", [DiskFullError("full"), UsageError("not so"), OSError(5, "I/O"), GonePhotoError("0")]
)
async def test_what_is_no_fault_of_the_photo_passes_through(host: PhotoHost, error: Exception) -> None:
    """A full disk is not cured by fetching again, and what `read` knows to be gone is gone."""

    def read(_data: bytes) -> None:
        raise error

    url = host.says("/1.jpg", photo())
    async with downloader(host) as fetcher:
        with pytest.raises(type(error)) as raised:
            await fetcher.fetch(url, read)
    assert raised.value is error
    assert len(host.seen) == 1


async def test_a_redirect_is_followed(host: PhotoHost) -> None:
    """Also to another host that is allowed, at most three times."""
    async with serving() as other:
        url = host.says("/1.jpg", moved("/2.jpg"))
        host.says("/2.jpg", moved(other.says("/3.jpg", moved("4.jpg"))))
        other.says("/4.jpg", photo())
        async with Downloader([host.place, other.place]) as fetcher:
            assert await fetcher.fetch(url, bytes) == PHOTO
            other.says("/4.jpg", moved("/5.jpg"))
            other.says("/5.jpg", photo())
            with pytest.raises(PhotoError, match="more than 3 redirects away"):
                await fetcher.fetch(url, bytes)
    assert [request.path for request in other.seen] == ["/3.jpg", "/4.jpg"] * 2


async def test_hosts_that_point_at_each_other_do_not_block(host: PhotoHost) -> None:
    """A request gives its turn back before it follows a redirect."""
    async with serving() as other:
        urls = [
            host.says("/a", moved(other.says("/a", photo()))),
            other.says("/b", moved(host.says("/b", photo()))),
        ]
        async with Downloader([host.place, other.place], connections=1) as fetcher, asyncio.timeout(5):
            assert await asyncio.gather(*(fetcher.fetch(url, bytes) for url in urls * 10)) == [PHOTO] * 20


async def test_the_picture_for_gone_photos_is_recognised(host: PhotoHost) -> None:
    """By the name it is redirected to; and from then on by its bytes, as it also comes without a redirect."""
    url = host.says("/1.jpg", moved("/images/photo_unavailable.jpg"))
    host.says("/images/photo_unavailable.jpg", status(500), photo(PLACEHOLDER))
    other = host.says("/2.jpg", photo(PLACEHOLDER))
    async with downloader(host) as fetcher:
        assert await fetcher.fetch(other, bytes) == PLACEHOLDER
        for _ in range(4):
            with pytest.raises(GonePhotoError, match="says the photo is unavailable"):
                await fetcher.fetch(url, bytes)
        with pytest.raises(GonePhotoError, match="says the photo is unavailable"):
            await fetcher.fetch(other, bytes)
        assert await fetcher.fetch(host.says("/3.jpg", photo()), bytes) == PHOTO
    assert [request.path for request in host.seen].count("/images/photo_unavailable.jpg") == 2


async def test_the_picture_for_gone_photos_may_lie_anywhere(host: PhotoHost) -> None:
    """It is known by its name: nobody need connect to where it lies."""
    url = host.says("/1.jpg", moved("https://s.yimg.com/pw/images/en-us/photo_unavailable.png"))
    async with downloader(host) as fetcher:
        with pytest.raises(GonePhotoError):
            await fetcher.fetch(url, bytes)
    assert fetcher.requests == 1


async def test_a_crowded_host_is_left_alone_by_everybody(host: PhotoHost) -> None:
    """One is told to wait, and all wait."""
    first = host.says("/0", status(429, Retry_After="1"), photo())
    others = [host.says(f"/{n}", photo()) for n in range(1, 5)]
    async with downloader(host) as fetcher, asyncio.TaskGroup() as group:
        group.create_task(fetcher.fetch(first, len))
        await until(lambda: fetcher.retries)
        for url in others:
            group.create_task(fetcher.fetch(url, len))
    assert len(host.times) == 6
    assert min(host.times[1:]) - host.times[0] >= 0.99


async def test_another_host_is_not_held(host: PhotoHost) -> None:
    """Each host has a pace of its own."""
    async with serving() as other:
        crowded = host.says("/1", status(503, Retry_After="900"))
        async with Downloader([host.place, other.place], base=0.001) as fetcher, asyncio.timeout(5):
            waiting = asyncio.create_task(fetcher.fetch(crowded, len))
            await until(lambda: fetcher.retries)
            assert await fetcher.fetch(other.says("/1", photo()), bytes) == PHOTO
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting


async def test_no_more_than_the_connections_allowed(host: PhotoHost) -> None:
    """However many photos are asked for at once."""
    here = most = 0

    async def counting(_request: web.Request) -> web.StreamResponse:
        nonlocal here, most
        here += 1
        most = max(most, here)
        await asyncio.sleep(0.002)
        here -= 1
        return photo()

    urls = [host.says(f"/{n}", counting) for n in range(40)]
    async with downloader(host, connections=4, patience=5) as fetcher:
        await asyncio.gather(*(fetcher.fetch(url, len) for url in urls))
    assert most == 4


@pytest.mark.parametrize(
    "answer", [silent, dripping, status(429, Retry_After="900")], ids=["silent", "drip", "held"]
)
async def test_a_fetch_can_be_cancelled_at_any_point(host: PhotoHost, answer: Answer) -> None:
    """While it waits for an answer, for the rest of a body, for its turn; and the next photo comes."""
    slow = host.says("/slow", answer)
    async with downloader(host, patience=30) as fetcher, asyncio.timeout(5):
        task = asyncio.create_task(fetcher.fetch(slow, len))
        await until(lambda: host.seen)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        if answer in (silent, dripping):
            assert await fetcher.fetch(host.says("/1", photo()), bytes) == PHOTO


async def test_processing_ends_before_the_downloader_does(host: PhotoHost) -> None:
    """What was cancelled while it was being processed is processed to its end, not beyond."""
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

    def read(_data: bytes) -> None:
        begun.set()
        go_on.wait(5)
        done.set()

    async with downloader(host) as fetcher:
        task = asyncio.create_task(fetcher.fetch(host.says("/1", photo()), read))
        await asyncio.to_thread(begun.wait, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not done.is_set()
        go_on.set()
    assert done.is_set()


async def test_without_a_network_the_run_ends(host: PhotoHost) -> None:
    """Not every photo fails: after many in succession it is the network that does."""
    dead = [f"http://127.0.0.1:9/{n}" for n in range(SILENCE)]
    async with Downloader([host.place, "127.0.0.1:9"], base=0.001, tries=2) as fetcher:
        for _ in range(2):
            for url in dead:
                with pytest.raises(PhotoError, match="the last one: no connection"):
                    await fetcher.fetch(url, len)
            with pytest.raises(GonePhotoError):
                await fetcher.fetch(host.says("/1", status(404)), len)
        for url in dead:
            with pytest.raises(PhotoError):
                await fetcher.fetch(url, len)
        with pytest.raises(FlickrUnavailableError, match=r"check the network and run the same command again"):
            await fetcher.fetch(dead[0], len)


FORBIDDEN = [
    "http://169.254.169.254:{port}/latest/meta-data",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://0x7f.1:{port}/",
    "http://2130706433:{port}/",
    "http://0.0.0.0:{port}/",
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://{place}@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@{place}/",
    "http://127.0.0.1:{port}#@{place}/",
    "https://rebound.staticflickr.com/1.jpg",
    "https://live.staticflickr.com:{port}/1.jpg",
    "http://live.staticflickr.com:{port}/1.jpg",
    "https://live.staticflickr.com.evil.example:{port}/1.jpg",
    "https://{place}/1.jpg",
    "file:///etc/passwd",
    "ftp://127.0.0.1:{port}/1.jpg",
]


def rebind(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """Let every public name lead to a port of this machine."""
    system = socket.getaddrinfo

    def getaddrinfo(host: str, asked: int, *rest: Any, **other: Any) -> Any:
        if host.endswith((".com", ".example")):
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        return system(host, asked, *rest, **other)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("target", FORBIDDEN)
@pytest.mark.parametrize("way", ["asked", "redirected"])
async def test_nothing_leads_elsewhere(
    host: PhotoHost, canary: Canary, monkeypatch: pytest.MonkeyPatch, target: str, way: str
) -> None:
    """Whatever a URL or a redirect says, nobody connects to a port that is not allowed."""
    rebind(monkeypatch, canary.port)
    url = target.format(port=canary.port, place=host.place)
    start = url if way == "asked" else host.says("/1.jpg", moved(url))
    async with Downloader(["*.staticflickr.com", f"http://{host.place}"], base=0.001, patience=5) as fetcher:
        with pytest.raises(PhotoError):
            await fetcher.fetch(start, len)
    assert canary.connections == 0
    if target == "https://rebound.staticflickr.com/1.jpg":
        assert fetcher.retries["private address"] == 5


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (flooding, "larger than"),
        (dripping, "the last one: timeout"),
        (
            web.Response(body=b"bomb", headers={"Content-Type": "image/jpeg", "Content-Encoding": "gzip"}),
            "packed",
        ),
        (photo(bytes(20_000)), "larger than"),
    ],
    ids=["no length", "drip", "bomb", "large"],
)
async def test_no_answer_takes_more_than_allowed(host: PhotoHost, answer: Answer, message: str) -> None:
    """Neither bytes nor seconds."""
    url = host.says("/1.jpg", answer)
    async with downloader(host, largest=10_000, tries=2, patience=0.2) as fetcher, asyncio.timeout(5):
        with pytest.raises(PhotoError, match=message):
            await fetcher.fetch(url, len)


async def test_every_obtainable_photo_comes_whatever_happens(host: PhotoHost) -> None:
    """300 photos, of which two in three fail in some way at first: all come, each as it is."""
    faults: list[Answer] = [
        cut_off, reset, page(), status(500), status(429), status(429, Retry_After="0"), photo(PHOTO[:-2]),
    ]  # fmt: skip
    urls = {}
    for n in range(300):
        body = b"%d" % n + PHOTO
        urls[host.says(f"/{n}", *faults[n % 7 : n % 7 + n % 3], photo(body))] = body

    def read(data: bytes) -> bytes:
        if not data.endswith(b"\xff\xd9"):
            raise PhotoError("cut off")
        return data

    async with downloader(host, patience=10) as fetcher:
        found = await asyncio.gather(*(fetcher.fetch(url, read) for url in urls))
    assert found == list(urls.values())
    assert fetcher.requests <= len(host.seen)
