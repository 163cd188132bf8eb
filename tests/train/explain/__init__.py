"""Tests of exifds.train.explain."""
