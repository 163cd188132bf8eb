"""Pixels: image files decoded safely, and what every stage does to a picture."""
