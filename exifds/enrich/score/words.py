"""Words: whether one text stands in another, word by word. No I/O.

Words are equal but for case, Unicode form (NFKC) and English plural: `wild boar` stands in `Wild boars
hunting`, but not in `Boar`, and `titi` not in `Title`. The dotted and the dotless i of Turkish are one
letter, since capitals do not tell which is meant; vowel points of Arabic and Hebrew do not count, since most
texts have none. Hyphens part words like blanks. In scripts without blanks between words (Chinese, Japanese,
Thai) all that stands between blanks and punctuation is one word.
"""

import re
from collections.abc import Iterator
from unicodedata import category, normalize

__all__ = ["same", "split", "stands_in"]

_IRREGULAR = (
    ("men", "man"),
    ("children", "child"),
    ("mice", "mouse"),
    ("lice", "louse"),
    ("geese", "goose"),
    ("feet", "foot"),
    ("teeth", "tooth"),
    ("oxen", "ox"),
    ("people", "person"),
    ("cacti", "cactus"),
    ("fungi", "fungus"),
    ("larvae", "larva"),
    ("algae", "alga"),
    ("alves", "alf"),
    ("elves", "elf"),
    ("olves", "olf"),
    ("eaves", "eaf"),
    ("oaves", "oaf"),
    ("ooves", "oof"),
    ("ieves", "ief"),
    ("arves", "arf"),
    ("knives", "knife"),
    ("lives", "life"),
    ("wives", "wife"),
)
"""How plurals end, and their singulars: endings, so that `policemen` and `bookshelves` are known too.

Those in -ves are listed because most come from -ve: `caves` are no `cafe`.
"""

_SHORTEST = 3
"""Letters of a singular at least that a rule makes: `bus` is not the plural of `bu`."""

_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670]")
"""Of Hebrew, but for its hyphen and full stop, and of Arabic, with the stroke that makes words longer."""

_DOTTED = re.compile("i\u0307+")
"""What folding makes of the capital dotted i."""

_POSSESSIVE = re.compile(r"['\u2019]s\b")
"""As in `Geoffroy's spider monkey`."""


def stands_in(phrase: str, text: str) -> bool:
    """Whether the words of a phrase stand in a text, one after the other.

    Args:
        phrase: What is looked for.
        text: Where.

    Returns:
        Whether it is there; a phrase without words never is.

    Example:
        >>> stands_in("cat", "Wild cats"), stands_in("cat", "Caterpillar")
        (True, False)
    """
    wanted, there = ([_forms(word) for word in split(side)] for side in (phrase, text))
    starts = range(len(there) - len(wanted) + 1 if wanted else 0)
    return any(_same(wanted, there[start : start + len(wanted)]) for start in starts)


def same(one: str, other: str) -> bool:
    """Whether two texts have the same words, in the same order.

    Args:
        one: A text.
        other: Another.

    Returns:
        Whether they have; texts without words never do.

    Example:
        >>> same("Wild boars", "wild-boar"), same("boar", "wild boar")
        (True, False)
    """
    return len(split(one)) == len(split(other)) and stands_in(one, other)


def _same(ones: list[frozenset[str]], others: list[frozenset[str]]) -> bool:
    return not any(one.isdisjoint(other) for one, other in zip(ones, others, strict=True))


def split(text: str) -> list[str]:
    """The words of a text: runs of letters, their marks, and digits.

    Args:
        text: Any text.

    Returns:
        The words, folded. What shows nothing, such as a soft hyphen, is left out.

    Example:
        >>> split("Geoffroy's spider-monkey")
        ['geoffroy', 'spider', 'monkey']
    """
    shown = "".join(char for char in text if category(char) != "Cf")
    folded = _POINTS.sub("", normalize("NFKC", shown).casefold())
    folded = normalize("NFKC", _DOTTED.sub("i", folded.replace("\N{LATIN SMALL LETTER DOTLESS I}", "i")))
    return "".join(_parted(_POSSESSIVE.sub(" ", folded))).split()


def _parted(text: str) -> Iterator[str]:
    """The text with a blank for all that is no part of a word; a mark is one only behind a letter."""
    last = " "
    for char in text:
        kind = category(char)[0]
        last = char if kind in "LN" or (kind == "M" and last != " ") else " "
        yield last


def _forms(word: str) -> frozenset[str]:
    """The word, and what it may be the plural of. A guess that is no word does no harm."""
    singulars = {word.removesuffix(plural) + one for plural, one in _IRREGULAR if word.endswith(plural)}
    guesses = set()
    if word.endswith("s") and not word.endswith("ss"):
        guesses.add(word[:-1])
    if word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
        guesses.add(word[:-2])
    if word.endswith("ies"):
        guesses.add(word[:-3] + "y")
    return frozenset({word, *singulars, *(guess for guess in guesses if len(guess) >= _SHORTEST)})
