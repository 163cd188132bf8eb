"""Encoder: fitted on what it may see, finite whatever comes, and the same after it was stored."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.export.features import FEATURES
from exifds.train.config import Inputs
from exifds.train.encoder import Encoder
from exifds.train.layout import Encoded
from exifds.train.photos import OUT, TEST, TRAIN, VAL, Photos, read
from exifds.train.recipe import LEDERER2023, MODERN, Recipe
from tests.train.samples import CAMERA, photos

F = len(FEATURES)
NAMES = [feature.name for feature in FEATURES]
KINDS: tuple[Inputs, ...] = ("exif", "camera", "mask")
RECIPES = [
    recipe.with_switches({"scale": scale, "impute": impute, "fit_scope": scope})
    for recipe, scale, impute, scope in product(
        (MODERN, LEDERER2023), ("log2", "raw"), ("mask", "mean_mode"), ("train", "all")
    )
]
every_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
every_kind = pytest.mark.parametrize("inputs", KINDS)


def encoded(encoder: Encoder, some: Photos) -> Encoded:
    """All photos."""
    return encoder.encode(some.values, some.present, some.make, some.model)


def of(encoder: Encoder, some: Photos, column: str) -> list[float]:
    """One column of numbers of all photos."""
    found: list[float] = encoded(encoder, some).values[:, encoder.layout.columns.index(column)].tolist()
    return found


def coded(encoder: Encoder, some: Photos, tag: str) -> list[int]:
    """One column of codes of all photos."""
    layout = encoder.layout
    found: list[int] = encoded(encoder, some).codes[:, layout.codes.index(layout.tags.index(tag))].tolist()
    return found


def poisoned(some: Photos, split: int) -> Photos:
    """The photos, with absurd values and unheard-of cameras in those of one split."""
    rows = some.split == split
    make, model = (
        tuple(np.where(rows, "poison", np.array(names, object)).tolist()) for names in (some.make, some.model)
    )
    values = np.where(rows[:, None], np.float32(3e38), some.values)
    return replace(some, values=values, present=some.present | rows[:, None], make=make, model=model)


@every_recipe
@every_kind
def test_only_photos_of_the_fit_leave_a_trace(exported: Path, recipe: Recipe, inputs: Inputs) -> None:
    """Absurd test photos leave the JSON byte-identical, unless the recipe fits on all photos."""
    some = read(exported)
    before = Encoder.fit(some, recipe, inputs).model_dump_json()
    for split in (VAL, TEST):
        after = Encoder.fit(poisoned(some, split), recipe, inputs).model_dump_json()
        if recipe.fit_scope == "train":
            assert after == before
        elif inputs != "mask":  # which fits nothing but what is there
            assert after != before


@every_recipe
def test_photos_that_are_left_out_leave_no_trace(recipe: Recipe) -> None:
    """A dropped copy is no photo, whatever the scope of the fit."""
    some = photos([{**CAMERA, "iso": 100.0 * number} for number in range(1, 13)])
    out = some.with_split(np.where(some.split == TEST, OUT, some.split))
    fitted = Encoder.fit(out, recipe, "exif")
    assert fitted == Encoder.fit(poisoned(out, OUT), recipe, "exif")


@every_recipe
@every_kind
def test_stored_and_read_again_it_is_the_same(
    exported: Path, tmp_path: Path, recipe: Recipe, inputs: Inputs
) -> None:
    """All digits of the statistics survive the JSON."""
    some = read(exported)
    encoder = Encoder.fit(some, recipe, inputs)
    (tmp_path / "encoder.json").write_text(encoder.model_dump_json(indent=2))
    again = Encoder.read(tmp_path / "encoder.json")
    assert again == encoder
    assert again.layout == encoder.layout
    for name in ("values", "missing", "codes"):
        np.testing.assert_array_equal(
            getattr(encoded(again, some), name), getattr(encoded(encoder, some), name)
        )


@pytest.mark.parametrize("content", [None, "", "{}", '{"version": 2}', "cut off"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: str | None) -> None:
    """Missing, empty, of a later version, or with statistics of other columns."""
    path = tmp_path / "encoder.json"
    if content == "cut off":
        whole = Encoder.fit(photos([CAMERA] * 6), MODERN, "exif")
        content = whole.model_copy(update={"seen": (True,)}).model_dump_json()
    if content is not None:
        path.write_text(content)
    with pytest.raises(UsageError, match=r"encoder.json cannot be read"):
        Encoder.read(path)


@every_recipe
@every_kind
def test_the_layout_tells_the_shapes(exported: Path, recipe: Recipe, inputs: Inputs) -> None:
    """One name a column, one size a code, and tags that are there; also of no photos at all."""
    some = read(exported)
    encoder = Encoder.fit(some, recipe, inputs)
    layout = encoder.layout
    assert len(layout.columns) == len(set(layout.columns)) == len(layout.column_tags)
    assert all(0 <= tag < len(layout.tags) for tags in (*layout.column_tags, layout.codes) for tag in tags)
    assert len(layout.codes) == len(layout.sizes)
    for n in (0, 240):
        found = encoder.encode(some.values[:n], some.present[:n], some.make[:n], some.model[:n])
        assert found.values.shape == (n, len(layout.columns))
        assert found.missing.shape == (n, len(layout.tags))
        assert found.codes.shape == (n, len(layout.codes))
        assert [str(part.dtype) for part in (found.values, found.missing, found.codes)] == [
            "float32",
            "float32",
            "int32",
        ]
        assert (found.codes < np.array(layout.sizes, int)).all()


def test_what_the_controls_see() -> None:
    """`mask` only missing bits; `camera` only make and model."""
    some = photos([{"iso": 100, "make": "=1+1", "model": "a/b"}, {"make": "猿"}, {}] * 4)
    mask, camera = (Encoder.fit(some, MODERN, inputs) for inputs in ("mask", "camera"))
    assert [*mask.layout.columns, *mask.layout.codes, *camera.layout.columns] == []
    assert encoded(mask, some).missing[:3, mask.layout.tags.index("iso")].tolist() == [0, 1, 1]
    assert camera.layout.tags == ("make", "model")
    assert camera.layout.sizes == (4, 3)
    assert encoded(camera, some).codes[:3].tolist() == [[2, 2], [3, 0], [0, 0]]
    assert encoded(camera, some).missing[:3].tolist() == [[0, 0], [0, 1], [1, 1]]
    other = camera.encode(some.values[:1], some.present[:1], ["unheard of"], [""])
    assert other.codes.tolist() == [[1, 0]]


def test_the_preprocessing_of_the_thesis_is_that_of_scikit_learn(exported: Path) -> None:
    """SimpleImputer, then StandardScaler, over all photos: the same numbers."""
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import StandardScaler

    some = read(exported)
    encoder = Encoder.fit(some, LEDERER2023, "exif")
    raw = np.where(some.present, some.values, np.nan).astype(np.float64)
    for tag in ("exposure_time", "iso", "focal_length_35mm", "brightness", "max_aperture", "exposure_bias"):
        column = raw[:, [NAMES.index(tag)]]
        expected = StandardScaler().fit_transform(SimpleImputer().fit_transform(column))
        np.testing.assert_allclose(of(encoder, some, tag), expected[:, 0], atol=1e-5)


def test_imputed_columns_hold_no_trace_of_what_is_missing() -> None:
    """A photo without EXIF looks like an average one; only the bits for strata and gates tell."""
    recipe = MODERN.with_switches({"impute": "mean_mode"})
    some = photos([{**CAMERA, "iso": iso} for iso in (100, 200, 400, 100)] + [{}, {}])
    encoder = Encoder.fit(some, recipe, "exif")
    found = encoded(encoder, some)
    known = found.values[:4, encoder.layout.columns.index("log2 iso")]
    assert found.values[4, encoder.layout.columns.index("log2 iso")] == pytest.approx(known.mean())
    np.testing.assert_array_equal(found.codes[4], found.codes[0])
    assert found.missing[4].all()


@pytest.mark.parametrize("impute", ["mask", "mean_mode"])
@pytest.mark.parametrize("scale", ["log2", "raw"])
def test_the_layout_tells_what_a_missing_tag_has(impute: str, scale: str) -> None:
    """Dropout writes it, so that what it hides looks like what is missing."""
    known = photos([CAMERA, {**CAMERA, "iso": 6400, "flash": True}] * 6)
    encoder = Encoder.fit(known, MODERN.with_switches({"impute": impute, "scale": scale}), "fusion")
    nothing = encoder.encode(np.zeros((1, len(encoder.features))), np.zeros((1, 18), bool), [""], [""])
    assert np.array_equal(np.array(encoder.layout.value_fills, np.float32), nothing.values[0])
    assert np.array_equal(encoder.layout.code_fills, nothing.codes[0])
    assert (sum(encoder.layout.code_fills) > 0) == (impute == "mean_mode")


def test_the_light_of_a_flash_is_missing() -> None:
    """The column is 0 as for a photo without exposure, and the flash has its code."""
    some = photos([{**CAMERA, "iso": 100 * 2**number, "flash": number % 2 == 0} for number in range(6)])
    encoder = Encoder.fit(some, MODERN, "exif")
    assert [value == 0 for value in of(encoder, some, "ev100")][::2] == [True] * 3
    assert coded(encoder, some, "flash") == [3, 2, 3, 2, 3, 2]


@every_recipe
def test_a_tag_absent_from_training_is_absent_always(recipe: Recipe) -> None:
    """Its columns are constant and its bit says missing, also for test photos that have it."""
    some = photos([{}] * 6 if recipe.fit_scope == "all" else [{}] * 4 + [CAMERA] * 2)
    encoder = Encoder.fit(some, recipe, "exif")
    later = photos([CAMERA, {}, {**CAMERA, "iso": 1e30, "orientation": 8}])
    found = encoded(encoder, later)
    assert not found.values.any()
    assert not found.codes.any()
    assert found.missing.all()
    one = photos([{"iso": iso} for iso in (100, 200, 400, 800)] + [CAMERA] * 2)
    if recipe.fit_scope == "train":
        assert (encoded(Encoder.fit(one, recipe, "exif"), later).missing[0] == 0).sum() == 1


@pytest.mark.parametrize("recipe", [MODERN, LEDERER2023])
@every_kind
def test_training_without_any_exif_gives_no_nan(recipe: Recipe, inputs: Inputs) -> None:
    """All is missing and nothing breaks."""
    encoder = Encoder.fit(photos([{}] * 6), recipe, inputs)
    assert Encoder.model_validate_json(encoder.model_dump_json()) == encoder
    found = encoded(encoder, photos([{**CAMERA, "make": "x", "model": "y"}]))
    assert found.missing.all()
    assert np.isfinite(found.values).all()


numbers = st.one_of(
    st.floats(width=32),
    st.sampled_from([0.0, -0.0, -1.0, np.inf, -np.inf, np.nan, 3.4e38, -3.4e38, 1e-45, 255.0, 65535.0, 1.5]),
    st.integers(-3, 300).map(float),
)
rows = st.lists(
    st.tuples(
        st.lists(numbers, min_size=F, max_size=F),
        st.lists(st.booleans(), min_size=F, max_size=F),
        st.sampled_from(["", "Canon", "=1+1", "\x00", "猿" * 300]),
    ),
    max_size=8,
)


def drawn_photos(drawn: Sequence[tuple[list[float], list[bool], str]]) -> Photos:
    """Photos of train."""
    return photos(
        [{}] * len(drawn),
        values=np.array([values for values, _, _ in drawn], np.float64).reshape(-1, F),
        present=np.array([present for _, present, _ in drawn], bool).reshape(-1, F),
        make=tuple(name for *_, name in drawn),
        model=tuple(name for *_, name in drawn),
        split=np.full(len(drawn), TRAIN, np.int8),
    )


@settings(max_examples=60)
@given(rows, rows, st.sampled_from(RECIPES), st.sampled_from(KINDS))
def test_whatever_comes_is_finite(known: Any, later: Any, recipe: Recipe, inputs: Inputs) -> None:
    """Zero, negative, infinite, huge, NaN and unknown codes, in training and after it."""
    encoder = Encoder.fit(drawn_photos(known), recipe, inputs)
    assert Encoder.model_validate_json(encoder.model_dump_json()) == encoder
    layout = encoder.layout
    for drawn in (known, later):
        found = encoded(encoder, drawn_photos(drawn))
        assert np.isfinite(found.values).all()
        assert (np.abs(found.values) <= 1e6).all()
        assert ((found.missing == 0) | (found.missing == 1)).all()
        assert ((found.codes >= 0) & (found.codes < np.array(layout.sizes, int))).all()
        if recipe.impute == "mask":
            for column, tags in enumerate(layout.column_tags):
                needed = [
                    tag for tag in tags if len(tags) < 5 or tag < 3
                ]  # the light needs no bias, no flash
                assert not found.values[found.missing[:, needed].any(axis=1), column].any()


def test_a_row_is_encoded_by_itself(exported: Path) -> None:
    """One photo at a time gives what all at once give."""
    some = read(exported)
    encoder = Encoder.fit(some, MODERN, "exif")
    whole = encoded(encoder, some)
    one = encoder.encode(some.values[7:8], some.present[7:8], some.make[7:8], some.model[7:8])
    np.testing.assert_array_equal(one.values[0], whole.values[7])
    np.testing.assert_array_equal(one.codes[0], whole.codes[7])


def test_values_of_other_features_are_refused() -> None:
    """A photo with more or fewer values than the export has features."""
    encoder = Encoder.fit(photos([CAMERA] * 6), MODERN, "exif")
    with pytest.raises(UsageError, match=r"expected values of 18 features.* got the shapes \(1, 17\)"):
        encoder.encode(np.zeros((1, 17)), np.zeros((1, 17), bool), [""], [""])
