"""Curate: what the scores of photos mean, and the page where people judge them."""
