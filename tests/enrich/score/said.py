"""What a scorer said about a photo."""

from typing import Any


def said(**scores: float) -> list[dict[str, Any]]:
    """Labels and their scores, as in `Photo.labels`; underscores in names stand for blanks."""
    return [{"label": label.replace("_", " "), "score": score} for label, score in scores.items()]
