"""Scenes: what every photo shows and what its camera measured. Pure and vectorised, a block at a time.

Class and light: y ~ Bernoulli(pi_o), EV ~ N(7.5 or 12, 2.45²), image code c = y with probability q. A flash
fires with phi * sigmoid((6.5 - EV) / .8); then the camera meters e = 8, else e = EV. With e the exposure
equation of the APEX system (CIPA DC-008, annex C) gives aperture, ISO and time in thirds of a stop.

Everything else (focal length, the six null tags, date, place, what goes missing at random) is independent of
y, so the log-odds of y given a photo are the sum of those of c, of e or the flash, of the focal length's
task and of the owner: the exact Bayes figures follow from the functions here.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exifds.sandbox.owners import PRESENCE, Owners
from exifds.sandbox.studio import Studio

__all__ = ["BLOCK", "Scenes", "exposure", "flash_probability", "stage"]

BLOCK: Final = 1000
"""Photos are drawn in blocks of this many; photo i is row i % BLOCK of block i // BLOCK."""
LAYOUT: Final = 38
"""Uniform draws that place background, clutter and symbol of one picture."""

METERED_FLASH: Final = 8.0
"""[e] What a camera meters under flash, EV."""
_TIME_FLASH: Final = -18  # 1/60 s, in thirds of a stop
_TAGS: Final = tuple(PRESENCE)

# Draws of the scene are shared by a burst, draws of the photo are not. Append only: order is identity.
_SCENE_UNIFORM: Final = ("owner", "outdoor", "code", "flash", "far", "stripped", "gps", "day", "second")
_SCENE_NORMAL: Final = ("light", "focal", "longitude", "latitude")
_PHOTO_UNIFORM: Final = (
    "max_aperture", "orientation", "light_source", "sharpness", "saturation", "contrast", "light_source_gap",
)  # fmt: skip
_PHOTO_NORMAL: Final = ("aperture", "iso", "brightness")

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Scenes:
    """One block of photos as columns, one row per photo. Times, apertures and ISO in thirds of a stop."""

    first: int
    """Index of the photo in row 0."""
    owner: Ints
    outdoor: Bools
    """[y]"""
    code: Bools
    """[c] What the pixels show: sun (true) or window."""
    far: Bools
    light: Floats
    """[EV]"""
    metered: Floats
    """[e] EV as the camera saw it."""
    flash: Bools
    time: Ints
    """3 log2 of the exposure time in seconds."""
    aperture: Ints
    """6 log2 of the f-number."""
    iso: Ints
    """3 log2 of ISO / 100."""
    compensation: Ints
    """Thirds of EV."""
    focal_35mm: Floats
    focal: Floats
    brightness: Floats
    null: dict[str, Ints]
    """The six tags that say nothing about y: codes, and for `max_aperture` 6 log2 of the f-number."""
    written: Bools
    """Photo x tag (in the order of `PRESENCE`)."""
    stripped: Bools
    taken_at: NDArray[np.datetime64]
    located: Bools
    """Whether a position is written."""
    point: Floats
    """Longitude and latitude, degrees."""
    layout: Floats
    """Photo x `LAYOUT` uniform draws for the picture, independent of all the rest."""


def flash_probability(light: Floats, willingness: Floats) -> Floats:
    """[phi sigmoid((6.5 - EV) / .8)] Chance of a flash in light `light` (EV) for owners of a willingness."""
    chance: Floats = willingness / (1 + np.exp((light - 6.5) / 0.8))
    return chance


def exposure(
    metered: Floats,
    flash: Bools,
    compensation: Ints,
    *,
    aperture: Floats,
    iso_slope: Floats,
    base_iso: Ints,
    noise: tuple[Floats, Floats],
) -> tuple[Ints, Ints, Ints]:
    """The exposure equation log2 t = 2 log2 N - e - log2(ISO / 100) + compensation, in thirds of a stop.

    Args:
        metered: [e] EV.
        flash: Whether the flash fired; the time is then 1/60 s.
        compensation: Thirds of EV.
        aperture: [A] Preferred aperture at EV 10, 2 log2 N.
        iso_slope: [beta] Stops of ISO per EV under 9.
        base_iso: Lowest ISO, thirds of a stop over 100.
        noise: Standard normal draws for aperture and ISO.

    Returns:
        Time (1/8192 to 32 s), aperture (f/1.4 to f/16) and ISO (50 to 12800), in thirds of a stop.

    Example:
        >>> one, zero = np.ones(1), np.zeros(1, int)
        >>> habits = {"aperture": 5 * one, "iso_slope": one, "base_iso": zero}
        >>> exposure(10 * one, one < 0, zero, **habits, noise=(0 * one, 0 * one))  # 1/30 s, f/5.6, ISO 100
        (array([-15]), array([15]), array([0]))
    """
    stop = np.rint(3 * np.clip(aperture + 0.25 * (metered - 10) + 0.4 * noise[0], 1, 8)).astype(np.int64)
    wish = np.maximum(base_iso / 3, iso_slope * (9 - metered) + 0.4 * noise[1])
    iso = np.rint(3 * np.clip(wish, -1, 7)).astype(np.int64)
    time = np.clip(stop - np.rint(3 * metered).astype(np.int64) - iso + compensation, -39, 15)
    return np.where(flash, _TIME_FLASH, time), stop, iso


