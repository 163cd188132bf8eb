"""Texts: title, description, tags and comments of a photo. Pure: draws in, words out."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from exifds.sandbox.flickr.vocabulary import ANIMALS, HOSTILE, LABELS, LANGUAGES, NAMES, PHRASES, WILD

__all__ = ["DRAWS", "Texts", "compose", "squash", "words"]

DRAWS: Final = 6
"""Uniform draws that one photo's texts need."""
_HOSTILE_SHARE: Final = 0.1
_WORDS: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Texts:
    """What a member wrote about a photo."""

    title: str
    description: str
    """With HTML, as Flickr allows some."""
    tags: tuple[str, ...]
    """As written, without machine tags."""
    machine_tags: tuple[str, ...]


def compose(*, language: int, animal: int, outdoor: bool, draws: Sequence[float]) -> Texts:
    """Write the texts of one photo.

    Args:
        language: Number of the member's language in `LANGUAGES`.
        animal: Number of the animal in `ANIMALS`.
        outdoor: The class.
        draws: `DRAWS` uniform draws.

    Returns:
        Texts. One in ten titles, descriptions and further tags is hostile.

    Example:
        >>> compose(language=1, animal=0, outdoor=True, draws=[0.5] * 6).tags
        ('wild', 'outdoor', 'Affe', 'Affe aus')
    """
    speech = LANGUAGES[language]
    name = NAMES[speech][animal]
    phrase = PHRASES[speech][int(draws[0] * 2) % 2].format(name)
    extra = " ".join(phrase.split()[:2])
    return Texts(
        title=_or_hostile(draws[1], phrase),
        description=_or_hostile(
            draws[2], f"{phrase}. <i>{name}</i> &amp; <a href='https://x.test/'>more</a>"
        ),
        tags=(WILD, LABELS[outdoor], name, _or_hostile(draws[3], extra)),
        machine_tags=(f"exifds:animal={ANIMALS[animal]}", f"exifds:batch={int(draws[4] * 20)}")
        if draws[5] < 1 / 2
        else (),
    )


def _or_hostile(draw: float, text: str) -> str:
    """The text, or for one draw in ten a hostile one."""
    return HOSTILE[int(draw / _HOSTILE_SHARE * len(HOSTILE))] if draw < _HOSTILE_SHARE else text


@lru_cache(maxsize=10_000)
def squash(tag: str) -> str:
    """A tag as Flickr normalises it: lower case, without spaces and punctuation.

    Args:
        tag: As it was written.

    Returns:
        The clean tag; machine tags keep their form.

    Example:
        >>> squash("Ein Affe!"), squash("exifds:Batch=7")
        ('einaffe', 'exifds:batch=7')
    """
    if ":" in tag and "=" in tag:
        return tag.lower()
    return "".join(char for char in tag.lower() if char.isalnum() or unicodedata.category(char)[0] == "M")


def words(text: str) -> list[str]:
    """The words of a text, as the search knows them.

    Args:
        text: Any text.

    Returns:
        Runs of letters and digits, case folded.

    Example:
        >>> words("Ein AFFE, schön!")
        ['ein', 'affe', 'schön']
    """
    return _WORDS.findall(text.casefold())
