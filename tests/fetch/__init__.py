"""Tests of exifds.fetch."""
