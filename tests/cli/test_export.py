"""The command `export`: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import exifds
from exifds.cli.app import app
from exifds.settings import Settings

DONE, USAGE, SOME_FAILED = 0, 2, 3


@pytest.fixture
def filled(settings: Settings, monkeypatch: pytest.MonkeyPatch, rendered: Path) -> None:
    """A dataset `cameras` of 60 photos, one of them with a broken image file."""
    monkeypatch.setenv("EXIFDS_URI", str(settings.uri))
    run("ingest", rendered, "--into", "cameras", "--concepts-from-folders")


def run(*arguments: object, code: int = DONE) -> tuple[str, str]:
    """What a command prints on stdout and stderr; it must end with this code."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.stdout, result.stderr


@pytest.mark.usefixtures("filled")
def test_the_splits_are_shown_by_class(tmp_path: Path) -> None:
    """A table of splits and one of classes; run again, it says that all is there."""
    shown, _ = run("export", "cameras", tmp_path / "out", "--target", "concept")
    assert "60 photos; finished" in shown
    assert all(word in shown for word in ("train", "val", "test", "indoor", "outdoor", "share"))
    again, told = run("export", "cameras", tmp_path / "out", "--target", "concept")
    assert "was finished before" in again
    assert "today" not in told


@pytest.mark.usefixtures("filled")
def test_later_verdicts_are_pointed_out_where_an_export_is_there(settings: Settings, tmp_path: Path) -> None:
    """It is left alone; what its options choose today is said, with both numbers."""
    out = ("export", "cameras", tmp_path / "out", "--format", "csv")
    run(*out)
    with exifds.open("cameras", settings=settings) as opened:
        rejected = [photo.id for photo in opened.find()][:5]
        opened.collection.update_many({"_id": {"$in": rejected}}, {"$set": {"verdict": "rejected"}})
    shown, told = run(*out)
    assert "60 photos; was finished before" in shown
    assert "the same options choose 55 photos today, and chose 60 then: export to a new folder" in told
    assert json.loads(run(*out, "--json")[0])["today"] == 55
    _, told = run("export", "cameras", tmp_path / "new", "--format", "csv")
    assert "today" not in told


@pytest.mark.usefixtures("filled")
def test_json_is_the_manifest(tmp_path: Path) -> None:
    """With --json all of the manifest is printed, with the options as they were given."""
    options = ("--format", "csv", "--split", "60/20/20", "--group", "camera", "--seed", 5, "--license", "4,5")
    _, told = run("export", "cameras", tmp_path / "none", *options, "--json", code=USAGE)
    assert "60 license" in told
    shown, _ = run(
        "export", "cameras", tmp_path / "out", *options[:-2], "--where", '{"views": null}', "--json"
    )
    printed = json.loads(shown)
    assert printed["seed"] == 5
    assert printed["options"]["splitting"]["shares"] == [0.6, 0.2, 0.2]
    assert printed["options"]["selection"]["where"] == {"views": None}
    assert printed["failed"] == []


@pytest.mark.usefixtures("filled")
def test_a_broken_image_is_listed_and_ends_with_3(settings: Settings, tmp_path: Path) -> None:
    """The other photos are exported."""
    broken = next((settings.home / "images").rglob("*.jpg"))
    broken.write_bytes(b"\xff\xd8\xff no picture")
    shown, told = run("export", "cameras", tmp_path / "out", code=SOME_FAILED)
    assert "59 photos" in shown
    assert "left out: 1 failed" in told
    assert "the owner of 59 of 59 photos is unknown" in told
    assert "  file:" in told


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "json"), "format: expected 'tfrecord', 'parquet', 'csv' or 'folder'"),
        (("--split", "1/2/3"), "split '1/2/3'"),
        (("--group", "friends"), "group: expected"),
        (("--image-size", "100000"), "image_size: expected"),
        (("--where", "{"), "the filter is not JSON"),
        (("--where", '{"exif": 1}'), "the field exif is encrypted"),
        (("--where", '{"owner": "1@N01"}'), "decrypt"),
        (("--min-score", "monkey"), "monkey=0.8"),
        (("--min-score", "monkey=2"), "min_score"),
        (("--require-exif", "Lens"), "expected the name of an EXIF tag"),
        (("--require-exif", "LensModel"), "which is encrypted"),
        (("--target", "owner"), "owner"),
        (("--classes", "a,b"), "classes need a target"),
        (("--target", "concepts", "--format", "folder"), "exactly one class"),
        (("--restore-exif",), "originals can be restored into folder and parquet"),
        (
            ("--selection", "good@x"),
            "selection: expected NAME or NAME@VERSION, such as good@1, got 'good@x'",
        ),
        (("--selection", f"good@{10**20}"), "selection: expected NAME or NAME@VERSION"),
        (("--like", "nowhere"), "there is no folder nowhere"),
        (("--like", "nowhere", "--seed", "3"), "leave out seed"),
    ],
)
def test_wrong_options_are_explained(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """One line says what was expected; nothing is left behind; the exit code is 2."""
    _, told = run("export", "cameras", tmp_path / "out", *options, code=USAGE)
    assert said in told
    assert told.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("filled")
def test_shares_that_groups_do_not_allow_are_pointed_out(tmp_path: Path) -> None:
    """One group cannot be shared out at all."""
    shown, _ = run("find", "cameras", '{"camera.model": {"$exists": true}}', "--limit", 1, "--format", "json")
    where = json.dumps({"camera.model": json.loads(shown)[0]["camera"]["model"]})
    _, told = run("export", "cameras", tmp_path / "out", "--group", "camera", "--where", where)
    assert "instead of 70.0%: what belongs together stays together" in told
