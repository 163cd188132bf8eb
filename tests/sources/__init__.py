"""Tests of exifds.sources."""
