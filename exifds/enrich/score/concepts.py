"""Concepts: how strongly a photo shows what was searched for, read from the labels a scorer gave it.

A concept has labels, in any language. The score of a photo for it is the highest score of a scorer's label
in which one of them stands, word by word: `monkey` in `Spider monkeys`, but `titi` not in `Title`. What
counts as the same word is decided in `words`: inflections other than the English plural are listed as labels
of their own, and labels in scripts without blanks between words match as a whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from exifds.enrich.score import words
from exifds.errors import UsageError
from exifds.photo import Key

__all__ = ["Concept", "Concepts", "matches", "score"]

_KEY: TypeAdapter[str] = TypeAdapter(Key)
_SHOWN: Final = 60
_LISTED: Final = 10
"""Letters of a class, and classes, that a message shows."""


@dataclass(frozen=True)
class Concept:
    """What a photo may show, and the labels that say so.

    Args:
        name: Its name: the key in `Photo.scores`.
        labels: The labels.
        whole: Whether a scorer's label must be one of them letter for letter, as the classes of a model are.
    """

    name: str
    labels: tuple[str, ...]
    whole: bool = False


@dataclass(frozen=True)
class Concepts:
    """The concepts that photos are scored for. Made by `of`, `parse` or `load`, and joined with `|`.

    Args:
        concepts: The concepts, each name once.
    """

    concepts: tuple[Concept, ...] = ()

    @classmethod
    def of(cls, labels: Mapping[str, str | Iterable[str]]) -> "Concepts":
        """Concepts from names and labels.

        Args:
            labels: Name to labels, or to the only label.

        Returns:
            The concepts.

        Raises:
            UsageError: A name cannot be a key in MongoDB, or a label is no text.

        Example:
            >>> Concepts.of({"monkey": ["monkey", "macaque"], "cage": "cage"}).names
            ('monkey', 'cage')
        """
        concepts = cls()
        for name, some in labels.items():
            concepts |= cls((Concept(_name(name), _labels(name, some)),))
        return concepts

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "Concepts":
        """Concepts as the command line takes them.

        Args:
            texts: Texts such as `monkey=monkey,macaque`; a name that comes again gets more labels.

        Returns:
            The concepts.

        Raises:
            UsageError: A text is not of this form, or as for `of`.

        Example:
            >>> [each.labels for each in Concepts.parse(["monkey=monkey,macaque", "monkey=primate"])]
            [('monkey', 'macaque', 'primate')]
        """
        concepts = cls()
        for text in texts:
            name, equals, labels = text.partition("=")
            if not equals:
                raise UsageError(
                    f"expected a concept as NAME=LABEL,LABEL, such as monkey=monkey,macaque, got {text!r}"
                )
            concepts |= cls.of({name: [label for label in labels.split(",") if label.strip()]})
        return concepts

    @classmethod
    def load(cls, path: str | Path) -> "Concepts":
        """Concepts from a YAML file such as `examples/concepts.yaml`.

        Args:
            path: The file.

        Returns:
            The concepts.

        Raises:
            UsageError: The file cannot be read or is not of this form, or as for `of`.
        """
        import yaml

        expected = f"expected lines such as 'monkey: [monkey, macaque]' in {path}"
        try:
            content = yaml.safe_load(Path(path).read_bytes())
        except OSError as error:
            raise UsageError(f"cannot read the concepts in {path}: {error.strerror}") from None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise UsageError(f"{expected}; line {line} is no YAML") from None
        except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
            raise UsageError(f"{expected}; it is no YAML") from None  # PyYAML's own, too: of `!!int ""`
        if not isinstance(content, dict):
            raise UsageError(f"{expected}, got a {type(content).__name__}")
        return cls.of(content)

    def among(self, classes: Sequence[str], default: Sequence[str]) -> "Concepts":
        """The concepts for a model that knows a few classes: their labels name classes, whole.

        Word by word, as for a scorer that says anything, `monkey` would stand in `not monkey` too.

        Args:
            classes: What the model knows.
            default: Those that are concepts by their own name, if there are no others.

        Returns:
            The concepts.

        Raises:
            UsageError: A label is no class, or a class by default cannot be a key in MongoDB.

        Example:
            >>> [each.labels for each in Concepts.parse(["ape=Monkey"]).among(["not monkey", "monkey"], ())]
            [('monkey',)]
        """
        if not self.concepts:
            return Concepts(tuple(Concept(_class_name(name), (name,), whole=True) for name in default))
        return Concepts(
            tuple(
                Concept(
                    each.name, tuple(_class(each.name, label, classes) for label in each.labels), whole=True
                )
                for each in self
            )
        )

    def in_words(self) -> "Concepts":
        """The concepts for a scorer that says anything: their labels are looked for word by word.

        Returns:
            The same.

        Raises:
            UsageError: A label has no word, so that it would stand in nothing.
        """
        for concept in self:
            for label in concept.labels:
                if not words.split(label):
                    raise UsageError(
                        f"expected a word in each label of the concept {concept.name!r}, got {label!r}"
                    )
        return self

    def __or__(self, other: "Concepts") -> "Concepts":
        """The concepts of both; one that is in both has the labels of both, whole if those of one are."""
        joined = {concept.name: concept for concept in self}
        for concept in other:
            known = joined.get(concept.name, concept)
            labels = tuple(dict.fromkeys((*known.labels, *concept.labels)))
            joined[concept.name] = Concept(concept.name, labels, known.whole or concept.whole)
        return Concepts(tuple(joined.values()))

    def __iter__(self) -> Iterator[Concept]:
        return iter(self.concepts)

    def __len__(self) -> int:
        return len(self.concepts)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the concepts."""
        return tuple(concept.name for concept in self)

    def scores(self, items: Iterable[Mapping[str, Any]]) -> dict[str, float | None]:
        """What `Photo.scores` holds of a photo after it was scored for the concepts.

        Args:
            items: All that a scorer said about the photo: mappings with `label` and `score`.

        Returns:
            Name to score.

        Example:
            >>> concepts = Concepts.parse(["monkey=monkey,primate", "cage=cage"])
            >>> concepts.scores([{"label": "Primates", "score": 0.9}, {"label": "Tree", "score": 0.8}])
            {'monkey': 0.9, 'cage': None}
        """
        said = list(items)
        return {concept.name: score(concept, said) for concept in self}


