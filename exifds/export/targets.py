"""Targets: what is to be learned, and the label that the document of a photo gives for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from exifds.errors import UsageError
from exifds.export import target_text
from exifds.export.features import finite
from exifds.export.record import LeftOut, TargetKind
from exifds.photo import Privacy

__all__ = ["MOST_CLASSES", "Target"]

MOST_CLASSES: Final = 10_000
"""More are no classes: most likely the field holds ids or free text."""


@dataclass(frozen=True)
class Target:
    """What is to be learned. Made by `Target.parse`.

    Args:
        text: As the user wrote it.
        kind: What a label is: a class, one of two, a 0 or 1 for each class, or a number.
        path: The field it is read from.
        classes: Names by class number; None until `with_classes` gives them.
        at_least: Of a score, the smallest that is positive.
    """

    text: str
    kind: TargetKind
    path: tuple[str, ...]
    classes: tuple[str, ...] | None = None
    at_least: float | None = None

    @classmethod
    def parse(
        cls, text: str, classes: Iterable[str] | None = None, privacy: Privacy = Privacy.STANDARD
    ) -> "Target":
        """The target that a text asks for.

        | text | label |
        |---|---|
        | `concepts`, `tags` | a 0 or 1 for each class; a photo may have none |
        | `concept` | the one class among the concepts; photos with none or several are left out |
        | `scores.NAME>=X`, `score NAME>=X` | 1 from X on, 0 below; photos without this score are left out |
        | a field of numbers, as `camera.iso` | the number |
        | any other field, as `place.country` | its value as a class |
        | `number FIELD` | the number in a field of your own |

        Args:
            text: One of these.
            classes: The classes, in their order; None takes those that occur, see `with_classes`.
            privacy: Of the dataset: what is personal there cannot be learned.

        Returns:
            The target.

        Raises:
            UsageError: The text asks for nothing that can be learned, or the classes do not fit it.

        Example:
            >>> Target.parse("scores.monkey >= 0.8").classes
            ('not monkey', 'monkey')
            >>> Target.parse("place.country").label({"place": {"country": "Japan"}})
            Traceback (most recent call last):
            exifds.errors.UsageError: the classes of place.country are not known yet
        """
        text = text.strip()
        target = cls(text, *target_text.read(text, privacy))
        if classes is None:
            return target
        if target.classes is not None:
            raise UsageError(f"the target {text} has no classes to choose from; leave the classes out")
        return target.with_classes(classes)

    def values_in(self, document: Mapping[str, Any]) -> tuple[str, ...]:
        """The classes that a photo brings with it.

        Args:
            document: Shaped as in MongoDB.

        Returns:
            Their names, each once; none for numbers and scores.

        Raises:
            UsageError: The field holds fractions, which are no classes.

        Example:
            >>> Target.parse("concepts").values_in({"concepts": ["dog", "outdoor"]})
            ('dog', 'outdoor')
        """
        if self.kind in ("binary", "number"):
            return ()
        values = self._values(document)
        if any(isinstance(value, float) and not value.is_integer() for value in values):
            raise UsageError(
                f"the field {self.text} holds fractions, which are no classes; to learn the number, ask for "
                f"the target 'number {self.text}'"
            )
        return _class_names(values)

    def with_classes(self, names: Iterable[str]) -> "Target":
        """The target with its classes fixed.

        Args:
            names: Their names, in the order of their numbers; `sorted` those that occur.

        Returns:
            The target.

        Raises:
            UsageError: There is none, one is empty or named twice, or there are more than 10,000.
        """
        classes = tuple(names)
        if not classes:
            why = target_text.meant(self.path) or "there is nothing to learn"
            raise UsageError(f"no photo has a value for the target {self.text}: {why}")
        if len(classes) > MOST_CLASSES:
            raise UsageError(
                f"the target {self.text} has {len(classes):,} classes, at most {MOST_CLASSES:,} can be "
                "learned; name the ones you want"
            )
        if len(set(classes)) < len(classes) or not all(name.strip() for name in classes):
            raise UsageError("expected classes that are not empty, each named once")
        return replace(self, classes=classes)

    def label(self, document: Mapping[str, Any]) -> int | float | tuple[int, ...]:
        """The label of a photo.

        Args:
            document: Shaped as in MongoDB.

        Returns:
            The class, 0 or 1 for each class (C,), or the number.

        Raises:
            LeftOut: It has none: `no_concept`, `several_concepts`, `not_scored`, `no_value`, `other_value`.
            UsageError: The classes are not known yet.

        Example:
            >>> Target.parse("concept", ["indoor", "outdoor"]).label({"concepts": ["dog", "outdoor"]})
            1
        """
        if self.kind == "binary":
            return self._scored(document)
        if self.kind == "number":
            return _number(self._value(document))
        names = _class_names(self._values(document))
        has = {self._numbers[name] for name in names if name in self._numbers}
        if self.kind == "multi_label":
            return tuple(int(number in has) for number in self._numbers.values())
        if len(has) == 1:
            return has.pop()
        if self.path[0] in target_text.LISTS:
            raise LeftOut("several_concepts" if has else "no_concept")
        raise LeftOut("other_value" if names else "no_value")

    @cached_property
    def _numbers(self) -> dict[str, int]:
        if self.classes is None:
            raise UsageError(f"the classes of {self.text} are not known yet")
        return {name: number for number, name in enumerate(self.classes)}

    def _value(self, document: Mapping[str, Any]) -> Any:
        value: Any = document
        for part in self.path:
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def _values(self, document: Mapping[str, Any]) -> Sequence[Any]:
        value = self._value(document)
        if self.path[0] in target_text.LISTS:
            return value if isinstance(value, (list, tuple)) else ()
        return (value,)

    def _scored(self, document: Mapping[str, Any]) -> int:
        """A score that was below the floor of its scorer is stored as null."""
        scores = document.get("scores")
        if not isinstance(scores, Mapping) or self.path[1] not in scores:
            raise LeftOut("not_scored")
        score = scores[self.path[1]]
        return int(score is not None and _number(score) >= (self.at_least or 0))


def _class_names(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for value in values if (name := _class_name(value))))


def _class_name(value: Any) -> str | None:
    """A value as the name of a class; MongoDB's shell writes whole numbers as fractions too."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    return value if isinstance(value, str) and value.strip() else None


def _number(value: Any) -> float:
    number = finite(value)
    if number is None:
        raise LeftOut("no_value")
    return number
