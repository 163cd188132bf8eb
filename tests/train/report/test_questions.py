"""Questions: each is of kinds of models that there are."""

from exifds.train.config import INPUTS
from exifds.train.report.questions import ALARMING, CONTROLS, QUESTIONS


def test_questions_are_of_kinds_that_there_are() -> None:
    """But for two, which are of models of one kind; what alarms is one of them."""
    kinds = {question: question.split("-") for question in QUESTIONS}
    assert kinds.pop("recipe") == ["recipe"]
    assert kinds.pop("backbone") == ["backbone"]
    there = {*INPUTS, "late", "recalibrated", "majority"}
    assert all(len(pair) == 2 and set(pair) <= there for pair in kinds.values())
    assert set(QUESTIONS) >= ALARMING | set(CONTROLS)
