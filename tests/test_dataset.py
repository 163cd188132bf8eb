"""A dataset opens with one call, and says in one sentence why it does not."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

import exifds
from exifds.dataset import Dataset
from exifds.errors import DatabaseError, UnreachableError, UsageError, WrongKeyringError
from exifds.settings import Settings


@pytest.mark.parametrize("name", ["", "_exifds_meta", "system.users", "a.b", "a$b", "1st", "x" * 65, "a b"])
def test_a_name_must_be_a_plain_word(name: str, settings: Settings) -> None:
    """A name that MongoDB or exifds keeps for itself, or that is no plain word, is refused."""
    with pytest.raises(UsageError, match="expected a dataset name of letters"):
        exifds.open(name, settings=settings)


def test_open_privacy_is_said_twice(settings: Settings) -> None:
    """Storing personal data unencrypted takes two arguments."""
    with pytest.raises(UsageError, match=r"say so twice: accept_open=True \(--accept-open\)"):
        exifds.open("cameras", privacy="open", settings=settings)
    with pytest.raises(UsageError, match="expected privacy open, standard, strict, got 'loose'"):
        exifds.open("cameras", privacy="loose", settings=settings)


def test_no_files_make_no_dataset(dataset: Dataset, settings: Settings, tmp_path: Path) -> None:
    """A folder without photos leaves neither a dataset nor a keyring behind."""
    assert dataset.ingest(tmp_path).files == 0
    assert dataset._store.names() == []
    assert not settings.config.exists()


def test_privacy_stays_what_it_was(
    dataset: Dataset, settings: Settings, rendered: Path, tmp_path: Path
) -> None:
    """A dataset keeps the privacy it was made with."""
    dataset.ingest(next(rendered.rglob("*.jpg")))
    with exifds.open("cameras", privacy="strict", settings=settings) as other:
        for use in (other.find, other.stats, lambda: other.ingest(tmp_path)):
            with pytest.raises(UsageError, match="has privacy standard, not strict; it cannot be changed"):
                use()


def test_another_keyring_is_refused_before_the_first_write(
    dataset: Dataset, settings: Settings, rendered: Path, tmp_path: Path
) -> None:
    """A dataset sealed with one keyring is not written to, nor opened, with another."""
    dataset.ingest(rendered)
    before = dataset.find().count()
    other_config = settings.model_copy(update={"config": tmp_path / "other"})
    with exifds.open("apes", settings=other_config) as apes:
        apes.ingest(rendered / "indoor")
    with exifds.open("cameras", settings=other_config) as wrong:
        (tmp_path / "new").mkdir()
        for use in (lambda: wrong.ingest(rendered), lambda: wrong.find(decrypt=True), wrong.verify):
            with pytest.raises(WrongKeyringError, match=r"was written with keyring .*, but this one is"):
                use()
        assert wrong.find().count() == before


def test_nobody_weakens_a_dataset_by_editing_its_entry(settings: Settings, rendered: Path) -> None:
    """Who can write to the database can neither switch encryption off nor lower the privacy unnoticed."""
    with exifds.open("cameras", privacy="strict", settings=settings) as dataset:
        dataset.ingest(next(rendered.rglob("*.jpg")))
        entries = dataset.collection.database["_exifds_meta"]
        entries.update_one({"_id": "cameras"}, {"$set": {"privacy": "standard"}})
    with exifds.open("cameras", settings=settings) as dataset:
        with pytest.raises(WrongKeyringError, match="was changed: its check does not fit"):
            dataset.ingest(rendered)
        entries = dataset.collection.database["_exifds_meta"]
        entries.update_one({"_id": "cameras"}, {"$set": {"privacy": "open", "keyring": None}})
        with pytest.raises(UsageError, match="encrypts nothing; to write to it, say so again"):
            dataset.ingest(rendered)


def test_a_collection_of_others_is_not_taken_over(dataset: Dataset, rendered: Path) -> None:
    """A collection that holds documents and is no dataset is refused, and left as it is."""
    dataset.collection.insert_one({"name": "ann"})
    with pytest.raises(UsageError, match="the collection cameras is there already and is no dataset"):
        dataset.ingest(rendered)
    assert "validator" not in dataset.collection.options()


def test_a_lost_keyring_is_not_replaced(
    dataset: Dataset, settings: Settings, rendered: Path, tmp_path: Path
) -> None:
    """Where the keyring of an existing dataset is missing, none is made in its place."""
    dataset.ingest(next(rendered.rglob("*.jpg")))
    empty = settings.model_copy(update={"config": tmp_path / "empty"})
    with exifds.open("cameras", settings=empty) as wrong, pytest.raises(exifds.errors.KeyringError):
        wrong.ingest(rendered)
    assert not (tmp_path / "empty" / "keyring.json").exists()


@pytest.mark.parametrize("secret", ["key", "passphrase"])
def test_a_master_key_of_ones_own(secret: str, settings: Settings, rendered: Path) -> None:
    """The keyring can be opened by a key or a passphrase instead of a file."""
    value = Fernet.generate_key().decode() if secret == "key" else "correct horse"
    own = Settings.model_validate(settings.model_dump() | {secret: value})
    for _ in range(2):
        with exifds.open("cameras", settings=own) as dataset:
            dataset.ingest(rendered / "indoor")
            assert dataset.verify().faults == []
    assert not (settings.config / "master.key").exists()


def test_an_owner_is_found_by_equality(dataset: Dataset, rendered: Path) -> None:
    """A filter on owner finds the photos of that owner, though the database holds no owner."""
    dataset.ingest(rendered)
    keyring = dataset._codec(decrypt=True).keyring
    assert keyring is not None
    some = [photo.id for photo in dataset.find().limit(5)]
    index = {"$set": {"owner_bx": keyring.blind_index("42@N01")}}
    dataset.collection.update_many({"_id": {"$in": some}}, index)
    assert sorted(row["_id"] for row in dataset.find({"owner": "42@N01"}).project("_id")) == sorted(some)
    assert dataset.find({"owner": "other"}).count() == 0


def test_a_malformed_filter_is_told(dataset: Dataset, rendered: Path) -> None:
    """What only the server finds wrong with a filter is one sentence too."""
    dataset.ingest(next(rendered.rglob("*.jpg")))
    with pytest.raises(UsageError, match="MongoDB does not understand the filter"):
        dataset.find({"camera.iso": {"$in": 5}}).count()


def test_geocode_goes_on_where_it_stopped(dataset: Dataset, rendered: Path) -> None:
    """Places are found once; a second run has nothing to do."""
    dataset.ingest(rendered)
    with_location = dataset.find({"location": {"$exists": True}}).count()
    assert dataset.geocode() == with_location > 0
    assert dataset.geocode() == 0
    place = next(iter(dataset.find({"place": {"$exists": True}}))).place
    assert place is not None
    assert len(place.country_code) == 2


def test_verify_names_what_was_touched(dataset: Dataset, rendered: Path, settings: Settings) -> None:
    """A changed token, a moved token, a changed image and a missing image are each named."""
    dataset.ingest(rendered)
    ids = [row["_id"] for row in dataset.find({"exif": {"$exists": True}}).project("_id").limit(4)]
    documents = {row["_id"]: row for row in dataset.collection.find({"_id": {"$in": ids}})}
    swap = {"$set": {"exif": documents[ids[1]]["exif"]}}
    dataset.collection.update_one({"_id": ids[0]}, swap)
    dataset.collection.update_one({"_id": ids[1]}, {"$unset": {"exif": ""}})
    (settings.home / "images" / documents[ids[2]]["image"]["path"]).write_bytes(b"another")
    (settings.home / "images" / documents[ids[3]]["image"]["path"]).unlink()
    report = dataset.verify()
    faults = dict(report.faults)
    assert report.photos == 60
    assert set(faults) == set(ids)
    assert "seal" in faults[ids[0]]
    assert "seal" in faults[ids[1]]
    assert "the image file was changed" in faults[ids[2]]
    assert "cannot be read" in faults[ids[3]]


def test_an_unreachable_server_is_one_sentence_within_five_seconds(tmp_path: Path) -> None:
    """An address without a server is an error with the address and what to do, soon."""
    began = time.monotonic()
    with pytest.raises(UnreachableError, match=r"no MongoDB server answers at 127\.0\.0\.1:1 .*: start it"):
        exifds.open("cameras", "mongodb://user:s3cret@127.0.0.1:1/x")
    assert time.monotonic() - began < 5
    with pytest.raises(UsageError, match="is no usable MongoDB address") as caught:
        exifds.open("cameras", "mongodb://user:s3cret@:::/x")
    assert "s3cret" not in str(caught.value)


def test_a_dataset_of_a_later_exifds_is_left_alone(dataset: Dataset, rendered: Path) -> None:
    """A schema that this version does not know is not guessed at."""
    dataset.ingest(next(rendered.rglob("*.jpg")))
    meta = dataset.collection.database["_exifds_meta"]
    meta.update_one({"_id": "cameras"}, {"$set": {"schema": 99}})
    with pytest.raises(UsageError, match="written by a later version of exifds: update exifds"):
        dataset.find()


def test_the_embedded_server_needs_nothing(rendered: Path) -> None:
    """Without a URI, a dataset opens in a fresh process with an empty home."""
    script = (
        "import exifds, sys\n"
        "with exifds.open('cameras') as ds:\n"
        "    print(ds, ds.ingest(sys.argv[1]).stored, ds.find().count())\n"
    )
    photo = next(rendered.rglob("*.jpg"))
    run = subprocess.run(
        [sys.executable, "-c", script, str(photo)], capture_output=True, text=True, check=False, timeout=60
    )
    assert (run.stdout, run.stderr) == ("Dataset('cameras') 1 1\n", "")


def test_errors_are_all_ours() -> None:
    """Whatever exifds raises on purpose can be caught as one class."""
    assert issubclass(DatabaseError, exifds.ExifdsError)
    assert all(issubclass(getattr(exifds.errors, name), exifds.ExifdsError) for name in exifds.errors.__all__)
