"""Rules of `exifds.sandbox.photographer`: what it writes, and that it is the same every time."""

import hashlib
import io
import json
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from exifds.errors import UsageError
from exifds.photo import Camera
from exifds.sandbox import photographer
from exifds.sandbox.owners import PRESENCE
from exifds.sandbox.photographer import Shot, Studio

TAGS = {
    "exposure_time": ExifTags.Base.ExposureTime,
    "f_number": ExifTags.Base.FNumber,
    "iso": ExifTags.Base.ISOSpeedRatings,
    "flash": ExifTags.Base.Flash,
    "focal_length": ExifTags.Base.FocalLength,
    "exposure_bias": ExifTags.Base.ExposureBiasValue,
    "light_source": ExifTags.Base.LightSource,
    "sharpness": ExifTags.Base.Sharpness,
    "focal_length_35mm": ExifTags.Base.FocalLengthIn35mmFilm,
    "saturation": ExifTags.Base.Saturation,
    "contrast": ExifTags.Base.Contrast,
    "brightness": ExifTags.Base.BrightnessValue,
}
EVERYTHING = Studio(owner_gaps=False, gps=1.0)


def opened(shot: Shot) -> Image.Image:
    return Image.open(io.BytesIO(shot.data))


def pixels(shot: Shot) -> np.ndarray:
    return np.asarray(opened(shot)).astype(int)


def digest(shots: Iterator[Shot]) -> str:
    return hashlib.sha256(b"".join(shot.name.encode() + shot.data for shot in shots)).hexdigest()


def types(data: bytes) -> dict[int, int]:
    """Tag number to type, of the Exif directory of a JPEG, read without any library."""
    tiff = data[data.index(b"Exif\0\0") + 6 :]
    order = {b"II": "<", b"MM": ">"}[tiff[:2]]

    def entries(at: int) -> list[tuple[int, int, int]]:
        (count,) = struct.unpack_from(order + "H", tiff, at)
        return [
            (tag, kind, value)
            for tag, kind, _, value in (
                struct.unpack_from(order + "HHLL", tiff, at + 2 + 12 * n) for n in range(count)
            )
        ]

    main = entries(struct.unpack_from(order + "L", tiff, 4)[0])
    tags = [tag for tag, _, _ in main]
    assert tags == sorted(tags)
    (exif_at,) = (value for tag, _, value in main if tag == 0x8769)
    return {tag: kind for tag, kind, _ in entries(exif_at)}


@pytest.fixture(scope="module")
def shots() -> list[Shot]:
    return list(photographer.shoot(300, EVERYTHING))


def test_exif_is_what_was_drawn(shots: list[Shot]) -> None:
    """Pillow reads back each of the 14 tags as the truth has it."""
    for shot in shots:
        exif = opened(shot).getexif()
        camera, ifd = shot.truth["camera"], exif.get_ifd(ExifTags.IFD.Exif)
        assert set(shot.truth["written"]) == set(PRESENCE) == set(camera)
        for name, tag in TAGS.items():
            read = ifd[tag] & 1 if name == "flash" else ifd[tag]
            assert float(read) == pytest.approx(float(camera[name]), rel=1e-9)
        assert exif[ExifTags.Base.Orientation] == camera["orientation"]
        aperture = 2 ** (float(ifd[ExifTags.Base.MaxApertureValue]) / 2)
        assert aperture == pytest.approx(camera["max_aperture"], rel=0.002)
        assert ifd[ExifTags.Base.DateTimeOriginal] == datetime.fromisoformat(shot.truth["taken_at"]).strftime(
            "%Y:%m:%d %H:%M:%S"
        )


def test_numbers_are_written_as_cameras_write_them(shots: list[Shot]) -> None:
    """Times are nominal third stops such as 1/250, f-numbers tenths, and signed tags have the signed type."""
    times = {shot.truth["camera"]["exposure_time"] for shot in shots}
    assert {1 / 60, 1 / 250, 1 / 1000} <= times
    assert not {1 / 64, 1 / 256, 1 / 1024} & times
    assert {2.8, 4.0, 5.6} <= {shot.truth["camera"]["f_number"] for shot in shots}
    assert {100, 200, 400, 640} <= {shot.truth["camera"]["iso"] for shot in shots}
    for shot in shots:
        kinds = types(shot.data)
        assert kinds[0x829A] == kinds[0x829D] == kinds[0x920A] == kinds[0x9205] == 5  # RATIONAL
        assert kinds[0x9203] == kinds[0x9204] == 10  # SRATIONAL
        assert kinds[0x8827] == kinds[0x9209] == kinds[0xA405] == 3  # SHORT
        assert kinds[0x9003] == kinds[0xA431] == 2  # ASCII
    assert any(b"\x1c\0\0\0\x0a\0\0\0" in shot.data for shot in shots)  # f/2.8 as 28/10, unreduced


def test_truth_has_the_fields_of_camera(shots: list[Shot]) -> None:
    """The truth about tags validates as `exifds.photo.Camera`."""
    for shot in shots:
        assert Camera(**shot.truth["camera"]).model_dump(exclude_none=True) == shot.truth["camera"]


