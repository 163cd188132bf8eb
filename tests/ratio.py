"""Print how much test code there is for the code, docstrings and comments apart: `python tests/ratio.py`."""

import ast
from pathlib import Path


def code_lines(source: str) -> int:
    """Lines of Python that are neither blank, nor comment, nor part of a docstring."""
    documented = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            documented |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return sum(
        1
        for number, line in enumerate(source.splitlines(), 1)
        if line.strip() and not line.strip().startswith("#") and number not in documented
    )


def lines(folder: str) -> int:
    """Lines of code in a folder of the repository."""
    root = Path(__file__).resolve().parents[1] / folder
    return sum(code_lines(path.read_text()) for path in root.rglob("*.py"))


if __name__ == "__main__":
    code, tests = lines("exifds"), lines("tests")
    print(f"tests:code = {tests}:{code} = {tests / code:.2f} lines without docstrings and comments")  # noqa: T201
