"""Tests of `exifds scrape`."""