def test_photos_carry_personal_traces(shots: list[Shot]) -> None:
    """Each photo names its owner, camera and serial number, and each owner's are always the same."""
    seen: dict[int, set[tuple[str, ...]]] = {}
    for shot in shots:
        exif = opened(shot).getexif()
        serial = exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber]
        seen.setdefault(shot.truth["owner"], set()).add(
            (exif[ExifTags.Base.Artist], exif[ExifTags.Base.Make], exif[ExifTags.Base.Model], serial)
        )
    assert all(len(traces) == 1 for traces in seen.values())
    traces = [next(iter(found)) for found in seen.values()]
    assert len(seen) == len({trace[2] for trace in traces}) == len({trace[3] for trace in traces}) == 12
    assert len({trace[1] for trace in traces}) == 5


def test_position_is_near_home(tmp_path: Path, shots: list[Shot]) -> None:
    """The GPS tags give the drawn point to a metre, and it lies within 40 km of the owner's home."""
    manifest = json.loads(photographer.write(tmp_path, 1, EVERYTHING).read_text())
    for shot in shots:
        gps = opened(shot).getexif().get_ifd(ExifTags.IFD.GPSInfo)
        latitude, longitude = (
            sum(float(part) / 60**n for n, part in enumerate(gps[tag])) * (-1 if gps[tag - 1] in "SW" else 1)
            for tag in (2, 4)
        )
        assert shot.truth["location"] == pytest.approx([longitude, latitude], abs=1e-5)
        home = manifest["owners"][shot.truth["owner"]]["home"]
        assert abs(latitude - home[1]) < 0.36
        assert min(abs(longitude - home[0]), 360 - abs(longitude - home[0])) < 0.5


def test_stripped_photo_has_no_exif() -> None:
    """A stripped photo is a JPEG without an EXIF segment, and its truth says so."""
    for shot in photographer.shoot(20, Studio(stripped=1.0)):
        assert b"Exif" not in shot.data
        assert not opened(shot).getexif()
        assert (shot.truth["written"], shot.truth["location"], shot.truth["taken_at"]) == ([], None, None)


def test_missing_tags_are_missing_in_the_file() -> None:
    """A tag that the truth does not list as written is not in the file; one that it lists is."""
    for shot in photographer.shoot(200, Studio(missing_at_random=0.3, dates=False)):
        exif = opened(shot).getexif()
        there = {*exif, *exif.get_ifd(ExifTags.IFD.Exif)}
        names = {name for name, tag in TAGS.items() if tag in there}
        assert names == set(shot.truth["written"]) - {"orientation", "max_aperture"}
        assert ExifTags.Base.DateTimeOriginal not in there


def test_same_seed_gives_the_same_bytes() -> None:
    """The bytes depend on the studio and nothing else."""
    assert digest(photographer.shoot(40)) == digest(photographer.shoot(40))
    assert digest(photographer.shoot(40)) != digest(photographer.shoot(40, Studio(seed=1)))


def test_more_photos_begin_with_the_same() -> None:
    """Photo i depends on the settings and i only, across blocks too and from any start."""
    many = list(photographer.shoot(1010))
    assert many[:30] == list(photographer.shoot(30))
    assert many[995:] == list(photographer.shoot(15, start=995))


def test_a_switch_changes_only_what_it_is_about() -> None:
    """Turning the image code off its class leaves every tag as it was."""
    for one, other in zip(
        photographer.shoot(50), photographer.shoot(50, Studio(code_accuracy=0.0)), strict=True
    ):
        assert other.truth["c"] == 1 - one.truth["y"]
        assert {**one.truth, "c": None} == {**other.truth, "c": None}


def test_pixels_show_the_code() -> None:
    """A detector that counts sun-yellow and window-blue pixels reads c from every picture."""
    for shot in photographer.shoot(400):
        red, _, blue = np.moveaxis(pixels(shot), -1, 0)
        sun, window = ((red > 215) & (blue < 130)).sum(), ((blue > 215) & (red > 160)).sum()
        assert shot.truth["c"] == (sun > window)


def test_pixels_depend_on_the_code_and_not_on_the_class() -> None:
    """With the same code a photo of either class has the same pixels, all of them."""
    indoor = photographer.shoot(40, Studio(class_prior=(0.0,), code_accuracy=1.0))
    outdoor = photographer.shoot(40, Studio(class_prior=(1.0,), code_accuracy=0.0))
    for one, other in zip(indoor, outdoor, strict=True):
        assert (one.truth["y"], other.truth["y"]) == (0, 1)
        assert one.truth["c"] == other.truth["c"] == 0
        assert (pixels(one) == pixels(other)).all()


def test_fingerprint_is_the_owners() -> None:
    """With the fingerprint the corner has one colour per owner; without it, none."""
    corners: dict[int, list[Any]] = {}
    for shot in photographer.shoot(150, Studio(fingerprint=True, noise=0)):
        corners.setdefault(shot.truth["owner"], []).append(pixels(shot)[1:5, 1:5].mean(axis=(0, 1)))
    assert all(np.ptp(colours, axis=0).max() < 25 for colours in corners.values())
    plain = [pixels(shot)[1:5, 1:5].mean(axis=(0, 1)) for shot in photographer.shoot(150, Studio(noise=0))]
    assert np.ptp(plain, axis=0).max() > 60


