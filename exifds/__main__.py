"""`python -m exifds` is the `exifds` command."""

from exifds.cli import main

main()
