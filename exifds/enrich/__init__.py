"""Enrich: what is worked out about a photo after it is stored: its place, its scores."""
