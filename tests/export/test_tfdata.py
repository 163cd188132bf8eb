"""An export comes back as batches: what was written, in the order the seed gives, and whole or not at all."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.export import tfdata
from exifds.export.manifest import MANIFEST, Manifest, Shard, Split
from exifds.export.record import Label, Record, Schema
from exifds.export.tfrecord import TFRecord
from tests.export import samples

tf = pytest.importorskip("tensorflow")

SHARDS = {"train": (10, 14, 16), "val": (6,), "test": (4,)}
"""Photos by shard. Train holds the numbers 0 to 39, val 40 to 45, test 46 to 49."""
KINDS: dict[str | None, tuple[tuple[str, ...], Callable[[int], Label]]] = {
    None: ((), lambda _number: None),
    "multi_class": (("cat", "dog", "yak"), lambda number: number % 2),
    "binary": (("not monkey", "monkey"), lambda number: int(number % 4 == 0)),
    "multi_label": (("cat", "dog"), lambda number: (number % 2, int(number % 4 == 0))),
    "number": ((), lambda number: number / 2),
}

Export = Callable[..., Path]


def record(number: int, label: Label) -> Record:
    """A photo whose ISO is its number, and which has no flash tag if that is odd."""
    image, iso = samples.jpeg(4 * number), float(number)
    return Record(f"file:{number}", number % 5, label, image, "jpg", (iso, 0.0), (True, not number % 2))


def shard(folder: Path, path: str, records: list[Record], schema: Schema) -> Shard:
    """Write a shard."""
    TFRecord().write(folder / path, records, schema)
    data = (folder / path).read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    return Shard(path=path, photos=len(records), bytes=len(data), sha256=sha256)


def split(folder: Path, name: str, sizes: tuple[int, ...], start: int, schema: Schema) -> Split:
    """Write a split."""
    label = KINDS[schema.kind][1]
    bounds = list(pairwise(accumulate(sizes, initial=start)))
    shards = [
        shard(
            folder,
            TFRecord().shard_name(schema, name, index, len(bounds)),
            [record(number, label(number)) for number in range(*bound)],
            schema,
        )
        for index, bound in enumerate(bounds)
    ]
    labels = [label(number) for number in range(start, start + sum(sizes))]
    counts = {
        name: sum(has[number] if isinstance(has, tuple) else has == number for has in labels)
        for number, name in enumerate(schema.classes)
    }
    return Split(photos=sum(sizes), groups=5, share=0.5, classes=counts, shards=tuple(shards))


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """A function that writes an export of 50 photos."""

    def write(
        kind: Any = "multi_class", written: str = "tfrecord", shards: dict[str, tuple[int, ...]] = SHARDS
    ) -> Path:
        schema = samples.schema(kind, KINDS[kind][0])
        starts = accumulate((sum(sizes) for sizes in shards.values()), initial=0)
        manifest = Manifest(
            exifds="0.1.0",
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
            options={"format": written},
            data=schema,
            seed=0,
            splits={
                name: split(tmp_path, name, sizes, start, schema)
                for (name, sizes), start in zip(shards.items(), starts, strict=False)
            },
        )
        (tmp_path / MANIFEST).write_text(manifest.model_dump_json())
        return tmp_path

    return write


def numbers(dataset: Any) -> list[int]:
    """The photos of an epoch, by their numbers."""
    return [int(number) for features, _ in dataset for number in features["exif"].numpy()[:, 0]]


def test_a_photo_comes_with_its_pixels_its_exif_and_its_label(export: Export) -> None:
    """Each batch holds what was written."""
    _, val, _ = tfdata.load(export(), batch_size=4)
    features, label = next(iter(val))
    np.testing.assert_allclose(
        features["image"].numpy()[:, 8, 8, 0].astype(int), [160, 164, 168, 172], atol=1
    )
    assert features["exif"].numpy().tolist() == [[40, 0], [41, 0], [42, 0], [43, 0]]
    assert features["exif_present"].numpy().tolist() == [[True, True], [True, False]] * 2
    assert label.numpy().tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("kind", "shape", "dtype"),
    [
        ("multi_class", (4,), "int64"),
        ("binary", (4,), "int64"),
        ("multi_label", (4, 2), "float32"),
        ("number", (4,), "float32"),
    ],
)
def test_labels_have_the_type_that_losses_expect(
    export: Export, kind: str, shape: tuple[int, ...], dtype: str
) -> None:
    """One class is a whole number, several are zeros and ones, a number is a number."""
    features, label = next(iter(tfdata.load(export(kind), batch_size=4).val))
    assert {name: (tensor.shape, tensor.dtype.name) for name, tensor in features.items()} == {
        "image": ((4, 16, 16, 3), "uint8"),
        "exif": ((4, 2), "float32"),
        "exif_present": ((4, 2), "bool"),
    }
    assert (label.shape, label.dtype.name) == (shape, dtype)
    np.testing.assert_array_equal(label.numpy(), np.array([KINDS[kind][1](n) for n in range(40, 44)]))


def test_without_a_target_there_are_only_features(export: Export) -> None:
    """An export without a target gives what a prediction needs."""
    loaded = tfdata.load(export(None))
    assert set(next(iter(loaded.val))) == {"image", "exif", "exif_present"}
    assert loaded.class_weight is None
    assert loaded.positive_weight is None


def test_val_and_test_keep_the_order_of_the_export(export: Export) -> None:
    """So does train when it is not to be shuffled."""
    train, val, test = tfdata.load(export(), batch_size=4, shuffle=False)
    assert [numbers(each) for each in (train, val, test)] == [
        list(range(40)),
        list(range(40, 46)),
        list(range(46, 50)),
    ]


def test_train_is_shuffled_anew_each_epoch_and_the_same_for_a_seed(export: Export) -> None:
    """Two loads agree in every epoch, also on one thread, and no epoch agrees with another."""
    folder = export()
    one_thread = tf.data.Options()
    one_thread.threading.private_threadpool_size = 1
    first, again, other = (tfdata.load(folder, 4, seed=seed).train for seed in (0, 0, 1))
    again = again.with_options(one_thread)
    epochs = [numbers(first), numbers(first)]
    assert epochs == [numbers(again), numbers(again)]
    assert epochs[0] != epochs[1] != numbers(other) != epochs[0]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(40))


def test_photos_of_all_shards_come_mixed(export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where few photos fit into the shuffle buffer: shards may hold one class each."""
    monkeypatch.setattr(tfdata, "SHUFFLE_BYTES", 1)
    early = numbers(tfdata.load(export()).train)[:9]
    assert {(number >= 10) + (number >= 24) for number in early} == {0, 1, 2}


