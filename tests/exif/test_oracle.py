"""Agreement with ExifTool about the real photos; every disagreement is one we can explain."""

from pathlib import Path

from tests.exif.oracle import compared

UNSET_CLOCK = "the clock was not set: no date, rather than zeros or blanks"
DIGITIZED = "DateTimeOriginal is blank, DateTimeDigitized is not: the scanner's date"
APEX_TIME = "no ExposureTime in the file: computed from ShutterSpeedValue"
APEX_APERTURE = "no plausible FNumber in the file (0.2 and 0.64 are overflows): computed from ApertureValue"
ZERO = "0 is how the camera says that it does not know"
NO_FIX = "0, 0 is what the receiver wrote before it knew"
UNFINISHED = "the seconds are 0/0: ExifTool prints nothing either"
THUMBNAIL = "ExifTool takes it from the thumbnail's directory; the photo has none"
EMPTY = "an empty name is no name"

EXPLAINED = {
    ("FLIR.jpg", "Model"): EMPTY,
    ("FLIR_Vue_Pro_640.jpg", "GPSLatitude"): NO_FIX,
    ("FLIR_Vue_Pro_640.jpg", "GPSLongitude"): NO_FIX,
    ("FujiFilm_DX-5.jpg", "DateTimeOriginal"): UNSET_CLOCK,
    ("FujiFilm_DX-5.jpg", "ExposureTime"): APEX_TIME,
    ("FujiFilm_DX-5.jpg", "FNumber"): APEX_APERTURE,
    ("FujiFilm_FinePix1400Zoom__3_.jpg", "ExposureTime"): APEX_TIME,
    ("FujiFilm_FinePix40i.jpg", "ExposureTime"): APEX_TIME,
    ("FujiFilm_FinePixS1Pro__1_.jpg", "ExposureTime"): APEX_TIME,
    ("FujiFilm_FinePixS1Pro__1_.jpg", "FNumber"): APEX_APERTURE,
    ("FujiFilm_FinePixS1Pro__1_.jpg", "FocalLength"): ZERO,
    ("FujiFilm_FinePixS1Pro__1_.jpg", "ISO"): ZERO,
    ("FujiFilm_FinePixS1Pro__4_.jpg", "FNumber"): APEX_APERTURE,
    ("FujiFilm_FinePixS1Pro__4_.jpg", "ISO"): ZERO,
    ("FujiFilm_FinePixS1Pro__5_.jpg", "FNumber"): APEX_APERTURE,
    ("FujiFilm_FinePixS1Pro__5_.jpg", "ISO"): ZERO,
    ("FujiFilm_FinePixS2Pro.jpg", "FNumber"): APEX_APERTURE,
    ("FujiFilm_FinePixS2Pro.jpg", "ISO"): ZERO,
    ("FujiFilm_SP-2500.jpg", "DateTimeOriginal"): DIGITIZED,
    ("Nikon_D5000.jpg", "GPSLatitude"): UNFINISHED,
    ("Nikon_D5000.jpg", "GPSLongitude"): UNFINISHED,
    ("Nikon_D5000.jpg", "Orientation"): THUMBNAIL,
    ("Nikon_E885.jpg", "DateTimeOriginal"): UNSET_CLOCK,
    ("Nikon_E900__2_.jpg", "DateTimeOriginal"): UNSET_CLOCK,
    ("Olympus_C860L.jpg", "DateTimeOriginal"): UNSET_CLOCK,
    ("Sanyo_S1.JPG", "DateTimeOriginal"): UNSET_CLOCK,
    ("Traveler_SX330Z.jpg", "ExposureTime"): APEX_TIME,
    ("Traveler_SX330Z.jpg", "FNumber"): APEX_APERTURE,
}


def test_every_value_agrees_with_exiftool_or_is_explained(photos: list[Path]) -> None:
    """Of more than 1,200 values only those in the table differ, and all in the table do."""
    values = list(compared())
    assert {value.photo for value in values} == {path.name for path in photos}
    assert len(values) > 1200
    assert {(value.photo, value.tag) for value in values if not value.agrees} == EXPLAINED.keys()
