"""The walk over the directories of an EXIF block."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.errors import PhotoError
from exifds.exif.tiff import MAX_TAGS, MAX_TOTAL, MAX_VALUE, scan
from tests.exif.build import ASCII, EXIF, GPS, LONG, SHORT, UNDEFINED, Entry, photo_exif, tiff, where


def test_a_camera_block_is_sound() -> None:
    """EXIF as cameras write it has no damage; only the maker note is kept from Pillow."""
    found = scan(photo_exif())
    assert found.damage is None
    assert [patch for _, patch in found.patches] == [b"\0\0"]
    assert found.bulk.keys() == {"MakerNote"}


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_are_walked(order: str) -> None:
    """Little and big endian blocks are alike."""
    found = scan(tiff([Entry(0x010F, ASCII, b"Canon\0")], order=order))
    assert (found.order, found.damage, found.patches) == (order, None, [])


@pytest.mark.parametrize(
    ("entry", "damage"),
    [
        (Entry(0x010E, ASCII, 5000, 100), "tag 0x010E lies outside the EXIF block"),
        (Entry(0x927C, UNDEFINED, 5000, 100), "tag 0x927C lies outside the EXIF block"),
        (Entry(0x010E, 99, b"ab"), "tag 0x010E has an unknown type"),
        (Entry(0x0112, SHORT, b"\1\0\1\0"), "tag 0x0112 holds several values where the standard has one"),
        (Entry(0x0100, LONG, bytes(8)), "tag 0x0100 holds several values where the standard has one"),
        (Entry(EXIF, LONG, 5000), "tag 0x8769 points outside the EXIF block"),
        (Entry(GPS, SHORT, 8), "tag 0x8825 points outside the EXIF block"),
        (Entry(GPS, LONG, 8, 2), "tag 0x8825 points outside the EXIF block"),
    ],
)
def test_a_damaged_entry_is_named_and_skipped(entry: Entry, damage: str) -> None:
    """A damaged entry is told by its number and patched to a type that Pillow skips."""
    found = scan(tiff([entry]))
    assert found.damage == damage
    assert found.patches == [(12, b"\0\0")]


def test_only_the_first_damage_is_told() -> None:
    """Of several damages the first is the reason."""
    assert (
        scan(tiff([Entry(1, 99, b""), Entry(2, 98, b"ab"), Entry(3, 97, b"ab")])).damage
        == "tag 0x0001 has an unknown type"
    )


def test_unused_entries_are_no_damage() -> None:
    """Cameras leave entries of zeros in a directory."""
    assert scan(tiff([Entry(0, 0, b"", 0)])).damage is None


def test_utf8_text_is_handed_on_as_text() -> None:
    """Type 129 of EXIF 3.0, which Pillow does not know, becomes ASCII."""
    found = scan(tiff([Entry(0xA437, 129, "Zoë Ångström".encode())]))
    assert (found.damage, found.patches) == (None, [(12, b"\2\0")])


def test_a_directory_cut_short_is_read_as_far_as_it_goes() -> None:
    """The number of entries is patched to those that are there, and the missing end is made up."""
    block = tiff([Entry(0x0112, SHORT, b"\1\0"), Entry(0x0128, SHORT, b"\2\0")])[: 8 + 2 + 12 + 5]
    found = scan(block)
    assert found.damage == "a directory is cut short"
    assert found.patches == [(8, b"\1\0")]
    assert scan(block[:-2]).patches == [(8, b"\1\0"), (len(block) - 2, bytes(4))]


@pytest.mark.parametrize("block", [b"II*\0", b"II*\0\xff\xff\xff\xff", b"II*\0\x08\0\0\0\0"])
def test_a_block_without_a_directory_is_unreadable(block: bytes) -> None:
    """A block whose first directory is not there is damaged, not hostile."""
    found = scan(block)
    assert not found.readable
    assert found.damage == "the first directory lies outside the EXIF block"


def test_overlapping_values_are_damage() -> None:
    """Values that together are larger than the block point at the same bytes."""
    block = tiff([Entry(0x010E, ASCII, b"x" * 60), *(Entry(0x9000 + i, ASCII, 40, 60) for i in range(5))])
    assert scan(block).damage == "tag 0x9001 overlaps other values"


def test_loops_are_hostile() -> None:
    """A directory that is reached twice makes a loop, whichever pointer leads there."""
    one, two = [Entry(EXIF, LONG, 8)], [Entry(0x0112, SHORT, b"\1\0")]
    for block in (
        tiff(one),
        tiff(two, after=[8]),
        tiff(two, two, after=[where([two, two], 1), where([two, two], 1)]),
        tiff([Entry(EXIF, LONG, 8 + 30), Entry(GPS, LONG, 8 + 30)], two),
    ):
        with pytest.raises(PhotoError, match="loop"):
            scan(block)


def test_too_many_tags_are_hostile() -> None:
    """More tags than any camera writes are refused, in one directory or in a chain of them."""
    entry = struct.pack("<HHLL", 1, SHORT, 1, 0)
    with pytest.raises(PhotoError, match="5,000 EXIF tags"):
        scan(b"II*\0\x08\0\0\0" + struct.pack("<H", MAX_TAGS) + entry * MAX_TAGS + bytes(4))
    chain = b"".join(struct.pack("<HL", 0, 14 + 6 * i) for i in range(MAX_TAGS + 1))
    with pytest.raises(PhotoError, match="5,000 EXIF tags"):
        scan(b"II*\0\x08\0\0\0" + chain)


def test_too_large_values_are_hostile() -> None:
    """One value or all together beyond the limits are refused; bulk data is not counted."""
    for block in (
        tiff([Entry(0x010E, ASCII, bytes(MAX_VALUE + 1))]),
        tiff([Entry(0x9000 + i, ASCII, bytes(MAX_VALUE)) for i in range(MAX_TOTAL // MAX_VALUE + 1)]),
    ):
        with pytest.raises(PhotoError, match="EXIF values of at most"):
            scan(block)
    assert scan(tiff([Entry(0x927C, UNDEFINED, bytes(MAX_TOTAL))])).damage is None


def test_a_size_that_cannot_be_is_damage() -> None:
    """A value said to be larger than the block (exif-py #182) is passed over; nothing is allocated for it."""
    for entry in (Entry(0x927C, UNDEFINED, 26, 1_006_641_184), Entry(0x010E, ASCII, 26, 0xFFFFFFFF)):
        assert "lies outside the EXIF block" in str(scan(tiff([entry])).damage)


def test_a_pointer_beyond_a_bad_one_is_still_checked() -> None:
    """Pillow takes the first pointer that it can read, so that one is walked."""
    with pytest.raises(PhotoError, match="loop"):
        scan(tiff([Entry(EXIF, LONG, 5000), Entry(EXIF, LONG, 8)]))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"II*\0", b"MM\0*"]))
def test_no_block_makes_the_walk_fail(tail: bytes, magic: bytes) -> None:
    """Any bytes give a scan or a PhotoError."""
    try:
        found = scan(magic + bytes(3) + b"\x08" + tail)
    except PhotoError:
        return
    assert found.readable or found.damage
