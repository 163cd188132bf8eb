"""Tests of exifds.sandbox."""
