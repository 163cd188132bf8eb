"""Thinned blocks hold nothing twice and come back whole."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from exifds import exif
from exifds.exif.thin import thickened, thinned
from exifds.photo import Block

held = st.fixed_dictionaries(
    {name: st.none() | st.binary(max_size=4) for name in ("exif_raw", "xmp", "iptc")}
)
blocks = st.lists(
    st.builds(Block, offset=st.just(0), kind=st.just("exif"), data=st.binary(max_size=12)), max_size=3
)


@given(blocks, held)
def test_thickened_is_the_inverse(whole: list[Block], fields: dict[str, bytes | None]) -> None:
    """Whatever is held, the blocks come back as they were."""
    assert list(thickened(thinned(whole, fields), fields)) == whole


def test_nothing_of_a_real_photo_is_kept_twice(shared_photos: Path) -> None:
    """The raw EXIF of a real photo is in its field and not in its blocks as well."""
    data = (shared_photos / "Apple_iPhone_4.jpg").read_bytes()
    found = exif.read(data)
    assert found.raw
    fields = {"exif_raw": found.raw, "xmp": found.xmp, "iptc": found.iptc}
    _, cut = exif.strip(data)
    assert sum(len(block.data) for block in thinned(cut, fields)) == sum(
        len(block.data) for block in cut
    ) - len(found.raw)