def score(concept: Concept, items: Iterable[Mapping[str, Any]]) -> float | None:
    """The score of a photo for a concept.

    Args:
        concept: The concept.
        items: All that a scorer said about the photo: mappings with `label` and `score`.

    Returns:
        The highest score of a label that matches; None if none does: below the scorer's floor.

    Example:
        >>> ape = Concept("ape", ("ape", "gorilla"))
        >>> score(ape, [{"label": "Apes", "score": 0.7}, {"label": "Mountain gorilla", "score": 0.9}])
        0.9
    """
    return max((float(item["score"]) for item in items if matches(concept, item["label"])), default=None)


@lru_cache(maxsize=1 << 16)  # scorers have few labels, and photos are many
def matches(concept: Concept, label: str) -> bool:
    """Whether a scorer's label says that a photo shows a concept.

    Args:
        concept: The concept.
        label: The label.

    Returns:
        Whether a label of the concept stands in it, word by word, or is it.

    Example:
        >>> matches(Concept("monkey", ("monkey", "titi")), "Title")
        False
    """
    if concept.whole:
        return label in concept.labels
    return any(words.stands_in(own, label) for own in concept.labels)


def _name(name: Any) -> str:
    try:
        return _KEY.validate_python(name.strip() if isinstance(name, str) else name)
    except ValidationError:
        raise UsageError(
            f"expected the name of a concept as text without '.', NUL and leading '$', got {name!r}"
        ) from None


def _class_name(name: str) -> str:
    try:
        return _KEY.validate_python(name)
    except ValidationError:
        example = "NAME: [...] in a YAML file" if "," in name else f"NAME={name[:_SHOWN]}"
        raise UsageError(
            f"the class {_short(name)} cannot name a score, since it has a '.', NUL or leading '$': give a "
            f"concept for it, such as {example}"
        ) from None


def _class(name: str, label: str, classes: Sequence[str]) -> str:
    """The class that a label names: letter for letter, or but for case, hyphens and plural."""
    if label in classes:
        return label
    same = [each for each in classes if words.same(label, each)]
    if len(same) != 1:
        known = ", ".join(map(_short, classes[:_LISTED])) + (", ..." if len(classes) > _LISTED else "")
        commas = any("," in each for each in classes)
        hint = "; a class with a comma is named in a YAML file, in quotes" if commas else ""
        raise UsageError(
            f"expected classes of the model ({known}) as labels of the concept {name!r}, got {_short(label)}"
            f"{hint}"
        )
    return same[0]


def _short(name: str) -> str:
    return repr(name if len(name) <= _SHOWN else f"{name[:_SHOWN]}...")


def _labels(name: Any, labels: Any) -> tuple[str, ...]:
    given = [labels] if isinstance(labels, str) else labels
    if not isinstance(given, Iterable) or isinstance(given, (bytes, Mapping)):
        raise UsageError(f"expected a list of labels for the concept {name!r}, got a {type(given).__name__}")
    checked = tuple(dict.fromkeys(_label(name, label) for label in given))
    if not checked:
        raise UsageError(f"expected at least one label for the concept {name!r}")
    return checked


def _label(name: Any, label: Any) -> str:
    if not isinstance(label, str):
        raise UsageError(
            f"expected text for each label of the concept {name!r}, got {label!r}: put it in quotes"
        )
    if not label.strip():
        raise UsageError(f"expected text for each label of the concept {name!r}, got {label!r}")
    return label.strip()
