"""Targets: texts that ask for something to learn, and labels of documents."""

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.export.record import LeftOut
from exifds.export.targets import MOST_CLASSES, Target
from exifds.photo import Privacy, personal_fields


def reason(target: Target, document: dict[str, Any]) -> str:
    """Why a photo is left out."""
    with pytest.raises(LeftOut) as left_out:
        target.label(document)
    return str(left_out.value)


def test_concepts_give_a_0_or_1_for_each_class() -> None:
    """A photo with none of the classes, or no concepts at all, is a row of zeros."""
    target = Target.parse("concepts", ["dog", "cat", "../x"])
    assert target.kind == "multi_label"
    assert target.label({"concepts": ["../x", "dog", "outdoor", "dog"]}) == (1, 0, 1)
    assert target.label({"concepts": ["outdoor"]}) == target.label({}) == (0, 0, 0)


def test_tags_are_learned_like_concepts() -> None:
    """Another list of texts makes the same kind of label."""
    assert Target.parse("tags", ["wild"]).label({"tags": ["wild", "monkey"]}) == (1,)


def test_a_concept_is_exactly_one_of_the_classes() -> None:
    """What stands in several classes, or in none, belongs to no class."""
    target = Target.parse("concept", ["indoor", "outdoor"])
    assert target.kind == "multi_class"
    assert target.label({"concepts": ["dog", "outdoor", "outdoor"]}) == 1
    assert reason(target, {"concepts": ["indoor", "outdoor"]}) == "several_concepts"
    assert reason(target, {"concepts": ["dog"]}) == "no_concept"
    assert reason(target, {}) == "no_concept"


@pytest.mark.parametrize(
    "text", ["scores.wild monkey>=0.5", "score wild monkey >= .5", "  scores.wild monkey >=5e-1 "]
)
def test_a_score_is_positive_from_its_threshold_on(text: str) -> None:
    """Null is a score below the floor, so negative; absent is not scored, so neither."""
    target = Target.parse(text)
    assert (target.kind, target.classes) == ("binary", ("not wild monkey", "wild monkey"))
    scores = [0.5, 1, 0.49, 0, None]
    assert [target.label({"scores": {"wild monkey": score}}) for score in scores] == [1, 1, 0, 0, 0]
    assert reason(target, {"scores": {"monkey": 1.0}}) == "not_scored"
    assert reason(target, {}) == "not_scored"
    assert target.values_in({"scores": {"wild monkey": 0.5}}) == ()


@pytest.mark.parametrize(
    "text", ["camera.iso", "views", "place.distance_km", "scores.monkey", "number my.own"]
)
def test_fields_of_numbers_are_numbers(text: str) -> None:
    """What the schema calls a number, or the user does, is learned as one."""
    target = Target.parse(text)
    assert (target.kind, target.classes) == ("number", ())
    first, _, last = text.removeprefix("number ").partition(".")
    assert target.label({first: {last: 2} if last else 2}) == 2.0
    for value in (None, "2", True, float("nan"), float("inf"), 1e39, [2]):
        assert reason(target, {first: {last: value} if last else value}) == "no_value"
    assert reason(target, {}) == "no_value"
    assert target.values_in({first: {last: 2.5} if last else 2.5}) == ()


@pytest.mark.parametrize(
    ("text", "document", "name"),
    [
        ("place.country", {"place": {"country": "Japan"}}, "Japan"),
        ("camera.flash", {"camera": {"flash": True}}, "true"),
        ("camera.flash", {"camera": {"flash": False}}, "false"),
        ("camera.orientation", {"camera": {"orientation": 6}}, "6"),
        ("license.id", {"license": {"id": 4}}, "4"),
        ("verdict", {"verdict": "accepted"}, "accepted"),
        ("my.stars", {"my": {"stars": 3.0}}, "3"),
        ("camera_source.iso", {"camera_source": {"iso": "file"}}, "file"),
    ],
)
def test_values_of_other_fields_are_classes(text: str, document: dict[str, Any], name: str) -> None:
    """Text, flags and whole numbers are classes by their text; what MongoDB's shell writes as 3.0 is 3."""
    target = Target.parse(text)
    assert (target.kind, target.classes) == ("multi_class", None)
    assert target.values_in(document) == (name,)
    target = target.with_classes(["another", name])
    assert target.label(document) == 1
    assert reason(target, {}) == "no_value"
    assert reason(target.with_classes(["another"]), document) == "other_value"


@pytest.mark.parametrize("value", [None, "", " ", [1], {"a": 1}, b"x"])
def test_what_is_no_value_is_no_class(value: object) -> None:
    """Empty text and nested values make no class."""
    assert Target.parse("mine").values_in({"mine": value}) == ()


def test_fractions_are_no_classes() -> None:
    """A field of the user's own that holds fractions is told how to be learned, one by one left out."""
    with pytest.raises(UsageError, match="'number quality'"):
        Target.parse("quality").values_in({"quality": 0.25})
    assert reason(Target.parse("quality", ["1"]), {"quality": 0.25}) == "no_value"


