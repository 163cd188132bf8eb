"""Tests of exifds.curate."""
