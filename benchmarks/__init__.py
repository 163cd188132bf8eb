"""Benchmarks: each measures exifds and a peer, or the bare libraries, in one run, and gives their ratio."""
