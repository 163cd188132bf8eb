"""Power: the numbers of fusion.md 3.3, and that they hold where they are tried."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from exifds.train.stats.paired import by_group, mcnemar
from exifds.train.stats.power import chance, design_effect, detectable, few_groups, photos_needed
from tests.train.stats.worlds import D


def discordance(q: float, willingness: float = 0.6) -> tuple[float, float]:
    """Share of photos that the best fusion alone, and the image alone, gets right (fusion.md 5.1, 5.2)."""
    light = np.linspace(-15, 35, 20_001)
    step = light[1] - light[0]
    flash = willingness / (1 + np.exp((light - 6.5) / 0.8))
    density = [norm.pdf(light, middle, 2.45) * step for middle in (7.5, 12.0)]
    odds = D * (light - 9.75) / 2.45
    fired = [(one * flash).sum() for one in density]
    image = np.log(q / (1 - q))

    def right(outdoor: int, image_right: int) -> float:
        side = 1 if outdoor else -1
        dark = ((side * odds + image_right * image > 0) * density[outdoor] * (1 - flash)).sum()
        lit = fired[outdoor] * (side * np.log(fired[1] / fired[0]) + image_right * image > 0)
        return float(dark + lit)

    gained = np.mean([(1 - q) * right(outdoor, -1) for outdoor in (0, 1)])
    lost = np.mean([q * (1 - right(outdoor, 1)) for outdoor in (0, 1)])
    return float(gained), float(lost)


@pytest.mark.parametrize(
    ("q", "gain", "photos"), [(0.85, 0.045, 390), (0.95, 0.005, 4_200), (0.98, 0.0009, 24_000)]
)
def test_gains_of_the_synthetic_truth_need_so_many_photos(q: float, gain: float, photos: int) -> None:
    """As fusion.md 3.3 has computed them, from gains that are rounded."""
    gained, lost = discordance(q)
    assert gained - lost == pytest.approx(gain, abs=2e-4 if q > 0.9 else 5e-4)
    assert photos_needed(gain, gained + lost) == pytest.approx(photos, rel=0.035)


@given(st.integers(10, 100_000), st.floats(0.001, 1), st.floats(1, 5))
def test_what_is_detectable_needs_as_many_photos_as_there_are(
    photos: int, apart: float, effect: float
) -> None:
    """One is the inverse of the other, also where the difference itself is all the discordance."""
    gain = detectable(photos, apart, effect=effect)
    if gain is None:
        assert photos / effect <= norm.ppf(0.975) ** 2
        return
    needed = photos_needed(gain, apart)
    assert needed is not None
    assert needed * effect == pytest.approx(photos, abs=effect + 1e-6 * photos)
    assert 0 < gain <= 1


def test_edges_of_power() -> None:
    """No photos show nothing; no gain needs no number; models of one mind still could differ."""
    assert detectable(0, 0.1) is None
    assert detectable(3, 0.1) is None
    assert photos_needed(0.0, 0.1) is None
    assert photos_needed(-0.046, 0.104) == photos_needed(0.046, 0.104)
    assert photos_needed(0.2, 0.1) == photos_needed(0.2, 0.2)
    assert detectable(1000, 0.0) == pytest.approx(7.85 / 1000, rel=0.05)


def test_the_detectable_effect_is_found_four_times_of_five() -> None:
    """In simulated test sets of 1000 photos, by the exact test, which is a little stricter."""
    gain = detectable(1000, 0.1)
    assert gain is not None
    shares = [(0.1 + gain) / 2, (0.1 - gain) / 2, 0.9]
    tables = np.random.default_rng(0).multinomial(1000, shares, 1000)
    assert np.mean([mcnemar(a, b) < 0.05 for a, b, _ in tables.tolist()]) == pytest.approx(0.78, abs=0.05)


def test_what_an_interval_could_show() -> None:
    """Of photos alone 2.8 standard errors, of three seeds 5.4 of theirs; the parts are those of the width."""
    photos, seeds = chance(1.96 * 0.01, 0.0, 3)
    assert photos == pytest.approx(2.8 * 0.01, rel=0.01)
    assert seeds == 0
    photos, seeds = chance(t.ppf(0.975, 2) * 0.01, 0.01, 3)
    assert photos == pytest.approx(0)
    assert seeds == pytest.approx(5.36 * 0.01, rel=0.01)
    assert chance(0.01, 0.01, 3)[0] == 0
    assert chance(0.05, 0.0, 1)[1] == 0


def test_few_groups_can_never_show_anything() -> None:
    """All of one mind they have the p that is told; from there on a difference must be the larger."""
    assert by_group(np.ones(3), np.arange(3)) > 0.05
    assert few_groups(3) is None
    assert by_group(np.ones(4), np.arange(4)) < 0.05
    assert few_groups(4) == pytest.approx(5, rel=0.02)
    assert few_groups(4, alpha=0.01) is None


def test_groups_take_photos_away() -> None:
    """Groups that are all of one mind count once each; independent photos count as they are."""
    generator = np.random.default_rng(0)
    groups = np.repeat(np.arange(200), 10)
    alike = generator.normal(size=200)[groups]
    assert design_effect(alike, groups) == pytest.approx(10, rel=0.02)
    assert design_effect(generator.normal(size=2000), groups) == pytest.approx(1, abs=0.25)
    assert design_effect(generator.normal(size=2000), np.arange(2000)) == pytest.approx(1)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0], [1.0, 2.0]])
def test_a_lone_group_tells_no_effect(values: list[float]) -> None:
    """It is 1 where it cannot be known."""
    assert design_effect(np.array(values), np.zeros(len(values), int)) == 1
