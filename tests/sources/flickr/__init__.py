"""Tests of exifds.sources.flickr."""