def test_only_train_is_augmented(export: Export) -> None:
    """What val and test say must not hang on chance."""
    loaded = tfdata.load(export(), augment=tf.zeros_like)
    found = [[batch["image"].numpy().any() for batch, _ in each] for each in loaded]
    assert found == [[False, False], [True], [True]]


def test_the_number_of_batches_is_known(export: Export) -> None:
    """A progress bar needs it; an empty split has none, and the types of the others."""
    train, val, test = tfdata.load(export(shards=SHARDS | {"test": ()}), batch_size=7)
    assert [int(each.cardinality()) for each in (train, val, test)] == [6, 1, 0]
    assert test.element_spec == val.element_spec
    assert list(test) == []


def test_class_weights_make_classes_weigh_the_same(export: Export) -> None:
    """The weights of scikit-learn's `balanced`; a class that does not occur weighs 1."""
    loaded = tfdata.load(export("binary"))
    assert loaded.class_weight == {0: 40 / (2 * 30), 1: 40 / (2 * 10)}
    assert loaded.positive_weight is None
    loaded = tfdata.load(export())
    assert loaded.classes == ("cat", "dog", "yak")
    assert loaded.class_weight == {0: 1.0, 1: 1.0, 2: 1.0}


def test_labels_that_do_not_exclude_each_other_have_positive_weights(export: Export) -> None:
    """Noes to yeses of each class."""
    loaded = tfdata.load(export("multi_label"))
    assert loaded.positive_weight == (20 / 20, 30 / 10)
    assert loaded.class_weight is None