def stage(studio: Studio, owners: Owners, block: int) -> Scenes:
    """Draw one block of photos.

    Args:
        studio: The settings.
        owners: The owners of this studio.
        block: Number of the block; it holds the photos from `block * BLOCK`.

    Returns:
        `BLOCK` photos. A switch of the studio changes only what it is about: every draw has its own place.

    Example:
        >>> from exifds.sandbox.owners import meet
        >>> stage(Studio(), meet(Studio()), 2).first
        2000
    """
    uniform, normal, shared = _draws(studio, block)
    owner = (uniform["owner"] * studio.owners).astype(np.int64)
    outdoor = uniform["outdoor"] < owners.prior[owner]
    light = (
        np.where(outdoor, studio.light_outdoor, studio.light_indoor) + studio.light_spread * normal["light"]
    )
    chance = flash_probability(light, owners.flash_willingness[owner])
    flash = (uniform["flash"] < chance) & studio.flash
    metered = np.where(flash, METERED_FLASH, light)
    far = uniform["far"] < 1 / 2
    time, aperture, iso = exposure(
        metered,
        flash,
        owners.compensation[owner],
        aperture=owners.aperture[owner],
        iso_slope=owners.iso_slope[owner],
        base_iso=owners.base_iso[owner],
        noise=(normal["aperture"], normal["iso"]),
    )
    focal_35mm = 45 * 2 ** (0.5 * normal["focal"] - 0.5 * studio.distance_effect * far)
    stripped = uniform["stripped"] < studio.stripped
    return Scenes(
        first=block * BLOCK,
        owner=owner,
        outdoor=outdoor,
        code=outdoor ^ (uniform["code"] >= studio.code_accuracy),
        far=far,
        light=light,
        metered=metered,
        flash=flash,
        time=time,
        aperture=aperture,
        iso=iso,
        compensation=owners.compensation[owner],
        focal_35mm=focal_35mm,
        focal=focal_35mm / owners.crop[owner],
        brightness=metered - 5 + 0.2 * normal["brightness"],
        null=_null_tags(uniform),
        written=_written(studio, owners.never[owner], outdoor, uniform, block) & ~stripped[:, None],
        stripped=stripped,
        taken_at=_dates(uniform["day"], uniform["second"], np.arange(BLOCK) - shared),
        located=(uniform["gps"] < studio.gps) & ~stripped,
        point=_points(owners.home[owner], normal["longitude"], normal["latitude"]),
        layout=np.random.default_rng([studio.seed, 1, block, 4]).random((BLOCK, LAYOUT))[shared],
    )


def _draws(studio: Studio, block: int) -> tuple[dict[str, Floats], dict[str, Floats], Ints]:
    """All draws of a block by name, uniform and normal, and the row each row shares its scene with."""
    shared = np.arange(BLOCK) - np.arange(BLOCK) % studio.burst

    def stream(number: int) -> np.random.Generator:
        return np.random.default_rng([studio.seed, 1, block, number])

    def named(names: tuple[str, ...], values: Floats) -> dict[str, Floats]:
        return dict(zip(names, values, strict=True))

    scene_uniform = stream(0).random((len(_SCENE_UNIFORM), BLOCK))[:, shared]
    scene_normal = stream(1).standard_normal((len(_SCENE_NORMAL), BLOCK))[:, shared]
    uniform = named(_SCENE_UNIFORM, scene_uniform)
    uniform |= named(_PHOTO_UNIFORM, stream(2).random((len(_PHOTO_UNIFORM), BLOCK)))
    normal = named(_SCENE_NORMAL, scene_normal)
    normal |= named(_PHOTO_NORMAL, stream(3).standard_normal((len(_PHOTO_NORMAL), BLOCK)))
    return uniform, normal, shared


def _null_tags(uniform: dict[str, Floats]) -> dict[str, Ints]:
    """The six tags that are independent of everything."""

    def pick(name: str, *codes: int) -> Ints:
        return np.array(codes)[(uniform[name] * len(codes)).astype(np.int64)]

    return {
        "max_aperture": pick("max_aperture", 3, 5, 6, 9, 11),
        "orientation": pick("orientation", 1, 1, 1, 1, 1, 1, 3, 6, 6, 8),
        "light_source": pick("light_source", 0, 1, 2, 3, 4, 9, 10, 11),
        "sharpness": pick("sharpness", 0, 1, 2),
        "saturation": pick("saturation", 0, 1, 2),
        "contrast": pick("contrast", 0, 1, 2),
    }


def _written(studio: Studio, never: Bools, outdoor: Bools, uniform: dict[str, Floats], block: int) -> Bools:
    """Which tags are written: photo x tag, before whole blocks are stripped."""
    missing = never.copy()
    if studio.light_source_gaps is not None:
        chance = np.where(outdoor, studio.light_source_gaps[1], studio.light_source_gaps[0])
        missing[:, _TAGS.index("light_source")] = uniform["light_source_gap"] < chance
    random = np.random.default_rng([studio.seed, 1, block, 5]).random((BLOCK, len(_TAGS)))
    return ~(missing | (random < studio.missing_at_random))


def _dates(day: Floats, second: Floats, position: Ints) -> NDArray[np.datetime64]:
    """A wall clock between 7 and 22 h in 2016 to 2023; the photos of a burst are a second apart."""
    days = np.datetime64("2016-01-01", "s") + (day * 2922).astype(np.int64) * np.timedelta64(86400, "s")
    return days + (7 * 3600 + (second * 15 * 3600).astype(np.int64) + position) * np.timedelta64(1, "s")


def _points(home: Floats, east: Floats, north: Floats) -> Floats:
    """Points about 4 km around home, to 1e-6 degrees (0.1 m)."""
    latitude = home[:, 1] + 0.04 * north
    longitude = home[:, 0] + 0.04 * east / np.cos(np.radians(latitude))
    points: Floats = np.column_stack([(longitude + 180) % 360 - 180, latitude])
    return points.round(6)