def test_physics_adds_noise_with_iso() -> None:
    """With physics the grain of a picture grows with its ISO; without it, it does not."""

    def correlation(studio: Studio) -> float:
        some = list(photographer.shoot(300, studio))
        grain = [np.median(np.abs(np.diff(pixels(shot)[..., 1], axis=0))) for shot in some]
        iso = [np.log2(shot.truth["camera"]["iso"]) for shot in some]
        return float(np.corrcoef(grain, iso)[0, 1])

    assert correlation(Studio(physics=True, quality=95)) > 0.7
    assert abs(correlation(Studio(quality=95))) < 0.2


def test_burst_is_one_scene() -> None:
    """Photos of a burst share owner, class, code, light and place, a second apart, with their own noise."""
    shots = list(photographer.shoot(40, Studio(burst=4, gps=1)))
    for first in range(0, 40, 4):
        burst = shots[first : first + 4]
        shared = ("owner", "y", "c", "light", "far", "location")
        assert all(shot.truth[name] == burst[0].truth[name] for shot in burst for name in shared)
        clocks = [datetime.fromisoformat(shot.truth["taken_at"]) for shot in burst]
        assert [(clock - clocks[0]).total_seconds() for clock in clocks] == [0, 1, 2, 3]
        assert len({shot.data for shot in burst}) == 4
    assert len({shot.truth["light"] for shot in shots}) == 10


def test_size_is_a_setting() -> None:
    """A picture has the size of the studio."""
    (shot,) = photographer.shoot(1, Studio(size=150))
    assert opened(shot).size == (150, 150)


def test_write_makes_a_folder_per_class_and_a_manifest(tmp_path: Path) -> None:
    """Every photo stands in the folder of its class, the manifest tells the settings and the truth."""
    studio = Studio(stripped=0.2, seed=3)
    manifest = json.loads(photographer.write(tmp_path, 30, studio).read_text())
    assert Studio(**manifest["studio"]) == studio
    assert len(manifest["owners"]) == 12
    for photo, shot in zip(manifest["photos"], photographer.shoot(30, studio), strict=True):
        assert photo == {"path": f"{('indoor', 'outdoor')[shot.truth['y']]}/{shot.name}", **shot.truth}
        assert (tmp_path / photo["path"]).read_bytes() == shot.data
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {photo["path"] for photo in manifest["photos"]} | {"manifest.json"}


def test_write_again_adds_what_is_missing(tmp_path: Path) -> None:
    """A second run with more photos leaves the first ones as they are."""
    photographer.write(tmp_path, 5)
    before = {path.name: path.read_bytes() for path in tmp_path.rglob("*.jpg")}
    assert len(json.loads(photographer.write(tmp_path, 8).read_text())["photos"]) == 8
    after = {path.name: path.read_bytes() for path in tmp_path.rglob("*.jpg")}
    assert len(after) == 8
    assert before.items() <= after.items()


def test_write_does_not_mix_studios(tmp_path: Path) -> None:
    """A folder of another studio, or of more photos, is refused and left as it is."""
    photographer.write(tmp_path, 3)
    for n, studio in ((3, Studio(seed=1)), (2, Studio())):
        with pytest.raises(UsageError, match="expected"):
            photographer.write(tmp_path, n, studio)
    assert len(list(tmp_path.rglob("*.jpg"))) == 3


def test_killed_run_can_be_run_again(tmp_path: Path) -> None:
    """A run that is killed leaves whole photos and says whose they are; run again, it finishes."""
    code = f"from exifds.sandbox import photographer; photographer.write({str(tmp_path)!r}, 10_000_000)"
    with subprocess.Popen([sys.executable, "-c", code]) as run:
        deadline = time.monotonic() + 30
        while not any(tmp_path.rglob("photo-0000020.jpg")) and time.monotonic() < deadline:
            assert run.poll() is None
            time.sleep(0.01)
        run.kill()
    assert json.loads((tmp_path / "manifest.json").read_text())["photos"] == []
    with pytest.raises(UsageError):
        photographer.write(tmp_path, 30, Studio(seed=1))
    manifest = json.loads(photographer.write(tmp_path, 30).read_text())
    for photo, shot in zip(manifest["photos"], photographer.shoot(30), strict=True):
        assert (tmp_path / photo["path"]).read_bytes() == shot.data


def test_nonsense_is_refused() -> None:
    """Negative counts and settings out of range are errors that say what was expected."""
    with pytest.raises(UsageError, match="0 or more"):
        photographer.shoot(-1)
    with pytest.raises(ValueError, match="less than or equal to 1"):
        Studio(code_accuracy=1.5)
    with pytest.raises(ValueError, match="Extra inputs"):
        Studio(colour=1)  # type: ignore[call-arg]
