"""The commands of `exifds scrape`: what is wrong is told in one line."""

import pytest

from tests.cli.scrape.running import USAGE, Run


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("search", "--into", "x"), "a search needs something to look for"),
        (("search", "a", "--into", "9"), "expected a dataset name"),
        (("search", "a", "--into", "x", "--bbox", "1 2 3"), "bbox: expected"),
        (("search", "a", "--into", "x", "--since", "soon"), "since: expected a date"),
        (("search", "a", "--into", "x", "--license", "by"), "license: expected Flickr's licence ids"),
        (("search", "a", "--into", "x", "--sort", "new"), "sort: expected"),
        (("search", "a", "--into", "x", "--user", "jane"), "user_id: expected one id"),
        (("search", "a", "--into", "x", "--per-page", "501"), "per_page: expected at most 500"),
        (("search", "a", "--into", "x", "--size", "xl"), "expected a size of s, t"),
        (("search", "a", "--into", "x", "--exif", "some"), "expected EXIF from file, api, both, none"),
        (("search", "a", "--into", "x", "--require-exif", "Iso,Foo"), "name of an EXIF tag"),
        (("search", "a", "--into", "x", "--exif", "file", "--no-download"), "needs the image files"),
        (("search", "a", "--into", "x", "--metadata-only", "--exif", "api"), "--no-download"),
        (("search", "a", "--into", "x", "--metadata-only", "--comments"), "--no-download"),
        (("search", "a", "b", "c", "--into", "x", "--language", "en", "--language", "de"), "one --language"),
        (("search", "a", "--into", "x", "--privacy", "open"), "--accept-open"),
        (("group", "a b", "--into", "x"), "group: expected its id"),
        (("list", "nowhere.csv", "--into", "x"), "no file nowhere.csv"),
        (("status", "nothing"), "there is no dataset nothing"),
    ],
)
@pytest.mark.usefixtures("flickr")
def test_a_wrong_argument_gives_one_line(run: Run, arguments: tuple[str, ...], told: str) -> None:
    """It says what was expected; nothing was made."""
    result = run(*arguments, code=USAGE)
    assert result.stderr.startswith("exifds: ")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
