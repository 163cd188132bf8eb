"""A catalogue and servers over it, with and without faults, and the real client of the API."""

from collections.abc import Callable, Iterator

import flickrapi
import pytest

from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer

Flickr = Callable[[FlickrServer, str], flickrapi.FlickrAPI]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """600 photos to which nothing happened."""
    return Catalogue(600, seed=1)


@pytest.fixture(scope="session")
def server(catalogue: Catalogue) -> Iterator[FlickrServer]:
    """A server where all goes well."""
    with FlickrServer(catalogue) as running:
        yield running


@pytest.fixture(scope="session")
def troubled(catalogue: Catalogue) -> Iterator[FlickrServer]:
    """A server whose photos met every fate, but whose answers come."""
    faults = Faults(
        deleted=0.05, lost=0.2, video=0.05, hidden=0.2, guarded=0.5, unsafe=0.1, nulls=0.2, totals=0.08,
        duplicates=0.08, shifting=0.02, shuffled=0.3,
    )  # fmt: skip
    with FlickrServer(catalogue, faults) as running:
        yield running


@pytest.fixture
def flickr() -> Iterator[Flickr]:
    """Makes the real client, which signs with OAuth 1 and posts, for a server and a format."""

    def connect(server: FlickrServer, format_: str) -> flickrapi.FlickrAPI:
        class Here(flickrapi.FlickrAPI):  # type: ignore[misc]
            REST_URL = server.rest_url

        key, secret = (server.settings()[name] for name in ("flickr_key", "flickr_secret"))
        return Here(key, secret, store_token=False, format=format_, timeout=20)

    yield connect
    flickrapi.auth.OAuthFlickrInterface.session.close()
