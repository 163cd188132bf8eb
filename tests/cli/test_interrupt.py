"""Ctrl-C is told in words, or comes too late, whenever it comes; and no error is held up by a thread."""

import subprocess
import sys

import pytest

PRESS = "signal.raise_signal(signal.SIGINT)"
WHILE_LOADING = f"""
class Pressing:
    def find_spec(self, name, *_rest):
        if name == "typer":
            {PRESS}
sys.meta_path.insert(0, Pressing())
"""
REFUSED = "import os; os.environ['EXIFDS_FLICKR_QUERIES_PER_HOUR'] = 'many'"
HANGING = "import threading, time; threading.Thread(target=time.sleep, args=[60]).start()"
AT_THE_END = f"atexit.register(lambda: {PRESS})"


def ended(*before: str) -> tuple[int, str]:
    """How `exifds db status` ends, and what it says on stderr, if something is arranged before."""
    script = "\n".join(
        (
            "import atexit, signal, sys",
            *before,
            "from exifds.cli import main",
            "sys.argv[1:] = ['db', 'status']",
            "main()",
        )
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30
    )
    return done.returncode, done.stderr


def test_ctrl_c_while_the_program_loads_ends_it() -> None:
    """Nothing was begun, so there is nothing to go on with."""
    assert ended(WHILE_LOADING) == (130, "exifds: stopped\n")


def test_ctrl_c_after_the_work_comes_too_late() -> None:
    """What is done is done: the exit code says so, and nobody sees a traceback."""
    assert ended(AT_THE_END) == (0, "")


@pytest.mark.parametrize("moment", [WHILE_LOADING, AT_THE_END])
def test_where_ctrl_c_is_ignored_it_stays_so(moment: str) -> None:
    """A shell has its background jobs ignore Ctrl-C."""
    assert ended("signal.signal(signal.SIGINT, signal.SIG_IGN)", moment) == (0, "")


def test_after_an_error_nothing_waits_for_a_thread_that_hangs() -> None:
    """Ctrl-C comes too late then: the command ends by itself, with the exit code of the error."""
    code, said = ended(REFUSED, HANGING)
    assert (code, said) == ended(REFUSED)
    assert code == 2
