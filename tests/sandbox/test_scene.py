"""Rules of `exifds.sandbox.scene`: the draws follow the published figures, by the exact posterior."""

from collections.abc import Callable
from math import erf, log, sqrt

import numpy as np
import pytest

from exifds.sandbox.owners import PRESENCE, meet
from exifds.sandbox.scene import flash_probability, stage
from exifds.sandbox.studio import Studio

BLOCKS = 60
TAGS = list(PRESENCE)
D = (12 - 7.5) / 2.45


def phi(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


def column(studio: Studio, *names: str) -> tuple[np.ndarray, ...]:
    """Columns of 60,000 photos."""
    owners = meet(studio)
    blocks = [stage(studio, owners, block) for block in range(BLOCKS)]
    return tuple(np.concatenate([getattr(block, name) for block in blocks]) for name in names)


def light_log_odds(light: np.ndarray) -> np.ndarray:
    """The log-odds of two normals of the same width."""
    return (light - 9.75) * 4.5 / 2.45**2


def code_log_odds(code: np.ndarray, q: float) -> np.ndarray:
    return np.where(code, 1, -1) * log(q / (1 - q))


def margin(p: float, n: int = BLOCKS * 1000) -> float:
    """Four standard errors of a share."""
    return 4 * sqrt(p * (1 - p) / n)


def auc(score: np.ndarray, y: np.ndarray) -> float:
    ranks = np.empty(len(score))
    ranks[np.argsort(score)] = np.arange(1, len(score) + 1)
    ones = int(y.sum())
    return float((ranks[y].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones)))


@pytest.mark.parametrize("q", [0.7, 0.85, 0.95])
def test_pixels_alone_are_right_q_of_the_time(q: float) -> None:
    """P(c = y) is q."""
    y, code = column(Studio(code_accuracy=q), "outdoor", "code")
    assert (y == code).mean() == pytest.approx(q, abs=margin(q))


def test_exif_alone_reaches_the_published_accuracy() -> None:
    """Without flash the exact posterior of the light is right .821 of the time; its AUC is .903."""
    y, light = column(Studio(flash=False), "outdoor", "light")
    accuracy = ((light_log_odds(light) > 0) == y).mean()
    assert accuracy == pytest.approx(0.821, abs=margin(0.821) + 0.0005)
    assert auc(light, y) == pytest.approx(0.903, abs=0.006)


@pytest.mark.parametrize(
    ("q", "published"),
    [(0.7, 0.844), (0.8, 0.875), (0.85, 0.897), (0.9, 0.924), (0.95, 0.957), (0.98, 0.981)],
)
def test_fusion_reaches_the_published_accuracy(q: float, published: float) -> None:
    """Without flash the sum of both log-odds reaches the published figure; at q = .85 it gains .047."""
    y, light, code = column(Studio(flash=False, code_accuracy=q), "outdoor", "light", "code")
    accuracy = ((light_log_odds(light) + code_log_odds(code, q) > 0) == y).mean()
    assert accuracy == pytest.approx(published, abs=margin(published) + 0.0005)
    a = log(q / (1 - q))
    exact = q * phi((a + D**2 / 2) / D) + (1 - q) * phi((-a + D**2 / 2) / D)
    assert accuracy == pytest.approx(exact, abs=margin(exact))
    if q == 0.85:
        assert accuracy - (code == y).mean() == pytest.approx(0.047, abs=0.006)


def flash_log_odds(grid: int = 4001) -> float:
    """The log-odds of a flash that fired, at any willingness, by integration over the light."""
    sigma = np.linspace(-8, 8, grid)
    weight = np.exp(-(sigma**2) / 2)
    weight /= weight.sum()
    fired = [
        float((weight * flash_probability(mean + 2.45 * sigma, np.full(grid, 0.6))).sum())
        for mean in (7.5, 12.0)
    ]
    return log(fired[1] / fired[0])


def test_flash_speaks_for_indoor() -> None:
    """A flash that fired has log-odds -2.60, in the formula and in the draws."""
    assert flash_log_odds() == pytest.approx(-2.60, abs=0.01)
    y, flash = column(Studio(), "outdoor", "flash")
    assert log(flash[y].mean() / flash[~y].mean()) == pytest.approx(-2.60, abs=0.25)


def test_flash_hides_the_light() -> None:
    """Under flash every camera meters EV 8 and exposes for 1/60 s; no flash fires when flashes are off."""
    flash, metered, time, light = column(Studio(), "flash", "metered", "time", "light")
    assert (metered[flash] == 8).all()
    assert (time[flash] == -18).all()
    assert (metered[~flash] == light[~flash]).all()
    assert not column(Studio(flash=False), "flash")[0].any()


