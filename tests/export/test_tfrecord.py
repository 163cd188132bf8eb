"""TFRecord: shards that TensorFlow reads, written and read without it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.export.record import Record
from exifds.export.tfrecord import TFRecord, frame, frames, read
from tests.export.test_example import RECORD, SCHEMA

FORMAT = TFRecord()


def records(number: int) -> Iterator[Record]:
    """Some records that can be told apart."""
    return (replace(RECORD, id=f"flickr:{n}", label=n % 2, image=bytes([n]) * n) for n in range(number))


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    """A shard with three records."""
    path = tmp_path / FORMAT.shard_name(SCHEMA, "train", 0, 1)
    FORMAT.write(path, records(3), SCHEMA)
    return path


def test_tensorflow_reads_what_was_written(shard: Path) -> None:
    """`TFRecordDataset` takes the frames, `tf.train.Example` and `tf.io` what they hold."""
    import tensorflow as tf

    written = [item.numpy() for item in tf.data.TFRecordDataset(str(shard))]
    assert written == list(frames(shard))
    for data, values, record in zip(written, read(shard), records(3), strict=True):
        feature = tf.train.Example.FromString(data).features.feature
        theirs = {
            name: list(getattr(feature[name], feature[name].WhichOneof("kind")).value) for name in feature
        }
        assert theirs == values
        assert theirs["image"] == [record.image]
    parsed = tf.io.parse_single_example(written[1], {"exif": tf.io.FixedLenFeature((2,), tf.float32)})
    assert parsed["exif"].numpy().tolist() == [100.0, 0.0]


def test_what_tensorflow_wrote_is_read(tmp_path: Path) -> None:
    """Shards of others are read as well."""
    import tensorflow as tf

    example = tf.train.Example()
    example.features.feature["x"].int64_list.value.extend([-1, 2])
    example.features.feature["empty"].SetInParent()
    with tf.io.TFRecordWriter(str(tmp_path / "x")) as writer:
        writer.write(example.SerializeToString())
        writer.write(b"")
    assert list(read(tmp_path / "x")) == [{"empty": [], "x": [-1, 2]}, {}]


def test_the_same_records_give_the_same_bytes(tmp_path: Path, shard: Path) -> None:
    """A shard that is written again is byte-equal."""
    FORMAT.write(tmp_path / "again", records(3), SCHEMA)
    assert (tmp_path / "again").read_bytes() == shard.read_bytes()


def test_a_shard_may_be_empty(tmp_path: Path) -> None:
    """No records make a file without frames."""
    FORMAT.write(tmp_path / "empty", [], SCHEMA)
    assert list(read(tmp_path / "empty")) == []


def test_every_flipped_bit_is_found(shard: Path) -> None:
    """Wherever a bit of a shard flips, reading it ends with the place of the frame."""
    whole = shard.read_bytes()
    for position in range(0, len(whole), 3):
        broken = bytearray(whole)
        broken[position] ^= 1 << position % 8
        shard.write_bytes(broken)
        with pytest.raises(UsageError, match=r"cameras-train\.tfrecord-.* is damaged at byte \d+"):
            list(read(shard))


def test_every_cut_is_found(shard: Path) -> None:
    """A shard that ends inside a frame is damaged; what stands before it is read."""
    first, second, _ = frames(shard)
    ends = [len(first) + 16, len(first) + len(second) + 32]
    whole = shard.read_bytes()
    for length in range(1, len(whole)):
        shard.write_bytes(whole[:length])
        if length in ends:
            assert len(list(frames(shard))) == ends.index(length) + 1
        else:
            start = max((end for end in ends if end < length), default=0)
            with pytest.raises(UsageError, match=f"is damaged at byte {start}:"):
                list(frames(shard))


def test_a_hostile_length_takes_no_memory(tmp_path: Path) -> None:
    """A frame that claims more bytes than the file has is refused before they are asked for."""
    head = frame(b"")[0]
    length = (2**63).to_bytes(8, "little")
    checked = frame(length)[2]
    (tmp_path / "x").write_bytes(length + checked + head)
    with pytest.raises(UsageError, match=r"damaged at byte 0: .*or export to a new folder with --like"):
        list(frames(tmp_path / "x"))


def test_a_frame_may_hold_something_else(tmp_path: Path) -> None:
    """Whole frames whose data are no examples are named by their number."""
    (tmp_path / "x").write_bytes(b"".join(frame(b"") + frame(b"no example")))
    with pytest.raises(UsageError, match=r"record 1 of x: expected a serialized tf\.train\.Example"):
        list(read(tmp_path / "x"))


def test_a_missing_shard_is_named(tmp_path: Path) -> None:
    """The message names the file, not the folder of the user."""
    with pytest.raises(UsageError) as caught:
        list(read(tmp_path / "gone"))
    assert str(caught.value) == "the shard gone cannot be read: No such file or directory"


@given(st.lists(st.binary()))
def test_what_is_framed_is_read(tmp_path_factory: pytest.TempPathFactory, data: list[bytes]) -> None:
    """Any bytes come back from their frames, in order."""
    path = tmp_path_factory.mktemp("frames") / "x"
    path.write_bytes(b"".join(part for item in data for part in frame(item)))
    assert list(frames(path)) == data