def test_keras_learns_from_it(export: Export) -> None:
    """`fit` takes the datasets and the class weights as they are, also batches of different sizes."""
    import keras

    loaded = tfdata.load(export("binary"), batch_size=16, augment=True)
    image, exif = keras.Input((16, 16, 3), name="image"), keras.Input((2,), name="exif")
    present = keras.Input((2,), dtype="bool", name="exif_present")
    joined = keras.layers.concatenate([keras.layers.Flatten()(image), exif, present])
    outputs = keras.layers.Dense(1, activation="sigmoid")(joined)
    model = keras.Model({"image": image, "exif": exif, "exif_present": present}, outputs)
    model.compile("sgd", "binary_crossentropy")
    train, val, _ = loaded
    history = model.fit(
        train, validation_data=val, class_weight=loaded.class_weight, epochs=2, shuffle=False, verbose=0
    )
    assert len(history.history["val_loss"]) == 2


def test_an_export_of_a_dataset_is_opened(scraped: Dataset, tmp_path: Path) -> None:
    """What `Dataset.export` wrote is what comes back."""
    report = scraped.export(tmp_path / "out", target="concept", image_size=32, progress=False)
    loaded = tfdata.load(tmp_path / "out", verify=True)
    assert loaded.classes == ("indoor", "outdoor")
    for each, name in zip(loaded, ("train", "val", "test"), strict=True):
        labels = np.concatenate([label for _, label in each])
        expected = report.manifest.splits[name].classes
        assert np.bincount(labels, minlength=2).tolist() == [expected["indoor"], expected["outdoor"]]


def test_a_folder_without_a_manifest_is_no_export(tmp_path: Path) -> None:
    """The manifest is written last, so an export that was killed is not taken for a whole one."""
    with pytest.raises(UsageError, match=r"no export, or one that was not finished"):
        tfdata.load(tmp_path)


def test_missing_and_damaged_shards_are_named(export: Export) -> None:
    """A shard that is missing or cut off is found before training begins."""
    shard = export() / "cats-val.tfrecord-00000-of-00001"
    data = shard.read_bytes()
    shard.write_bytes(data[:-1])
    with pytest.raises(UsageError, match=f"{shard.name} is damaged: expected {len(data)} bytes, got"):
        tfdata.load(shard.parent)
    shard.unlink()
    with pytest.raises(UsageError, match=f"{shard.name} is missing"):
        tfdata.load(shard.parent)


def test_changed_shards_are_found(export: Export) -> None:
    """Before training when told to verify, and else when the photo is read."""
    shard = export() / "cats-val.tfrecord-00000-of-00001"
    data = shard.read_bytes()
    tfdata.load(shard.parent, verify=True)
    shard.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(UsageError, match=f"{shard.name} is damaged: its SHA-256"):
        tfdata.load(shard.parent, verify=True)
    with pytest.raises(tf.errors.DataLossError):
        list(tfdata.load(shard.parent).val)


@pytest.mark.parametrize(
    ("written", "reader"),
    [
        ("parquet", "datasets.load_dataset"),
        ("folder", "image_dataset_from_directory"),
        ("csv", "pandas.read_csv"),
    ],
)
def test_other_formats_are_read_with_other_tools(export: Export, written: str, reader: str) -> None:
    """The message names what reads them."""
    with pytest.raises(UsageError, match=rf"has the format {written}: read it with .*{reader}"):
        tfdata.load(export(written=written))
