"""Recipe: named decisions, and what they may be called."""

import pytest
from pydantic import ValidationError

from exifds.train.recipe import LEDERER2023, MODERN, RECIPES, SWITCHES, Recipe


def named(name: str) -> Recipe:
    """The default recipe by another name."""
    return Recipe.model_validate(MODERN.model_dump() | {"name": name})


@pytest.mark.parametrize(
    "name", ["", "../../escaped/x", "a/b", "a\\b", "a b", "猿", "<script>", "x" * 81, "a\n"]
)
def test_a_name_stays_in_its_folder(name: str) -> None:
    """It is part of the name of a folder, so it has no separators, and no more characters than fit."""
    with pytest.raises(ValidationError, match="name"):
        named(name)


@pytest.mark.parametrize("name", ["mine", "mine-2_b.c", "x" * 80])
def test_an_own_recipe_may_be_named(name: str) -> None:
    """By letters, digits and a few signs."""
    assert named(name).name == name


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_all_switches_together_have_a_name(recipe: Recipe) -> None:
    """It tells all of them, and a run can read it back."""
    other = MODERN if recipe is LEDERER2023 else LEDERER2023
    changed = recipe.with_switches({name: getattr(other, name) for name in SWITCHES})
    assert changed.name.count("+") == len(SWITCHES)
    assert Recipe.model_validate_json(changed.model_dump_json()) == changed
