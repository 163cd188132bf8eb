"""Print how much test code there is for the code: `python tests/ratio.py`."""

from pathlib import Path


def lines(folder: str) -> int:
    """Lines of Python that are neither blank nor comment."""
    root = Path(__file__).resolve().parents[1] / folder
    return sum(
        1
        for path in root.rglob("*.py")
        for line in path.read_text().splitlines()
        if line.strip() and not line.strip().startswith("#")
    )


if __name__ == "__main__":
    code, tests = lines("exifds"), lines("tests")
    print(f"tests:code = {tests}:{code} = {tests / code:.2f}")  # noqa: T201
