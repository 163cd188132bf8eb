"""By hand: it serves until Ctrl-C and says what it would have cost."""

import signal
import subprocess
import sys

import httpx
import pytest

from exifds.sandbox.vision import VisionServer
from exifds.sandbox.vision.serving import exports

PROGRAM = "from exifds.sandbox.vision.serving import serve; serve(say=lambda line: print(line, flush=True))"


def test_it_prints_what_to_paste_and_ends_with_ctrl_c() -> None:
    """The lines of a shell, then a remark."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        key, endpoint, remark = (process.stdout.readline().strip() for _ in range(3))
        assert key == "export EXIFDS_VISION_KEY=sandbox-key"
        assert endpoint.startswith("export EXIFDS_VISION_ENDPOINT=grpc://127.0.0.1:")
        rest = remark.removeprefix("# a Google Vision; over REST: ").removesuffix(". Ctrl-C stops it.")
        assert httpx.post(f"{rest}/v1/images:annotate", json={}).status_code == 403
        process.send_signal(signal.SIGINT)
        assert process.stdout.read().strip() == "# stopped; 0 images charged, 0.00 USD at Google"
        assert process.wait(20) == 0


@pytest.mark.parametrize("way", ["grpc", "rest"])
def test_the_lines_name_the_way(server: VisionServer, way: str) -> None:
    """Either of both."""
    lines = exports(server, "rest" if way == "rest" else "grpc")
    assert lines[-1].endswith(server.rest_endpoint if way == "rest" else server.grpc_endpoint)


def test_without_the_client_it_says_what_to_install() -> None:
    """The messages of the protocol are the package's own."""
    script = (
        "import sys; sys.modules['google.cloud.vision_v1'] = None\n"
        "from exifds.errors import MissingExtraError\n"
        "try:\n    import exifds.sandbox.vision\nexcept MissingExtraError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == (
        "the sandbox of Google Vision needs an optional part: pip install 'exifds[vision]'"
    )
