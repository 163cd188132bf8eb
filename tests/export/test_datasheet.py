"""Datasheet: complete, right in its numbers, and deaf to markup in the data."""

from datetime import UTC, datetime
from typing import Any

import pytest

from exifds.export.datasheet import datasheet
from exifds.export.manifest import Manifest, Split, Tallies
from exifds.export.record import Statistics
from tests.export.samples import schema


def manifest(**changes: Any) -> Manifest:
    """An export of 1,000 photos of two classes."""
    shares = {"train": 0.7, "val": 0.2, "test": 0.1}
    known: dict[str, Any] = {
        "exifds": "0.4",
        "created_at": datetime(2026, 1, 2, tzinfo=UTC),
        "options": {"splitting": {"group": "owner"}, "selection": {"where": {"views": {"$gt": 1}}}},
        "data": schema("multi_class", ("cage", "monkey")),
        "seed": 5,
        "splits": {
            name: Split(
                photos=int(1000 * share),
                groups=12,
                share=share,
                asked=share,
                classes={"cage": int(100 * share), "monkey": int(900 * share)},
            )
            for name, share in shares.items()
        },
        "statistics": (Statistics(name="iso", count=350, median=400.0), Statistics(name="flash", count=0)),
        "left_out": {"duplicate": 3, "something_new": 1},
    }
    return Manifest(**known | changes)


TALLIES = Tallies(
    sources={"flickr": 1000},
    licenses={"CC BY 2.0": 900, "none known": 100},
    years={"2019": 400, "2018": 600},
    countries={"Philippines": 1000},
    queries={"search: monkey wild": 1000},
)


def test_the_sections_are_those_of_the_paper() -> None:
    """Motivation to maintenance, in the order of Gebru et al."""
    headings = [
        line[3:] for line in datasheet(manifest(tallies=TALLIES)).splitlines() if line.startswith("## ")
    ]
    assert headings == [
        *("Motivation", "Composition", "Collection", "Preprocessing", "Uses", "Distribution", "Maintenance"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "1,000 photos, each with a jpeg image of 16 x 16 pixels, 2 camera values and the label a target",
        "(one of several classes).",
        "| train | 700 | 70.0% | 70.0% | 12 |",
        "| monkey | 630 | 180 | 90 | 900 |",
        "| CC BY 2.0 | 900 |",
        "| 2018 | 600 |\n| 2019 | 400 |",
        "| Philippines | 1,000 |",
        "| search: monkey wild | 1,000 |",
        "| iso | 350 | 50.0% | 400 ISO |",
        "| flash | 0 | 0.0% | - |",
        '    "views": {\n',
        "| is a copy of an earlier photo | 3 |",
        "| something\\_new | 1 |",
        "All photos of a known owner stand in one split (seed 5).",
        "Copies, near-duplicates and bursts do not cross splits",
        "Owners, and the EXIF tags that are not listed above, are not part of this export.",
        "fitted to 16 x 16 pixels, saved again as JPEG without metadata",
        "exifds export cats NEW --like OLD",
    ],
)
def test_it_tells_what_is_in_the_data(line: str) -> None:
    """Counts, dates, queries, licences, geography, gaps, and how to make it again."""
    assert line in datasheet(manifest(tallies=TALLIES))


def test_it_tells_of_leaks_and_personal_fields() -> None:
    """Who allows leaks or decrypts says so to whoever uses the data."""
    options = {"decrypt": True, "splitting": {"group": "camera"}}
    told = datasheet(manifest(options=options, leaks={"burst": 4}, owners_crossing=1200, tallies=TALLIES))
    assert "| burst | 4 |" in told
    assert "do not cross splits" not in told
    assert "1,200 owners have photos in several splits." in told
    assert "All photos of a known camera stand in one split" in told
    assert "Personal fields (owner, owner name, path alias, all EXIF tags) are part of this export." in told


def test_nothing_known_is_said_so() -> None:
    """An export without target, tallies, seed and asked shares has a datasheet, too."""
    splits = {"train": Split(photos=1, groups=1, share=1), "val": Split(photos=0, groups=0, share=0)}
    bare = manifest(
        data=schema(encoding=None, height=None, width=None),
        splits=splits,
        seed=None,
        statistics=(),
        left_out={},
        options={},
        tallies=Tallies(years={"": 1}),
    )
    told = datasheet(bare)
    assert "1 photos, each with no image, 2 camera values and no label." in told
    assert "| train | 1 | 100.0% | - | 1 |" in told
    assert "| unknown | 1 |" in told
    assert told.count("| none recorded | - |") == 5
    assert "Each photo was assigned by itself, or with what its owner or camera took within the hour." in told


def test_long_tables_are_summed_up() -> None:
    """60 countries or classes are 50 lines and one for the rest, the largest first."""
    names = tuple(f"c{number:02}" for number in range(60))
    counts = {name: number + 1 for number, name in enumerate(names)}
    splits = {"train": Split(photos=1830, groups=1, share=1, classes=counts)}
    told = datasheet(
        manifest(data=schema("multi_class", names), splits=splits, tallies=Tallies(countries=counts))
    )
    assert told.index("| c59 | 60 | 60 |") < told.index("| c58 | 59 | 59 |")
    assert "| 10 more | 55 | 55 |" in told
    assert "| 10 more | 55 |\n" in told
    assert "| c09 |" not in told


def test_text_from_the_data_is_no_markup() -> None:
    """No cell, link, picture, HTML, code or formula can be added from a query, country or class."""
    text = "a|b\n# c <script>x</script> `d` [e](f) ![g](h) **i** _j_ $k$ ~~l~~ \\| &lt;"
    classes = {text: 1}
    splits = {"train": Split(photos=1, groups=1, share=1, classes=classes)}
    where = {"selection": {"where": {"title": "```\n# out"}}}
    hostile = Tallies(queries=classes, countries=classes, licenses=classes, sources=classes)
    data = schema("multi_class", (text,))
    told = datasheet(manifest(data=data, splits=splits, options=where, tallies=hostile))
    safe = (
        "a&#124;b # c &#60;script&#62;x&#60;/script&#62; \\`d\\` \\[e\\](f) !\\[g\\](h) \\*\\*i\\*\\* "
        "\\_j\\_ \\$k\\$ \\~\\~l\\~\\~ \\\\&#124; &#38;lt;"
    )
    assert told.count(safe) == 5
    assert "<script>" not in told
    assert sum(line.startswith("# ") for line in told.splitlines()) == 1
    assert sum(line.startswith("```") for line in told.splitlines()) == 4


def test_the_same_export_has_the_same_datasheet() -> None:
    """The order of counts in a manifest does not matter."""
    countries = {"Kenya": 2, "Japan": 2, "Peru": 5}
    turned = dict(reversed(countries.items()))
    told, again = (datasheet(manifest(tallies=Tallies(countries=counts))) for counts in (countries, turned))
    assert told == again
