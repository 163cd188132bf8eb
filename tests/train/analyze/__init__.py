"""Tests of exifds.train.analyze."""
