"""Names of EXIF tags, as the standard spells them and as other tools do.

The names are those of CIPA DC-008-2023 (EXIF 3.0). Pillow's table is the start; where it is outdated,
misspelt or has a gap it is corrected here.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from PIL import ExifTags

__all__ = ["ALIASES", "CAMERA_TAGS", "NAMES", "flat", "given", "name_of"]

Value = TypeVar("Value")

_STANDARD: Final = {
    0x0201: "JPEGInterchangeFormat",
    0x0202: "JPEGInterchangeFormatLength",
    0x8827: "PhotographicSensitivity",
    0x9214: "SubjectArea",
    0x9290: "SubSecTime",
    0x9291: "SubSecTimeOriginal",
    0x9292: "SubSecTimeDigitized",
    0x9400: "Temperature",
    0xA000: "FlashpixVersion",
    0xA002: "PixelXDimension",
    0xA003: "PixelYDimension",
    0xA436: "ImageTitle",
    0xA437: "Photographer",
    0xA438: "ImageEditor",
    0xA439: "CameraFirmware",
    0xA43A: "RAWDevelopingSoftware",
    0xA43B: "ImageEditingSoftware",
    0xA43C: "MetadataEditingSoftware",
    0xA461: "SourceImageNumberOfCompositeImage",
    0xA462: "SourceExposureTimesOfCompositeImage",
}
_PHOTO: Final = {int(tag): tag.name for tag in ExifTags.Base} | _STANDARD

NAMES: Final[Mapping[str, Mapping[int, str]]] = {
    "IFD0": _PHOTO,
    "Exif": _PHOTO,
    "GPS": {int(tag): tag.name for tag in ExifTags.GPS},
    "Interop": {
        0x0001: "InteroperabilityIndex",
        0x0002: "InteroperabilityVersion",
        0x1000: "RelatedImageFileFormat",
        0x1001: "RelatedImageWidth",
        0x1002: "RelatedImageLength",
    },
}
"""Group ("IFD0", "Exif", "GPS", "Interop") to tag code to name."""

ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    "BrightnessValue": ("Brightness",),
    "DateTimeDigitized": ("CreateDate",),
    "ExposureBiasValue": ("ExposureCompensation", "ExposureBias"),
    "ExposureTime": ("Exposure",),
    "FNumber": ("Aperture",),
    "FocalLengthIn35mmFilm": ("FocalLengthIn35mmFormat",),
    "MaxApertureValue": ("MaximumLensAperture",),
    "PhotographicSensitivity": ("ISO", "ISOSpeedRatings"),
    "SubSecTimeDigitized": ("SubsecTimeDigitized",),
    "SubSecTimeOriginal": ("SubsecTimeOriginal",),
}
"""Standard name to the names ExifTool, Flickr's API and the thesis use for the same tag."""

_CAMERA: Final = frozenset(
    """
    ApertureValue BrightnessValue CFAPattern ColorSpace ComponentsConfiguration CompositeImage
    CompressedBitsPerPixel Contrast CustomRendered DigitalZoomRatio ExifVersion ExposureBiasValue
    ExposureIndex ExposureMode ExposureProgram ExposureTime FNumber FileSource Flash FlashEnergy
    FlashpixVersion FocalLength FocalLengthIn35mmFilm FocalPlaneResolutionUnit FocalPlaneXResolution
    FocalPlaneYResolution GainControl Gamma ISOSpeed ISOSpeedLatitudeyyy ISOSpeedLatitudezzz LensMake
    LensModel LensSpecification LightSource Make MaxApertureValue MeteringMode Model Orientation
    PhotographicSensitivity PixelXDimension PixelYDimension RecommendedExposureIndex ResolutionUnit
    Saturation SceneCaptureType SceneType SensingMethod SensitivityType Sharpness ShutterSpeedValue
    StandardOutputSensitivity SubjectDistance SubjectDistanceRange WhiteBalance XResolution
    YCbCrPositioning YResolution
    """.split()
)
CAMERA_TAGS: Final = _CAMERA | {alias for name in _CAMERA for alias in ALIASES.get(name, ())}
"""What privacy `strict` keeps: tags of camera and exposure, never of a person, place, time or serial."""


def name_of(group: str, code: int) -> str:
    """The standard's name of a tag.

    Args:
        group: "IFD0", "Exif", "GPS" or "Interop".
        code: The tag's number.

    Returns:
        The name, or the code as "0x%04X" for tags the standard does not know.

    Example:
        >>> name_of("Exif", 0x829A), name_of("IFD0", 0xFFFF)
        ('ExposureTime', '0xFFFF')
    """
    return NAMES[group].get(code) or f"0x{code:04X}"


def given(tags: Mapping[str, object], name: str) -> Iterator[object]:
    """Every value given for a tag, under its standard name first, then under its aliases.

    Args:
        tags: Tag name to value.
        name: The standard name.

    Yields:
        The values that are present.

    Example:
        >>> list(given({"ISO": 200}, "PhotographicSensitivity"))
        [200]
    """
    for alias in (name, *ALIASES.get(name, ())):
        if alias in tags:
            yield tags[alias]


def flat(tags: Mapping[str, Mapping[str, Value]]) -> dict[str, Value]:
    """The tags of IFD0, Exif and GPS as one mapping, as `camera`, `taken_at` and `location` take it.

    Args:
        tags: Group to tag name to value, as in `Exif.tags`.

    Returns:
        Tag name to value. Where a name is in two groups, the later one holds: Exif before IFD0.

    Example:
        >>> flat({"IFD0": {"Make": "Canon"}, "Exif": {"FNumber": "4/1"}})
        {'Make': 'Canon', 'FNumber': '4/1'}
    """
    return {name: value for group in ("IFD0", "Exif", "GPS") for name, value in tags.get(group, {}).items()}
