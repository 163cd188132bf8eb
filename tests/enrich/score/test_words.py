"""Rules of `exifds.enrich.score.words`."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.enrich.score.words import same, split, stands_in

letters = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
any_word = st.text(min_size=1, max_size=12).filter(lambda text: len(split(text)) == 1)

PLURALS = """
monkey monkeys, cage cages, fox foxes, bush bushes, beach beaches, lens lenses, bus buses, horse horses,
potato potatoes, shoe shoes, puppy puppies, movie movies, taxi taxis, emu emus, glass glasses, size sizes,
wolf wolves, leaf leaves, knife knives, bookshelf bookshelves, werewolf werewolves, thief thieves,
hoof hooves, scarf scarves, calf calves, olive olives, glove gloves, cave caves, wave waves, groove grooves,
roof roofs, woman women, policeman policemen, grandchild grandchildren, mouse mice, dormouse dormice,
goose geese, forefoot forefeet, tooth teeth, ox oxen, person people, cactus cacti, larva larvae, mono monos,
singe singes
"""

OTHERS = """
cat caterpillar, cat scat, titi title, net magnet, ape tape, ape grape, bus bu, cafe caves, plan planes,
plan plane, car cares, car care, princess prince, ass as, man mane, fish fishing, mesh mess, monkey monk
"""


def pairs(text: str) -> list[tuple[str, ...]]:
    return [tuple(pair.split()) for pair in text.split(",")]


@pytest.mark.parametrize(("singular", "plural"), pairs(PLURALS))
def test_singular_and_plural_are_the_same_word(singular: str, plural: str) -> None:
    """Either finds the other, also among other words."""
    assert stands_in(singular, plural)
    assert stands_in(plural, singular)
    assert stands_in(singular, f"Old world {plural}, three")


@pytest.mark.parametrize(("one", "other"), pairs(OTHERS))
def test_words_that_only_look_alike_differ(one: str, other: str) -> None:
    """A word in a longer word, or one that a careless rule would take for its plural, is another word."""
    assert not stands_in(one, other)
    assert not stands_in(other, one)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("monkey", "MONKEY"),
        ("straße", "STRASSE"),
        ("singe", "le singe"),
        ("oiseau", "l'oiseau"),
        ("oiseau", "l\u2019oiseau"),
        ("oiseau", "l\u00b4oiseau"),
        ("geoffroy spider monkey", "Geoffroy's spider monkeys"),
        ("spider monkey", "spider-monkey"),
        ("spider monkey", "Spider_Monkey"),
        ("café", "cafe\u0301"),
        ("\uff4d\uff4f\uff4e\uff4b\uff45\uff59", "monkey"),
        ("サル", "ｻﾙ"),
        ("monkey", "mon\u00adkey"),
        ("обезьяна", "Обезьяна, дерево"),
        ("बंदर", "एक बंदर"),
        ("원숭이", "원숭이 우리"),
        ("猿", "猿・檻"),
        ("ลิง", "ลิง"),
        ("inek", "İnek"),
        ("İNEK", "inek"),
        ("\u0131ş\u0131k", "IŞIK"),
        ("Iş\u0131k", "k\u0131rm\u0131z\u0131 \u0131ş\u0131k"),
        ("قرد", "قِرْد"),
        ("قِرْد", "قرد صغير"),
        ("قرد", "قـــرد"),
        ("قُرآن", "قرا\u0653ن"),
        ("קוף", "ק\u05d5\u05b9ף"),
        ("בית", "בֵּית\u05be\u05e1פר"),
        ("של\u05d5ם", "\ufb2a\u05b8ל\u05d5\u05b9ם"),
    ],
)
def test_a_word_is_found_in_any_language(phrase: str, text: str) -> None:
    """Case, Unicode form, hyphens, apostrophes and marks do not hide a word."""
    assert stands_in(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("wild boar", "Boar"),
        ("wild boar", "Boar, wild"),
        ("wild boar", "Wild black boar"),
        ("बंद", "बंदर"),
        ("犬", "犬歯"),
        ("熊", "熊猫"),
        ("ลิง", "สลิง"),
        ("cafe", "café"),
        ("ก", "กา"),
        ("หมา", "หม\u0e49า"),
        ("कल", "कला"),
        ("कम", "काम"),
        ("أسد", "اسد"),
        ("בית", "ביתספר"),
        ("monkey", ""),
        ("monkey", "🐒"),
    ],
)
def test_part_of_a_phrase_or_a_word_is_not_found(phrase: str, text: str) -> None:
    """All words of a phrase must follow each other, and a run without blanks is one word."""
    assert not stands_in(phrase, text)


@pytest.mark.parametrize("phrase", ["", " ", "🐒", "--", "'s", "\u200b"])
def test_a_phrase_without_words_is_nowhere(phrase: str) -> None:
    """It stands in no text, not even in itself."""
    assert split(phrase) == []
    assert not stands_in(phrase, "Monkey")
    assert not stands_in(phrase, phrase)


@given(
    st.lists(any_word, min_size=1, max_size=4), st.lists(any_word, max_size=3), st.lists(any_word, max_size=3)
)
def test_a_phrase_stands_in_what_holds_it(phrase: list[str], before: list[str], after: list[str]) -> None:
    """Whatever the words are and whatever stands around them."""
    assert stands_in(" ".join(phrase), " ".join([*before, *phrase, *after]))


@given(st.lists(letters, min_size=1, max_size=4), st.lists(letters, min_size=1, max_size=2))
def test_the_same_words_are_all_of_both_texts(words: list[str], more: list[str]) -> None:
    """Hyphens and case do not matter; a word more makes another text."""
    assert same(" ".join(words), "-".join(words).upper())
    assert not same(" ".join(words), " ".join([*words, *more]))
    assert not same(" ".join([*more, *words]), " ".join(words))


@given(letters, letters.filter(lambda rest: rest not in {"s", "es"}))
def test_a_word_that_goes_on_is_another(word: str, rest: str) -> None:
    """A word never matches a longer one of which it is a part, unless that is a plural."""
    longer = word + rest
    if stands_in(word, longer):
        assert longer.endswith(("s", "children", "oxen", "larvae", "algae"))
    assert not stands_in(word, f"{word}ing{rest}x")


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_are_compared(one: str, other: str) -> None:
    """No text is too odd, and either direction of one word says the same."""
    found = stands_in(one, other)
    if len(split(one)) == len(split(other)) == 1:
        assert found == stands_in(other, one)


@given(st.text(max_size=30))
def test_words_are_folded_once_and_for_all(text: str) -> None:
    """To split what was split changes nothing, and Unicode's forms of a text have the same words."""
    found = split(text)
    assert split(" ".join(found)) == found
    assert split(normalize("NFD", text)) == split(normalize("NFC", text))
