"""`python -m benchmarks [name ...] [--json FILE]`: measure, and print a table."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from benchmarks.machine import facts
from benchmarks.registry import BENCHMARKS
from benchmarks.result import Result

ROW = "{:<37}{:>12}{:>12}  {:<10}{:>7}{:>8}  {}"


def main() -> None:
    """Run the benchmarks that were asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(BENCHMARKS)}; else all")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results here")
    parser.add_argument("--quick", action="store_true", help="only see that all works; figures mean nothing")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(f"expected {', '.join(BENCHMARKS)}, got {', '.join(sorted(unknown))}")
    machine = facts()
    print(", ".join(f"{name} {value}" for name, value in machine.items()))
    print(ROW.format("ours / theirs", "ours/s", "theirs/s", "unit", "ratio", "target", "met?"), flush=True)
    results: list[Result] = []
    for name in arguments.names or BENCHMARKS:
        found = BENCHMARKS[name](quick=arguments.quick)
        print("\n".join(lines(found)), flush=True)
        results += found
    if arguments.json:
        report = {"machine": machine, "results": [asdict(result) | {"met": result.met} for result in results]}
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def lines(results: Iterable[Result]) -> list[str]:
    """The rows of a table, each note under its row.

    Args:
        results: The results.

    Returns:
        Lines of text.

    Example:
        >>> lines([Result("a / b", 10.0, 20.0, 0.5, 0.7)])[0].split()
        ['a', '/', 'b', '10.0', '20.0', 'photos', '0.50', '0.70', 'no']
    """
    found = []
    for result in results:
        met = {True: "yes", False: "no", None: ""}[result.met]
        figures = (_figure(value) for value in (result.ours, result.theirs))
        ratios = ("" if value is None else f"{value:.2f}" for value in (result.ratio, result.target))
        found.append(ROW.format(result.name, *figures, result.unit, *ratios, met).rstrip())
        if result.note:
            found.append(f"  {result.note}")
    return found


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


if __name__ == "__main__":
    main()
