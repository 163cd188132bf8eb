"""Studio: every setting of the photographer, and with them the whole synthetic world.

The letters in brackets are those of the published description of the benchmark: `y` is the class (0 indoor,
1 outdoor), `c` what the pixels say, `q` how often they are right.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Studio"]

Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Studio(BaseModel):
    """What is photographed, by whom, and what goes missing. Photo i depends on nothing but this and i.

    Example:
        >>> Studio(code_accuracy=0.95, stripped=0.2).owners
        12
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    seed: Annotated[int, Field(ge=0)] = 0
    """Seed of every draw."""

    owners: Annotated[int, Field(ge=1, le=144)] = 12
    """How many photographers there are, each with one camera and its habits."""
    class_prior: Annotated[tuple[Probability, ...], Field(min_length=1)] = (0.5,)
    """[pi_o] P(y = 1) of each owner, repeated over the owners. (.9, .1, .7, .3) makes the owner leak y."""

    code_accuracy: Probability = 0.85
    """[q] P(c = y): the best accuracy pixels alone can reach. .85 and .95 imitate 50 and 150 px."""
    light_indoor: Finite = 7.5
    """[EV | y = 0] Mean light indoors in EV at ISO 100; fitted to real photos."""
    light_outdoor: Finite = 12.0
    """[EV | y = 1] Mean light outdoors in EV at ISO 100. As `light_indoor`: EXIF says nothing (d = 0)."""
    light_spread: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 2.45
    """[sigma] Standard deviation of the light of either class, EV."""
    flash: bool = True
    """Whether flashes fire. A flash hides the light of the scene from the other tags."""
    distance_effect: Finite = 0.0
    """[d_f] Second task, near or far: far scenes take log2 of the focal length down by half of this."""

    missing_at_random: Probability = 0.0
    """[MCAR] Chance of each of the 14 tags of each photo to be left out."""
    owner_gaps: bool = True
    """Whether a camera never writes some tags, with the chances seen in real photos."""
    stripped: Probability = 0.0
    """[s] Share of photos without any EXIF."""
    light_source_gaps: tuple[Probability, Probability] | None = None
    """[MNAR] P(LightSource missing | y = 0, 1), for this tag in place of `owner_gaps`; usually (.3, .7)."""

    size: Annotated[int, Field(ge=16, le=4096)] = 48
    """Width and height, pixels."""
    quality: Annotated[int, Field(ge=1, le=95)] = 85
    """JPEG quality."""
    noise: Annotated[float, Field(ge=0, le=100)] = 8.0
    """Standard deviation of the Gaussian pixel noise, of 255."""
    fingerprint: bool = False
    """Whether a tint in the corner gives the owner away to the pixels."""
    physics: bool = False
    """Whether ISO adds noise and a long exposure blurs. Then the image-only Bayes figure is no longer `q`."""

    gps: Probability = 0.6
    """Share of photos with a position, near the owner's home city. Independent of y."""
    dates: bool = True
    """Whether photos carry DateTimeOriginal. Independent of y."""
    burst: Annotated[int, Field(ge=1, le=1000)] = 1
    """Photos in a row of the same scene a second apart: same owner, y, c and light, own noise."""
