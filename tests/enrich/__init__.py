"""Tests of exifds.enrich."""
