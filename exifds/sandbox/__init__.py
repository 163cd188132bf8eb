"""Stand-ins for the world outside, for demos, tests and benchmarks.

`photographer` renders photos whose EXIF has a known effect.
"""
