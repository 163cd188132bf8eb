import numpy as np
import pytest

from exifds import exif
from exifds.sandbox.flickr import Catalogue
from exifds.sandbox.flickr.printout import camera_name, entries
from exifds.sandbox.studio import Studio


def printed(catalogue: Catalogue, row: int) -> dict[str, tuple[str, str | None]]:
    """Tag to raw and clean text."""
    scenes, at = catalogue.scene(row)
    return {
        entry.tag: (entry.raw, entry.clean)
        for entry in entries(catalogue.owners, scenes, at, dated=True)
        if entry.space != "JFIF"
    }


def test_the_printout_says_what_the_file_says(catalogue: Catalogue) -> None:
    """Typed numbers from print strings are those from the file, to the digits that are printed."""
    for row in range(300):
        file = exif.camera(exif.flat(exif.read(catalogue.picture(row)).tags)).model_dump()
        api = exif.camera({tag: raw for tag, (raw, _) in printed(catalogue, row).items()}).model_dump()
        assert {name for name in file if file[name] is not None} == {
            name for name in api if api[name] is not None
        }
        for name, value in file.items():
            assert api[name] == (
                pytest.approx(value, rel=0.02, abs=0.005) if isinstance(value, float) else value
            )


def test_values_look_like_flickrs(catalogue: Catalogue) -> None:
    """In the forms of recorded answers."""
    seen: dict[str, set[tuple[str, str | None]]] = {}
    for row in range(600):
        for tag, texts in printed(catalogue, row).items():
            seen.setdefault(tag, set()).add(texts)
    assert {("1/250", "0.004 sec (1/250)"), ("0.3", "0.3 sec")} <= seen["ExposureTime"]
    assert ("4.0", "f/4.0") in seen["FNumber"]
    assert {("0", "0 EV"), ("+1/3", "+1/3 EV"), ("-2/3", "-2/3 EV")} <= seen["ExposureCompensation"]
    assert {text for text, _ in seen["Flash"]} >= {"Fired", "Off, Did not fire", "Auto, Did not fire"}
    assert ("Rotate 90 CW", None) in seen["Orientation"]
    assert all(raw.endswith(" mm") for raw, _ in seen["FocalLength"])


def test_a_stripped_photo_has_only_the_containers_tags() -> None:
    catalogue = Catalogue(5, studio=Studio(stripped=1, noise=0))
    scenes, at = catalogue.scene(0)
    found = entries(catalogue.owners, scenes, at, dated=True)
    assert {entry.space for entry in found} == {"JFIF"}
    assert camera_name(catalogue.owners, scenes, at) == ""
    assert catalogue.truth(0).exif == "none"


def test_positions_are_printed_where_the_file_has_one(catalogue: Catalogue) -> None:
    located = np.array([bool(catalogue.scene(row)[0].located[row]) for row in range(600)])
    assert located.tolist() == ["GPSLatitude" in printed(catalogue, row) for row in range(600)]
