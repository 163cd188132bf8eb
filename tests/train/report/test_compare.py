"""The whole way, from a folder of runs to files."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from exifds.errors import UsageError
from exifds.export.manifest import MANIFEST
from exifds.train.report.compare import compare
from exifds.train.report.comparison import Comparison, Truth
from exifds.train.report.model import Best
from tests.train.report.conftest import TRUTH
from tests.train.report.folders import HOSTILE, Export, write
from tests.train.report.test_methods import MANIFEST as WHOLE


class _Page(HTMLParser):
    """Collects tags, their attributes and all text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def page(hostile: Comparison, hostile_folder: Path) -> _Page:
    return _Page((hostile_folder.parent / "report" / "report.html").read_text("utf-8"))


def test_the_page_is_one_file_without_scripts(page: _Page) -> None:
    """It asks for nothing from anywhere, and its policy would not let it."""
    assert not {"script", "link", "iframe", "object", "img", "base", "form"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "xlink:href", "src"):
            assert (attributes.get(name) or "#").startswith("#")
        assert not re.search(r"url\((?!#)", attributes.get("style") or "")
    (policy,) = (found["content"] for _, found in page.tags if "http-equiv" in found)
    assert policy
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_what_is_wider_than_a_phone_shows_that_it_scrolls(page: _Page) -> None:
    """Tables and figures alike."""
    wide = [found for _, found in page.tags if found.get("class") == "wide"]
    assert {found["role"] for found in wide} == {"region", "img"}
    assert all(found.get("class") == "wide" for _, found in page.tags if found.get("role") == "img")


def test_every_id_is_there_once(page: _Page) -> None:
    """Figures stand beside each other in one page."""
    ids = [found["id"] for _, found in page.tags if "id" in found]
    assert len(set(ids)) == len(ids)


def test_hostile_names_are_shown_as_they_are(page: _Page) -> None:
    """As text, in tables and figures."""
    text = " ".join(page.text)
    assert HOSTILE[0] in text
    assert HOSTILE[1] in text
    assert "\u202e" not in text


def test_crossing_owners_are_told_loudly(page: _Page) -> None:
    """Above all else, for the task that was divided at random."""
    (loud,) = (text for text in page.text if "OWNERS CROSS THE SPLITS" in text)
    assert "lederer2023" in loud
    assert any(found.get("class") == "alarm" for _, found in page.tags)


def test_sentences_come_before_tables(folder: Path, full: Comparison) -> None:
    """First what the numbers say, then the models, then how it was done."""
    for name in ("report.html", "report.md"):
        text = (folder / name).read_text("utf-8")
        places = [
            text.index(heading)
            for heading in (
                "EXIF helps beside the image",
                "Brier",
                "Paired differences",
                "Calibration",
                "Limits",
            )
        ]
        assert places == sorted(places)


def test_markdown_adds_no_markup(hostile: Comparison, hostile_folder: Path) -> None:
    """Each row of a table has as many cells as its header, whatever classes are called."""
    text = (hostile_folder.parent / "report" / "report.md").read_text("utf-8")
    assert "<script" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    widths = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    blocks = text.split("\n\n")
    for block in blocks:
        lines = [line for line in block.splitlines() if line.startswith("| ")]
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) <= 1
    assert max(widths) > 10
    figures = hostile_folder.parent / "report"
    links = re.findall(r"\]\((figures/[^)]+)\)", text)
    assert links
    assert all((figures / link).is_file() for link in links)


def test_the_numbers_are_json(full: Comparison, folder: Path) -> None:
    """All of them but curves to draw, as they were returned."""
    text = (folder / "report.json").read_text("utf-8")
    assert "NaN" not in text
    assert json.loads(text) == full.model_dump(mode="json")
    read = Comparison.model_validate_json(text)
    assert read.tasks[0].pairs == full.tasks[0].pairs


