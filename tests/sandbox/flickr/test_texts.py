import pytest

from exifds.sandbox.flickr.texts import compose, squash, words
from exifds.sandbox.flickr.vocabulary import HOSTILE, LANGUAGES, NAMES


@pytest.mark.parametrize("language", range(len(LANGUAGES)))
def test_every_photo_carries_its_words(language: int) -> None:
    for animal in range(3):
        texts = compose(language=language, animal=animal, outdoor=False, draws=[0.9] * 6)
        assert texts.tags[:3] == ("wild", "indoor", NAMES[LANGUAGES[language]][animal])
        assert NAMES[LANGUAGES[language]][animal] in texts.title


def test_one_in_ten_is_hostile() -> None:
    titles = [
        compose(language=0, animal=0, outdoor=True, draws=[0, draw / 1000, 0.5, 0.5, 0.5, 0.5]).title
        for draw in range(1000)
    ]
    assert set(HOSTILE) <= set(titles)
    assert sum(title in HOSTILE for title in titles) == 100


@pytest.mark.parametrize(
    ("tag", "clean"),
    [
        ("Wild Life", "wildlife"),
        ("$where", "where"),
        ("बंदर!", "बंदर"),
        ("サル 山", "サル山"),
        ("A:B=C d", "a:b=c d"),
    ],
)
def test_tags_are_squashed_like_flickrs(tag: str, clean: str) -> None:
    assert squash(tag) == clean


def test_words_are_the_same_in_queries_and_texts() -> None:
    assert words("ЁЛКА, STRASSE straße") == ["ёлка", "strasse", "strasse"]
