"""Grouping: the sentences of a task by what they answer, so that many models make few lines. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from exifds.train.report.blocks import Folded
from exifds.train.report.comparison import Claim, Pair, Task
from exifds.train.report.pairs import differences
from exifds.train.report.questions import SAID
from exifds.train.report.wording import change

__all__ = ["grouped"]

_FEW: Final = 20
"""Sentences that are told one by one."""


def grouped(task: Task) -> list[Claim | Folded]:
    """The sentences of a task; where they are many, those that answer one question are one line.

    Args:
        task: With its claims.

    Returns:
        In the order of the claims, those of one question where the first of them stood; facts of models
        that are not drawn come last.
    """
    if len(task.claims) <= _FEW:
        return list(task.claims)
    found: list[Claim | Folded] = []
    others = []
    answers: dict[str, list[tuple[Claim, Pair]]] = defaultdict(list)
    for claim in task.claims:
        if pair := _pair(claim, task):
            answers[pair.question].append((claim, pair))
    for claim in task.claims:
        if pair := _pair(claim, task):
            if together := answers.pop(pair.question, None):
                found.append(_folded(together))
        elif _of_others(claim, task):
            others.append(claim)
        else:
            found.append(claim)
    if others:
        found.append(Folded("Models that are not drawn: their times, and photos without EXIF.", others))
    return found


def _pair(claim: Claim, task: Task) -> Pair | None:
    """The pair that a sentence is about; None for a fact."""
    return next((pair for pair in task.pairs if _names(pair) in claim.text), None)


def _names(pair: Pair) -> str:
    return f": {pair.a} against {pair.b}, "


def _of_others(claim: Claim, task: Task) -> bool:
    """Whether it is a fact of a fusion that is not drawn."""
    named = {model.name for model in task.models if model.kind == "fusion" and model.name in claim.text}
    return claim.verdict == "fact" and bool(named) and not named.intersection(task.shown)


def _folded(together: Sequence[tuple[Claim, Pair]]) -> Claim | Folded:
    """What the answers to a question have in common, or else the question, and how far differences reach."""
    if len(together) == 1:
        return together[0][0]
    question = together[0][1].question
    said = {claim.text.partition(_names(pair))[0] for claim, pair in together}
    asked = SAID[question][2]
    opening = said.pop() if len(said) == 1 else asked[:1].upper() + asked[1:]
    score = "accuracy" if question.endswith("-majority") else "macro-F1"
    gains = sorted(differences(pair)[0].estimate for _, pair in together)
    reach = " to ".join(dict.fromkeys([change(gains[0]), change(gains[-1])]))
    return Folded(
        f"{opening}: {score} {reach} in {len(gains)} pairs of models.", [claim for claim, _ in together]
    )
