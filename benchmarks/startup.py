"""Start-up of the command line, against the bare imports that it cannot do without.

`exifds --help` against `python -c "import typer, rich, pymongo"`, each a new process of the same Python, in
turns. Target: at most 1.5 times the time, that is at least 0.67 of the rate.
"""

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence

from benchmarks.result import Result, in_turns, rate, versus

__all__ = ["run"]

TIMES_THE_IMPORTS = 1.5
IMPORTS = (sys.executable, "-c", "import typer, rich, pymongo")
UNINSTALLED = (sys.executable, "-c", "from exifds.cli import main; main()")


def run(*, quick: bool = False) -> list[Result]:
    """Measure start-up.

    Args:
        quick: The smallest size that works: the figures mean nothing.

    Returns:
        One row.
    """
    script = shutil.which("exifds", path=sysconfig.get_path("scripts"))
    ours = (*((script,) if script else UNINSTALLED), "--help")
    found = in_turns({"ours": lambda: _starts(ours), "bare": lambda: _starts(IMPORTS)}, 1 if quick else 21)
    return [
        versus(
            "exifds --help / bare imports",
            found["ours"],
            found["bare"],
            target=1 / TIMES_THE_IMPORTS,
            unit="starts",
        )
    ]


def _starts(command: Sequence[str]) -> float:
    def work() -> int:
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        return 1

    return rate(work)
