"""`python -m exifds.sandbox.flickr`: the sandbox as a process of its own, for benchmarks."""

import argparse
import sys

from exifds.errors import UsageError
from exifds.sandbox.flickr.serving import serve


def main() -> None:
    """Read the options and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m exifds.sandbox.flickr", description="A local Flickr.")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--photos", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faults", action="store_true", help="everything goes wrong now and then")
    parser.add_argument("--latency-ms", type=float, default=0.0, dest="latency")
    parser.add_argument("--warm", action="store_true", help="draw all originals first")
    try:
        serve(**vars(parser.parse_args()), say=_say)
    except UsageError as error:
        parser.exit(2, f"{error}\n")


def _say(line: str) -> None:
    """Print at once: who started the process waits for the address."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
