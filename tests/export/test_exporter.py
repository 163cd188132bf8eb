"""An export holds what was asked for, once, without leaks; and goes on where it was stopped."""

import csv
import json
import shutil
import sqlite3
from collections import defaultdict
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import exifds
from exifds.dataset import Dataset
from exifds.errors import FilterError, UsageError
from exifds.export import exporter, shards, workshop
from exifds.export.manifest import MANIFEST, load
from exifds.export.report import ExportReport
from exifds.photo import Privacy
from exifds.sandbox import photographer
from exifds.store import selections
from exifds.store.criteria import Threshold
from exifds.store.selection_filters import Filters
from tests.export.exported import examples


def ids(out: Path) -> dict[str, str]:
    """The split of each photo of a TFRecord export."""
    return {example["id"][0].decode(): name for name, rows in examples(out).items() for example in rows}


def content(out: Path) -> dict[str, bytes]:
    """Every file of an export but the two that hold dates."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and path.name not in ("manifest.json", "DATASHEET.md")
    }


@pytest.fixture(scope="module")
def exported(scraped: Dataset, tmp_path_factory: pytest.TempPathFactory) -> ExportReport:
    """An export of all photos into small shards."""
    out = tmp_path_factory.mktemp("exports") / "out"
    return scraped.export(out, target="concept", image_size=48, shard_bytes=40_000, progress=False)


def test_every_photo_is_there_once_or_left_out_for_a_reason(scraped: Dataset, exported: ExportReport) -> None:
    """Photos in the shards, photos left out and photos of the dataset are the same number."""
    found = ids(exported.folder)
    manifest = exported.manifest
    assert len(found) == manifest.photos == sum(len(rows) for rows in examples(exported.folder).values())
    assert len(found) + sum(manifest.left_out.values()) == scraped.find().count()
    assert {photo.id for photo in scraped.find({"_id": {"$in": list(found)}})} == set(found)


def test_no_owner_stands_in_two_splits(scraped: Dataset, exported: ExportReport) -> None:
    """All photos of an owner are in one split and carry one number, which only that owner has."""
    owner = {photo.id: photo.owner_bx for photo in scraped.find()}
    splits, groups = defaultdict(set), defaultdict(set)
    for name, rows in examples(exported.folder).items():
        for example in rows:
            photo = example["id"][0].decode()
            splits[owner[photo]].add(name)
            groups[owner[photo]].add(example["group"][0])
    assert all(len(names) == 1 for names in splits.values())
    assert all(len(numbers) == 1 for numbers in groups.values())
    assert len(set(chain(*groups.values()))) == len(groups)


def test_the_manifest_counts_what_is_there(exported: ExportReport) -> None:
    """Shards, classes and groups are as the manifest says, and nothing is left of the work."""
    out, manifest = exported.folder, load(exported.folder)
    assert manifest == exported.manifest
    assert not (out / workshop.WORK).exists()
    for name, rows in examples(out).items():
        split = manifest.splits[name]
        assert split.photos == len(rows) == sum(shard.photos for shard in split.shards)
        assert sum(split.classes.values()) == split.photos
        assert split.groups == len({example["group"][0] for example in rows})
        assert all((out / shard.path).stat().st_size == shard.bytes for shard in split.shards)
    assert len(manifest.splits["train"].shards) > 1


def test_owners_in_several_splits_are_counted(
    scraped: Dataset, exported: ExportReport, tmp_path: Path
) -> None:
    """Grouped by anything but owner, owners may stand in several splits: that is reported, not refused."""
    assert exported.manifest.owners_crossing == 0
    assert scraped.export(tmp_path / "out", group="none", progress=False).manifest.owners_crossing > 5


def test_statistics_come_from_the_train_split_alone(exported: ExportReport) -> None:
    """Each feature counts its photos of the train split."""
    rows = examples(exported.folder)["train"]
    for number, statistics in enumerate(exported.manifest.statistics):
        assert statistics.count == sum(example["exif_present"][number] for example in rows)


def test_nothing_personal_leaves(scraped: Dataset, exported: ExportReport) -> None:
    """No owner, name, path alias or blind index is in any file of the export."""
    held = b"".join(path.read_bytes() for path in exported.folder.rglob("*") if path.is_file())
    for photo in scraped.find(decrypt=True):
        for secret in (photo.owner, photo.owner_name, photo.path_alias, photo.owner_bx):
            assert secret is None or secret.encode() not in held
    assert b"Artist" not in held


@pytest.mark.parametrize("form", ["tfrecord", "csv", "folder"])
def test_no_tag_of_the_exif_leaves(dataset: Dataset, rendered: Path, tmp_path: Path, form: str) -> None:
    """Neither the artist nor the folder of the photos is in any file."""
    dataset.ingest(rendered, concepts_from_folders=True, progress=False)
    dataset.export(tmp_path / "out", form, target="concept", progress=False)
    held = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    artists = {(photo.exif or {}).get("IFD0", {}).get("Artist") for photo in dataset.find(decrypt=True)} - {
        None
    }
    assert artists
    assert not [artist for artist in artists if artist.encode() in held]
    assert str(rendered).encode() not in held


def test_what_was_decrypted_leaves_when_it_is_asked_for(scraped: Dataset, tmp_path: Path) -> None:
    """With `decrypt` the attribution names the authors."""
    scraped.export(tmp_path / "out", "csv", decrypt=True, progress=False)
    names = {photo.owner_name for photo in scraped.find(decrypt=True)}
    with (tmp_path / "out" / "ATTRIBUTION.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["author"].removeprefix("'") for row in rows} <= names
    assert all(row["author"] for row in rows)


def test_two_exports_are_byte_equal(scraped: Dataset, exported: ExportReport, tmp_path: Path) -> None:
    """`like` makes the same export again, whatever the number of workers."""
    scraped.export(tmp_path / "again", like=exported.folder, workers=1, progress=False)
    assert content(tmp_path / "again") == content(exported.folder)


@pytest.mark.parametrize("step", ["_develop", "_write", "_finish"])
def test_an_export_that_was_stopped_goes_on(
    scraped: Dataset, exported: ExportReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Wherever it was stopped, running it again ends with the same bytes."""

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(exporter.Exporter, step, stopped)
        with pytest.raises(KeyboardInterrupt):
            scraped.export(out, like=exported.folder, progress=False)
    with pytest.raises(UsageError, match="not finished"):
        load(out)
    scraped.export(out, like=exported.folder, progress=False)
    assert content(out) == content(exported.folder)


