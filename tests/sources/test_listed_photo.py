"""A row names a photo, or says why it names none, and nothing in it is dangerous later."""

import pytest

from exifds.sources.listed_photo import ListedPhoto, read_row


@pytest.mark.parametrize(
    ("row", "photo"),
    [
        ({"id": 7, "secret": "../x", "server": "1/../2"}, ListedPhoto("7")),
        ({"id": 8, "secret": 5, "server": True}, ListedPhoto("8")),
        ({"id": 9, "secret": "5E", "server": 65535}, ListedPhoto("9", None, "65535")),
    ],
)
def test_secrets_and_servers_that_could_change_an_address_are_left_out(
    row: dict[str, object], photo: ListedPhoto
) -> None:
    """They become part of a URL: what is none is as if not given."""
    assert read_row(1, row) == photo


def test_concepts_are_clean_text() -> None:
    """Half of a surrogate pair and NUL cannot be stored, and spaces mean nothing."""
    row = {"id": 7, "concepts": [" wild \n life", "a\ud800\0b", "", 5, "wild life"]}
    assert read_row(1, row) == ListedPhoto("7", concepts=("wild life", "a?b"))
