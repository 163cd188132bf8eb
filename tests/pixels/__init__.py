"""Tests of exifds.pixels."""
