"""Folder: class folders, as Keras and TFDS read them, on any file system."""

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.export.folder import PHOTOS, Folder, class_name, file_name, folder_names
from exifds.export.record import Record, TargetKind
from exifds.export.tables import cell
from tests.export.samples import HOSTILE, KNOWN, jpeg, record, schema

CLASSES = ("zebra", "../x", "=1+1")


def write(out: Path, split: str, labels: list[int], classes: tuple[str, ...] = CLASSES) -> Path:
    """A split with a photo for each label."""
    of = schema("multi_class", classes)
    path = out / Folder().shard_name(of, split, 0, 1)
    Folder().write(path, (record(number, label, **KNOWN) for number, label in enumerate(labels)), of)
    return path


def test_keras_sees_the_same_classes_in_every_split(tmp_path: Path) -> None:
    """Also those without photos; with the order of the manifest it gives the numbers of the manifest."""
    keras = pytest.importorskip("keras")
    labels = {"train": [0, 1, 2, 0], "val": [2]}
    for split, numbers in labels.items():
        folder = write(tmp_path, split, numbers)
        found = keras.utils.image_dataset_from_directory(
            folder,
            class_names=list(folder_names(CLASSES)),
            image_size=(16, 16),
            batch_size=None,
            shuffle=False,
            verbose=False,
        )
        assert [class_name(name) for name in found.class_names] == list(CLASSES)
        assert sorted(int(label) for _, label in found) == sorted(numbers)
        assert {tuple(image.shape) for image, _ in found} == {(16, 16, 3)}
    inferred = keras.utils.image_dataset_from_directory(tmp_path / "val", image_size=(16, 16), verbose=False)
    assert inferred.class_names == sorted(folder_names(CLASSES))


def test_tfds_reads_it(tmp_path: Path) -> None:
    """`tfds.ImageFolder` finds splits and classes; the table of a split is no class."""
    tfds = pytest.importorskip("tensorflow_datasets")
    write(tmp_path, "train", [0, 1, 1])
    write(tmp_path, "test", [2])
    builder = tfds.ImageFolder(str(tmp_path))
    assert {name: split.num_examples for name, split in builder.info.splits.items()} == {
        "train": 3,
        "test": 1,
    }
    assert set(builder.info.features["label"].names) >= {"%2E%2E%2Fx", "zebra", "%3D1%2B1"}


def test_the_table_of_a_split_names_every_file(tmp_path: Path) -> None:
    """Label and metadata of each photo, safe in a spreadsheet."""
    folder = write(tmp_path, "train", [0, 1, 2])
    with (folder / PHOTOS).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    files = {str(path.relative_to(folder)) for path in folder.rglob("*.jpg")}
    assert (
        {row["file"] for row in rows}
        == files
        == {
            "zebra/flickr-0.jpg",
            "%2E%2E%2Fx/flickr-1.jpg",
            "%3D1%2B1/flickr-2.jpg",
        }
    )
    assert [row["label"] for row in rows] == ["zebra", "../x", "'=1+1"]
    assert (folder / rows[1]["file"]).read_bytes() == jpeg(1)


def test_hostile_class_names_stay_inside(tmp_path: Path) -> None:
    """Every class has a folder of its own below the split, and nothing is written elsewhere."""
    (tmp_path / "out").mkdir()
    folder = write(tmp_path / "out", "train", [0, 1, 2], HOSTILE)
    assert {path.name for path in tmp_path.iterdir()} == {"out"}
    assert {path.name for path in folder.iterdir()} == {*folder_names(HOSTILE), PHOTOS}
    assert sorted(class_name(path.name) for path in folder.iterdir() if path.is_dir()) == sorted(HOSTILE)


DEVICES = st.sampled_from(["CON", "nul", "Lpt1", "COM9", "com¹", "Aux", "prn"])


@given(st.lists(st.one_of(st.text(max_size=12), DEVICES, st.sampled_from(HOSTILE)), unique=True))
def test_folders_lead_back_to_their_classes(classes: list[str]) -> None:
    """Names are reversible, all different where case is not told apart, and plain path segments."""
    names = folder_names(classes)
    assert [class_name(name) for name in names] == classes
    assert len({unicodedata.normalize("NFKD", name).casefold() for name in names}) == len(names)
    for name in names:
        assert name
        assert all(letter.isalnum() or letter in " _-%" for letter in name)
        assert name == name.strip(" ")
        assert name.upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "COM9", "COM¹", "LPT1"}


def test_a_name_too_long_for_a_folder_is_refused() -> None:
    """The message says which limit, and what else can be done."""
    with pytest.raises(
        UsageError, match=r"at most 255 bytes was expected.*got 300 bytes.*tfrecord or parquet"
    ):
        folder_names(["ape", "a" * 300])


@pytest.mark.parametrize("kind", ["multi_label", "number"])
def test_a_target_without_one_class_each_is_refused(tmp_path: Path, kind: TargetKind) -> None:
    """Before the first file is written, in words."""
    of = schema(kind, () if kind != "multi_label" else CLASSES)
    with pytest.raises(
        UsageError, match="class folders need a target that gives each photo exactly one class"
    ):
        Folder().check(of)
    with pytest.raises(UsageError, match="choose another target, or the format tfrecord, parquet or csv"):
        Folder().write(tmp_path / "train", [], of)
    assert not (tmp_path / "train").exists()


def test_without_a_target_the_files_lie_side_by_side(tmp_path: Path) -> None:
    """There are no classes to sort them into."""
    Folder().write(tmp_path / "train", [record(1), record(2)], schema())
    names = sorted(path.name for path in (tmp_path / "train").iterdir())
    assert names == ["flickr-1.jpg", "flickr-2.jpg", "photos.csv"]


@pytest.mark.parametrize(
    "photo_id", ["flickr:../../x", "file:..", "flickr:a/b", "flickr:\0", "x:12@N01", "nul:é"]
)
def test_file_names_hold_no_path(tmp_path: Path, photo_id: str) -> None:
    """An id that somebody else wrote into the database cannot lead outside either."""
    name = file_name(Record(photo_id, 0, None, b"", "jpg", (), ()))
    assert (tmp_path / name).resolve().parent == tmp_path
    assert name.isascii()
    assert cell(name) == name


def test_the_same_photos_give_the_same_files(tmp_path: Path) -> None:
    """A killed export ends with the files of an undisturbed one."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = (write(tmp_path / name, "train", [0, 1, 2]) for name in ("a", "b"))
    names = sorted(path.relative_to(first) for path in first.rglob("*"))
    assert names == sorted(path.relative_to(second) for path in second.rglob("*"))
    for name in names:
        if (first / name).is_file():
            assert (first / name).read_bytes() == (second / name).read_bytes()
