"""Thin blocks: a photo keeps its EXIF, XMP and IPTC once, not once more inside the blocks cut out of it."""

from collections.abc import Iterable, Mapping

from exifds.photo import Block

__all__ = ["thickened", "thinned"]

Held = Mapping[str, bytes | None]
"""Field of the photo (`exif_raw`, `xmp`, `iptc`) to its bytes."""


def thinned(blocks: Iterable[Block], held: Held) -> tuple[Block, ...]:
    """Take out of blocks what the photo holds in fields of its own.

    Args:
        blocks: From `strip`.
        held: The fields. One that stands in no block, as where XMP was joined from parts, changes nothing.

    Returns:
        The blocks, each without the bytes of at most one field.

    Example:
        >>> block = Block(offset=2, kind="exif", data=b"Exif..II*")
        >>> thinned([block], {"exif_raw": b"II*"})[0].data
        b'Exif..'
    """
    return tuple(_without_held(block, held) for block in blocks)


def _without_held(block: Block, held: Held) -> Block:
    for name, value in held.items():
        at = block.data.find(value) if value else -1
        if value and at >= 0:
            data = block.data[:at] + block.data[at + len(value) :]
            return block.model_copy(update={"data": data, "holds": name, "holds_at": at})
    return block


def thickened(blocks: Iterable[Block], held: Held) -> tuple[Block, ...]:
    """The blocks as `strip` gave them: the inverse of `thinned`.

    Args:
        blocks: Thinned blocks.
        held: The fields of the photo.

    Returns:
        What `restore` takes.

    Example:
        >>> block = Block(offset=2, kind="exif", data=b"Exif..II*")
        >>> fields = {"exif_raw": b"II*"}
        >>> thickened(thinned([block], fields), fields) == (block,)
        True
    """
    return tuple(_with_held(block, held) for block in blocks)


def _with_held(block: Block, held: Held) -> Block:
    if block.holds is None:
        return block
    at = block.holds_at
    data = block.data[:at] + (held[block.holds] or b"") + block.data[at:]
    return block.model_copy(update={"data": data, "holds": None, "holds_at": 0})
