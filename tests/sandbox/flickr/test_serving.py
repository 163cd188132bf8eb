"""By hand: the command line and the module run the same server until Ctrl-C."""

import os
import signal
import subprocess
import sys
import urllib.request

import pytest

MODULE = (sys.executable, "-m", "exifds.sandbox.flickr")
COMMAND = (sys.executable, "-c", "from exifds.cli.sandbox import app; app()", "flickr")


@pytest.mark.parametrize("program", [MODULE, COMMAND])
def test_it_prints_what_to_paste_and_ends_with_ctrl_c(program: tuple[str, ...]) -> None:
    arguments = [*program, "--photos", "30", "--seed", "2", "--port", "0", "--faults"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(6)]
        exported = dict(line.removeprefix("export ").split("=") for line in lines[:5])
        assert set(exported) == {
            "EXIFDS_FLICKR_KEY", "EXIFDS_FLICKR_SECRET", "EXIFDS_FLICKR_REST_URL",
            "EXIFDS_FLICKR_STATIC_URL", "EXIFDS_FLICKR_QUERIES_PER_HOUR",
        }  # fmt: skip
        assert lines[5].startswith("# a Flickr of 30 photos")
        url = exported["EXIFDS_FLICKR_STATIC_URL"] + "/images/photo_unavailable.png"
        with urllib.request.urlopen(url) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.stdout.read().strip() == "# stopped"
        assert process.wait(10) == 0


def test_a_wrong_number_is_one_line() -> None:
    done = subprocess.run([*MODULE, "--photos", "-1"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("expected photos and seed of 0 or more")
    assert "Traceback" not in done.stderr


def test_the_command_line_loads_nothing_heavy() -> None:
    script = (
        "import exifds.cli.sandbox, sys; print([n for n in ('numpy', 'PIL', 'aiohttp') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"
