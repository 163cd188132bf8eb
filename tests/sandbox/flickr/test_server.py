import threading
import urllib.request
from http.client import IncompleteRead

import pytest

from exifds.errors import UsageError
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.sandbox.flickr.sizes import ORIGINAL
from exifds.settings import Settings


def test_settings_point_exifds_to_the_server(catalogue: Catalogue) -> None:
    with FlickrServer(catalogue) as server:
        settings = Settings(**server.settings(uri="mongodb://localhost"))
        assert settings.flickr_key is not None
        assert settings.flickr_rest_url == server.rest_url == f"{server.static_url}/services/rest/"
        assert settings.flickr_queries_per_hour > 3600
        assert settings.uri == "mongodb://localhost"


def test_it_listens_on_this_machine_only_and_leaves_nothing_behind(catalogue: Catalogue) -> None:
    before = threading.active_count()
    with FlickrServer(catalogue) as server:
        assert server.static_url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(server.static_url + "/images/photo_unavailable.png") as answer:
            assert answer.status == 200
    assert threading.active_count() == before
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(server.static_url)


def test_a_taken_port_is_said_plainly(catalogue: Catalogue) -> None:
    with FlickrServer(catalogue) as server:
        port = int(server.static_url.rpartition(":")[2])
        with (
            pytest.raises(UsageError, match=f"expected a free port on 127.0.0.1, got {port}"),
            FlickrServer(catalogue, port=port),
        ):
            pass


def test_two_servers_share_a_catalogue_but_not_its_fates(catalogue: Catalogue) -> None:
    with FlickrServer(catalogue) as plain, FlickrServer(catalogue, Faults(deleted=1)) as empty:
        assert len(plain.catalogue.obtainable()) == 600
        assert len(empty.catalogue.obtainable()) == 0


def test_warm_draws_all_originals() -> None:
    server = FlickrServer(Catalogue(20)).warm()
    world = server.catalogue
    assert all(world.pictures.kept(row, world.sizes(row)[-1]) for row in range(20))


def test_a_client_that_hangs_does_not_hold_up_the_end(catalogue: Catalogue) -> None:
    """A dripping body is cut off when the server stops."""
    with FlickrServer(catalogue, Faults(photo_drip=1, drip=600)) as server:
        reading = urllib.request.urlopen(server.static_url + catalogue.path(0, ORIGINAL))
    with reading, pytest.raises((IncompleteRead, ConnectionResetError)):
        reading.read()
