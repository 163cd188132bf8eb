"""The protocol below the client: keys, verbs, the photo host, and what is noted."""

import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.sandbox.flickr.pictures import PLACEHOLDER
from exifds.sandbox.flickr.sizes import BY_SUFFIX, ORIGINAL

JSON = {"format": "json", "nojsoncallback": "1"}


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A plain client."""
    async with aiohttp.ClientSession() as session:
        yield session


async def call(http: aiohttp.ClientSession, server: FlickrServer, **parameters: str) -> Any:
    """One call with the right key; the parsed answer."""
    key = server.settings()["flickr_key"]
    async with http.get(server.rest_url, params={"api_key": key, **JSON, **parameters}) as response:
        assert response.status == 200
        return await response.json()


async def test_get_and_post_say_the_same(http: aiohttp.ClientSession, server: FlickrServer) -> None:
    parameters = {
        "api_key": "sandbox-key", "method": "flickr.photos.search", "text": "サル -outdoor", **JSON,
    }  # fmt: skip
    async with http.get(server.rest_url, params=parameters) as got:
        async with http.post(server.rest_url, data=parameters) as posted:
            assert await got.json() == await posted.json()
        assert got.content_type == "application/json"


@pytest.mark.parametrize("key", [{}, {"api_key": "wrong"}, {"oauth_consumer_key": "wrong"}])
async def test_a_wrong_key_is_code_100_under_200(
    http: aiohttp.ClientSession, server: FlickrServer, key: dict[str, str]
) -> None:
    async with http.get(server.rest_url, params={"method": "flickr.test.echo", **JSON, **key}) as response:
        assert response.status == 200
        assert (await response.json())["code"] == 100


async def test_xml_and_jsonp_have_their_types(http: aiohttp.ClientSession, server: FlickrServer) -> None:
    base = {"api_key": "sandbox-key", "method": "flickr.test.echo"}
    async with http.get(server.rest_url, params=base) as response:
        assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    async with http.get(server.rest_url, params={**base, "format": "json"}) as response:
        text = await response.text()
        assert response.content_type == "text/javascript"
        assert json.loads(text.removeprefix("jsonFlickrApi(").removesuffix(")"))["stat"] == "ok"


async def test_photos_come_with_their_own_secret_only(
    http: aiohttp.ClientSession, catalogue: Catalogue, server: FlickrServer
) -> None:
    secret, original = catalogue.secret(2), catalogue.secret(2, ORIGINAL)
    right = catalogue.path(2, ORIGINAL)
    async with http.get(server.static_url + right) as response:
        assert response.content_type == "image/jpeg"
        assert await response.read() == catalogue.picture(2)
    wrong = [
        right.replace(original, secret),
        right.replace("_o.", "_n."),
        right.replace("_o.", "_b."),
        right.replace("_o.", "_zz."),
        right.replace(".jpg", ".png"),
        right.replace("/65535/", "/1/"),
        right.replace(catalogue.photo_id(2), "12345"),
        catalogue.path(2, BY_SUFFIX["n"]).replace(secret, original),
        "/",
        "/images/../../etc/passwd",
    ]
    for path in wrong:
        async with http.get(server.static_url + path) as response:
            assert response.status == 404


async def test_a_photo_that_is_gone_says_so_in_four_ways(
    http: aiohttp.ClientSession, troubled: FlickrServer
) -> None:
    """404, 410, the placeholder itself, or a redirect to it; always the same one for a photo."""
    world = troubled.catalogue
    ways: Counter[str] = Counter()
    for row in (row for row in range(600) if world.truth(row).gone):
        async with http.get(troubled.static_url + world.path(row, BY_SUFFIX["s"])) as response:
            body = await response.read()
            if response.history:
                assert "photo_unavailable" in str(response.url)
            way = "redirect" if response.history else str(response.status)
            assert (body == PLACEHOLDER) == (response.status == 200)
            ways[way] += 1
    assert set(ways) == {"404", "410", "200", "redirect"}


async def test_each_request_is_noted(http: aiohttp.ClientSession, catalogue: Catalogue) -> None:
    with FlickrServer(catalogue) as server:
        await call(http, server, method="flickr.photos.search", text="wild", page="2")
        await call(http, server, method="flickr.photos.search", text="wild", page="2")
        await call(http, server, method="flickr.test.echo")
        async with http.get(server.static_url + catalogue.path(0, BY_SUFFIX["s"])):
            pass
        stats = server.stats
        assert stats.calls == {"flickr.photos.search": 2, "flickr.test.echo": 1}
        assert stats.photos == 1
        assert not stats.faults
        assert stats.ledger[0].identity == "flickr.photos.search page=2 text=wild"
        assert stats.ledger[0].identity == stats.ledger[1].identity
        assert stats.ledger[0].at <= stats.ledger[-1].at


async def test_shifting_pages_are_drawn_anew_at_each_visit(
    http: aiohttp.ClientSession, catalogue: Catalogue
) -> None:
    with FlickrServer(catalogue, Faults(shuffled=1)) as server:
        asked = {"method": "flickr.photos.search", "text": "wild", "per_page": "50"}
        first, second = [await call(http, server, **asked) for _ in range(2)]
        ids = [[row["id"] for row in answer["photos"]["photo"]] for answer in (first, second)]
        assert ids[0] != ids[1]
        assert set(ids[0]) == set(ids[1])


async def test_answers_take_as_long_as_wanted(http: aiohttp.ClientSession, catalogue: Catalogue) -> None:
    with FlickrServer(catalogue, latency=0.05) as server:
        ledger = server.stats.ledger
        await call(http, server, method="flickr.test.echo")
        await call(http, server, method="flickr.test.echo")
        assert ledger[1].at - ledger[0].at >= 0.05
