"""Files become photos: each once, with what is known of it, and a bad one costs itself alone."""

import hashlib
import io
import os
import shutil
import threading
from pathlib import Path

import bson
import pytest
from PIL import Image

import exifds
from exifds import access
from exifds.dataset import Dataset
from exifds.errors import DiskFullError, PhotoError, UsageError
from exifds.fetch import images as images_module
from exifds.ingest import CHUNK_BYTES, CHUNK_FILES, _chunks
from exifds.photo import Photo, Privacy
from exifds.settings import Settings
from exifds.sources.folder import FoundFile
from exifds.store import codec as codec_module
from exifds.store import collection


def opened(dataset: Dataset) -> list[Photo]:
    """All photos with their personal fields."""
    return list(dataset.find(decrypt=True))


def picture(kind: str) -> bytes:
    """A small image of a type."""
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(out, kind)
    return out.getvalue()


def test_a_photo_is_stored_with_all_that_is_known(
    dataset: Dataset, rendered: Path, settings: Settings
) -> None:
    """Hash, size, camera, date, provenance and encrypted EXIF are in the document; the copy has no EXIF."""
    file = next(rendered.glob("outdoor/*.jpg"))
    report = dataset.ingest(file, concepts="sky")
    assert (report.stored, report.known, report.failed) == (1, 0, [])
    (photo,) = opened(dataset)
    data = file.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    assert photo.id == f"file:{sha256[:32]}"
    assert photo.image is not None
    assert photo.image.original_sha256 == sha256
    assert (photo.image.width, photo.image.height, photo.image.format) == (48, 48, "JPEG")
    assert (photo.found_by[0].kind, photo.found_by[0].query, photo.concepts) == (
        "folder",
        str(file),
        ("sky",),
    )
    assert photo.state == "done"
    assert photo.exif is not None
    assert photo.exif["IFD0"]["Make"] == photo.camera.make
    stored = (settings.home / "images" / photo.image.path).read_bytes()
    assert hashlib.sha256(stored).hexdigest() == photo.image.sha256
    assert exifds.exif.read(stored).status == "none"
    assert dataset.original(photo.id) == data


def test_running_again_changes_nothing(dataset: Dataset, rendered: Path) -> None:
    """A second run stores nothing, doubles nothing, and adds no provenance it has."""
    assert dataset.ingest(rendered).stored == 60
    before = list(dataset.collection.find().sort("_id"))
    report = dataset.ingest(rendered)
    assert (report.stored, report.known, report.failed) == (0, 60, [])
    assert list(dataset.collection.find().sort("_id")) == before


