"""Owners: the photographers, their cameras and habits. Pure: settings in, columns out."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exifds.sandbox.studio import Studio

__all__ = ["PRESENCE", "Owners", "meet"]

# How often a tag is present in real photos: 58,667 Flickr photos of uniba-mi/exifdata4imagerecognition.
PRESENCE: Final = {
    "exposure_time": 1.0,
    "f_number": 1.0,
    "iso": 1.0,
    "flash": 1.0,
    "focal_length": 1.0,
    "exposure_bias": 0.98,
    "max_aperture": 0.78,
    "orientation": 0.69,
    "light_source": 0.55,
    "sharpness": 0.55,
    "focal_length_35mm": 0.53,
    "saturation": 0.50,
    "contrast": 0.50,
    "brightness": 0.19,
}
"""Share of photos with a tag, by its name in `exifds.photo.Camera`; the order of the columns of masks."""

# Invented, so that nobody takes the photos for a real maker's.
_MAKES: Final = ("Abelia", "Borealis", "Corvus", "Dunlin", "Egret")
_FIRST: Final = ("Ada", "Bo", "Cleo", "Dov", "Esi", "Finn", "Gia", "Hal", "Ines", "Jun", "Kai", "Lea")
_LAST: Final = (
    "Ash",
    "Birch",
    "Cedar",
    "Dale",
    "Elm",
    "Fern",
    "Gorse",
    "Hazel",
    "Ivy",
    "Juniper",
    "Kelp",
    "Larch",
)

# Longitude and latitude of real cities on six continents; the first ones lie at borders.
_HOMES: Final = (
    (-83.0458, 42.3314),  # Detroit, across from Windsor
    (7.5886, 47.5596),  # Basel, beside Saint-Louis and Weil am Rhein
    (15.2663, -4.4419),  # Kinshasa, across from Brazzaville
    (-54.5854, -25.5163),  # Foz do Iguaçu, three countries
    (103.8198, 1.3521),  # Singapore, across from Johor Bahru
    (-117.0382, 32.5149),  # Tijuana, across from San Ysidro
    (151.2093, -33.8688),  # Sydney
    (139.6917, 35.6895),  # Tokyo
    (36.8219, -1.2921),  # Nairobi
    (-74.0721, 4.7110),  # Bogotá
    (120.9842, 14.5995),  # Manila
    (178.4419, -18.1416),  # Suva, near the 180th meridian
)

# (fired, not fired): all of them codes that cameras write.
_FLASH_CODES: Final = ((1, 0), (9, 16), (25, 24))


@dataclass(frozen=True)
class Owners:
    """The owners as columns, one row each."""

    name: tuple[str, ...]
    make: tuple[str, ...]
    model: tuple[str, ...]
    serial: tuple[str, ...]
    crop: NDArray[np.float64]
    """35 mm focal length over focal length."""
    base_iso: NDArray[np.int64]
    """Lowest ISO, in thirds of a stop over ISO 100."""
    aperture: NDArray[np.float64]
    """[A] Preferred aperture at EV 10, 2 log2 N."""
    iso_slope: NDArray[np.float64]
    """[beta] Stops of ISO per EV of missing light."""
    compensation: NDArray[np.int64]
    """Habitual exposure compensation, thirds of EV."""
    flash_willingness: NDArray[np.float64]
    """[phi] Chance of a flash in the dark."""
    never: NDArray[np.bool_]
    """Owner x tag (in the order of `PRESENCE`): tags the camera never writes."""
    prior: NDArray[np.float64]
    """[pi_o] P(y = 1)."""
    home: NDArray[np.float64]
    """Longitude and latitude, degrees."""
    flash_codes: tuple[tuple[int, int], ...]
    """EXIF codes for fired and not fired."""
    tint: NDArray[np.float64]
    """Colour of the fingerprint, 0-255."""
    byte_order: tuple[str, ...]
    """Of the EXIF block, as `struct` writes it."""

    def describe(self) -> list[dict[str, Any]]:
        """The owners as plain data for a manifest."""
        names = tuple(PRESENCE)
        return [
            {
                "owner": row,
                "name": self.name[row],
                "make": self.make[row],
                "model": self.model[row],
                "serial": self.serial[row],
                "crop": float(self.crop[row]),
                "base_iso": {-3: 50, 0: 100, 3: 200}[int(self.base_iso[row])],
                "aperture": float(self.aperture[row]),
                "iso_slope": float(self.iso_slope[row]),
                "compensation": int(self.compensation[row]) / 3,
                "flash_willingness": float(self.flash_willingness[row]),
                "never": [name for name, gone in zip(names, self.never[row], strict=True) if gone],
                "prior": float(self.prior[row]),
                "home": self.home[row].tolist(),
            }
            for row in range(len(self.name))
        ]


def meet(studio: Studio) -> Owners:
    """Draw the owners of a studio.

    Args:
        studio: The settings.

    Returns:
        Its owners; the first n are the same however many there are.

    Example:
        >>> len(meet(Studio(owners=3)).model)
        3
    """
    count = studio.owners
    # One row of draws per owner, so that a further owner changes none of those before.
    draws = np.random.default_rng([studio.seed, 0]).random((144, 12 + len(PRESENCE)))[:count]
    rows = range(count)
    missing = draws[:, 12:] >= np.array(list(PRESENCE.values()))
    make = tuple(_MAKES[row % len(_MAKES)] for row in rows)
    return Owners(
        name=tuple(f"{_FIRST[row % 12]} {_LAST[(row + row // 12) % 12]}" for row in rows),
        make=make,
        model=tuple(f"{make[row]} {row + 1}" for row in rows),
        serial=tuple(f"{row:03d}-{int(draws[row, 0] * 1e6):06d}" for row in rows),
        crop=np.array([1.0, 1.5, 5.6])[(draws[:, 1] * 3).astype(int)],
        base_iso=np.array([-3, 0, 3])[(draws[:, 2] * 3).astype(int)],
        aperture=3 + 3 * draws[:, 3],
        iso_slope=0.4 + 0.5 * draws[:, 4],
        compensation=(draws[:, 5] * 5).astype(int) - 2,
        flash_willingness=0.3 + 0.6 * draws[:, 6],
        never=missing if studio.owner_gaps else np.zeros_like(missing),
        prior=np.resize(np.array(studio.class_prior), count),
        home=np.array([_HOMES[row % len(_HOMES)] for row in rows]),
        flash_codes=tuple(_FLASH_CODES[int(draws[row, 7] * 3)] for row in rows),
        tint=40 + 150 * draws[:, 8:11],
        byte_order=tuple("<>"[int(draws[row, 11] * 2)] for row in rows),
    )
