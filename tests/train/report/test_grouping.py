"""Sentences of many models: one line for each question, and nothing lost."""

from pathlib import Path

from exifds.train.report.blocks import Folded
from exifds.train.report.comparison import Claim, Comparison, Task
from exifds.train.report.grouping import grouped


def _many(hostile: Comparison) -> Task:
    """Two backbones, with a fact of a fusion that is not drawn beside what is said of it."""
    task = max(hostile.tasks, key=lambda task: len(task.pairs))
    (other,) = (
        model.name for model in task.models if model.kind == "fusion" and model.name not in task.shown
    )
    facts = (
        Claim(verdict="fact", text=f"Training {other} took 2 s."),
        Claim(verdict="warning", text=f"On the 20 test photos without EXIF {other} is worse than the image."),
    )
    return task.model_copy(update={"claims": (*task.claims, *facts)})


def test_few_sentences_are_told_one_by_one(full: Comparison) -> None:
    """As they are."""
    (task,) = full.tasks
    few = task.model_copy(update={"claims": task.claims[:20]})
    assert grouped(few) == list(few.claims)


def test_many_answers_to_a_question_are_one_line(hostile: Comparison) -> None:
    """With counts, how far the differences reach, and each sentence once beneath."""
    task = _many(hostile)
    found = grouped(task)
    folded = [one for one in found if isinstance(one, Folded)]
    flat = [claim for one in found for claim in (one.claims if isinstance(one, Folded) else [one])]
    assert sorted(claim.text for claim in flat) == sorted(claim.text for claim in task.claims)
    assert len(found) < len(task.claims) - 4
    (helps,) = (one for one in folded if "whether the image says more than EXIF" in one.text)
    gains = sorted(pair.macro_f1.difference.estimate for pair in task.pairs if pair.question == "image-exif")
    assert helps.text.endswith(" in 2 pairs of models.")
    assert f"{gains[-1]:+.3f}" in helps.text
    assert helps.counts == {"open": "2 open"}


def test_different_answers_stand_under_the_question(hostile: Comparison) -> None:
    """The line claims nothing that holds for some of them only."""
    task = _many(hostile)
    (first, second) = (pair for pair in task.pairs if pair.question == "image-exif")
    answers = tuple(
        Claim(verdict=verdict, text=f"{said}: {pair.a} against {pair.b}, by much.")
        for pair, verdict, said in ((first, "supported", "Yes"), (second, "open", "It is open"))
    )
    others = [claim for claim in task.claims if "image says more" not in claim.text]
    (told,) = (
        one
        for one in grouped(task.model_copy(update={"claims": (*others, *answers)}))
        if isinstance(one, Folded) and answers[0] in one.claims
    )
    assert told.text.startswith("Whether the image says more than EXIF, or less: macro-F1 ")
    assert list(told.counts.values()) == ["1 supported", "1 open"]


def test_warnings_of_single_models_are_not_folded(hostile: Comparison) -> None:
    """Facts of models that are not drawn come last, under one line; a warning stays."""
    task = _many(hostile)
    found = grouped(task)
    last = found[-1]
    assert isinstance(last, Folded)
    assert task.claims[-2] in last.claims
    assert {claim.verdict for claim in last.claims} == {"fact"}
    assert task.claims[-1] in found
    assert found[0] == task.claims[0]


def test_lines_are_folded_in_both_forms(hostile: Comparison, hostile_folder: Path) -> None:
    """A list in a list in Markdown, `details` in HTML."""
    report = hostile_folder.parent / "report"
    task = max(hostile.tasks, key=lambda task: len(task.pairs))
    folded = [one for one in grouped(task) if isinstance(one, Folded)]
    assert folded
    markdown = (report / "report.md").read_text("utf-8").splitlines()
    page = (report / "report.html").read_text("utf-8")
    assert page.count("<details") == len(folded)
    assert page.count("<summary>") == len(folded)
    for one in folded:
        place = next(number for number, line in enumerate(markdown) if one.text[:60] in line)
        assert markdown[place].startswith(f"- **{', '.join(one.counts.values())}:**")
        assert all(line.startswith("  - **") for line in markdown[place + 1 : place + 1 + len(one.claims)])
