"""Rules of `exifds.enrich.score.concepts`."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exifds.enrich.score.concept import Concept
from exifds.enrich.score.concepts import Concepts
from exifds.errors import UsageError
from tests.enrich.score.said import said

EXAMPLE = Path(__file__).parents[3] / "examples" / "concepts.yaml"

labels = st.text("abcdefghij ", min_size=1).map(str.strip).filter(bool)
names = st.text("klmnopqrst", min_size=1)
mappings = st.dictionaries(names, st.lists(labels, min_size=1), max_size=4)


def test_every_concept_gets_a_score() -> None:
    """Labels are read once for all concepts, and a concept that is not seen is there with None."""
    concepts = Concepts.of({"monkey": "monkey", "cage": ["cage", "mesh"], "wild": ["wild"]})
    scores = concepts.scores(iter(said(Wild_monkey=0.8, Mesh=0.5)))
    assert scores == {"monkey": 0.8, "cage": 0.5, "wild": 0.8}
    assert concepts.scores([]) == {"monkey": None, "cage": None, "wild": None}


def test_the_command_line_gives_names_and_labels() -> None:
    """Blanks around names and labels do not count, nor do empty and repeated labels; an = may follow."""
    concepts = Concepts.parse([" boar = wild boar, hog,,hog,", "cage=cage", "boar=a=b"])
    assert list(concepts) == [Concept("boar", ("wild boar", "hog", "a=b")), Concept("cage", ("cage",))]
    assert (len(concepts), concepts.names) == (2, ("boar", "cage"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("monkey", "^expected a concept as NAME=LABEL,LABEL, such as monkey=monkey,macaque, got 'monkey'$"),
        ("monkey=", "^expected at least one label for the concept 'monkey'$"),
        ("monkey= ,", "^expected at least one label for the concept 'monkey'$"),
        ("=monkey", "^expected the name of a concept as text without .*, got ''$"),
        (" =monkey", "^expected the name of a concept as text without .*, got ' '$"),
        ("a.b=monkey", "^expected the name of a concept as text without .*, got 'a.b'$"),
        ("$where=monkey", r"^expected the name of a concept as text without .*, got '\$where'$"),
        ("a\0=monkey", r"^expected the name of a concept as text without .*, got 'a\\x00'$"),
    ],
)
def test_what_is_no_concept_is_told(text: str, message: str) -> None:
    """The message says what was expected and what came."""
    with pytest.raises(UsageError, match=message):
        Concepts.parse([text])


def test_the_seeds_lists_are_an_example() -> None:
    """The file in `examples/` gives two concepts; its short labels match whole words only."""
    concepts = Concepts.load(EXAMPLE)
    assert concepts.names == ("monkey", "cage")
    assert concepts.scores(said(Magnet=0.9, Title=0.9, Fences=0.6, New_world_monkey=0.8)) == {
        "monkey": 0.8,
        "cage": 0.6,
    }


def test_a_file_and_the_command_line_are_joined() -> None:
    """A concept that both give has the labels of both, each once."""
    joined = Concepts.load(EXAMPLE) | Concepts.parse(["monkey=猿,monkey", "zoo=zoo"])
    assert joined.names == ("monkey", "cage", "zoo")
    assert joined.concepts[0].labels[-1] == "猿"
    assert len(joined.concepts[0].labels) == 9


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "^expected lines such as 'monkey: .* in .*, got a NoneType$"),
        (b"- monkey", "^expected lines such as .*, got a list$"),
        (b"cage: [cage]\nmonkey: [monkey", "^expected lines such as .*; line 2 is no YAML$"),
        (b"monkey: !!python/name:os.system x", "^expected lines such as .*; line 1 is no YAML$"),
        (b'monkey: !!int ""', "^expected lines such as .*; it is no YAML$"),
        (b"\xff\xff\xff", "^expected lines such as .*; it is no YAML$"),
        (b"[" * 5000, "^expected lines such as .* is no YAML$"),
        (
            b"monkey: [macaque]\ncage: [cage]\n'monkey': [titi]",
            "^expected each concept once in .*, got 'monkey' again in line 3: put all its labels into one",
        ),
        (b"? [a]\n: [b]\n? [a]\n: [c]", "^expected lines such as .*; line 1 is no YAML$"),
        (b"monkey: [no]", "got False: put it in quotes$"),
        (b"monkey: [[macaque]]", r"got \['macaque'\]: put it in quotes$"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """The message says where and what was expected."""
    path = tmp_path / "concepts.yaml"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=message):
        Concepts.load(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A missing file and a folder are errors in words."""
    with pytest.raises(UsageError, match="No such file"):
        Concepts.load(tmp_path / "concepts.yaml")
    with pytest.raises(UsageError, match="Is a directory"):
        Concepts.load(tmp_path)


@given(
    st.one_of(st.binary(max_size=60), st.text("!&*<:-[]{}#|>'\"\n ayn0=~.,?int", max_size=60).map(str.encode))
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    """However odd a file, it gives concepts with labels or an error of ours."""
    path = tmp_path / "concepts.yaml"
    path.write_bytes(content)
    try:
        concepts = Concepts.load(path)
    except UsageError:
        return
    assert all(concept.name and concept.labels for concept in concepts)


@given(mappings)
def test_concepts_are_parsed_as_they_are_written(given_labels: dict[str, list[str]]) -> None:
    """The command line gives the same concepts as the mapping, and joining with themselves adds nothing."""
    concepts = Concepts.of(given_labels)
    assert Concepts.parse(f"{name}={','.join(some)}" for name, some in given_labels.items()) == concepts
    assert concepts | concepts == concepts == Concepts() | concepts


def test_labels_without_words_are_for_models_only() -> None:
    """Word by word they would stand in nothing; a class of a model may be one."""
    given = Concepts.parse(["monkey=macaque,🐒"])
    with pytest.raises(UsageError, match="expected a word in each label of the concept 'monkey', got '🐒'"):
        given.in_words()
    named = given.among(["macaque", "🐒"], ())
    assert named.scores([{"label": "🐒", "score": 0.9}]) == {"monkey": 0.9}


def test_concepts_that_are_joined_stay_whole() -> None:
    """`monkey` as a class does not stand in `not monkey`, whatever it is joined with."""
    classes = ("not monkey", "monkey")
    joined = Concepts().among(classes, classes[1:]) | Concepts.of({"ape": "Monkey"}).among(classes, ())
    assert [each.whole for each in joined] == [True, True]
    assert joined.scores([{"label": "not monkey", "score": 0.9}]) == {"monkey": None, "ape": None}
    assert [each.whole for each in Concepts.of({"cage": "cage"}) | joined] == [False, True, True]


@pytest.mark.parametrize("given", [[], ["dog=st. bernard"]])
def test_classes_with_commas_are_named_in_a_file(given: list[str]) -> None:
    """An option would part them at the comma; the message says where they go."""
    with pytest.raises(UsageError, match="in a YAML file"):
        Concepts.parse(given).among(["st. bernard, dog", "cat"], ["st. bernard, dog"])
    assert Concepts.of({"dog": ["st. bernard, dog"]}).among(["st. bernard, dog"], ()).names == ("dog",)