def test_a_stopped_export_keeps_its_whole_shards(
    scraped: Dataset, exported: ExportReport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was written is not written again, and what is visible is whole."""
    out = tmp_path / "out"
    written: list[str] = []
    put = shards.put

    def third_fails(target: Path, *rest: Any) -> Any:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(target.name)
        return put(target, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(shards, "put", third_fails)
        with pytest.raises(KeyboardInterrupt):
            scraped.export(out, like=exported.folder, progress=False)
    visible = {path.name: path.stat().st_mtime_ns for path in out.iterdir() if path.is_file()}
    assert set(visible) == set(written)
    scraped.export(out, like=exported.folder, progress=False)
    assert {name: (out / name).stat().st_mtime_ns for name in visible} == visible
    assert content(out) == content(exported.folder)


def test_an_export_killed_just_before_its_end_is_tidied(
    scraped: Dataset, exported: ExportReport, tmp_path: Path
) -> None:
    """Its manifest makes it whole; what was left to do is removing the working folder."""
    out = tmp_path / "out"
    shutil.copytree(exported.folder, out)
    (out / ".work").mkdir()
    assert scraped.export(out, like=out, progress=False).was_there
    assert not (out / ".work").exists()


def test_a_finished_export_is_left_alone(scraped: Dataset, exported: ExportReport) -> None:
    """Run again, it says that it is there; with other options it is refused."""
    again = scraped.export(exported.folder, like=exported.folder, progress=False)
    assert again.was_there
    assert again.manifest == exported.manifest
    assert again.today == exported.manifest.selected
    with pytest.raises(UsageError, match="other options"):
        scraped.export(exported.folder, target="concepts", progress=False)


def test_a_folder_with_other_things_is_refused(scraped: Dataset, tmp_path: Path) -> None:
    """An export never mixes with what was there."""
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="new or empty folder"):
        scraped.export(tmp_path, progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("text", ['{"owners": 12, "photos": []}', "[]"])
def test_a_manifest_of_another_program_is_no_export(scraped: Dataset, tmp_path: Path, text: str) -> None:
    """Photos, too, come with files of this name: the folder holds something else, and keeps it."""
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(UsageError, match=r"expected a new or empty folder, but .* holds something else"):
        scraped.export(tmp_path, progress=False)
    with pytest.raises(UsageError, match=r"is no export: its manifest\.json is of another program"):
        load(tmp_path)
    assert (tmp_path / MANIFEST).read_text() == text


def test_a_manifest_that_is_cut_off_is_said_to_be_damaged(
    scraped: Dataset, exported: ExportReport, tmp_path: Path
) -> None:
    """It is of exifds, so the folder is not taken for one of something else."""
    whole = (exported.folder / MANIFEST).read_bytes()
    (tmp_path / MANIFEST).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UsageError, match=r"it is damaged, or of a later exifds; .* to a new folder"):
        scraped.export(tmp_path, progress=False)


def test_an_unfinished_export_with_other_options_is_refused(
    scraped: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going on with other options would mix two exports."""
    with monkeypatch.context() as patch:
        patch.setattr(exporter, "place", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            scraped.export(tmp_path / "out", image_size=32, progress=False)
    with pytest.raises(UsageError, match="unfinished export"):
        scraped.export(tmp_path / "out", image_size=48, progress=False)


def test_two_processes_do_not_write_one_export(scraped: Dataset, tmp_path: Path) -> None:
    """The second is told that there is a first."""
    with workshop.opened(tmp_path / "out"), pytest.raises(UsageError, match="another process"):
        scraped.export(tmp_path / "out", progress=False)


def test_a_damaged_working_file_is_named(scraped: Dataset, tmp_path: Path) -> None:
    """Who finds the message knows what to remove."""
    work = tmp_path / "out" / workshop.WORK
    work.mkdir(parents=True)
    (work / "ledger.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(UsageError, match=r"damaged.*remove"):
        scraped.export(tmp_path / "out", progress=False)


def test_a_selection_is_counted_reason_by_reason(dataset: Dataset, rendered: Path, tmp_path: Path) -> None:
    """Photos that were not chosen are counted with the first reason that holds."""
    dataset.ingest(rendered, concepts_from_folders=True, progress=False)
    some = [photo.id for photo in dataset.find().limit(5)]
    dataset.collection.update_many({"_id": {"$in": some[:2]}}, {"$set": {"verdict": "rejected"}})
    dataset.collection.update_one({"_id": some[2]}, {"$set": {"concepts": ["indoor", "outdoor"]}})
    dataset.collection.update_one({"_id": some[3]}, {"$set": {"concepts": []}})
    manifest = dataset.export(
        tmp_path / "out", target="concept", classes="indoor,outdoor", progress=False
    ).manifest
    assert manifest.left_out["rejected"] == 2
    assert manifest.left_out["several_concepts"] == 1
    assert manifest.left_out["no_concept"] == 1
    assert manifest.photos + sum(manifest.left_out.values()) == 60


def test_a_broken_image_costs_that_photo(dataset: Dataset, rendered: Path, tmp_path: Path) -> None:
    """It is listed with the reason, and the others are exported."""
    dataset.ingest(rendered, progress=False)
    broken, gone = list(dataset.find().limit(2))
    assert broken.image
    assert gone.image
    store = dataset.images.root  # type: ignore[attr-defined]
    (store / broken.image.path).write_bytes(b"\xff\xd8 no picture")
    (store / gone.image.path).unlink()
    report = dataset.export(tmp_path / "out", progress=False)
    assert {photo for photo, _ in report.failed} == {broken.id, gone.id}
    assert report.manifest.left_out["failed"] == 2
    assert not {broken.id, gone.id} & set(ids(tmp_path / "out"))


def test_the_split_of_a_photo_stays_when_the_dataset_grows(dataset: Dataset, tmp_path: Path) -> None:
    """The dataset remembers its seed, so the photos of an export stand in the same split in the next."""
    photographer.write(tmp_path / "photos", 60)
    dataset.ingest(tmp_path / "photos", progress=False)
    before = dataset.export(tmp_path / "before", progress=False).manifest.seed
    photographer.write(tmp_path / "photos", 200)
    dataset.ingest(tmp_path / "photos", progress=False)
    assert dataset.export(tmp_path / "after", progress=False).manifest.seed == before
    old, new = ids(tmp_path / "before"), ids(tmp_path / "after")
    assert old.items() <= new.items()
    assert len(new) > 150


def test_originals_come_back_byte_for_byte(dataset: Dataset, rendered: Path, tmp_path: Path) -> None:
    """With `restore_exif` the files are those that were ingested."""
    dataset.ingest(rendered, concepts_from_folders=True, progress=False)
    report = dataset.export(tmp_path / "out", "folder", target="concept", restore_exif=True, progress=False)
    given = {path.read_bytes() for path in rendered.rglob("*.jpg")}
    found = [
        path.read_bytes()
        for split in report.manifest.splits
        for path in (tmp_path / "out" / split).rglob("*.jpg")
    ]
    assert len(found) == report.manifest.photos > 50
    assert set(found) <= given


@pytest.mark.parametrize("decrypt", [False, True])
@pytest.mark.parametrize("form", ["tfrecord", "parquet", "csv", "folder"])
@pytest.mark.parametrize("privacy", list(Privacy))
def test_every_format_of_every_privacy(  # noqa: PLR0917
    settings: exifds.Settings, rendered: Path, tmp_path: Path, form: str, privacy: Privacy, decrypt: bool
) -> None:
    """A dataset of any privacy is exported in any format, its personal fields opened or not."""
    with exifds.open("any", settings=settings, privacy=privacy, accept_open=True) as dataset:
        dataset.ingest(rendered, concepts_from_folders=True, progress=False)
        manifest = dataset.export(
            tmp_path / "out", form, target="concept", image_size=32, decrypt=decrypt, progress=False
        ).manifest
    assert manifest.photos > 50
    assert (tmp_path / "out" / "DATASHEET.md").is_file()
    assert set(manifest.data.classes) == {"indoor", "outdoor"}


def test_like_keeps_seed_and_classes(
    dataset: Dataset, rendered: Path, settings: exifds.Settings, tmp_path: Path
) -> None:
    """The photos of an export stand in the same splits, also where the database of then is lost."""
    dataset.ingest(rendered, concepts_from_folders=True, progress=False)
    old = dataset.export(tmp_path / "old", target="concept", seed=77, progress=False).manifest
    with exifds.open("again", settings=settings) as other:
        other.ingest(rendered, concepts_from_folders=True, progress=False)
        other.collection.update_one({}, {"$set": {"concepts": ["aardvark"]}})
        new = other.export(tmp_path / "new", like=tmp_path / "old", progress=False).manifest
    assert (new.seed, new.data.classes) == (77, old.data.classes)
    assert new.left_out == {"no_concept": 1}
    assert ids(tmp_path / "new").items() <= ids(tmp_path / "old").items()


def test_a_seed_that_fits_badly_is_pointed_out(
    scraped: Dataset, dataset: Dataset, rendered: Path, tmp_path: Path
) -> None:
    """An export of one photo takes any seed; the export of all names a better one."""
    dataset.ingest(rendered, progress=False)
    one = next(iter(dataset.find())).id
    first = dataset.export(tmp_path / "one", where={"_id": one}, progress=False).manifest
    everything = dataset.export(tmp_path / "all", progress=False).manifest
    assert everything.seed == first.seed
    assert everything.better_seed is not None
    better = dataset.export(tmp_path / "better", seed=everything.better_seed, progress=False).manifest
    assert all(abs(split.share - (split.asked or 0)) <= 0.02 for split in better.splits.values())


def test_no_photo_left_to_share_out_is_said(dataset: Dataset, rendered: Path, tmp_path: Path) -> None:
    """Undated photos by time, broken images: one sentence, and nothing is left behind."""
    dataset.ingest(rendered, progress=False)
    dataset.collection.update_many({}, {"$unset": {"taken_at": ""}})
    with pytest.raises(UsageError, match="left out were 60 no date"):
        dataset.export(tmp_path / "out", group="time", progress=False)
    for file in dataset.images.root.rglob("*.jpg"):  # type: ignore[attr-defined]
        file.write_bytes(b"no picture")
    with pytest.raises(UsageError, match=r"left out were 60 failed; file:\w+: "):
        dataset.export(tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists()


def test_a_photo_that_was_removed_is_not_exported_from_the_ledger(
    dataset: Dataset, rendered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who goes on with an export is told that it holds what the dataset does not any more."""
    dataset.ingest(rendered, progress=False)
    with monkeypatch.context() as patch:
        patch.setattr(exporter, "place", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            dataset.export(tmp_path / "out", progress=False)
    dataset.collection.delete_one({})
    with pytest.raises(UsageError, match="1 photos of this unfinished export are no longer in cameras"):
        dataset.export(tmp_path / "out", progress=False)


def test_a_finished_export_that_is_damaged_is_named(
    scraped: Dataset, exported: ExportReport, tmp_path: Path
) -> None:
    """A missing shard is found when the command is run again."""
    scraped.export(tmp_path / "out", like=exported.folder, progress=False)
    shard = next(iter(exported.manifest.splits["train"].shards))
    (tmp_path / "out" / shard.path).unlink()
    with pytest.raises(UsageError, match="missing or damaged"):
        scraped.export(tmp_path / "out", like=exported.folder, progress=False)


def test_an_address_is_no_folder(scraped: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody finds a folder called `s3:` afterwards."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="a folder of this machine"):
        scraped.export("s3://bucket/out", progress=False)
    assert not list(tmp_path.iterdir())


def test_a_filter_on_paths_needs_decrypt(scraped: Dataset, tmp_path: Path) -> None:
    """The folder of a user's files may name somebody."""
    for where in ({"found_by.query": "x"}, {"found_by": {"$elemMatch": {"query": "x"}}}, {"image.path": "x"}):
        with pytest.raises(FilterError, match="paths of files"):
            scraped.export(tmp_path / "out", where=where, progress=False)


def test_a_filter_on_owners_needs_decrypt(scraped: Dataset, tmp_path: Path) -> None:
    """The manifest records the filter, so it would name the owner."""
    owner = next(iter(scraped.find(decrypt=True))).owner
    with pytest.raises(FilterError, match="decrypt"):
        scraped.export(tmp_path / "out", where={"owner": owner}, progress=False)
    report = scraped.export(tmp_path / "out", where={"owner": owner}, decrypt=True, progress=False)
    assert report.manifest.options["selection"]["where"] == {"owner": owner}
    assert load(tmp_path / "out").photos


def test_no_photo_is_an_error_that_says_why(scraped: Dataset, tmp_path: Path) -> None:
    """An export without photos is of no use to anybody."""
    with pytest.raises(UsageError, match="none matches"):
        scraped.export(tmp_path / "out", where={"views": -1}, progress=False)
    with pytest.raises(UsageError, match=r"left out were 2\d\d license"):
        scraped.export(tmp_path / "out", licenses="99", progress=False)
    assert not (tmp_path / "out").exists()


def test_a_target_that_no_photo_has_says_what_there_is(
    dataset: Dataset, rendered: Path, tmp_path: Path
) -> None:
    """A concept or a field that is mistyped: the export says what may be meant, and leaves no folder."""
    dataset.ingest(rendered, concepts_from_folders=True)
    with pytest.raises(UsageError, match="has a score of monkey: run exifds score first"):
        dataset.export(tmp_path / "out", target="scores.monkey>=0.8")
    dataset.collection.update_many({}, {"$set": {"scores": {"monkey": None}}})
    dataset.collection.update_many({"concepts": "indoor"}, {"$set": {"scores.cage": 0.9}})
    for target in ("scores.mnky>=0.8", "scores.mnky"):
        with pytest.raises(UsageError, match="cameras has a score of mnky: there are scores of monkey, cage"):
            dataset.export(tmp_path / "out", target=target)
    with pytest.raises(UsageError, match=r"left out were 60 no value; did you mean camera\.iso\?"):
        dataset.export(tmp_path / "out", target="number iso")
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_one_sentence(
    scraped: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite and the shards both end as the same error, and the export goes on when there is room."""
    from exifds.errors import DiskFullError
    from exifds.export import ledger

    class Full(sqlite3.OperationalError):
        sqlite_errorcode = sqlite3.SQLITE_FULL

    def full(*_: object) -> None:
        raise Full("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(ledger.Ledger, "keep", full)
        with pytest.raises(DiskFullError, match="is full: make room"):
            scraped.export(tmp_path / "out", progress=False)
    assert scraped.export(tmp_path / "out", progress=False).manifest.photos


def test_the_manifest_is_plain_json(exported: ExportReport) -> None:
    """Anybody can read it, and it holds all that is needed to make the export again."""
    plain = json.loads((exported.folder / "manifest.json").read_text())
    assert plain["data"]["classes"] == ["indoor", "outdoor"]
    assert plain["options"]["splitting"]["group"] == "owner"
    assert [feature["name"] for feature in plain["data"]["features"]][:2] == ["exposure_time", "f_number"]


def test_a_curated_selection_is_exported_with_its_version(
    dataset: Dataset, rendered: Path, tmp_path: Path
) -> None:
    """The manifest names the version, and a later version does not change what `like` exports."""
    dataset.ingest(rendered, progress=False)
    photos = [photo.id for photo in dataset.find()]
    for number, photo in enumerate(photos):
        dataset.collection.update_one({"_id": photo}, {"$set": {"scores.monkey": number / 100}})
    database = dataset.collection.database
    save = partial(selections.save, database, "cameras", "good", filters=Filters(), counts={})
    save(thresholds={"monkey": Threshold(0.3)})
    manifest = dataset.export(tmp_path / "out", selection="good", progress=False).manifest
    assert manifest.photos + sum(manifest.left_out.values()) - manifest.left_out["not_selected"] == 30
    assert dataset.selection("good").count() == 30
    assert manifest.options["selection"]["selection"] == "good@1"
    dataset.collection.update_many({"_id": {"$in": photos[-5:]}}, {"$set": {"verdict": "rejected"}})
    assert dataset.export(tmp_path / "out", selection="good", progress=False).today == 25
    assert (manifest.selected, dataset.selection("good").count()) == (30, 25)
    dataset.collection.update_many({}, {"$unset": {"verdict": ""}})
    save(thresholds={"monkey": Threshold(0.5)})
    dataset.export(tmp_path / "again", like=tmp_path / "out", progress=False)
    assert ids(tmp_path / "again") == ids(tmp_path / "out")
    with pytest.raises(UsageError, match="bad"):
        dataset.export(tmp_path / "none", selection="bad", progress=False)
