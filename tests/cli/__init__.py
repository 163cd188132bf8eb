"""Tests of exifds.cli."""
