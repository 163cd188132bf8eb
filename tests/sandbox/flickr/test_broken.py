"""Each fault as a client meets it, and that it passes."""

import json
import urllib.request
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from http.client import RemoteDisconnected
from typing import Any

import aiohttp
import pytest

from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.sandbox.flickr.sizes import BY_SUFFIX, ORIGINAL

ECHO = {"api_key": "sandbox-key", "method": "flickr.test.echo", "format": "json", "nojsoncallback": "1"}
TRIES = 3


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A plain client."""
    async with aiohttp.ClientSession() as session:
        yield session


async def tries(http: aiohttp.ClientSession, server: FlickrServer, url: str, **parameters: str) -> list[Any]:
    """What each try gives, up to the first without a fault: status, headers and body, or an error."""
    found: list[Any] = []
    while not found or server.stats.ledger[-1].fault:
        try:
            async with http.get(url, params=parameters) as response:
                found.append((response.status, response.headers, await response.read()))
        except aiohttp.ClientError as error:
            found.append(error)
    assert len(found) <= TRIES + 1
    return found


async def calls(http: aiohttp.ClientSession, catalogue: Catalogue, faults: Faults) -> list[list[Any]]:
    """The tries of some calls."""
    with FlickrServer(catalogue, faults) as server:
        return [
            await tries(http, server, server.rest_url, **ECHO, number=str(number)) for number in range(12)
        ]


async def photos(http: aiohttp.ClientSession, catalogue: Catalogue, faults: Faults) -> list[list[Any]]:
    """The tries of some photo files."""
    with FlickrServer(catalogue, faults) as server:
        return [
            await tries(http, server, server.static_url + catalogue.path(row, ORIGINAL))
            for row in range(0, 24, 2)
        ]


def is_served(one: Any) -> bool:
    return isinstance(one, tuple) and one[0] == 200 and json.loads(one[2])["stat"] == "ok"


@pytest.mark.parametrize("ask", [calls, photos])
async def test_429_comes_with_seconds_with_a_date_and_without(
    http: aiohttp.ClientSession, catalogue: Catalogue, ask: Any
) -> None:
    faults = Faults(api_429=1, photo_429=1, retry_after=7)
    refused = [one for each in await ask(http, catalogue, faults) for one in each if one[0] == 429]
    waits = {one[1].get("Retry-After") for one in refused}
    assert {None, "7"} <= waits
    dates = [parsedate_to_datetime(wait) for wait in waits - {None, "7"}]
    assert dates
    assert all(b"<html>" in one[2] for one in refused)


@pytest.mark.parametrize("ask", [calls, photos])
async def test_5xx_are_of_three_kinds_and_pass(
    http: aiohttp.ClientSession, catalogue: Catalogue, ask: Any
) -> None:
    found = await ask(http, catalogue, Faults(api_5xx=1, photo_5xx=1))
    assert {one[0] for each in found for one in each} == {200, 500, 502, 503}
    assert {len([one for one in each if one[0] != 200]) for each in found} == {1, 2, 3}


@pytest.mark.parametrize("ask", [calls, photos])
async def test_html_comes_under_200(http: aiohttp.ClientSession, catalogue: Catalogue, ask: Any) -> None:
    for each in await ask(http, catalogue, Faults(api_html=1, photo_html=1)):
        assert each[0][0] == 200
        assert each[0][1]["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("ask", [calls, photos])
@pytest.mark.parametrize("kind", ["truncated", "drip"])
async def test_bodies_that_end_too_early(
    http: aiohttp.ClientSession, catalogue: Catalogue, ask: Any, kind: str
) -> None:
    faults = Faults.model_validate({f"api_{kind}": 1, f"photo_{kind}": 1, "drip": 0.05})
    for each in await ask(http, catalogue, faults):
        assert isinstance(each[0], aiohttp.ClientPayloadError)
        assert not isinstance(each[-1], Exception)


@pytest.mark.parametrize("path", ["/services/rest/?api_key=sandbox-key&method=flickr.test.echo", None])
def test_connections_are_reset(catalogue: Catalogue, path: str | None) -> None:
    """Seen with a client that, other than aiohttp, does not try again by itself."""
    with FlickrServer(catalogue, Faults(api_reset=1, photo_reset=1)) as server:
        url = server.static_url + (path or catalogue.path(2, ORIGINAL))
        with pytest.raises((ConnectionResetError, RemoteDisconnected)):
            urllib.request.urlopen(url)
        assert set(server.stats.faults) <= {"api reset", "photo reset"}


async def test_failures_that_pass(http: aiohttp.ClientSession, catalogue: Catalogue) -> None:
    found = await calls(http, catalogue, Faults(api_fail=1))
    assert {json.loads(one[2]).get("code") for each in found for one in each} == {None, 0, 105, 201}
    assert all(is_served(each[-1]) for each in found)


async def test_errors_in_the_other_format(http: aiohttp.ClientSession, catalogue: Catalogue) -> None:
    """XML in answer to a JSON call, and JSON in answer to an XML call."""
    for each in await calls(http, catalogue, Faults(api_other_format=1)):
        assert each[0][2].startswith(b"<?xml")
    with FlickrServer(catalogue, Faults(api_other_format=1)) as server:
        (first, *_) = await tries(
            http, server, server.rest_url, api_key="sandbox-key", method="flickr.test.echo"
        )
        assert json.loads(first[2])["stat"] == "fail"


async def test_a_wrong_size_is_a_picture_all_the_same(
    http: aiohttp.ClientSession, catalogue: Catalogue
) -> None:
    with FlickrServer(catalogue, Faults(photo_wrong_size=1)) as server:
        for wanted, got in (("n", "s"), ("s", "q")):
            found = await tries(http, server, server.static_url + catalogue.path(6, BY_SUFFIX[wanted]))
            assert found[0][2] == catalogue.picture(6, got)
            assert found[-1][2] == catalogue.picture(6, wanted)


async def test_what_can_be_had_is_had_by_who_asks_often_enough(
    http: aiohttp.ClientSession, catalogue: Catalogue
) -> None:
    """With everything going wrong, every photo that is not gone comes with the right bytes."""
    with FlickrServer(catalogue, Faults.all(seed=4, drip=0.1)) as server:
        world = server.catalogue
        for row in range(150):
            size = world.sizes(row)[-1]
            last = (await tries(http, server, server.static_url + world.path(row, size)))[-1]
            if not world.truth(row).gone:
                assert last[2] == world.picture(row, size.suffix)
        assert len(server.stats.faults) >= 5
