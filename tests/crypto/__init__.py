"""Tests of exifds.crypto."""
