"""Tests of the sandbox's Flickr."""
