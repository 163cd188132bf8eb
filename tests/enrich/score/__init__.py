"""Tests of exifds.enrich.score."""