def test_a_copy_is_the_same_photo_found_twice(dataset: Dataset, rendered: Path, tmp_path: Path) -> None:
    """The same bytes under several names are one photo with several provenances, in one run or in two."""
    file = next(rendered.glob("indoor/*.jpg"))
    for name in ("pics/a.jpg", "pics/b.jpg", "more/c.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(file, tmp_path / name)
    assert dataset.ingest(tmp_path / "pics", concepts=["one"]).stored == 1
    assert dataset.ingest(tmp_path / "more", concepts=["two"]).known == 1
    (photo,) = opened(dataset)
    assert sorted(Path(way.query).name for way in photo.found_by) == ["a.jpg", "b.jpg", "c.jpg"]
    assert photo.concepts == ("one", "two")


def test_a_lost_copy_is_written_again(dataset: Dataset, rendered: Path, settings: Settings) -> None:
    """Ingesting the original again mends what verify reports: a copy that is gone."""
    dataset.ingest(rendered)
    next((settings.home / "images").rglob("*.jpg")).unlink()
    assert len(dataset.verify().faults) == 1
    assert dataset.ingest(rendered).known == 60
    assert dataset.verify().faults == []


def test_a_video_behind_a_photo_costs_no_photo(dataset: Dataset, tmp_path: Path) -> None:
    """A trailer too large for a document is left out: the photo is stored, its original is not."""
    (tmp_path / "motion.jpg").write_bytes(picture("JPEG") + bytes(9 * 2**20))
    assert dataset.ingest(tmp_path).stored == 1
    (photo,) = dataset.find()
    assert dataset.verify().faults == []
    with pytest.raises(PhotoError, match="more than 8 MiB"):
        dataset.original(photo.id)


def test_what_is_no_regular_file_is_not_waited_for(dataset: Dataset, tmp_path: Path) -> None:
    """A pipe named as a photo fails at once."""
    os.mkfifo(tmp_path / "pipe.jpg")
    assert "no regular file" in dataset.ingest(tmp_path / "pipe.jpg").failed[0].reason


def test_a_changed_file_is_a_new_photo(dataset: Dataset, tmp_path: Path) -> None:
    """Identity is the content: other bytes under the same name are another photo."""
    for color in ("red", "blue"):
        Image.new("RGB", (4, 4), color).save(tmp_path / "x.png")
        assert dataset.ingest(tmp_path).stored == 1
    assert dataset.find().count() == 2


def test_bad_files_cost_themselves_alone(dataset: Dataset, tmp_path: Path) -> None:
    """Broken and hostile files are listed with the reason; their neighbours are stored."""
    good = picture("JPEG")
    files = {
        "good.jpg": good,
        "empty.jpg": b"",
        "text.jpg": b"dear diary",
        "cut.jpg": good[: len(good) // 2],
        "bomb.png": bomb(),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    report = dataset.ingest(tmp_path)
    assert report.stored == 1
    assert {Path(failure.query).name for failure in report.failed} == set(files) - {"good.jpg"}
    assert all(failure.reason for failure in report.failed)
    assert report.files == 5


def bomb() -> bytes:
    """A small PNG that claims 900 million pixels."""
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


def test_an_unreadable_file_is_listed(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that vanishes, or is too large, after it was found costs itself."""
    file = tmp_path / "a.jpg"
    file.write_bytes(picture("JPEG"))
    monkeypatch.setattr("exifds.reading.LARGEST_FILE", 100)
    assert "0 MiB that are read" in dataset.ingest(file).failed[0].reason
    monkeypatch.undo()
    gone = FoundFile(tmp_path / "gone.jpg", "gone.jpg", (), 5)
    monkeypatch.setattr("exifds.dataset.folder.walk", lambda *_args, **_options: iter([gone]))
    assert dataset.ingest(file).failed[0].reason == "the file cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("kind", "stripped"),
    [("JPEG", True), ("PNG", True), ("WEBP", True), ("GIF", False), ("TIFF", False), ("AVIF", False)],
)
def test_each_type_is_taken(dataset: Dataset, tmp_path: Path, kind: str, stripped: bool) -> None:
    """Each image type is stored; those that cannot be stripped are counted when they hold metadata."""
    exif = Image.Exif()
    exif[0x010F] = "Acme"
    (tmp_path / "image").write_bytes(picture(kind))
    if kind != "GIF":
        Image.new("RGB", (8, 6)).save(tmp_path / "with-exif", kind, exif=exif)
    report = dataset.ingest(tmp_path)
    assert report.failed == []
    assert report.stored == (1 if kind == "GIF" else 2)
    assert {photo.image.format for photo in dataset.find() if photo.image} == {kind}
    assert bool(report.kept_metadata) == (not stripped and kind != "GIF")


def test_in_place_leaves_the_file_alone(dataset: Dataset, rendered: Path, settings: Settings) -> None:
    """A photo left in place is not copied; its path is the file's own."""
    file = next(rendered.glob("indoor/*.jpg"))
    report = dataset.ingest(file, in_place=True)
    (photo,) = opened(dataset)
    assert photo.image is not None
    assert photo.image.path == str(file)
    assert photo.image.sha256 == photo.image.original_sha256
    assert report.kept_metadata == (photo.exif is not None)
    assert not (settings.home / "images").exists()
    assert dataset.verify().faults == []


def test_what_the_codec_refuses_is_quarantined(
    dataset: Dataset, rendered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A photo that cannot be stored is kept as failed with its reason, and the next run tries it again."""
    dataset.ingest(rendered)
    sizes = sorted(len(bson.encode(document)) for document in dataset.collection.find())
    dataset.collection.delete_many({})
    monkeypatch.setattr(codec_module, "LARGEST_DOCUMENT", sizes[30])
    report = dataset.ingest(rendered)
    refused = len(report.failed)
    assert 0 < refused < 60
    assert report.stored == 60 - refused
    assert dataset.find({"state": "failed"}).count() == refused
    assert all("the document cannot be stored" in failure.reason for failure in report.failed)
    monkeypatch.undo()
    assert dataset.ingest(rendered).stored == refused
    assert dataset.find({"state": "failed"}).count() == 0
    assert dataset.verify().faults == []


def test_what_the_server_refuses_is_quarantined(
    dataset: Dataset, rendered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document the validator refuses does not keep its neighbours out."""
    rule = {"$nor": [{"camera.model": {"$regex": "1$"}}]}
    monkeypatch.setattr(collection, "validator", lambda _privacy: rule)
    report = dataset.ingest(rendered)
    failed = list(dataset.find({"state": "failed"}))
    assert len(failed) == len(report.failed) > 0
    assert all(str(photo.reason).startswith("MongoDB refused the document") for photo in failed)
    assert report.stored + len(failed) == 60


def test_a_batch_fits_into_memory() -> None:
    """Files are grouped by number and size; one that is larger than a group stands alone."""

    def file(size: int) -> FoundFile:
        return FoundFile(Path("x"), "x", (), size)

    assert [len(chunk) for chunk in _chunks(file(1) for _ in range(CHUNK_FILES * 2 + 1))] == [
        CHUNK_FILES,
        CHUNK_FILES,
        1,
    ]
    large = [file(CHUNK_BYTES), file(2 * CHUNK_BYTES), file(1), file(1)]
    assert [len(chunk) for chunk in _chunks(large)] == [1, 1, 2]
    assert list(_chunks([])) == []


def test_two_at_once_store_each_photo_once(dataset: Dataset, rendered: Path, settings: Settings) -> None:
    """Two runs over the same folder at the same time share the work and double nothing."""
    reports = []

    def run() -> None:
        with exifds.open("cameras", settings=settings) as other:
            reports.append(other.ingest(rendered))

    access.for_writing(dataset._store, settings, None)
    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(report.stored for report in reports) == 60
    assert dataset.find().count() == 60
    assert dataset.verify().faults == []


def test_strict_keeps_no_owner_and_no_place_in_the_open(settings: Settings, rendered: Path) -> None:
    """Under strict privacy the location is a token, EXIF is the camera's only."""
    with exifds.open("cameras", privacy="strict", settings=settings) as dataset:
        assert dataset.ingest(rendered).kept_metadata == 0
        placed = dataset.geocode()
        assert placed > 0
        stored = dataset.collection.find_one({"place": {"$exists": True}, "exif": {"$exists": True}})
        assert stored["location"].startswith("gAAAA")
        assert not {"exif_raw", "blocks", "owner"} & set(stored)
        photo = next(iter(dataset.find({"_id": stored["_id"]}, decrypt=True)))
        assert photo.location is not None
        assert photo.exif is not None
        assert set(photo.exif) <= {"IFD0", "Exif"}
        assert "Artist" not in photo.exif["IFD0"]
        assert dataset.privacy is Privacy.STRICT
        assert dataset.verify().faults == []
        with pytest.raises(PhotoError, match=r"cannot be put together: what was cut out was not kept"):
            dataset.original(photo.id)


def test_images_are_kept_where_the_dataset_was_made_with(
    settings: Settings, rendered: Path, tmp_path: Path
) -> None:
    """Where the images are is remembered; asking for another place is wrong usage."""
    with exifds.open("cameras", images=tmp_path / "there", settings=settings) as dataset:
        assert dataset.ingest(rendered).kept_metadata == 0
    with exifds.open("cameras", settings=settings) as dataset:
        assert dataset.verify().faults == []
        assert len(list((tmp_path / "there").rglob("*.jpg"))) == 60
    message = r"the images of dataset cameras are in .*there, not in .*elsewhere"
    with (
        exifds.open("cameras", images=tmp_path / "elsewhere", settings=settings) as dataset,
        pytest.raises(UsageError, match=message),
    ):
        dataset.ingest(rendered)
    with (
        pytest.raises(UsageError, match="there is no photo file:0"),
        exifds.open("cameras", settings=settings) as it,
    ):
        it.original("file:0")


def test_strict_stores_no_file_with_metadata(settings: Settings, tmp_path: Path) -> None:
    """Under strict privacy, what cannot be stripped is refused, and nothing is left in place."""
    (tmp_path / "a.tif").write_bytes(picture("TIFF"))
    with exifds.open("cameras", privacy="strict", settings=settings) as dataset:
        report = dataset.ingest(tmp_path)
        assert report.failed[0].reason == "strict privacy stores no TIFF: its metadata cannot be cut out"
    with exifds.open("fresh", privacy="strict", settings=settings) as dataset:
        with pytest.raises(UsageError, match="strict privacy leaves no photo in place"):
            dataset.ingest(tmp_path, in_place=True)
        with pytest.raises(UsageError, match="there is no dataset fresh"):
            dataset.stats()


def test_open_encrypts_nothing(settings: Settings, rendered: Path) -> None:
    """Under open privacy, said twice, EXIF is plain and no keyring is made."""
    with exifds.open("cameras", privacy="open", accept_open=True, settings=settings) as dataset:
        dataset.ingest(rendered)
    with (
        exifds.open("cameras", settings=settings) as dataset,
        pytest.raises(UsageError, match="encrypts nothing; to write to it, say so again"),
    ):
        dataset.ingest(rendered)
    with exifds.open("cameras", settings=settings) as dataset:
        stored = dataset.collection.find_one({"exif": {"$exists": True}})
        assert "Artist" in stored["exif"]["IFD0"]
        assert "_sec" not in stored
        assert not settings.config.exists()
        assert dataset.verify().faults == []


def test_a_full_disk_stops_before_anything_is_written(
    dataset: Dataset, rendered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With too little room the run ends in one sentence and goes on when there is room."""
    monkeypatch.setattr(images_module, "SPACE_TO_KEEP", 2**62)
    with pytest.raises(DiskFullError, match="make room and run the same command again"):
        dataset.ingest(rendered)
    assert dataset.find().count() == 0
    monkeypatch.undo()
    assert dataset.ingest(rendered).stored == 60


def test_a_missing_folder_is_wrong_usage(dataset: Dataset) -> None:
    """A path that does not exist is told before a dataset is made."""
    with pytest.raises(UsageError, match="no file or folder nowhere"):
        dataset.ingest("nowhere")
    with pytest.raises(UsageError, match="there is no dataset cameras"):
        dataset.find()


def test_real_photos_are_all_taken(dataset: Dataset, shared_photos: Path) -> None:
    """Every one of the real photos, odd and damaged ones too, is stored and verifies."""
    report = dataset.ingest(shared_photos)
    assert (report.stored, report.failed) == (87, [])
    for photo in dataset.find():
        file = shared_photos / Path(photo.found_by[0].query).name
        assert dataset.original(photo.id) == file.read_bytes()
