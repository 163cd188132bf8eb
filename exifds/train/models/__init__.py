"""models: networks of EXIF, of images and of both, built from a configuration alone.

Only weights are ever stored, so loading a model runs no foreign code.
"""
