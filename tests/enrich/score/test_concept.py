"""Rules of `exifds.enrich.score.concept`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.enrich.score.concept import Concept, matches, score
from exifds.errors import UsageError
from tests.enrich.score.said import said

MONKEY = Concept("monkey", ("monkey", "macaque", "titi"))
items = st.lists(st.fixed_dictionaries({"label": st.text(max_size=20), "score": st.floats(0.5, 1)}))


def test_the_score_is_that_of_the_highest_label() -> None:
    """Of several labels that match, the surest counts, wherever it stands."""
    assert score(MONKEY, said(Tree=0.99, Macaque=0.71, Spider_monkeys=0.93, Monkey=0.6)) == 0.93


def test_no_label_is_no_score() -> None:
    """A photo with other labels, or with none, is below the floor."""
    assert score(MONKEY, said(Title=0.9, Monk=0.8)) is None
    assert score(MONKEY, []) is None


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        ("monkey", None, "expected a list of labels for the concept 'monkey', got a NoneType"),
        ("monkey", 3, "expected a list of labels for the concept 'monkey', got a int"),
        ("monkey", {"macaque": 1}, "expected a list of labels for the concept 'monkey', got a dict"),
        ("monkey", b"macaque", "expected a list of labels for the concept 'monkey', got a bytes"),
        ("monkey", [False], "for each label of the concept 'monkey', got False: put it in quotes"),
        ("monkey", [], "expected at least one label for the concept 'monkey'"),
        (3, "three", "expected the name of a concept as text .*, got 3"),
    ],
)
def test_labels_of_another_type_are_refused(name: Any, wrong: Any, message: str) -> None:
    """Labels are texts in a list, or one text; names are text."""
    with pytest.raises(UsageError, match=message):
        Concept.of(name, wrong)


@given(items, items)
def test_more_labels_never_lower_a_score(some: list[dict[str, Any]], more: list[dict[str, Any]]) -> None:
    """A score is the score of a label that matches, and no label in addition takes it down."""
    concept = Concept("a", ("a", "0", "ä"))
    before, after = score(concept, some), score(concept, [*some, *more])
    assert before is None or (after is not None and after >= before)
    assert before is None or any(item["score"] == before and matches(concept, item["label"]) for item in some)


def test_a_class_is_a_concept_letter_for_letter() -> None:
    """By its own name, or by labels that name it but for case, hyphens and plural."""
    assert Concept.of_class("Monkey") == Concept("Monkey", ("Monkey",), whole=True)
    assert Concept.of("ape", "monkeys").among(["not monkey", "Monkey"]) == Concept("ape", ("Monkey",), True)
    assert score(Concept.of_class("monkey"), said(not_monkey=0.9, Monkey=0.8)) is None
