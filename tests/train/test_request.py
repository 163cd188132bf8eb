"""Request: what is refused before anything is trained, and which runs there are to be."""

from pathlib import Path
from typing import Any

import pytest

from exifds.errors import UsageError
from exifds.train.recipe import MODERN
from exifds.train.request import Request
from tests.train.samples import manifest


def runs(**given: Any) -> list[tuple[Any, ...]]:
    """Inputs, backbone, weights and seed of the runs."""
    request = Request.checked(**{"inputs": ("exif", "image", "fusion")} | given)
    found = request.configs(manifest(), "abc")
    return [(config.inputs, config.backbone, config.weights, config.seed) for config in found]


def test_models_of_exif_are_trained_once_for_all_backbones() -> None:
    """The others once for each; one of a seed after the other."""
    assert runs(backbones=["tiny", "MobileNetV2"], seeds=[3, 0]) == [
        (*run, seed)
        for seed in (3, 0)
        for run in (
            ("exif", None, "none"),
            ("image", "tiny", "none"),
            ("image", "MobileNetV2", "imagenet"),
            ("fusion", "tiny", "none"),
            ("fusion", "MobileNetV2", "imagenet"),
        )
    ]


def test_what_is_named_twice_is_trained_once() -> None:
    """Inputs, backbones and seeds alike; a single name is no list of letters."""
    assert runs(inputs=["exif", "exif"], seeds=[1, 1]) == [("exif", None, "none", 1)]
    assert runs(inputs="head", backbones="tiny") == [("head", "tiny", "none", 0)]


def test_weights_of_a_file_are_known_by_their_content(tmp_path: Path) -> None:
    """Wherever the file is; models without images have none."""
    for name in ("a.weights.h5", "b.weights.h5"):
        (tmp_path / name).write_bytes(b"weights")
    first, second = (runs(weights=tmp_path / name) for name in ("a.weights.h5", "b.weights.h5"))
    assert first == second
    assert first[0][2] == "none"
    assert first[1][2].startswith("sha256:")


def test_different_requests_have_different_folders() -> None:
    """And the same one always has the same."""
    wanted: list[dict[str, Any]] = [
        {},
        {"epochs": 3},
        {"recipe": "lederer2023"},
        {"switches": {"scale": "raw"}},
        {"weights": "none"},
        {"mixed_precision": True},
        {"seeds": [1]},
    ]
    names = [
        Request.checked(inputs=["fusion"], **given).configs(manifest(), "abc")[0].name for given in wanted
    ]
    assert len(set(names)) == len(names)
    assert names[0] == Request.checked(inputs=["fusion"]).configs(manifest(), "abc")[0].name
    assert names[0] != Request.checked(inputs=["fusion"]).configs(manifest(), "abd")[0].name


def test_only_models_of_images_use_mixed_precision() -> None:
    """For EXIF there is nothing to gain."""
    request = Request.checked(inputs=["exif", "image"], mixed_precision=True)
    found = request.configs(manifest(), "abc")
    assert [config.precision for config in found] == ["float32", "mixed_float16"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"inputs": ["exiv"]}, "there are no inputs 'exiv'.*did you mean exif"),
        ({"inputs": []}, "expected inputs"),
        ({"backbones": ["MobileNetV9"]}, "no backbone 'MobileNetV9': did you mean MobileNet"),
        ({"backbones": []}, "expected a backbone"),
        ({"recipe": "old"}, "no recipe 'old'"),
        ({"switches": {"speed": 3}}, "no switch 'speed'"),
        ({"switches": {"scale": "ln"}}, "scale: expected"),
        ({"seeds": []}, "expected a seed"),
        ({"seeds": [-1]}, "seeds from 0"),
        ({"seeds": [2**32]}, "seeds from 0"),
        ({"seeds": ["1"]}, "seeds from 0"),
        ({"seeds": [True]}, "seeds from 0"),
        ({"epochs": 0}, "1 epoch or more"),
        ({"weights": "nowhere.weights.h5"}, "imagenet, none or a file.*No such file"),
        ({"weights": "/"}, "Is a directory"),
    ],
)
def test_wrong_arguments_are_explained(given: dict[str, Any], said: str) -> None:
    """Each message says what was expected and what came."""
    with pytest.raises(UsageError, match=said):
        Request.checked(**{"inputs": ["image"]} | given)


def test_a_recipe_of_ones_own_will_do() -> None:
    """With switches, too."""
    own = MODERN.model_copy(update={"name": "mine"})
    request = Request.checked(inputs=["exif"], recipe=own, switches={"shuffle": "false"})
    assert request.recipe.name == "mine+shuffle=false"
