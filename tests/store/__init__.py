"""Tests of exifds.store."""
