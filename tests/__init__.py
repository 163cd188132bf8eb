"""Tests of exifds: they mirror the package, and run against a real mongod and real photos."""
