"""The command line. A command parses its arguments, calls one thing of the library, and prints."""

from exifds.cli.app import app

__all__ = ["main"]


def main() -> None:
    """Run the `exifds` command."""
    app()
