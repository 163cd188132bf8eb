"""The benchmarks run. Whether they are fast is not asked here: a timed test fails on a busy machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.registry import BENCHMARKS
from benchmarks.result import Result, in_turns, versus

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_benchmark_gives_rows_with_positive_rates(name: str) -> None:
    """At its smallest size a benchmark gives rows; one without the other side says why."""
    results = BENCHMARKS[name](quick=True)
    assert results
    for result in results:
        assert result.ours > 0
        assert result.note if result.theirs is None else result.theirs > 0
        assert (result.theirs is None) == (result.ratio is None)


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    """A round that was disturbed on one side does not move the ratio."""
    assert versus("a / b", [10, 12, 50], [20, 24, 20]).ratio == 0.5


@pytest.mark.parametrize(("ratio", "target", "met"), [(0.7, 0.7, True), (0.6, 0.7, False), (0.6, None, None)])
def test_a_target_is_met_from_its_value_on(ratio: float, target: float | None, met: bool | None) -> None:
    """A row without a target is neither met nor missed."""
    assert Result("a / b", 1.0, 1.0, ratio, target).met is met


def test_contestants_take_turns_and_warm_up_first() -> None:
    """The first turn of each does not count, and each round begins with another contestant."""
    order: list[str] = []

    def turn(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = in_turns({"a": lambda: turn("a"), "b": lambda: turn("b")}, 2)
    assert "".join(order) == "ababba"
    assert found == {"a": [3.0, 6.0], "b": [4.0, 5.0]}


def test_the_command_prints_a_table_and_writes_json(tmp_path: Path) -> None:
    """`python -m benchmarks exif --json FILE` says what it was measured on and whether targets were met."""
    file = tmp_path / "bench.json"
    command = [sys.executable, "-m", "benchmarks", "exif", "--quick", "--json", str(file)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    report = json.loads(file.read_text())
    assert report["machine"].keys() >= {"cores", "python", "mongod"}
    assert all(result["name"] in printed and "met" in result for result in report["results"])
