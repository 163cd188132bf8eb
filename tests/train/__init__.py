"""Tests of exifds.train."""