def test_truth_stands_beside_the_models(full: Comparison, folder: Path) -> None:
    """What the best observer reaches, the share of the gain, and the alarm."""
    (task,) = full.tasks
    fusion = task.model("fusion").truth
    assert fusion
    assert fusion.best == TRUTH.fusion
    (pair,) = (pair for pair in task.pairs if pair.question == "fusion-image")
    assert fusion.gain_reached
    assert fusion.gain_reached.estimate == pytest.approx(pair.accuracy.difference.estimate / 0.1)
    assert task.model("same-head image").truth
    assert task.model("mask only").truth is None
    assert "Beside the best possible observer" in (folder / "report.html").read_text("utf-8")


def test_several_labels_are_reported(tmp_path: Path) -> None:
    """With the threshold of the thesis beside the tuned ones."""
    write(tmp_path, Export(kind="multi_label", classes=("cat", "dog", "tree"), test=90), ("image",))
    (task,) = compare(tmp_path, progress=False).tasks
    text = (tmp_path / "report.md").read_text("utf-8")
    assert "Macro-F1 at 0.5" in text
    assert "Rightly absent" in text
    assert not (tmp_path / "figures" / "confusion.svg").exists()
    assert task.several


def test_an_export_tells_more_and_importance_is_measured(runs: Path, exported: Path, tmp_path: Path) -> None:
    """Of real runs: shares of tags and owners of each split, and what the models rely on."""
    (task,) = compare(runs, tmp_path, export=exported, importance=True, progress=False).tasks
    assert [found.inputs for found in task.importance] == ["fusion", "exif"]
    assert task.tags.shares["iso"] > 0.5
    assert "train " in task.methods["Photos"]
    assert task.leak
    assert task.again[-1] == "exifds report RUNS --export EXPORT --out REPORT --importance"
    assert any(claim.text.startswith("A quick model of EXIF is right for") for claim in task.claims)
    assert (tmp_path / "figures" / "importance.svg").is_file()
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "Importance of tags" in text
    assert "exposure_time" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"price_kwh": -1.0}, "price_kwh: expected a price of 0 or more"),
        ({"price_hour": float("nan")}, "price_hour: expected"),
        ({"target_score": 1.5}, "target_score: expected a score from 0 to 1"),
        ({"truth": "nowhere.json"}, "expected a JSON file like"),
        ({"importance": True}, "importance needs the exports"),
        ({"export": "nowhere"}, "there is no folder"),
    ],
)
def test_unusable_arguments_fail_at_once(tmp_path: Path, arguments: dict[str, Any], message: str) -> None:
    """Before any run is read."""
    with pytest.raises(UsageError, match=message):
        compare(tmp_path, **arguments)


def test_an_export_of_other_runs_is_refused(tmp_path: Path) -> None:
    """Its tags would be those of other photos."""
    export = tmp_path / "export"
    export.mkdir()
    (export / MANIFEST).write_text(WHOLE.model_dump_json())
    write(tmp_path / "runs", Export(test=60), ("exif",))
    with pytest.raises(UsageError, match="no run was trained on"):
        compare(tmp_path / "runs", export=[export], progress=False)


def test_truth_is_of_one_task(tmp_path: Path) -> None:
    """The best possible figures of one export mean nothing for another."""
    write(tmp_path, Export(test=60), ("exif",))
    write(tmp_path, Export(seed=5, name="dogs", test=60), ("exif",))
    with pytest.raises(UsageError, match=r"of 2 \(concept of cats, concept of dogs\)"):
        compare(tmp_path, truth=TRUTH, progress=False)


def test_truth_is_a_file_too(tmp_path: Path) -> None:
    """As the sandbox writes it; anything else is refused."""
    path = tmp_path / "truth.json"
    path.write_text(TRUTH.model_dump_json())
    assert Truth.read(path) == TRUTH
    assert Truth(image=Best(accuracy=0.8, log_loss=0.4)).of("late") is None
    for text in ("[]", '{"images": {}}', "{"):
        path.write_text(text)
        with pytest.raises(UsageError, match="with exif, image and fusion"):
            Truth.read(path)
