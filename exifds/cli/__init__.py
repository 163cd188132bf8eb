"""The command line. A command parses its arguments, calls one thing of the library, and prints."""

from exifds.cli import interrupt

__all__ = ["main"]


def main() -> None:
    """Run the `exifds` command."""
    interrupt.at_the_start()
    from exifds.cli.app import app  # brings typer: Ctrl-C may come meanwhile

    try:
        app()
    except SystemExit as ended:
        interrupt.leave_what_hangs(ended.code)
        raise
