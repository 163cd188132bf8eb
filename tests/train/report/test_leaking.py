"""Leaking: what an export tells of a random split."""

from pathlib import Path

from exifds.export import manifest as manifests
from exifds.train.report.leaking import leak


def test_of_unknown_owners_no_leak_is_told(exported: Path) -> None:
    """The export says of how many photos the owner is unknown."""
    manifest = manifests.load(exported)
    known, hidden = (
        leak(exported, manifest.model_copy(update={"without_group": count})) for count in (0, manifest.photos)
    )
    assert known
    assert hidden
    assert (known.unknown, hidden.unknown) == (0, 1)
    assert hidden.blind
