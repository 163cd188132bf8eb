"""Fetch: bytes of images, from where they are to where they are kept."""
