"""Image files are whole or absent, wherever they are kept."""

import fcntl
import hashlib
import stat
from pathlib import Path

import fsspec
import pytest

from exifds.errors import DiskFullError, PhotoError, UsageError
from exifds.fetch import images
from exifds.fetch.images import EXTENSIONS, LocalImages, RemoteImages, open_images, require_space


def test_a_path_is_made_from_the_hash_alone() -> None:
    """256 folders and the hash: nothing a photo says can lead elsewhere."""
    path = LocalImages.locate("monkeys", "abcd" * 16, "JPEG")
    assert path == "monkeys/ab/" + "abcd" * 8 + ".jpg"
    assert set(EXTENSIONS) == {"JPEG", "PNG", "GIF", "WEBP", "TIFF", "AVIF", "HEIF"}


@pytest.mark.parametrize("kind", ["local", "memory"])
def test_what_was_put_is_got(kind: str, tmp_path: Path) -> None:
    """A stored image comes back the same, and its hash is that of its bytes."""
    store = open_images(tmp_path if kind == "local" else f"memory://{tmp_path.name}")
    assert isinstance(store, LocalImages if kind == "local" else RemoteImages)
    for data in (b"first", b"second"):
        store.put("a/b/c.jpg", data)
        assert store.get("a/b/c.jpg") == data
        assert store.sha256("a/b/c.jpg") == hashlib.sha256(data).hexdigest()
    with pytest.raises(PhotoError, match=r"the image file cannot be read"):
        store.get("a/b/none.jpg")
    store.sweep()
    assert store.get("a/b/c.jpg") == b"second"


def test_a_photo_left_in_place_is_read_from_where_it_is(tmp_path: Path) -> None:
    """An absolute path is read from this machine, whatever the store."""
    file = tmp_path / "x.jpg"
    file.write_bytes(b"here")
    for store in (open_images(tmp_path / "store"), open_images("memory://place")):
        assert store.get(str(file)) == b"here"


def test_nothing_is_left_beside_the_image(tmp_path: Path) -> None:
    """After a write there is the image, readable by its owner only, and no draft."""
    store = LocalImages(tmp_path)
    store.put("a/b.jpg", b"data")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [tmp_path / "a" / "b.jpg"]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_drafts_of_the_dead_are_swept(tmp_path: Path) -> None:
    """A draft that nobody holds the lock of is removed; one that is being written stays."""
    store = LocalImages(tmp_path)
    store.put("a/b.jpg", b"data")
    dead, alive = tmp_path / ".drafts" / "x.jpg.aa", tmp_path / ".drafts" / "y.jpg.bb"
    dead.touch()
    with alive.open("wb") as writing:
        fcntl.flock(writing, fcntl.LOCK_EX)
        store.sweep()
    assert not dead.exists()
    assert alive.exists()


def test_a_planted_link_is_not_written_through(tmp_path: Path) -> None:
    """A link where the image belongs is replaced, and what it points to is not touched."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    store = LocalImages(tmp_path / "store")
    (tmp_path / "store" / "a").mkdir(parents=True)
    (tmp_path / "store" / "a" / "b.jpg").symlink_to(outside)
    store.put("a/b.jpg", b"image")
    assert outside.read_bytes() == b"mine"
    assert not (tmp_path / "store" / "a" / "b.jpg").is_symlink()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    """A file where the folder should be is told in words."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match=r"the image folder .* cannot be written: "):
        LocalImages(tmp_path / "file").put("a/b.jpg", b"")
    with pytest.raises(UsageError, match=r"the image folder .* cannot be written: "):
        LocalImages(tmp_path / "file").local_folders()


def test_an_unknown_protocol_is_wrong_usage() -> None:
    """A store that fsspec does not know is an error that names the protocol."""
    with pytest.raises(UsageError, match=r"the image store nowhere:// cannot be opened"):
        open_images("nowhere://bucket")


def test_a_disk_nearly_full_stops_before_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With too little room nothing is written, and the message says how much is needed."""
    require_space(tmp_path)
    monkeypatch.setattr(images, "SPACE_TO_KEEP", 2**62)
    with pytest.raises(
        DiskFullError, match=r"MiB are free on the disk of .* make room and run the same command"
    ):
        require_space(tmp_path)


def test_memory_is_a_real_fsspec_store() -> None:
    """The remote store writes through fsspec: what it puts is there for fsspec itself."""
    open_images("memory://bucket").put("a/b.jpg", b"data")
    assert fsspec.filesystem("memory").cat_file("/bucket/a/b.jpg") == b"data"
