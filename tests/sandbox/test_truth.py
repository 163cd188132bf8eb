"""Rules of `exifds.sandbox.truth`: the published figures, and what draws of the photographer come to."""

from itertools import pairwise
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.sandbox.owners import meet
from exifds.sandbox.photographer import shoot
from exifds.sandbox.scene import Scenes, flash_probability, stage
from exifds.sandbox.studio import Studio
from exifds.sandbox.truth import Figures, Truth, log_odds, truth
from exifds.train.report.comparison import Truth as Comparable

LEAK = (0.9, 0.1, 0.7, 0.3)
ROUNDING = 0.0011
"""Half a unit of the third decimal that was published, and the thirds of a stop it does not heed."""


def blocks(studio: Studio, count: int) -> list[Scenes]:
    return [stage(studio, meet(studio), block) for block in range(count)]


def column(scenes: list[Scenes], name: str) -> np.ndarray:
    return np.concatenate([getattr(block, name) for block in scenes])


def losses(odds: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.logaddexp(0, np.where(y, -odds, odds))


def told(found: Truth) -> dict[str, Figures]:
    """The figures there are, by their names."""
    return {name: figures for name, figures in vars(found).items() if figures is not None}


@pytest.mark.parametrize(
    ("q", "published"),
    [(0.7, 0.844), (0.8, 0.875), (0.85, 0.897), (0.9, 0.924), (0.95, 0.957), (0.98, 0.981)],
)
def test_published_figures_without_flash(q: float, published: float) -> None:
    """Image q, EXIF .821 (AUC .903), and the fusion of fusion.md 5.2."""
    found = told(truth(Studio(flash=False, code_accuracy=q)))
    assert vars(found["prior"]) == pytest.approx({"accuracy": 0.5, "auc": 0.5, "log_loss": log(2)})
    assert found["image"].accuracy == pytest.approx(q, abs=1e-12)
    assert found["exif"].accuracy == pytest.approx(0.821, abs=ROUNDING)
    assert found["exif"].auc == pytest.approx(0.903, abs=ROUNDING)
    assert found["fusion"].accuracy == pytest.approx(published, abs=ROUNDING)


@pytest.mark.parametrize(
    ("stripped", "q", "published"),
    [
        *((0.0, q, figure) for q, figure in ((0.7, 0.844), (0.85, 0.895), (0.95, 0.955))),
        *((0.3, q, figure) for q, figure in ((0.7, 0.801), (0.85, 0.882), (0.95, 0.953))),
    ],
)
def test_published_figures_with_flash(stripped: float, q: float, published: float) -> None:
    """Flashes hide the light, and 30 % of the photos may carry nothing at all."""
    found = told(truth(Studio(code_accuracy=q, stripped=stripped)))
    assert found["fusion"].accuracy == pytest.approx(published, abs=ROUNDING)


@pytest.mark.parametrize(
    ("q", "known", "unknown"), [(0.7, 0.896, 0.844), (0.85, 0.927, 0.895), (0.95, 0.966, 0.955)]
)
def test_published_figures_of_the_leak(q: float, known: float, unknown: float) -> None:
    """What it is worth to know the owner; EXIF alone .882 to .821, the owner alone .80."""
    studio = Studio(class_prior=LEAK, code_accuracy=q)
    seen, new = told(truth(studio, owner_known=True)), told(truth(studio))
    assert seen["fusion"].accuracy == pytest.approx(known, abs=ROUNDING)
    assert new["fusion"].accuracy == pytest.approx(unknown, abs=ROUNDING)
    assert seen["exif"].accuracy == pytest.approx(0.882, abs=ROUNDING)
    assert new["exif"].accuracy == pytest.approx(0.821, abs=ROUNDING)
    assert seen["prior"].accuracy == pytest.approx(0.8, abs=1e-12)
    assert new["prior"].accuracy == pytest.approx(0.5, abs=1e-12)
    assert seen["image"].accuracy == pytest.approx(max(q, 0.8 + 0.075 * (q == 0.85)), abs=1e-9)


def light_itself(q: float, willingness: float) -> tuple[float, float]:
    """Accuracy and log-loss of who knows the light itself, by an integral of its own: no stops, no owners."""
    light, step = np.linspace(-15, 35, 400_001, retstep=True)
    density = [np.exp(-(((light - mean) / 2.45) ** 2) / 2) / 2.45 / np.sqrt(2 * np.pi) for mean in (7.5, 12)]
    fired = flash_probability(light, np.full(light.shape, willingness))
    flashed = [float((side * fired).sum() * step) for side in density]
    accuracy = loss = 0.0
    for y in (0, 1):
        for right, chance in ((1, q), (-1, 1 - q)):
            code = right * log(q / (1 - q))
            odds = code + (2 * y - 1) * (light - 9.75) * 4.5 / 2.45**2
            lit = density[y] * (1 - fired) * step
            flash = code + (2 * y - 1) * log(flashed[1] / flashed[0])
            accuracy += chance / 2 * (lit @ (odds > 0) + flashed[y] * (flash > 0))
            loss += chance / 2 * (lit @ np.logaddexp(0, -odds) + flashed[y] * np.logaddexp(0, -flash))
    return accuracy, loss


@pytest.mark.parametrize("q", [0.7, 0.85, 0.95])
def test_thirds_of_a_stop_cost_next_to_nothing(q: float) -> None:
    """Against an observer of the light itself, at the one willingness of a single owner."""
    studio = Studio(owners=1, code_accuracy=q)
    accuracy, loss = light_itself(q, float(meet(studio).flash_willingness[0]))
    found = told(truth(studio))["fusion"]
    assert found.accuracy == pytest.approx(accuracy, abs=0.0002)
    assert found.log_loss == pytest.approx(loss, abs=0.0005)
    assert found.log_loss > loss


def test_published_log_losses() -> None:
    """At q = .85 image .423 and fusion .260; the latter is of flashes that always fire (.257 at phi = .6)."""
    found = told(truth(Studio()))
    assert found["image"].log_loss == pytest.approx(0.423, abs=0.0005)
    assert found["fusion"].log_loss == pytest.approx(0.260, abs=0.003)
    assert light_itself(0.85, 1.0)[1] == pytest.approx(0.260, abs=0.0005)


def test_flash_that_fired_has_the_published_log_odds() -> None:
    """-2.60, whoever the owner is and whatever the other tags are; Brightness only repeats it."""
    scenes = blocks(Studio(), 2)
    odds = log_odds(Studio(), scenes).exif[column(scenes, "flash")]
    assert odds == pytest.approx(np.full(len(odds), -2.60), abs=0.01)


def test_log_odds_follow_the_light() -> None:
    """Where EXIF gives back the light to a third of an EV, so it does the log-odds."""
    studio = Studio(flash=False)
    scenes = blocks(studio, 2)
    exact = (column(scenes, "light") - 9.75) * 4.5 / 2.45**2
    free = np.abs(column(scenes, "time") + 12) < 27
    assert np.abs(log_odds(studio, scenes).exif - exact)[free].max() < 4.5 / 2.45**2 / 6 + 0.1


@pytest.mark.parametrize(
    ("studio", "owner_known"),
    [
        pytest.param(Studio(class_prior=LEAK, stripped=0.1), False, id="leak, stripped"),
        pytest.param(Studio(class_prior=LEAK, stripped=0.1), True, id="leak, stripped, known"),
        pytest.param(
            Studio(owners=2, missing_at_random=0.4, owner_gaps=False, light_source_gaps=(0.3, 0.7)),
            False,
            id="gaps",
        ),
        pytest.param(
            Studio(
                owners=3, missing_at_random=0.3, class_prior=(0.2, 0.9), code_accuracy=0.7, light_spread=1
            ),
            True,
            id="all uneven",
        ),
    ],
)
def test_draws_agree(studio: Studio, owner_known: bool) -> None:
    """Accuracy and log-loss of 20,000 photos by their log-odds are the figures, within 4 standard errors."""
    scenes = blocks(studio, 20)
    y = column(scenes, "outdoor")
    odds = log_odds(studio, scenes, owner_known=owner_known)
    for name, figures in told(truth(studio, owner_known=owner_known)).items():
        scores = getattr(odds, name)
        right = np.where(scores == 0, 0.5, (scores > 0) == y)
        loss = losses(scores, y)
        assert right.mean() == pytest.approx(figures.accuracy, abs=4 * right.std() / 141), name
        assert loss.mean() == pytest.approx(figures.log_loss, abs=4 * loss.std() / 141 + 1e-9), name


def test_draws_agree_on_the_auc() -> None:
    """The AUC of 20,000 photos, ties and all."""
    from sklearn.metrics import roc_auc_score

    studio = Studio(owners=4, missing_at_random=0.2, class_prior=LEAK)
    scenes = blocks(studio, 20)
    odds = log_odds(studio, scenes, owner_known=True)
    for name, figures in told(truth(studio, owner_known=True)).items():
        drawn = roc_auc_score(column(scenes, "outdoor"), getattr(odds, name).round(9))
        assert drawn == pytest.approx(figures.auc, abs=0.01), name


def test_log_odds_are_those_of_rendered_photos() -> None:
    """From the truth about a photo come the log-odds that its scene has, also where tags are missing."""
    studio = Studio(owners=3, missing_at_random=0.3, stripped=0.1, distance_effect=1.0, size=16)
    truths = [shot.truth for shot in shoot(150, studio)]
    scenes = blocks(studio, 1)
    for name, rendered in vars(log_odds(studio, truths)).items():
        assert rendered == pytest.approx(getattr(log_odds(studio, scenes), name)[:150], abs=1e-12), name
    far, exact = (log_odds(studio, photos, task="distance").exif[:150] for photos in (truths, scenes))
    assert far == pytest.approx(exact, abs=0.2)  # focal lengths are written in millimetres


def test_equal_light_says_nothing() -> None:
    """With d = 0 the log-odds of EXIF are 0 and fusion is the image."""
    studio = Studio(owners=2, light_outdoor=7.5, missing_at_random=0.2)
    found = told(truth(studio))
    assert found["exif"].accuracy == pytest.approx(0.5, abs=1e-9)
    assert found["exif"].log_loss == pytest.approx(log(2), abs=1e-9)
    assert vars(found["fusion"]) == pytest.approx(vars(found["image"]), abs=1e-9)
    assert log_odds(studio, blocks(studio, 1)).exif == pytest.approx(np.zeros(1000), abs=1e-12)


def test_missing_light_source_speaks() -> None:
    """A missing LightSource has log-odds log(.7 / .3) = .847, and with EXIF stripped it has none."""
    studio, plain = Studio(light_source_gaps=(0.3, 0.7), stripped=0.2), Studio(stripped=0.2)
    scenes = blocks(studio, 1)
    added = log_odds(studio, scenes).exif - log_odds(plain, blocks(plain, 1)).exif
    gap = ~scenes[0].written[:, 8] & ~scenes[0].stripped
    assert added[gap] == pytest.approx(np.full(gap.sum(), log(0.7 / 0.3)))
    assert not added[scenes[0].stripped].any()
    assert told(truth(studio))["exif"].accuracy > told(truth(plain))["exif"].accuracy + 0.01


def test_each_gap_costs() -> None:
    """The more is missing at random, the less EXIF tells; with all of it missing, nothing."""
    found = [truth(Studio(missing_at_random=rate, owners=2)).exif for rate in (0, 0.25, 0.5, 0.75, 1)]
    assert all(less.accuracy < more.accuracy for more, less in pairwise(found))
    assert all(less.log_loss > more.log_loss for more, less in pairwise(found))
    assert found[-1].accuracy == pytest.approx(0.5, abs=1e-9)


def test_distance_is_in_the_focal_length_alone() -> None:
    """Far or near: EXIF is right Phi(d_f / 2) of the time, pixels by chance; draws agree."""
    studio = Studio(distance_effect=2.0, stripped=0.25)
    found = told(truth(studio, task="distance"))
    assert found["exif"].accuracy == pytest.approx(0.75 * 0.8413 + 0.25 / 2, abs=1e-4)
    assert found["image"].accuracy == found["prior"].accuracy == 0.5
    assert vars(found["fusion"]) == pytest.approx(vars(found["exif"]))
    scenes = blocks(studio, 20)
    loss = losses(log_odds(studio, scenes, task="distance").exif, column(scenes, "far"))
    assert loss.mean() == pytest.approx(found["exif"].log_loss, abs=4 * loss.std() / 141)


def test_no_figure_where_pixels_tell_of_the_exposure() -> None:
    """With physics the image has no exact figure, and fusion only where EXIF is complete."""
    complete, gaps = Studio(physics=True), Studio(physics=True, stripped=0.1)
    assert truth(complete).image is truth(gaps).image is truth(gaps).fusion is None
    assert truth(complete).fusion == truth(Studio()).fusion
    odds = log_odds(gaps, blocks(gaps, 1))
    assert odds.image is odds.fusion is None
    assert set(truth(gaps).report()) == {"exif"}


def test_report_has_what_a_comparison_takes() -> None:
    """Plain numbers by the inputs of a model."""
    report = truth(Studio()).report()
    assert Comparable.model_validate(report).fusion is not None
    assert list(report) == ["exif", "image", "fusion"]
    assert all(list(figures) == ["accuracy", "log_loss"] for figures in report.values())
    assert all(type(number) is float for figures in report.values() for number in figures.values())


@pytest.mark.parametrize(
    "studio",
    [
        pytest.param(Studio(code_accuracy=1.0), id="all-knowing pixels"),
        pytest.param(Studio(code_accuracy=0.0), id="pixels always wrong"),
        pytest.param(Studio(light_spread=1e-6, flash=False), id="light without spread"),
        pytest.param(Studio(class_prior=(1.0, 0.0), light_source_gaps=(0.0, 1.0)), id="certain owners"),
    ],
)
def test_certainty_is_no_error(studio: Studio) -> None:
    """Where nothing is left to chance, fusion is always right, loses nothing, and is a number."""
    found = told(truth(studio, owner_known=True))["fusion"]
    assert vars(found) == pytest.approx({"accuracy": 1, "auc": 1, "log_loss": 0}, abs=1e-6)
    scenes = blocks(studio, 1)
    odds = log_odds(studio, scenes, owner_known=True)
    assert odds.fusion is not None
    assert ((odds.fusion > 0) == scenes[0].outdoor).all()


def test_single_class_has_no_auc() -> None:
    """Where all photos are of one class there is nothing to rank."""
    found = told(truth(Studio(class_prior=(1.0,), owners=1)))
    assert found["exif"].accuracy == pytest.approx(1)
    assert np.isnan(found["exif"].auc)


def test_photos_of_another_studio_are_refused() -> None:
    """Tags that cannot come to be are told, not guessed at."""
    bright = Studio(light_indoor=100, light_outdoor=101, flash=False)
    with pytest.raises(UsageError, match="expected photos of this studio"):
        log_odds(Studio(), blocks(bright, 1))


def test_no_photos_have_no_log_odds() -> None:
    """An empty list is not a mistake."""
    assert [len(odds) for odds in vars(log_odds(Studio(), [])).values()] == [0, 0, 0, 0]


@settings(max_examples=15)
@given(
    q=st.floats(0, 1),
    spread=st.floats(0.05, 6),
    outdoor=st.floats(4, 14),
    priors=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    stripped=st.floats(0, 1),
)
def test_to_see_more_never_hurts(
    q: float, spread: float, outdoor: float, priors: tuple[float, float], stripped: float
) -> None:
    """Whatever the settings: both is at least as good as either, and these as nothing."""
    studio = Studio(
        owners=2,
        code_accuracy=q,
        light_spread=spread,
        light_outdoor=outdoor,
        class_prior=priors,
        stripped=stripped,
    )
    found = told(truth(studio, owner_known=True))
    for less, more in (("prior", "exif"), ("prior", "image"), ("exif", "fusion"), ("image", "fusion")):
        assert found[more].accuracy >= found[less].accuracy - 1e-7
        assert found[more].log_loss <= found[less].log_loss + 1e-7