@pytest.mark.parametrize(("q", "published"), [(0.7, 0.844), (0.85, 0.895), (0.95, 0.955)])
def test_fusion_with_flash_reaches_the_published_accuracy(q: float, published: float) -> None:
    """With flashes that hide the light the exact posterior still reaches the published figure."""
    y, light, code, flash = column(Studio(code_accuracy=q), "outdoor", "light", "code", "flash")
    exif = np.where(flash, flash_log_odds(), light_log_odds(light))
    accuracy = ((exif + code_log_odds(code, q) > 0) == y).mean()
    assert accuracy == pytest.approx(
        published, abs=margin(published) + 0.004
    )  # the owners' mean phi is not .6


@pytest.mark.parametrize(("q", "published"), [(0.7, 0.801), (0.85, 0.882), (0.95, 0.953)])
def test_fusion_with_stripped_photos_reaches_the_published_accuracy(q: float, published: float) -> None:
    """With 30 % of the photos stripped, these left to the code alone, the published figure is reached."""
    names = ("outdoor", "light", "code", "flash", "stripped")
    y, light, code, flash, stripped = column(Studio(code_accuracy=q, stripped=0.3), *names)
    exif = np.where(stripped, 0, np.where(flash, flash_log_odds(), light_log_odds(light)))
    accuracy = ((exif + code_log_odds(code, q) > 0) == y).mean()
    assert accuracy == pytest.approx(published, abs=margin(published) + 0.004)


def test_models_disagree_as_often_as_published() -> None:
    """At q = .85 pixels are wrong and fusion right for .075 of the photos, the reverse for .029."""
    y, light, code = column(Studio(flash=False), "outdoor", "light", "code")
    fused = (light_log_odds(light) + code_log_odds(code, 0.85) > 0) == y
    assert (fused & (code != y)).mean() == pytest.approx(0.075, abs=margin(0.075) + 0.0005)
    assert (~fused & (code == y)).mean() == pytest.approx(0.029, abs=margin(0.029) + 0.0005)


@pytest.mark.parametrize(
    ("q", "known", "unknown"), [(0.5, 0.882, 0.821), (0.7, 0.896, 0.844), (0.85, 0.927, 0.895)]
)
def test_leak_is_worth_what_is_published(q: float, known: float, unknown: float) -> None:
    """With owners that leak y, knowing the owner lifts the exact posterior to the published figure.

    The figures of EXIF alone (q = .5) are without flash, those of fusion with it.
    """
    studio = Studio(class_prior=(0.9, 0.1, 0.7, 0.3), code_accuracy=q, flash=q > 0.5)
    y, light, code, flash, owner = column(studio, "outdoor", "light", "code", "flash", "owner")
    seen = np.where(flash, flash_log_odds(), light_log_odds(light)) + code_log_odds(code, q)
    prior = meet(studio).prior[owner]
    assert ((seen + np.log(prior / (1 - prior)) > 0) == y).mean() == pytest.approx(known, abs=0.01)
    assert ((seen > 0) == y).mean() == pytest.approx(unknown, abs=0.01)


def test_exposure_equation_holds() -> None:
    """Where nothing is clipped, aperture, time, ISO and compensation give back the light to 1/6 stop."""
    names = ("time", "aperture", "iso", "compensation", "metered", "flash")
    time, aperture, iso, compensation, metered, flash = column(Studio(), *names)
    free = ~flash & (time > -39) & (time < 15)
    back = (aperture - time - iso + compensation) / 3
    assert np.abs(back - metered)[free].max() <= 1 / 6 + 1e-9
    assert free.mean() > 0.75
    assert (aperture.min() >= 3, aperture.max() <= 24, iso.min() >= -3, iso.max() <= 21) == (True,) * 4


def test_brightness_is_a_noisy_copy_of_the_light() -> None:
    """Brightness is e - 5 with a noise of .2 EV."""
    brightness, metered = column(Studio(), "brightness", "metered")
    assert (brightness - metered).mean() == pytest.approx(-5, abs=0.005)
    assert (brightness - metered).std() == pytest.approx(0.2, abs=0.005)


@pytest.mark.parametrize(
    "name", ["max_aperture", "orientation", "light_source", "sharpness", "saturation", "contrast"]
)
def test_null_tag_says_nothing(name: str) -> None:
    """The six null tags have the same distribution indoors and outdoors."""
    y, null = _null(Studio(), name)
    for code in np.unique(null):
        shares = [(null[y == side] == code).mean() for side in (True, False)]
        assert shares[0] == pytest.approx(shares[1], abs=2 * margin(shares[1], BLOCKS * 500))


def _null(studio: Studio, name: str) -> tuple[np.ndarray, np.ndarray]:
    owners = meet(studio)
    blocks = [stage(studio, owners, block) for block in range(BLOCKS)]
    return np.concatenate([block.outdoor for block in blocks]), np.concatenate(
        [block.null[name] for block in blocks]
    )


