"""Concepts: what photos are scored for, from the command line, a file or a mapping."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exifds.enrich.score import words
from exifds.enrich.score.concept import Concept, score
from exifds.errors import UsageError

__all__ = ["Concepts"]


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
            concepts |= cls((Concept.of(name, some),))
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
            data = Path(path).read_bytes()
            content = yaml.safe_load(data)
            twice = _again(yaml.compose(data, yaml.SafeLoader)) if isinstance(content, dict) else None
        except OSError as error:
            raise UsageError(f"cannot read the concepts in {path}: {error.strerror}") from None
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise UsageError(f"{expected}; line {line} is no YAML") from None
        except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
            raise UsageError(f"{expected}; it is no YAML") from None  # PyYAML's own, too: of `!!int ""`
        if not isinstance(content, dict):
            raise UsageError(f"{expected}, got a {type(content).__name__}")
        if twice is not None:
            raise UsageError(
                f"expected each concept once in {path}, got {twice.value!r} again in line "
                f"{twice.start_mark.line + 1}: put all its labels into one list"
            )
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
            return Concepts(tuple(Concept.of_class(name) for name in default))
        return Concepts(tuple(each.among(classes) for each in self))

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


def _again(tree: Any) -> Any:
    """The first key of a YAML mapping that was there before: YAML would forget what stood under it."""
    seen = set()
    for key, _ in tree.value:
        if key.value in seen:
            return key
        seen.add(key.value)
    return None
