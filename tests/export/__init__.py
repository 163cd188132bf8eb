"""Tests of exifds.export."""