@pytest.mark.parametrize(
    "what",
    [
        pytest.param(lambda located, **_: located, id="has a position"),
        pytest.param(lambda point, **_: point[:, 1], id="latitude"),
        pytest.param(lambda taken_at, **_: taken_at.astype(float), id="date"),
        pytest.param(lambda focal_35mm, **_: focal_35mm, id="focal length"),
        pytest.param(lambda written, **_: written.sum(axis=1), id="tags written"),
        pytest.param(lambda stripped, **_: stripped, id="stripped"),
        pytest.param(lambda layout, **_: layout[:, 0], id="background"),
        pytest.param(lambda owner, **_: owner, id="owner"),
    ],
)
def test_the_rest_is_independent_of_the_class(what: Callable[..., np.ndarray]) -> None:
    """Place, date, focal length, missing tags, picture and owner say nothing about y."""
    names = (
        "outdoor", "located", "point", "taken_at", "focal_35mm", "written", "stripped", "layout", "owner",
    )  # fmt: skip
    y, *rest = column(Studio(stripped=0.2, missing_at_random=0.1), *names)
    values = what(**dict(zip(names[1:], rest, strict=True)))
    assert abs(np.corrcoef(y, values.astype(float))[0, 1]) < 4 / sqrt(BLOCKS * 1000)


def test_missing_at_random_has_its_rate() -> None:
    """Each tag of each photo is missing with the rate that was set."""
    (written,) = column(Studio(missing_at_random=0.3, owner_gaps=False), "written")
    assert written.mean(axis=0) == pytest.approx(np.full(14, 0.7), abs=margin(0.7))


def test_strip_rate() -> None:
    """A share s of the photos has no tag and no position at all."""
    stripped, written, located = column(
        Studio(stripped=0.3, owner_gaps=False), "stripped", "written", "located"
    )
    assert stripped.mean() == pytest.approx(0.3, abs=margin(0.3))
    assert not written[stripped].any()
    assert not located[stripped].any()
    assert written[~stripped].all()


def test_gps_rate() -> None:
    """A share of .6 of the photos has a position."""
    (located,) = column(Studio(), "located")
    assert located.mean() == pytest.approx(0.6, abs=margin(0.6))


def test_what_an_owner_never_writes_is_never_written() -> None:
    """Gaps are the owner's: a tag is in all photos of an owner or in none."""
    studio = Studio()
    owner, written = column(studio, "owner", "written")
    for number, never in enumerate(meet(studio).never):
        assert (written[owner == number] == ~never).all()


def test_owners_leave_tags_out_as_often_as_real_cameras() -> None:
    """Over many owners a tag is written with its presence in real photos."""
    never = np.concatenate([meet(Studio(owners=144, seed=seed)).never for seed in range(40)])
    presence = np.array(list(PRESENCE.values()))
    assert 1 - never.mean(axis=0) == pytest.approx(presence, abs=margin(0.5, 5760))
    assert not never[:, [TAGS.index(name) for name in ("exposure_time", "f_number", "iso", "flash")]].any()


def test_mask_of_light_source_speaks() -> None:
    """With the usual gaps a missing LightSource has log-odds log(.7/.3) = .847, whoever the owner."""
    y, written = column(Studio(light_source_gaps=(0.3, 0.7)), "outdoor", "written")
    missing = ~written[:, TAGS.index("light_source")]
    assert log(missing[y].mean() / missing[~y].mean()) == pytest.approx(0.847, abs=0.04)
    assert missing[y].mean() == pytest.approx(0.7, abs=2 * margin(0.7))


def test_owners_may_leak_the_class() -> None:
    """With priors .9, .1, .7, .3 an owner's photos have its prior; by owner .8 can be told."""
    studio = Studio(class_prior=(0.9, 0.1, 0.7, 0.3))
    owner, y = column(studio, "owner", "outdoor")
    for number, prior in enumerate((0.9, 0.1, 0.7, 0.3) * 3):
        assert y[owner == number].mean() == pytest.approx(prior, abs=margin(prior, 4500))
    assert ((meet(studio).prior[owner] > 0.5) == y).mean() == pytest.approx(0.8, abs=margin(0.8))


def test_equal_light_says_nothing() -> None:
    """With the same mean light for both classes no tag says anything (d = 0)."""
    y, light, time, flash = column(Studio(light_outdoor=7.5), "outdoor", "light", "time", "flash")
    assert all(
        abs(np.corrcoef(y, values.astype(float))[0, 1]) < 4 / sqrt(BLOCKS * 1000)
        for values in (light, time, flash)
    )


def test_distance_task_is_in_the_focal_length() -> None:
    """With an effect d_f the exact posterior of near or far is right Phi(d_f / 2) of the time."""
    far, focal = column(Studio(distance_effect=2.0), "far", "focal_35mm")
    position = (np.log2(focal) - np.log2(45)) / 0.5  # near: N(0, 1), far: N(-2, 1)
    assert ((position < -1) == far).mean() == pytest.approx(phi(1), abs=margin(phi(1)))


def test_owners_do_not_depend_on_their_number() -> None:
    """More owners begin with the same ones."""
    few, many = meet(Studio(owners=5)).describe(), meet(Studio(owners=144)).describe()
    assert many[:5] == few
    assert len({owner["name"] for owner in many}) == len({owner["model"] for owner in many}) == 144
