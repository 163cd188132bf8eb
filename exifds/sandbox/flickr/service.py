"""Service: the two hosts of Flickr, REST API and photos, as one aiohttp application."""

import asyncio
import re
from collections import Counter
from typing import Final

from aiohttp import web

from exifds.errors import FlickrError
from exifds.sandbox.flickr import broken
from exifds.sandbox.flickr.answers import Answers
from exifds.sandbox.flickr.catalogue import Catalogue
from exifds.sandbox.flickr.envelope import Answer, failure, wrap
from exifds.sandbox.flickr.faults import Faults, uniform
from exifds.sandbox.flickr.pictures import PLACEHOLDER
from exifds.sandbox.flickr.sizes import BY_SUFFIX
from exifds.sandbox.flickr.sizes import Kind as Size
from exifds.sandbox.flickr.stats import Stats

__all__ = ["KEY", "SECRET", "Service"]

KEY: Final = "sandbox-key"
"""The only API key that the sandbox knows."""
SECRET: Final = "sandbox-secret"  # noqa: S105 - it opens nothing

_UNAVAILABLE: Final = "/images/photo_unavailable.png"
_FILE: Final = re.compile(r"/(\d+)/(\d{1,20})_[0-9a-f]{10}(?:_([0-9a-z]{1,2}))?\.(?:jpg|png)")
_OAUTH_KEY: Final = re.compile(r'oauth_consumer_key="([^"]*)"')
_NOT_IDENTITY: Final = ("api_key", "format", "nojsoncallback", "jsoncallback", "api_sig")
_SORRY: Final = "Sorry, the Flickr API service is not currently available."
_FAILS: Final = (
    failure(105, "Service currently unavailable"),
    failure(201, _SORRY),
    failure(0, _SORRY),
    failure(10, "Sorry, the Flickr search API is not currently available."),
)


class Service:
    """Flickr's two hosts over a catalogue.

    Args:
        catalogue: The photos.
        stats: Where requests are noted.
        latency: Seconds that every answer takes.
        static_url: Its own address.
    """

    def __init__(self, catalogue: Catalogue, stats: Stats, latency: float, static_url: str) -> None:
        self._catalogue = catalogue
        self._stats = stats
        self._faults: Faults = catalogue.faults
        self._latency = latency
        self._static_url = static_url
        self._answers = Answers(catalogue, static_url)
        self._tried: Counter[str] = Counter()
        self._visits: Counter[str] = Counter()

    def app(self) -> web.Application:
        """The application, for one event loop."""
        app = web.Application()
        app.router.add_route("*", "/services/rest/", self._api)
        app.router.add_get(_UNAVAILABLE, self._unavailable)
        app.router.add_get("/{path:.*}", self._photo)
        return app

    async def _api(self, request: web.Request) -> web.StreamResponse:
        parameters = {name: str(value) for name, value in {**request.query, **await request.post()}.items()}
        method = parameters.get("method", "")
        asked = {name: value for name, value in parameters.items() if _is_asked(name)}
        identity = " ".join([method, *(f"{name}={value}" for name, value in sorted(asked.items()))])
        known = _key(request, parameters) == KEY
        kind = self._faults.api_fault(identity, self._tried[identity]) if known else None
        self._stats.note("api", method, identity, kind)
        self._count(identity, kind)
        await asyncio.sleep(self._latency)
        if not known:
            return _wrapped(failure(100, "Invalid API Key (Key has invalid format)"), parameters)
        if kind == "fail":
            return _wrapped(self._fail(method, identity), parameters)
        if kind == "other_format":
            other = {
                "format": "rest" if parameters.get("format") == "json" else "json",
                "nojsoncallback": "1",
            }
            return _wrapped(self._fail(method, identity), other)
        whole = _wrapped(self._answer(method, asked, identity), parameters)
        if kind is None:
            return whole
        return await broken.serve(
            request, kind, whole, self._faults, identity=(identity, self._tried[identity])
        )

    def _count(self, identity: str, kind: str | None) -> None:
        """A request that is served starts anew when it is made again."""
        if kind is None:
            self._tried.pop(identity, None)
            self._visits[identity] += 1
        else:
            self._tried[identity] += 1

    def _answer(self, method: str, asked: dict[str, str], identity: str) -> Answer:
        try:
            return self._answers.answer(method, asked, visit=self._visits[identity])
        except FlickrError as error:
            return failure(error.code or 0, str(error))

    def _fail(self, method: str, identity: str) -> Answer:
        fails = _FAILS if method.endswith("search") else _FAILS[:3]
        return fails[int(uniform(self._faults.seed, "code", identity) * len(fails))]

    async def _photo(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        kind = self._faults.photo_fault(path, self._tried[path])
        found = self._find(path)
        if found is None or self._gone(found[0]):
            kind = None
        self._stats.note("photo", path, path, kind)
        self._count(path, kind)
        await asyncio.sleep(self._latency)
        if found is None:
            raise web.HTTPNotFound
        index, size = found
        if self._gone(index):
            return self._farewell(index)
        if kind == "wrong_size":
            return await self._file(
                index, next((other for other in self._catalogue.sizes(index) if other != size), size)
            )
        whole = await self._file(index, size)
        if kind is None:
            return whole
        return await broken.serve(request, kind, whole, self._faults, identity=(path, self._tried[path]))

    def _find(self, path: str) -> tuple[int, Size] | None:
        """The photo and size at a path, if the secret is right and the size is offered."""
        named = _FILE.fullmatch(path)
        index = self._catalogue.index(named[2]) if named else None
        size = BY_SUFFIX.get((named[3] or "") if named else "")
        if index is None or size is None or size not in self._catalogue.sizes(index):
            return None
        return (index, size) if path == self._catalogue.path(index, size) else None

    def _gone(self, index: int) -> bool:
        return bool(self._catalogue.fates.gone[index])

    def _farewell(self, index: int) -> web.Response:
        """How the photo host says that it has a photo no longer: in one of four ways."""
        match int(self._catalogue.columns.ending[index] * 4):
            case 0:
                raise web.HTTPFound(self._static_url + _UNAVAILABLE)
            case 1:
                return web.Response(body=PLACEHOLDER, content_type="image/png")
            case 2:
                raise web.HTTPGone
            case _:
                raise web.HTTPNotFound

    async def _file(self, index: int, size: Size) -> web.Response:
        png = self._catalogue.is_png(index, size)
        data = self._catalogue.pictures.kept(index, size, png=png)
        if data is None:
            data = await asyncio.to_thread(self._catalogue.pictures.file, index, size, png=png)
        return web.Response(body=data, content_type="image/png" if png else "image/jpeg")

    async def _unavailable(self, _request: web.Request) -> web.Response:
        return web.Response(body=PLACEHOLDER, content_type="image/png")


def _wrapped(answer: Answer, parameters: dict[str, str]) -> web.Response:
    content_type, body = wrap(answer, parameters)
    return web.Response(body=body, content_type=content_type, charset="utf-8")


def _is_asked(name: str) -> bool:
    """Whether a parameter says what is asked, not by whom and in which form."""
    return name not in _NOT_IDENTITY and not name.startswith("oauth_") and name != "method"


def _key(request: web.Request, parameters: dict[str, str]) -> str:
    """The API key: a parameter, or in the header of an OAuth 1 signature, which is not checked."""
    signed = _OAUTH_KEY.search(request.headers.get("Authorization", ""))
    return signed[1] if signed else parameters.get("api_key") or parameters.get("oauth_consumer_key", "")