def test_classes_that_occur_are_collected() -> None:
    """Each photo brings its values, each once, also those that look like paths and formulas."""
    target = Target.parse("concepts")
    assert target.classes is None
    assert target.values_in({"concepts": ["=1+1", "a/b", "", "a/b"]}) == ("=1+1", "a/b")
    assert target.values_in({"concepts": "indoor"}) == target.values_in({}) == ()
    assert target.with_classes(["=1+1", "a/b"]).label({"concepts": ["a/b"]}) == (0, 1)


def test_labels_need_their_classes() -> None:
    """A target without classes gives no label, rather than a wrong one."""
    with pytest.raises(UsageError, match="not known yet"):
        Target.parse("concept").label({"concepts": ["indoor"]})


@pytest.mark.parametrize("field", [*personal_fields(Privacy.STRICT), "owner_bx"])
def test_what_is_personal_is_no_target(field: str) -> None:
    """Personal fields of the dataset are refused, owners and EXIF even where nothing is encrypted."""
    with pytest.raises(UsageError, match=f"{field} is personal"):
        Target.parse(f"{field}.part", privacy=Privacy.STRICT)
    if field in personal_fields():
        for privacy in Privacy:
            with pytest.raises(UsageError, match="personal"):
                Target.parse(f"number {field}", privacy=privacy)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("camera.isoo", "there are camera.make, camera.model"),
        ("camera", "there is no field camera"),
        ("image.path", "neither classes nor numbers"),
        ("found_by.query", "neither classes nor numbers"),
        ("taken_at", "neither classes nor numbers"),
        ("scores", "neither classes nor numbers"),
        ("concepts.0", "neither classes nor numbers"),
        ("", "expected a target like"),
        ("_id", "expected a target like"),
        ("$where", "expected a target like"),
        ("my..own", "expected a target like"),
        ("score monkey", "expected a target like"),
        ("scores.monkey>=0", "threshold above 0"),
        ("scores.monkey>=1.5", "threshold above 0"),
        ("scores.monkey>=nan", "threshold above 0"),
        ("scores.monkey>=high", "threshold above 0"),
        ("scores.a.b>=0.5", "threshold above 0"),
        ("camera.iso>=800", "threshold above 0"),
        *(
            (f"scores.monkey{sign}0.8", "a target like scores.monkey>=0.8")
            for sign in (">", "=", "==", "<", "<=")
        ),
    ],
)
def test_what_cannot_be_learned_is_refused_in_words(text: str, words: str) -> None:
    """A wrong target ends before anything is read, with what could have been asked for."""
    with pytest.raises(UsageError, match=words):
        Target.parse(text)


@pytest.mark.parametrize(
    ("text", "classes", "words"),
    [
        ("concepts", [], "nothing to learn"),
        ("concpt", [], "no photo has a value for the target concpt: did you mean concept?"),
        ("concepts", ["a", "b", "a"], "each named once"),
        ("concepts", ["a", " "], "not empty"),
        ("title", [str(n) for n in range(MOST_CLASSES + 1)], "10,001 classes, at most 10,000"),
        ("camera.iso", ["100"], "leave the classes out"),
        ("scores.monkey>=0.5", ["no", "yes"], "leave the classes out"),
    ],
)
def test_classes_that_do_not_fit_are_refused(text: str, classes: list[str], words: str) -> None:
    """Numbers and scores have no classes to choose; the others have a list of different names."""
    with pytest.raises(UsageError, match=words):
        Target.parse(text, classes)


@given(st.text())
def test_any_text_is_a_target_or_a_usage_error(text: str) -> None:
    """No text from a command line ends in a crash, and a field never begins with a dollar."""
    try:
        target = Target.parse(text)
    except UsageError:
        return
    assert not target.path[0].startswith(("$", "_"))


@given(
    st.sampled_from(["concepts", "concept", "scores.a>=0.5", "camera.iso", "camera.flash", "mine"]),
    st.dictionaries(
        st.sampled_from(["concepts", "scores", "camera", "mine", "a"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["a", "iso", "flash"]), inner),
        ),
    ),
)
def test_any_document_has_a_label_or_is_left_out(text: str, document: dict[str, Any]) -> None:
    """Documents are written by others too: what does not fit is left out with a reason."""
    target = Target.parse(text)
    target = target.with_classes(["true", "1"]) if target.classes is None else target
    try:
        label = target.label(document)
    except LeftOut:
        return
    if target.kind == "multi_label":
        assert isinstance(label, tuple)
        assert len(label) == 2
    else:
        assert isinstance(label, float if target.kind == "number" else int)


def test_a_target_goes_to_workers() -> None:
    """A target can be handed to another process."""
    target = Target.parse("concept", ["indoor", "outdoor"])
    target.label({"concepts": ["indoor"]})
    assert pickle.loads(pickle.dumps(target)) == target
