"""Analysis: numbers, tables and plots of a sample."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from exifds.sandbox.studio import Studio
from exifds.train.analyze.analysis import Analysis, analyze, write
from exifds.train.analyze.association import Association
from exifds.train.analyze.figures import FIGURES, draw
from exifds.train.analyze.markdown import markdown, told
from exifds.train.stats.bootstrap import Interval
from tests.train import staged

HOSTILE = ("<script>alert(1)</script>" * 12, "a/b|`$x^2$`\x1b[2J\n\x00猿 *[b](javascript:1)*")
FILES = {"analysis.json", "analysis.md", *(f"{name}.svg" for name in FIGURES)}


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """Of 800 photos with names of classes that mean no good."""
    return analyze(staged.sample(800, Studio(), classes=HOSTILE), dataset="x", target="concept")


def test_the_same_sample_gives_the_same_bytes(analysis: Analysis, tmp_path: Path) -> None:
    """Also over files that are there."""
    out = tmp_path / "new" / "out"
    write(analysis, out)
    files = {path.name: path.read_bytes() for path in out.iterdir()}
    assert set(files) == FILES
    again = analyze(staged.sample(800, Studio(), classes=HOSTILE), dataset="x", target="concept")
    assert again == analysis
    write(again, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == files


def test_the_json_is_the_analysis(analysis: Analysis) -> None:
    """Nothing is lost, and nothing in it is NaN."""
    text = analysis.model_dump_json()
    assert "NaN" not in text
    assert json.loads(text)["classes"] == list(HOSTILE)
    assert Analysis.model_validate_json(text) == analysis


def test_names_of_classes_are_never_markup(analysis: Analysis) -> None:
    """In Markdown they are escaped, in SVG they are text."""
    text = markdown(analysis)
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\x00" not in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") - line.count("\\|") for line in tables}) == 3  # columns of three tables
    assert not re.search(r"(?<!\\)\]\(javascript", text)
    for name in FIGURES:
        drawn = draw(analysis, name)
        figure = ET.fromstring(drawn)
        assert not list(figure.iter("{http://www.w3.org/2000/svg}script"))
        assert b"date" not in drawn.lower()
        texts = {node.text for node in figure.iter() if node.text}
        assert name not in {"coverage", "distributions"} or "<script>alert(1)</scrip…" in texts


def test_the_text_says_where_its_figures_come_from(analysis: Analysis) -> None:
    """How many photos of how many, and what was left out."""
    sampled = analysis.model_copy(
        update={"photos": 60_000, "left_out": {"no_concept": 12}, "classes": tuple(map(str, range(40)))}
    )
    text = markdown(
        sampled.model_copy(
            update={
                "by_class": (1,) * 40,
                "tags": tuple(tag.model_copy(update={"by_class": (0.5,) * 40}) for tag in sampled.tags),
            }
        )
    )
    assert "From 800 of 60,000 photos, drawn at random, of 12 owners or cameras." in text
    assert "Left out: 12 no concept." in text
    assert "Of 40 classes 12 are shown; analysis.json has all." in text
    assert "the photos come from 12 owners or cameras" in text


def test_a_category_that_is_wrong_more_often_than_right_tells_nothing(analysis: Analysis) -> None:
    """Its AUC below .5, even with an interval below it, is no finding; the text says what it means."""
    wrong = Interval(estimate=0.35, low=0.0, high=0.39)
    one = Association(tag="orientation", measure="auc", photos=500, value=wrong)
    found = analysis.model_copy(update={"associations": (one, *analysis.associations[1:])})
    assert told(one) == "nothing"
    assert "wrong more often than right" in markdown(found)
    assert "0.35" not in markdown(found)
    assert b">orientation<" not in draw(found.model_copy(update={"associations": (one,)}), "associations")


def test_three_classes_several_labels_and_next_to_nothing(tmp_path: Path) -> None:
    """All of it is written for them too."""
    sample = staged.sample(60, Studio())
    three = staged.sample(60, Studio(), labels=np.arange(60) % 3, classes=("a", "b", "c"), by_class=(20,) * 3)
    several = staged.sample(60, Studio(), labels=np.column_stack([sample.labels, sample.labels]))
    nothing = staged.sample(
        2, Studio(), present=np.zeros((2, 19), bool), values=np.zeros((2, 19)), by_class=(1, 1)
    )
    for number, one in enumerate((three, several, nothing)):
        write(analyze(one, dataset="x", target="y"), tmp_path / str(number))
        assert {path.name for path in (tmp_path / str(number)).iterdir()} == FILES
        for name in FIGURES:
            ET.parse(tmp_path / str(number) / f"{name}.svg")
    assert "mutual information" in (tmp_path / "0" / "associations.svg").read_text()
    assert "bit" in (tmp_path / "1" / "analysis.md").read_text()
