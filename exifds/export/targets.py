"""Targets: what is to be learned, and the label that the document of a photo gives for it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from exifds.errors import UsageError
from exifds.export.features import FEATURES, finite
from exifds.export.record import LeftOut, TargetKind
from exifds.export.tables import COLUMNS
from exifds.photo import Privacy, personal_fields

__all__ = ["MOST_CLASSES", "Target"]

MOST_CLASSES: Final = 10_000
"""More are no classes: most likely the field holds ids or free text."""

_SCORE: Final = re.compile(r"(?:scores\.|score\s+)([^.$>][^.>]*?)\s*>=\s*(\S+)")
_FIELD: Final = re.compile(r"(number\s+)?([A-Za-z][^\s.$]*(?:\.[^.$\0]+)*)")
_LISTS: Final = frozenset({"concepts", "tags", "machine_tags"})
_NUMBERS: Final = frozenset(
    {f"camera.{feature.name}" for feature in FEATURES if feature.kind == "numeric"}
    | {"views", "image.width", "image.height", "image.bytes", "place.distance_km"}
)
_NO_LABEL: Final = frozenset(
    "source_id schema taken_at uploaded_at created_at updated_at found_by exif_sources location "
    "sizes labels image.path image.sha256 image.original_sha256 image.url license.checked_at".split()
)
"""Ids, dates, places of files, and what has parts."""
_MAPS: Final = frozenset({"scores", "camera_source"})
_PARTS: Final = frozenset({"camera", "image", "license", "place"})


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
        target = _score(text) if ">=" in text else _field(text, privacy)
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
            raise UsageError(f"no photo has a value for the target {self.text}: there is nothing to learn")
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
        if self.path[0] in _LISTS:
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
        if self.path[0] in _LISTS:
            return value if isinstance(value, (list, tuple)) else ()
        return (value,)

    def _scored(self, document: Mapping[str, Any]) -> int:
        """A score that was below the floor of its scorer is stored as null."""
        scores = document.get("scores")
        if not isinstance(scores, Mapping) or self.path[1] not in scores:
            raise LeftOut("not_scored")
        score = scores[self.path[1]]
        return int(score is not None and _number(score) >= (self.at_least or 0))


def _score(text: str) -> Target:
    """A score and the smallest value that is positive."""
    found = _SCORE.fullmatch(text)
    try:
        at_least = float(found[2]) if found else 0.0
    except ValueError:
        at_least = 0.0
    if not found or not 0 < at_least <= 1:
        raise UsageError(
            f"expected a target like scores.monkey>=0.8, with a threshold above 0 and at most 1, got {text!r}"
        )
    return Target(text, "binary", ("scores", found[1]), (f"not {found[1]}", found[1]), at_least)


def _field(text: str, privacy: Privacy) -> Target:
    """A field and what it holds; one of the user's own holds classes unless it is called a number."""
    if text == "concept":
        return Target(text, "multi_class", ("concepts",))
    found = _FIELD.fullmatch(text)
    if not found:
        raise UsageError(
            "expected a target like concepts, concept, scores.monkey>=0.8, camera.iso or place.country, "
            f"got {text!r}"
        )
    name, path = found[2], tuple(found[2].split("."))
    if path[0] in {*personal_fields(), *personal_fields(privacy), "owner_bx"}:
        raise UsageError(f"the field {path[0]} is personal: it does not leave the dataset as a target")
    if path[0] in _PARTS and name not in COLUMNS:
        parts = ", ".join(column for column in COLUMNS if column.startswith(f"{path[0]}."))
        raise UsageError(f"there is no field {name} to learn; there are {parts}")
    if not {name, path[0]}.isdisjoint(_NO_LABEL) or name in _MAPS or (path[0] in _LISTS and len(path) > 1):
        raise UsageError(f"the field {name} holds neither classes nor numbers that can be learned")
    if found[1] or name in _NUMBERS or path[0] == "scores":
        return Target(text, "number", path, ())
    return Target(text, "multi_label" if name in _LISTS else "multi_class", path)


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
