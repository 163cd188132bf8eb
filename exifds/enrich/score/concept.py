"""Concept: what a photo may show, the labels that say so, and how strongly a photo shows it.

A concept has labels, in any language. The score of a photo for it is the highest score of a scorer's label
in which one of them stands, word by word: `monkey` in `Spider monkeys`, but `titi` not in `Title`. What
counts as the same word is decided in `words`: inflections other than the English plural are listed as labels
of their own, and labels in scripts without blanks between words match as a whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

from pydantic import TypeAdapter, ValidationError

from exifds.enrich.score import words
from exifds.errors import UsageError
from exifds.photo import Key

__all__ = ["Concept", "matches", "score"]

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

    @classmethod
    def of(cls, name: Any, labels: Any) -> Self:
        """A concept as somebody wrote it.

        Args:
            name: Its name.
            labels: Its labels, or the only one.

        Returns:
            The concept.

        Raises:
            UsageError: The name cannot be a key in MongoDB, or a label is no text.
        """
        return cls(_name(name), _labels(name, labels))

    @classmethod
    def of_class(cls, name: str) -> Self:
        """A class of a model that is a concept by its own name.

        Args:
            name: Of the class.

        Returns:
            The concept.

        Raises:
            UsageError: The name cannot be a key in MongoDB.
        """
        return cls(_class_name(name), (name,), whole=True)

    def among(self, classes: Sequence[str]) -> "Concept":
        """The same for a model that knows a few classes: its labels name classes, whole.

        Args:
            classes: What the model knows.

        Returns:
            The concept.

        Raises:
            UsageError: A label is no class.
        """
        return Concept(self.name, tuple(_class(self.name, label, classes) for label in self.labels), True)


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
