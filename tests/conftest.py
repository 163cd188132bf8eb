"""One real mongod for all tests; a database, a home and a keyring of its own for each."""

import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from pymongo import MongoClient

import exifds
from exifds.dataset import Dataset
from exifds.sandbox import photographer
from exifds.settings import Settings
from exifds.store import embedded
from exifds.store.embedded import attach
from tests.servers import processes, wait_until

SHARED_PHOTOS = Path(__file__).resolve().parents[2] / "shared" / "photos"


def pytest_configure() -> None:
    """Ctrl-C works in the tests and what they start, also where a shell has it ignored in the background.

    A slow machine is no fault of the code: examples of hypothesis have no deadline.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    hypothesis.settings.register_profile("patient", deadline=None)
    hypothesis.settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads the settings or the keyring of who runs it."""
    monkeypatch.delenv("COLUMNS", raising=False)
    kept = {"EXIFDS_FAULTS", "EXIFDS_MONGOD"}
    for name in [name for name in os.environ if name.startswith("EXIFDS_") and name not in kept]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EXIFDS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("EXIFDS_CONFIG", str(tmp_path / "config"))


@pytest.fixture(scope="session")
def server_uri() -> Iterator[str]:
    """Address of an embedded server that runs while the tests do."""
    with tempfile.TemporaryDirectory(prefix="exifds-tests-") as home, attach(Path(home)) as lease:
        yield lease.uri


@pytest.fixture
def home() -> Iterator[Path]:
    """A data directory with a short path; afterwards no process of it may be left."""
    path = Path(tempfile.mkdtemp(prefix="exifds-"))
    yield path
    embedded.stop(path)
    wait_until(lambda: not processes(path))
    shutil.rmtree(path)


@pytest.fixture
def settings(server_uri: str, tmp_path: Path) -> Iterator[Settings]:
    """Settings with a database of this test's own."""
    name = f"test_{uuid.uuid4().hex}"
    yield Settings(uri=f"{server_uri}/{name}", home=tmp_path / "home", config=tmp_path / "config")
    with MongoClient[dict[str, object]](server_uri) as client:
        client.drop_database(name)


@pytest.fixture
def dataset(settings: Settings) -> Iterator[Dataset]:
    """An empty dataset called `cameras`."""
    with exifds.open("cameras", settings=settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 60 rendered photos in `indoor/` and `outdoor/`."""
    folder = tmp_path_factory.mktemp("rendered")
    photographer.write(folder, 60)
    return folder


@pytest.fixture(scope="session")
def shared_photos() -> Path:
    """The folder of real camera photos; tests that need it skip where it is absent."""
    if not SHARED_PHOTOS.is_dir():
        pytest.skip(f"{SHARED_PHOTOS} is not here")
    return SHARED_PHOTOS
